/* Futexes: by the machine, or for gated processes by the kernel. */
#include "machine.h"

/* The word of a thread's end is cleared by the host, which wakes nobody in our kernel: nobody
 * sleeps longer than this before looking at the word again. */
#define GATED_LOOK_NS 20000000ull

static u64 gated_until(u64 deadline)
{
    struct rx_timespec now;
    u64 until;

    if (!gate_machine->ends_silently)
        return deadline ? deadline : 1;
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
    i64 res;

    if (gate_page->gated)
        return gated_futex_wait(addr, val, deadline);
    if (rx_signal_deliverable())
        return -EINTR;
    gate_enter(t);
    res = gate_machine->futex_wait(addr, val, deadline);
    gate_leave(t);
    return res;
}

i64 gate_futex_wake(u32 *addr, u32 n)
{
    if (gate_page->gated)
        return gate_call(SYS_FUTEX, GATE_ARGS(FUTEX_OP_WAKE, (u64)addr, n), NULL, NULL);
    return gate_machine->futex_wake(addr, n);
}
