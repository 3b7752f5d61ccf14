/* System V's way: sigset, sighold, sigrelse, sigignore, sigpause. */
#include "shim/src/internal/result.h"
#include "shim/src/signal/action.h"

static int change_mask(int how, int sig)
{
    sigset_t set = 0;

    if (sigaddset(&set, sig) < 0)
        return -1;
    return sigprocmask(how, &set, NULL);
}

int sighold(int sig)
{
    return change_mask(SIG_BLOCK, sig);
}

int sigrelse(int sig)
{
    return change_mask(SIG_UNBLOCK, sig);
}

int sigignore(int sig)
{
    struct sigaction a = {0};

    a.sa_handler = SIG_IGN;
    return sigaction(sig, &a, NULL);
}

int sigpause(int sig)
{
    sigset_t mask;

    sigprocmask(SIG_SETMASK, NULL, &mask);
    if (sigdelset(&mask, sig) < 0)
        return -1;
    return sigsuspend(&mask);
}

void (*sigset(int sig, void (*handler)(int)))(int)
{
    struct sigaction new = {0}, old;
    sigset_t mask;

    if (handler == SIG_ERR || !__umk_signal_valid(sig)) {
        __umk_fail(EINVAL);
        return SIG_ERR;
    }
    sigprocmask(SIG_SETMASK, NULL, &mask);
    bool held = (mask & RX_SIGBIT(sig)) != 0;
    new.sa_handler = handler;
    if (sigaction(sig, handler == SIG_HOLD ? NULL : &new, &old) < 0)
        return SIG_ERR;
    if (change_mask(handler == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, sig) < 0)
        return SIG_ERR;
    return held ? SIG_HOLD : old.sa_handler;
}
