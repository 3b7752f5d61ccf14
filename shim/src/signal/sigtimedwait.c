/*
 * sigtimedwait, sigwaitinfo, sigwait. The signals are allowed while the thread waits,
 * and delivery hands the first one over instead of acting on it. The kernel would carry
 * out default actions of allowed signals by itself, so for the time of the wait it is
 * told that they are handled.
 */
#include "shim/src/internal/result.h"
#include "shim/src/signal/action.h"
#include "shim/src/time/deadline.h"

static void announce(u64 set, bool waiting)
{
    __umk_lock(&__umk_action_lock);
    for (int sig = 1; sig < NSIG; sig++) {
        if (!(set & RX_SIGBIT(sig)))
            continue;
        if (waiting)
            __umk_sigwaiters[sig]++;
        else
            __umk_sigwaiters[sig]--;
        __umk_action_publish(sig);
    }
    __umk_unlock(&__umk_action_lock);
}

/* The signal's number, -EAGAIN when the time is over, -EINTR after another signal's handler. */
static i64 wait_for(u64 set, siginfo_t *info, const struct redox_c_timespec *deadline)
{
    struct umk_thread *t = __umk_self();
    i64 result = 0;
    u64 allowed = __umk_signals_block();
    u32 count = t->handler_count;

    set &= ~(SIG_UNSTOPPABLE | SIG_INTERNAL);
    announce(set, true);
    t->wait_info = info;
    t->wait_set = set;
    t->no_restart++;
    info->si_signo = 0;
    __umk_signals_restore(allowed | set);
    while (result == 0 && __atomic_load_n(&t->handler_count, __ATOMIC_RELAXED) == count)
        if ((i64)redox_futex_wait_v0(&t->handler_count, count, deadline) == -ETIMEDOUT)
            result = -EAGAIN;
    __umk_signals_block();
    t->no_restart--;
    t->wait_set = 0;
    announce(set, false);
    if (info->si_signo)
        result = info->si_signo;
    else if (result == 0)
        result = -EINTR;
    __umk_signals_restore(allowed);
    return result;
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                 const struct timespec *restrict timeout)
{
    struct redox_c_timespec deadline;
    siginfo_t local;

    if (timeout && __umk_deadline_in(timeout, &deadline) < 0)
        return (int)__umk_fail(EINVAL);
    __umk_cancel_enter();
    i64 r = wait_for(*set, &local, timeout ? &deadline : NULL);
    __umk_cancel_leave();
    if (r > 0 && info)
        *info = local;
    return (int)__umk_result(r);
}

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
    return sigtimedwait(set, info, NULL);
}

int sigwait(const sigset_t *restrict set, int *restrict sig)
{
    siginfo_t info;
    i64 r;

    __umk_cancel_enter();
    do
        r = wait_for(*set, &info, NULL);
    while (r == -EINTR);
    __umk_cancel_leave();
    if (r < 0)
        return (int)-r;
    *sig = (int)r;
    return 0;
}
