/* The table of actions, sigaction, and the library's start for signals. */
#include "shim/src/internal/result.h"
#include "shim/src/internal/start.h"
#include "shim/src/process/atfork.h"
#include "shim/src/signal/action.h"

#define STORED_FLAGS (SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND)

u32 __umk_action_lock;
struct sigaction __umk_actions[NSIG];
u32 __umk_sigwaiters[NSIG];

void __umk_action_publish(int sig)
{
    const struct sigaction *a = &__umk_actions[sig];
    struct sig_action *shared = &rx_sig_proc()->actions[sig - 1];
    u64 first = 0;

    if (__umk_sigwaiters[sig] || sig == UMK_SIG_CANCEL || sig == UMK_SIG_TIMER) {
        first = (uintptr_t)__umk_deliver;
    } else if (a->sa_handler == SIG_IGN) {
        first = SIGACT_IGNORED;
    } else if (a->sa_handler == SIG_DFL) {
        if (RX_SIGBIT(sig) & SIG_DEFAULT_STOP)
            first = SIGACT_DEFAULT_IS_STOP;
    } else {
        first = ((uintptr_t)a->sa_handler & SIGACT_ADDRESS) |
                (u64)((u32)a->sa_flags & (u32)STORED_FLAGS) << 32;
    }
    if (sig == SIGCHLD && (a->sa_flags & SA_NOCLDSTOP))
        first |= SIGACT_DEFAULT_IS_STOP;
    __atomic_store_n(&shared->mask, a->sa_mask, __ATOMIC_RELAXED);
    /* pairs with the kernel's read of the action when it sends the signal */
    __atomic_store_n(&shared->first, first, __ATOMIC_RELEASE);
}

/* A signal that is now ignored leaves no pending instance behind. */
static void discard_pending(int sig)
{
    u64 bit = RX_SIGBIT(sig);
    struct sig_control *c = rx_sig_thread();

    __atomic_fetch_and(&rx_sig_proc()->pending, ~bit, __ATOMIC_RELAXED);
    __atomic_fetch_and(&c->word[(sig - 1) / 32], ~(1ull << (sig - 1) % 32), __ATOMIC_RELAXED);
}

int sigaction(int sig, const struct sigaction *restrict new, struct sigaction *restrict old)
{
    if (!__umk_signal_valid(sig) || (new && (RX_SIGBIT(sig) & SIG_UNSTOPPABLE)))
        return (int)__umk_fail(EINVAL);
    u64 allowed = __umk_signals_block();
    __umk_lock(&__umk_action_lock);
    struct sigaction before = __umk_actions[sig];
    if (new) {
        __umk_actions[sig] = *new;
        __umk_actions[sig].sa_mask &= ~(SIG_UNSTOPPABLE | SIG_INTERNAL);
        __umk_action_publish(sig);
        if (new->sa_handler == SIG_IGN ||
            (new->sa_handler == SIG_DFL && (RX_SIGBIT(sig) & SIG_DEFAULT_IGNORED)))
            discard_pending(sig);
    }
    __umk_unlock(&__umk_action_lock);
    __umk_signals_restore(allowed);
    if (old)
        *old = before;
    return 0;
}

void __umk_signal_start(const struct rx_start *start)
{
    for (int sig = 1; sig < NSIG; sig++) {
        if ((start->sigignored & RX_SIGBIT(sig)) && !(RX_SIGBIT(sig) & SIG_UNSTOPPABLE))
            __umk_actions[sig].sa_handler = SIG_IGN;
        __umk_action_publish(sig);
    }
    rx_set_signal_hook(__umk_deliver);
    __umk_signals_restore(__umk_allowed() | SIG_INTERNAL);
}

/* The child's shared page is new: it learns the actions again. */
void __umk_signal_fork(int what)
{
    if (what == 0) {
        __umk_lock(&__umk_action_lock);
        return;
    }
    if (what == 2) {
        for (int sig = 1; sig < NSIG; sig++) {
            __umk_sigwaiters[sig] = 0;
            __umk_action_publish(sig);
        }
    }
    __umk_unlock(&__umk_action_lock);
}
