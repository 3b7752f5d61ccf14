/* Private memory and futexes on the host. */
#include "hosted.h"
#include "umk/abi/channel.h"

static int host_prot(u64 prot)
{
    return (prot & RX_PROT_READ ? LX_PROT_READ : 0) | (prot & RX_PROT_WRITE ? LX_PROT_WRITE : 0) |
           (prot & RX_PROT_EXEC ? LX_PROT_EXEC : 0);
}

/* From this size on the host may use large pages: who maps so much at once will touch it, and a
 * page fault for each 4 KiB costs more than filling them. */
#define LARGE_FROM ((u64)16 << 20)

i64 hosted_map(u64 address, u64 size, u64 prot)
{
    const int anon = LX_MAP_PRIVATE | LX_MAP_ANONYMOUS | LX_MAP_FIXED | LX_MAP_NORESERVE;
    i64 at = lx_mmap(address, size, host_prot(prot), anon, -1, 0);

    if (at == (i64)address && size >= LARGE_FROM)
        lx3(LX_MADVISE, address, size, LX_MADV_HUGEPAGE); /* a host without them does as before */
    return at;
}

i64 hosted_unmap(u64 address, u64 size)
{
    return lx_munmap(address, size);
}

i64 hosted_protect(u64 address, u64 size, u64 prot)
{
    return lx3(LX_MPROTECT, address, size, (u64)host_prot(prot));
}

i64 hosted_futex_wait(u32 *addr, u32 val, const struct redox_c_timespec *deadline)
{
    struct lx_timespec ts;

    if (deadline) {
        ts.sec = deadline->sec;
        ts.nsec = deadline->nsec;
    }
    return lx6(LX_FUTEX, (u64)addr, LX_FUTEX_WAIT_BITSET, val, deadline ? (u64)&ts : 0, 0,
               LX_FUTEX_ANY);
}

i64 hosted_futex_wake(u32 *addr, u32 n)
{
    return lx_futex_wake(addr, n > INT32_MAX ? INT32_MAX : n); /* the host counts in an int */
}

void hosted_drop_channel(void *header)
{
    lx_munmap((u64)header, (CHANNEL_SIZE + PAGE_MASK) & ~(u64)PAGE_MASK);
}
