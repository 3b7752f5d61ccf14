/*
 * Memory, clocks and waiting in the forms that the stable interface gives them.
 * Protection is accepted as the C library writes it (1 execute, 2 write, 4 read) and as
 * the kernel does (the same, 16 bits higher); the values do not overlap.
 */
#include "upper.h"

#define PROT_SHIFT 16

static u32 kernel_protection(u32 prot)
{
    return prot & RX_PROT_MASK ? prot & RX_PROT_MASK : (prot << PROT_SHIFT) & RX_PROT_MASK;
}

/* Rounds a length up to pages; 0 when it is 0 or too big. */
static u64 whole_pages(u64 len)
{
    return len > UINT64_MAX - PAGE_MASK ? 0 : (len + PAGE_MASK) & ~(u64)PAGE_MASK;
}

size_t redox_mmap_v1(void *addr, size_t len, u32 prot, u32 flags, size_t fd, u64 offset)
{
    u64 size = whole_pages(len);
    if (size == 0)
        return (size_t)-EINVAL;
    u64 word = kernel_protection(prot) | (flags & 0xFFFFu);
    return (size_t)gate_mmap(fd, offset, size, word, (u64)(uintptr_t)addr);
}

size_t redox_munmap_v1(void *addr, size_t len)
{
    u64 size = whole_pages(len);
    if (size == 0)
        return (size_t)-EINVAL;
    return (size_t)gate_munmap((u64)(uintptr_t)addr, size);
}

i64 rx_msync(void *addr, size_t len)
{
    u64 at = (u64)(uintptr_t)addr, end;
    i64 r = 0;

    if ((len && !whole_pages(len)) || __builtin_add_overflow(at, whole_pages(len), &end))
        return -ENOMEM;
    while (r >= 0 && at < end) {
        u64 ret[4] = {0};

        r = gate_call(UMK_MSYNC, GATE_ARGS(at), NULL, ret);
        at = ret[0];
    }
    return r < 0 ? r : 0;
}

i64 rx_mprotect(void *addr, size_t len, u32 prot)
{
    if (len == 0)
        return 0;
    u64 size = whole_pages(len);
    if (size == 0)
        return -ENOMEM;
    return gate_mprotect((u64)(uintptr_t)addr, size, kernel_protection(prot));
}

i64 rx_clock(u32 clock, struct rx_timespec *ts)
{
    return gate_clock(clock, ts);
}

size_t redox_clock_gettime_v1(size_t clock, struct redox_c_timespec *ts)
{
    if (clock > UINT32_MAX)
        return (size_t)-EINVAL;
    struct rx_timespec now;
    i64 r = rx_clock((u32)clock, &now);
    if (r == 0)
        *ts = (struct redox_c_timespec){.sec = now.sec, .nsec = now.nsec};
    return (size_t)r;
}

size_t redox_futex_wait_v0(u32 *addr, u32 val, const struct redox_c_timespec *deadline)
{
    if ((uintptr_t)addr % sizeof(*addr) != 0)
        return (size_t)-EINVAL;
    return (size_t)gate_futex_wait(addr, val, deadline);
}

size_t redox_futex_wake_v0(u32 *addr, u32 n)
{
    if ((uintptr_t)addr % sizeof(*addr) != 0)
        return (size_t)-EINVAL;
    return (size_t)gate_futex_wake(addr, n);
}

i64 rx_nanosleep(const struct rx_timespec *request, struct rx_timespec *remaining)
{
    if (request->sec < 0 || request->nsec < 0 || request->nsec >= 1000000000)
        return -EINVAL;
    u64 ret[4];
    i64 r = gate_call(SYS_NANOSLEEP, GATE_ARGS((u64)request->sec, (u64)request->nsec), NULL, ret);
    if (r == -EINTR && remaining)
        *remaining = (struct rx_timespec){.sec = (i64)ret[0], .nsec = (i32)ret[1]};
    return r;
}

i64 rx_yield(void)
{
    return gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
}
