/* Signal sets. */
#include "shim/src/internal/result.h"
#include "shim/src/signal/action.h"

int sigemptyset(sigset_t *set)
{
    *set = 0;
    return 0;
}

int sigfillset(sigset_t *set)
{
    *set = ~(SIG_INTERNAL | RX_SIGBIT(32));
    return 0;
}

int sigaddset(sigset_t *set, int sig)
{
    if (!__umk_signal_valid(sig))
        return (int)__umk_fail(EINVAL);
    *set |= RX_SIGBIT(sig);
    return 0;
}

int sigdelset(sigset_t *set, int sig)
{
    if (!__umk_signal_valid(sig))
        return (int)__umk_fail(EINVAL);
    *set &= ~RX_SIGBIT(sig);
    return 0;
}

int sigismember(const sigset_t *set, int sig)
{
    if (sig < 1 || sig >= NSIG)
        return (int)__umk_fail(EINVAL);
    return (*set & RX_SIGBIT(sig)) != 0;
}

int sigisemptyset(const sigset_t *set)
{
    return *set == 0;
}

int sigandset(sigset_t *out, const sigset_t *a, const sigset_t *b)
{
    *out = *a & *b;
    return 0;
}

int sigorset(sigset_t *out, const sigset_t *a, const sigset_t *b)
{
    *out = *a | *b;
    return 0;
}
