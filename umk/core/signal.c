/* Sending signals; the protocol is in signal.h. */
#include "umk/core/signal.h"

/* Allowed bits of a thread, from the high halves of its two words. */
static u64 allowed(const struct portal *pt)
{
    u64 low = __atomic_load_n(&pt->sig.word[0], __ATOMIC_RELAXED) >> 32;
    u64 high = __atomic_load_n(&pt->sig.word[1], __ATOMIC_RELAXED) >> 32;

    return low | high << 32;
}

static u64 pending(const struct portal *pt)
{
    u64 low = (u32)__atomic_load_n(&pt->sig.word[0], __ATOMIC_RELAXED);
    u64 high = (u32)__atomic_load_n(&pt->sig.word[1], __ATOMIC_RELAXED);

    return low | high << 32;
}

static const struct portal *portal_of(const struct context *c)
{
    return c->proc->body && !c->async ? c->proc->body->portal[c->portal] : NULL;
}

bool signal_deliverable(const struct context *c)
{
    const struct portal *pt = portal_of(c);
    u64 process;

    if (!pt)
        return false;
    process = __atomic_load_n(&c->proc->body->page->sig.pending, __ATOMIC_RELAXED);
    return ((pending(pt) | process) & allowed(pt)) != 0;
}

static struct context *thread_allowing(struct process *p, u32 sig)
{
    struct context *c;

    LIST_FOR_EACH (c, &p->contexts, of_process) {
        const struct portal *pt = portal_of(c);

        if (pt && (allowed(pt) & RX_SIGBIT(sig)))
            return c;
    }
    return NULL;
}

static bool default_ignores(u32 sig)
{
    return sig == RX_SIGCHLD || sig == RX_SIGURG || sig == RX_SIGWINCH || sig == RX_SIGCONT;
}

static bool default_stops(u32 sig)
{
    return sig == RX_SIGSTOP || sig == RX_SIGTSTP || sig == RX_SIGTTIN || sig == RX_SIGTTOU;
}

static bool may_send(const struct process *sender, const struct process *p)
{
    return !sender || sender->cred.euid == 0 || sender->cred.euid == p->cred.ruid ||
           sender->cred.ruid == p->cred.ruid;
}

/* The thread learns of it: leaves its wait, or is nudged out of user code or a channel. */
static void notify(struct process *p, struct context *c)
{
    if (c->state == CTX_WAITING)
        context_interrupt(c);
    else if (c->state == CTX_USER) /* one that is calling looks at its words on its way out */
        core.machine->nudge(p->body, c->portal);
}

static void default_action(struct process *p, u32 sig)
{
    /* init is there for all others: it neither stops nor dies by a signal it does not know */
    if (default_ignores(sig) || p == core.init)
        return;
    if (default_stops(sig))
        process_stop(p, sig);
    else
        process_end(p, RX_STATUS_SIGNALED(sig));
}

/* Who sent it, where the process will find it. A real-time signal from a process is an entry of its
 * own, with or without a value. */
static i64 note_sender(struct process *p, u32 sig, const struct process *sender,
                       const struct rx_rt_sig_info *value)
{
    struct rx_rt_sig_info info = {.pid = sender->pid, .uid = sender->cred.ruid};

    if (sig <= 32) {
        if (p->body) /* a process that is NEW has no place for it yet */
            p->body->page->sig.sender_infos[sig - 1] = info.pid | (u64)info.uid << 32;
        return 0;
    }
    if (value) {
        info.arg = value->arg;
        info.code = value->code < 0 ? value->code : 0;
    }
    return sigqueue_add(p, sig, &info);
}

