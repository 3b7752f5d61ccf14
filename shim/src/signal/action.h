/*
 * What the process does with each signal. The table here is the truth; the kernel sees
 * a digest of it (ignored, default, handled) in the shared page, which says "handled"
 * also for a signal that some thread waits for in sigtimedwait.
 */
#ifndef SHIM_SIGNAL_ACTION_H
#define SHIM_SIGNAL_ACTION_H

#include <signal.h>
#include "shim/src/internal/lock.h"
#include "shim/src/signal/mask.h"

/* Held only with all signals blocked, since delivery takes it. */
extern u32 __umk_action_lock __umk_hidden;
extern struct sigaction __umk_actions[NSIG] __umk_hidden; /* by signal number; under the lock */
extern u32 __umk_sigwaiters[NSIG] __umk_hidden;           /* threads in sigtimedwait; same */

/* Tells the kernel about one signal; the lock is held. */
void __umk_action_publish(int sig) __umk_hidden;

/* Signals whose default action is nothing, or to stop. */
#define SIG_DEFAULT_IGNORED \
    (RX_SIGBIT(RX_SIGCHLD) | RX_SIGBIT(RX_SIGURG) | RX_SIGBIT(RX_SIGWINCH) | RX_SIGBIT(RX_SIGCONT))
#define SIG_DEFAULT_STOP (RX_SIGBIT(RX_SIGTSTP) | RX_SIGBIT(RX_SIGTTIN) | RX_SIGBIT(RX_SIGTTOU))

static inline bool __umk_signal_valid(int sig)
{
    return sig >= 1 && sig <= RX_SIG_MAX && (sig < 32 || sig >= SIGRTMIN);
}

#endif
