/*
 * Delivery: claims pending signals of the calling thread and does what the process
 * wants done with them. libredox calls this outside the gate; functions that change the
 * mask call it themselves. It may be entered again from a handler, or by a signal that
 * arrives between any two of its instructions: a bit is claimed by exactly one.
 *
 * A handler runs with the mask that POSIX prescribes and finds the mask of the
 * interrupted code in its ucontext; that, changed or not, is restored after it.
 */
#include <string.h>
#include "shim/src/internal/result.h"
#include "shim/src/signal/action.h"
#include "shim/src/signal/altstack.h"

/* Takes the thread's own pending bit; true: it was set. */
static bool claim_thread(struct sig_control *c, int sig)
{
    u64 bit = 1ull << (sig - 1) % 32;

    /* pairs with the kernel's fetch_or: what it wrote before setting the bit is seen */
    return __atomic_fetch_and(&c->word[(sig - 1) / 32], ~bit, __ATOMIC_ACQ_REL) & bit;
}

static bool claim_process(struct sig_proc_control *p, int sig)
{
    u64 bit = RX_SIGBIT(sig);

    return __atomic_fetch_and(&p->pending, ~bit, __ATOMIC_ACQ_REL) & bit;
}

/* 0, -EAGAIN: no entry, or another error where the kernel keeps no queue. */
static i64 dequeue(int sig, siginfo_t *info)
{
    union {
        u32 index;
        struct rx_rt_sig_info rt;
    } u = {.index = (u32)(sig - 33)};

    i64 r = rx_proc(PROC_SIGDEQ, 0, 0, 0, &u, sizeof u);
    if (r < 0)
        return r;
    info->si_code = u.rt.code;
    info->si_pid = (pid_t)u.rt.pid;
    info->si_uid = (uid_t)u.rt.uid;
    info->si_value.sival_ptr = (void *)u.rt.arg;
    return 0;
}

/*
 * A queued signal's bit stays set while entries are left, so it is cleared first and set again
 * once one was found: whoever comes next finds out whether there are more.
 */
static bool claim_queued(struct sig_proc_control *p, int sig, siginfo_t *info)
{
    if (!claim_process(p, sig))
        return false;
    i64 r = dequeue(sig, info);
    if (r < 0)
        return r != -EAGAIN; /* no queue at all: the bit alone is the signal */
    __atomic_fetch_or(&p->pending, RX_SIGBIT(sig), __ATOMIC_ACQ_REL);
    return true;
}

static void sender(siginfo_t *info, u64 word, int code)
{
    info->si_code = code;
    info->si_pid = (pid_t)(u32)word;
    info->si_uid = (uid_t)(word >> 32);
}

/* The lowest deliverable signal, claimed, with its info; 0: none. */
static int claim(siginfo_t *info)
{
    struct sig_control *c = rx_sig_thread();
    struct sig_proc_control *p = rx_sig_proc();

    for (;;) {
        u64 own = (__atomic_load_n(&c->word[0], __ATOMIC_ACQUIRE) & 0xffffffffu) |
                  __atomic_load_n(&c->word[1], __ATOMIC_ACQUIRE) << 32;
        u64 all = __atomic_load_n(&p->pending, __ATOMIC_ACQUIRE);
        u64 set = (own | all) & __umk_allowed() & ~SIG_UNSTOPPABLE;
        if (set == 0)
            return 0;
        int sig = __builtin_ctzll(set) + 1;
        memset(info, 0, sizeof *info);
        info->si_signo = sig;
        if (claim_thread(c, sig)) {
            sender(info, sig <= 32 ? c->sender_infos[sig - 1] : 0, SI_TKILL);
            return sig;
        }
        if (sig > 32) {
            if (claim_queued(p, sig, info))
                return sig;
        } else if (claim_process(p, sig)) {
            sender(info, p->sender_infos[sig - 1], SI_USER);
            return sig;
        }
    }
}

/* A copy of the action; one that resets is default from now on. */
static struct sigaction take_action(int sig)
{
    u64 allowed = __umk_signals_block();

