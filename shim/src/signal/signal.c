/* signal, with the BSD's meaning: the handler stays, and calls are restarted. */
#include "shim/src/internal/result.h"
#include "shim/src/signal/action.h"

static u64 interrupting; /* signals for which siginterrupt asked for EINTR */

void (*signal(int sig, void (*handler)(int)))(int)
{
    struct sigaction new = {.sa_flags = SA_RESTART}, old;

    if (handler == SIG_ERR || handler == SIG_HOLD) {
        __umk_fail(EINVAL);
        return SIG_ERR;
    }
    new.sa_handler = handler;
    if (__umk_signal_valid(sig) &&
        (__atomic_load_n(&interrupting, __ATOMIC_RELAXED) & RX_SIGBIT(sig)))
        new.sa_flags = 0;
    return sigaction(sig, &new, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int siginterrupt(int sig, int flag)
{
    struct sigaction a;

    if (sigaction(sig, NULL, &a) < 0)
        return -1;
    if (flag) {
        a.sa_flags &= ~SA_RESTART;
        __atomic_fetch_or(&interrupting, RX_SIGBIT(sig), __ATOMIC_RELAXED);
    } else {
        a.sa_flags |= SA_RESTART;
        __atomic_fetch_and(&interrupting, ~RX_SIGBIT(sig), __ATOMIC_RELAXED);
    }
    return sigaction(sig, &a, NULL);
}
