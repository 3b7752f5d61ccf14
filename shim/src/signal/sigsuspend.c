/*
 * sigsuspend, pause. The thread sleeps on its count of handlers run, so a handler that
 * runs just before the sleep keeps it from sleeping.
 */
#include <unistd.h>
#include "shim/src/internal/result.h"
#include "shim/src/signal/action.h"

int sigsuspend(const sigset_t *mask)
{
    struct umk_thread *t = __umk_self();
    u64 allowed = __umk_allowed();
    u32 count = t->handler_count;

    __umk_cancel_enter();
    t->no_restart++;
    __umk_signals_restore(~*mask | SIG_INTERNAL);
    while (__atomic_load_n(&t->handler_count, __ATOMIC_RELAXED) == count)
        redox_futex_wait_v0(&t->handler_count, count, NULL);
    t->no_restart--;
    __umk_cancel_leave();
    __umk_signals_restore(allowed);
    return (int)__umk_fail(EINTR);
}

int pause(void)
{
    sigset_t mask = ~__umk_allowed();

    return sigsuspend(&mask);
}