    __umk_lock(&__umk_action_lock);
    struct sigaction a = __umk_actions[sig];
    if ((a.sa_flags & SA_RESETHAND) && a.sa_handler != SIG_DFL && a.sa_handler != SIG_IGN) {
        __umk_actions[sig].sa_handler = SIG_DFL;
        __umk_actions[sig].sa_flags &= ~SA_SIGINFO;
        __umk_action_publish(sig);
    }
    __umk_unlock(&__umk_action_lock);
    __umk_set_allowed(allowed);
    return a;
}

static void default_action(int sig)
{
    u64 bit = RX_SIGBIT(sig);

    if (bit & SIG_DEFAULT_IGNORED)
        return;
    if (bit & SIG_DEFAULT_STOP) {
        redox_kill_v1(redox_get_pid_v1(), SIGSTOP);
        return;
    }
    rx_exit((u32)sig << 8);
}

/* What a handler must not find changed, and must not change. */
struct interrupted {
    int errno_value;
    u32 no_restart;
    u64 wait_set;
    u64 wake_queue;
    u8 at_cancel_point;
};

static struct interrupted put_aside(struct umk_thread *t)
{
    struct interrupted saved = {t->errno_value, t->no_restart, t->wait_set, t->wake_queue,
                                t->at_cancel_point};

    t->no_restart = 0;
    t->wait_set = 0;
    t->wake_queue = 0;
    t->at_cancel_point = 0;
    return saved;
}

static void put_back(struct umk_thread *t, const struct interrupted *saved)
{
    t->errno_value = saved->errno_value;
    t->no_restart = saved->no_restart;
    t->wait_set = saved->wait_set;
    t->wake_queue = saved->wake_queue;
    t->at_cancel_point = saved->at_cancel_point;
}

/* The read of the queue that is about to begin shall not wait. */
static void cut_short(u64 queue)
{
    struct rx_event e = {.id = EVENT_TIMEOUT_ID, .flags = EVENT_READ, .data = 0};

    redox_write_v1(queue, (const u8 *)&e, sizeof e);
}

static void run_handler(int sig, const struct sigaction *a, siginfo_t *info)
{
    struct umk_thread *t = __umk_self();
    u64 allowed = __umk_allowed();
    u64 blocked = a->sa_mask | (a->sa_flags & SA_NODEFER ? 0 : RX_SIGBIT(sig));
    ucontext_t context;
    void *stack = NULL;

    memset(&context, 0, sizeof context);
    context.uc_sigmask = ~allowed & ~(SIG_UNSTOPPABLE | SIG_INTERNAL);
    __umk_altstack_get(t, &context.uc_stack);
    if (a->sa_flags & SA_ONSTACK)
        stack = __umk_altstack_top(t);
    __umk_set_allowed(allowed & ~blocked);
    struct interrupted saved = put_aside(t);
    t->in_handler++;
    /* a handler without SA_SIGINFO ignores the other two arguments */
    __umk_call_handler(sig, info, &context, a->sa_sigaction, stack);
    t->in_handler--;
    put_back(t, &saved);
    __umk_set_allowed(~(u64)context.uc_sigmask | SIG_INTERNAL);
    t->handler_count++;
    if (t->wake_queue)
        cut_short(t->wake_queue - 1);
}

/* True: a call it interrupted must return EINTR. */
static bool handle(int sig, siginfo_t *info)
{
    struct umk_thread *t = __umk_self();

    if (sig == UMK_SIG_CANCEL) {
        if (__umk_cancel_act && (t->at_cancel_point || t->cancel_async))
            __umk_cancel_act();
        return false;
    }
    if (t->wait_set & RX_SIGBIT(sig)) {
        t->wait_set = 0;
        *(siginfo_t *)t->wait_info = *info;
        t->handler_count++;
        return true;
    }
    struct sigaction a = take_action(sig);
    if (a.sa_handler == SIG_IGN)
        return false;
    if (a.sa_handler == SIG_DFL) {
        default_action(sig);
        return false;
    }
    run_handler(sig, &a, info);
    return !(a.sa_flags & SA_RESTART) || t->no_restart;
}

bool __umk_deliver(void *uctx)
{
    siginfo_t info;
    bool interrupted = false;
    int sig;

    (void)uctx;
    while ((sig = claim(&info)))
        interrupted |= handle(sig, &info);
    return interrupted;
}