static i64 send(struct process *p, u32 sig, const struct process *sender,
                const struct rx_rt_sig_info *value)
{
    struct sig_proc_control *ctl;
    struct context *c;
    u64 first;
    i64 err;

    if (sig > RX_SIG_MAX || sig == 32)
        return -EINVAL;
    if (!may_send(sender, p))
        return -EPERM;
    if (sig == 0 || p->state == PROC_ZOMBIE || p->state == PROC_DYING)
        return 0;
    if (sig == RX_SIGKILL) {
        process_end(p, RX_STATUS_SIGNALED(sig));
        return 0;
    }
    if (sig == RX_SIGCONT)
        process_continue(p);
    if (sig == RX_SIGSTOP) {
        default_action(p, sig);
        return 0;
    }
    if (p->state == PROC_NEW) {
        if (sender && (err = note_sender(p, sig, sender, value)))
            return err;
        p->early_signals |= RX_SIGBIT(sig);
        return 0;
    }
    ctl = &p->body->page->sig;
    first = __atomic_load_n(&ctl->actions[sig - 1].first, __ATOMIC_RELAXED);
    if (first & SIGACT_IGNORED)
        return 0;
    c = thread_allowing(p, sig);
    if (!(first & SIGACT_ADDRESS) && c) {
        default_action(p, sig);
        return 0;
    }
    if (sender && (err = note_sender(p, sig, sender, value)))
        return err;
    /* pairs: the thread's atomic claim of a pending bit */
    __atomic_fetch_or(&ctl->pending, RX_SIGBIT(sig), __ATOMIC_SEQ_CST);
    if (c)
        notify(p, c);
    return 0;
}

i64 signal_send(struct process *p, u32 sig, const struct process *sender)
{
    return send(p, sig, sender, NULL);
}

i64 signal_queue(struct process *p, u32 sig, const struct process *sender,
                 const struct rx_rt_sig_info *value)
{
    return sig <= 32 ? -EINVAL : send(p, sig, sender, value);
}

void signal_started(struct process *p)
{
    u64 early = p->early_signals, serial = p->serial;
    u32 pid = p->pid;

    for (u32 sig = 1; sig <= RX_SIG_MAX && early; sig++) {
        if (!(early & RX_SIGBIT(sig)))
            continue;
        early &= ~RX_SIGBIT(sig);
        p = process_find(pid);
        if (!p || p->serial != serial)
            return;
        p->early_signals = early;
        signal_send(p, sig, NULL);
    }
}

i64 signal_send_thread(struct process *p, u32 portal, u32 sig)
{
    struct context *c = portal < PORTALS_MAX ? p->by_portal[portal] : NULL;
    struct portal *pt = c && !c->async && p->body ? p->body->portal[portal] : NULL;
    u64 first;

    if (sig == 0 || sig > RX_SIG_MAX || sig == 32)
        return sig == 0 && pt ? 0 : -EINVAL;
    if (!pt)
        return -ESRCH;
    first = __atomic_load_n(&p->body->page->sig.actions[sig - 1].first, __ATOMIC_RELAXED);
    if (first & SIGACT_IGNORED)
        return 0;
    if (!(first & SIGACT_ADDRESS) && ((allowed(pt) & RX_SIGBIT(sig)) || sig == RX_SIGKILL)) {
        if (sig == RX_SIGKILL)
            process_end(p, RX_STATUS_SIGNALED(sig));
        else
            default_action(p, sig);
        return 0;
    }
    /* pairs: the thread's atomic claim of a pending bit */
    __atomic_fetch_or(&pt->sig.word[(sig - 1) / 32], 1ull << ((sig - 1) % 32), __ATOMIC_SEQ_CST);
    notify(p, c);
    return 0;
}

/* By pid, since what one signal does may end any process. pgid 0: everybody but init and the
 * sender. */
static i64 kill_many(struct process *sender, u32 pgid, u32 sig)
{
    i64 res = -ESRCH;

    for (u32 pid = 1; pid < PID_MAX; pid++) {
        struct process *p = core.by_pid[pid];
        i64 err;

        if (!p || p->state == PROC_ZOMBIE)
            continue;
        if (pgid ? p->pgid != pgid : (p == core.init || p == sender))
            continue;
        err = signal_send(p, sig, sender);
        if (err == 0 || res == -ESRCH)
            res = err;
    }
    return res;
}

i64 signal_kill(struct process *sender, i64 target, u32 sig)
{
    if (target == 0)
        return kill_many(sender, sender->pgid, sig);
    if (target == -1)
        return kill_many(sender, 0, sig);
    if (target < 0)
        return target < -(i64)PID_MAX ? -ESRCH : kill_many(sender, (u32)-target, sig);
    struct process *p = target < PID_MAX ? process_find((u32)target) : NULL;
    return p ? signal_send(p, sig, sender) : -ESRCH;
}

void signal_group(u32 pgid, u32 sig)
{
    if (pgid)
        kill_many(NULL, pgid, sig);
}
