/* sigprocmask, pthread_sigmask, sigpending. */
#include "shim/src/internal/result.h"
#include "shim/src/signal/action.h"

int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
    u64 allowed = __umk_allowed();

    if (old)
        *old = ~(allowed | SIG_UNSTOPPABLE | SIG_INTERNAL);
    if (!set)
        return 0;
    if (how == SIG_BLOCK)
        allowed &= ~*set;
    else if (how == SIG_UNBLOCK)
        allowed |= *set;
    else if (how == SIG_SETMASK)
        allowed = ~*set;
    else
        return EINVAL;
    __umk_signals_restore(allowed | SIG_INTERNAL);
    return 0;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
    int error = pthread_sigmask(how, set, old);

    return error ? (int)__umk_fail(error) : 0;
}

int sigpending(sigset_t *set)
{
    const struct sig_control *c = rx_sig_thread();
    u64 pending = (__atomic_load_n(&c->word[0], __ATOMIC_ACQUIRE) & 0xffffffffu) |
                  __atomic_load_n(&c->word[1], __ATOMIC_ACQUIRE) << 32 |
                  __atomic_load_n(&rx_sig_proc()->pending, __ATOMIC_ACQUIRE);

    *set = pending & ~__umk_allowed();
    return 0;
}
