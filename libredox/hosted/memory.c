/*
 * Mappings on the host: the kernel decides, and this file carries out what concerns private
 * memory; objects come as control messages. Unmapping happens here before the kernel is told, so
 * that it cannot give the range to somebody else in between.
 */
#include "hosted.h"
#include "umk/abi/channel.h"

static int host_prot(u64 prot)
{
    return (prot & RX_PROT_READ ? LX_PROT_READ : 0) | (prot & RX_PROT_WRITE ? LX_PROT_WRITE : 0) |
           (prot & RX_PROT_EXEC ? LX_PROT_EXEC : 0);
}

i64 gate_mmap(u64 fd, u64 offset, u64 size, u64 flags, u64 address)
{
    const int anon = LX_MAP_PRIVATE | LX_MAP_ANONYMOUS | LX_MAP_FIXED | LX_MAP_NORESERVE;
    i64 at = gate_call(SYS_FMAP, GATE_ARGS(fd, offset, size, flags, address), NULL, NULL);

    if (RX_IS_ERR(at))
        return at;
    if (fd != RX_ANON_FD || (flags & RX_MAP_SHARED)) /* an object: mapped by control message */
        return at;
    if (lx_mmap((u64)at, (size + PAGE_MASK) & ~(u64)PAGE_MASK, host_prot(flags), anon, -1, 0) !=
        at) {
        gate_call(SYS_FUNMAP, GATE_ARGS((u64)at, size), NULL, NULL);
        return -ENOMEM;
    }
    return at;
}

i64 gate_munmap(u64 address, u64 size)
{
    i64 res;

    if (address & PAGE_MASK || size == 0 || size > (1ull << 46))
        return -EINVAL;
    res = lx_munmap(address, (size + PAGE_MASK) & ~(u64)PAGE_MASK);
    if (res < 0)
        return res;
    return gate_call(SYS_FUNMAP, GATE_ARGS(address, size), NULL, NULL);
}

i64 gate_mprotect(u64 address, u64 size, u32 prot)
{
    i64 res = gate_call(SYS_MPROTECT, GATE_ARGS(address, size, prot), NULL, NULL);

    if (res < 0)
        return res;
    return lx3(LX_MPROTECT, address, (size + PAGE_MASK) & ~(u64)PAGE_MASK, (u64)host_prot(prot));
}

/* The word of a thread's end is cleared by the host, which wakes nobody in our kernel: nobody
 * sleeps longer than this before looking at the word again. */
#define GATED_LOOK_NS 20000000ull

static u64 gated_until(u64 deadline)
{
    struct rx_timespec now;
    u64 until;

    gate_clock(RX_CLOCK_MONOTONIC, &now);
    until = (u64)now.sec * 1000000000 + (u64)now.nsec + GATED_LOOK_NS;
    return until < deadline ? until : deadline ? deadline : 1;
}

/* Through the kernel, in two phases: it never looks at the word itself. */
static i64 gated_futex_wait(u32 *addr, u32 val, const struct redox_c_timespec *deadline)
{
    u64 at = deadline ? (u64)deadline->sec * 1000000000 + (u64)deadline->nsec : UINT64_MAX;

    for (bool slept = false;; slept = true) {
        i64 res = gate_call(SYS_FUTEX, GATE_ARGS(FUTEX_OP_ENQUEUE, (u64)addr), NULL, NULL);
        u64 until;

        if (res < 0)
            return res;
        if (__atomic_load_n(addr, __ATOMIC_SEQ_CST) != val) {
            gate_call(SYS_FUTEX, GATE_ARGS(FUTEX_OP_CANCEL), NULL, NULL);
            return slept ? 0 : -EAGAIN;
        }
        until = gated_until(at);
        res = gate_call(SYS_FUTEX, GATE_ARGS(FUTEX_OP_SLEEP, 0, 0, until), NULL, NULL);
        if (res != -ETIMEDOUT || until == at || until == 1)
            return res;
    }
}

i64 gate_futex_wait(u32 *addr, u32 val, const struct redox_c_timespec *deadline)
{
    struct gate_thread *t = gate_self();
    struct lx_timespec ts;
    i64 res = 0;

    if (deadline) {
        ts.sec = deadline->sec;
        ts.nsec = deadline->nsec;
    }
    if (gate_page->gated)
        return gated_futex_wait(addr, val, deadline);
    if (rx_signal_deliverable())
        return -EINTR;
    gate_enter(t);
    res = lx6(LX_FUTEX, (u64)addr, LX_FUTEX_WAIT_BITSET, val, deadline ? (u64)&ts : 0, 0,
              LX_FUTEX_ANY);
    gate_leave(t);
    return res;
}

i64 gate_futex_wake(u32 *addr, u32 n)
{
    if (gate_page->gated)
        return gate_call(SYS_FUTEX, GATE_ARGS(FUTEX_OP_WAKE, (u64)addr, n), NULL, NULL);
    return lx_futex_wake(addr, n > INT32_MAX ? INT32_MAX : n); /* the host counts in an int */
}

void machine_drop_channel(void *header)
{
    lx_munmap((u64)header, (CHANNEL_SIZE + PAGE_MASK) & ~(u64)PAGE_MASK);
}
