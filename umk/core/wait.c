/*
 * Waiting for children. A waiting context keeps in w[]: 0 whom, 1 flags, 2 whether whom is a
 * group. A child's end is taken exactly once; a stop or continue once per change.
 */
#include "umk/core/process.h"

#define ANY_CHILD 0u

static bool matches(const struct process *child, u64 whom, bool by_group)
{
    if (by_group)
        return child->pgid == whom;
    return whom == ANY_CHILD || child->pid == whom;
}

/* Takes one reportable change of one child. Result: its pid and the status, or 0. */
static u32 take_change(struct process *child, u32 flags, u32 *status)
{
    u32 pid = child->pid;

    if (child->state == PROC_ZOMBIE) {
        *status = child->status;
        child->parent->cpu_children += child->cpu_before + child->cpu_children;
        process_reap(child);
        return pid;
    }
    if (child->report_stop && (flags & RX_WUNTRACED)) {
        child->report_stop = false;
        *status = RX_STATUS_STOPPED(child->stop_signal);
        return pid;
    }
    if (child->report_cont && (flags & RX_WCONTINUED)) {
        child->report_cont = false;
        *status = RX_STATUS_CONTINUED;
        return pid;
    }
    return 0;
}

/* -ECHILD: nobody to wait for; 0: nothing yet; or the pid. */
static i64 look(struct process *parent, u64 whom, u32 flags, bool by_group, u32 *status)
{
    struct process *child, *tmp;
    bool any = false;

    LIST_FOR_EACH_SAFE (child, tmp, &parent->children, siblings) {
        u32 pid;

        if (!matches(child, whom, by_group))
            continue;
        any = true;
        if ((pid = take_change(child, flags, status)))
            return pid;
    }
    return any ? 0 : -ECHILD;
}

static void interrupted(struct context *c)
{
    context_finish(c, -EINTR);
}

i64 proc_wait(struct context *c, u64 pid, u32 flags, bool by_group)
{
    u32 status = 0;
    i64 res;

    if (!by_group && pid == c->proc->pid)
        return -EINVAL;
    if (by_group && pid == 0)
        pid = c->proc->pgid;
    res = look(c->proc, pid, flags, by_group, &status);
    c->call.ret[0] = status;
    if (res != 0 || (flags & RX_WNOHANG))
        return res;
    c->w[0] = pid;
    c->w[1] = flags;
    c->w[2] = by_group;
    return context_park(c, "child", interrupted);
}

void wait_check(struct process *parent)
{
    struct context *c, *tmp;

    LIST_FOR_EACH_SAFE (c, tmp, &parent->contexts, of_process) {
        u32 status = 0;
        i64 res;

        if (c->state != CTX_WAITING || c->cancel != interrupted)
            continue;
        res = look(parent, c->w[0], (u32)c->w[1], c->w[2], &status);
        if (res == 0)
            continue;
        c->call.ret[0] = status;
        context_finish(c, res);
    }
}
