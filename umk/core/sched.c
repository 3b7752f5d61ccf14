/* The scheduler; its states are in sched.h. */
#include "umk/core/sched.h"

static struct list ready[SCHED_PRIORITIES];
u64 sched_waiting;
static struct list running;
static u32 nrunning;
static struct timer slice;

void sched_init(void)
{
    for (u32 i = 0; i < SCHED_PRIORITIES; i++)
        list_init(&ready[i]);
    list_init(&running);
    sched_waiting = 0;
    nrunning = 0;
    memset(&slice, 0, sizeof(slice));
}

static bool gated(const struct context *c)
{
    return core.config.cpus > 0 && !c->async && !c->proc->body->own_time;
}

static void slice_over(struct timer *t);

/* The tick is needed only while somebody waits for a processor. */
static void want_slice(void)
{
    if (sched_waiting && nrunning && !slice.armed)
        timer_arm(&slice, core.machine->now() + SCHED_SLICE_NS, slice_over);
}

static void unready(struct context *c)
{
    u32 p = c->sched_prio;

    list_remove(&c->sched);
    if (list_empty(&ready[p]))
        sched_waiting &= ~(1ull << p);
}

static void run(struct context *c)
{
    c->sched_state = SCHED_RUNNING;
    c->slice_end = core.machine->now() + SCHED_SLICE_NS;
    c->slices = 0;
    c->stalled = false;
    list_add(&running, &c->sched);
    nrunning++;
}

static void enqueue(struct context *c)
{
    c->sched_state = SCHED_READY;
    c->sched_prio = sched_priority(c);
    list_add(&ready[c->sched_prio], &c->sched);
    sched_waiting |= 1ull << c->sched_prio;
}

static struct context *choose(void)
{
    for (u64 mask = sched_waiting; mask; mask &= mask - 1) {
        struct list *queue = &ready[__builtin_ctzll(mask)];
        struct context *c;

        LIST_FOR_EACH (c, queue, sched)
            if (!c->proc->stopped)
                return c;
    }
    return NULL;
}

/* The machine continues a process as a whole: all of its threads run that did before. */
static void proceed(struct process *p)
{
    struct context *c;

    p->stalled = false;
    core.machine->body_stop(p->body, false);
    LIST_FOR_EACH (c, &p->contexts, of_process)
        if (c->sched_state == SCHED_READY && c->stalled) {
            unready(c);
            run(c);
        }
}

/* The processor goes to a context: with the answer of its call, or where it left off. */
static void give(struct context *c)
{
    bool resumes = c->resumes;

    c->resumes = false;
    run(c);
    if (resumes)
        core.machine->resume(c->proc->body, c->portal);
    else
        core.machine->reply(c->proc->body, c->portal);
}

static void schedule(void)
{
    struct context *c;

    while (nrunning < core.config.cpus && (c = choose())) {
        bool stalled = c->stalled;

        core.switches++;
        if (c->proc->stalled)
            proceed(c->proc);
        if (stalled)
            continue;
        unready(c);
        give(c);
    }
    want_slice();
}

/* It waits for a processor to go on where it was. */
static void make_ready_to_resume(struct context *c)
{
    core_assert(c->sched_state == SCHED_OFF);
    c->resumes = true;
    enqueue(c);
}

static void stop_running(struct context *c)
{
    list_remove(&c->sched);
    nrunning--;
    c->sched_state = SCHED_OFF;
}

static void stall(struct process *p)
{
    struct context *c;

    if (!p->stall_logged)
        klog("%s (pid %u) does not give way: it is stopped in turns", p->name, p->pid);
    p->stall_logged = true;
    p->stalled = true;
    core.machine->body_stop(p->body, true);
    LIST_FOR_EACH (c, &p->contexts, of_process)
        if (c->sched_state == SCHED_RUNNING) {
            stop_running(c);
            enqueue(c);
            c->stalled = true;
        }
}

void sched_started(struct context *c)
{
    if (!gated(c))
        return;
    if (core.machine->resume) {
        make_ready_to_resume(c);
        schedule();
        return;
    }
    if (c->proc->stalled) /* for its old program, or by a call that came before the stop */
        proceed(c->proc);
    run(c);
}

void sched_entered(struct context *c)
{
    if (c->sched_state == SCHED_RUNNING) {
        stop_running(c);
        schedule();
    } else if (c->sched_state == SCHED_READY) {
        /* it came in before it was stopped; or it did not wait for its turn, which only a program
         * of its own kind does */
        unready(c);
        c->stalled = false;
    }
    c->sched_state = SCHED_OFF;
    c->resumes = false;
}

void sched_ready(struct context *c)
{
    if (sched_keeps(c) || !gated(c)) { /* who has one is gated */
        core.machine->reply(c->proc->body, c->portal);
        return;
    }
    if (c->sched_state == SCHED_RUNNING)
        stop_running(c);
    c->sched_state = SCHED_OFF; /* held, it waits as others do that are stopped in a call */
    enqueue(c);
    schedule();
}

void sched_go_on(struct context *c)
{
    make_ready_to_resume(c);
    schedule();
}

void sched_forget(struct context *c)
{
    if (c->sched_state == SCHED_RUNNING)
        stop_running(c);
    else if (c->sched_state == SCHED_READY)
        unready(c);
    c->sched_state = SCHED_OFF;
    if (core.config.cpus)
        schedule();
}

void sched_hold(struct process *p)
{
    struct context *c;

    LIST_FOR_EACH (c, &p->contexts, of_process)
        if (c->sched_state == SCHED_RUNNING) {
            stop_running(c);
            c->sched_state = SCHED_HELD;
        }
    if (core.config.cpus)
        schedule();
}

void sched_resume(struct process *p)
{
    struct context *c;

    if (p->stalled)
        core.machine->body_stop(p->body, true);
    LIST_FOR_EACH (c, &p->contexts, of_process)
        if (c->sched_state == SCHED_HELD) {
            c->sched_state = SCHED_OFF;
            if (core.machine->resume)
                make_ready_to_resume(c);
            else
                run(c);
        }
    if (core.config.cpus)
        schedule();
}

/* A running thread that has been told to come in long ago; NULL: none. */
static struct context *overdue(void)
{
    struct context *c;

    LIST_FOR_EACH (c, &running, sched)
        if (c->slices > SCHED_PATIENCE)
            return c;
    return NULL;
}

/* The end of a running thread's slice: it waits for its next turn, or is asked to come in. */
static void end_slice(struct context *c)
{
    if (core.machine->preempt) {
        core.machine->preempt(c->proc->body, c->portal);
        stop_running(c);
        make_ready_to_resume(c);
        return;
    }
    c->slices++;
    c->proc->body->page->yield = 1;
    core.machine->nudge(c->proc->body, c->portal);
}

bool core_may_run(const struct body *b, u32 n)
{
    const struct process *p = b->proc;
    const struct context *c = p && p->body == b ? p->by_portal[n] : NULL;

    return c && c->sched_state == SCHED_RUNNING;
}

static void slice_over(struct timer *t)
{
    u64 now = core.machine->now();
    struct context *c, *tmp;

    (void)t;
    LIST_FOR_EACH_SAFE (c, tmp, &running, sched)
        if (c->slice_end <= now) {
            c->slice_end = now + SCHED_SLICE_NS;
            end_slice(c);
        }
    while ((c = overdue()))
        stall(c->proc);
    schedule();
}

void sched_check(void)
{
    const struct context *c;
    u32 n = 0;

    LIST_FOR_EACH (c, &running, sched) {
        core_assert(c->sched_state == SCHED_RUNNING);
        n++;
    }
    core_assert(n == nrunning);
    for (u32 i = 0; i < SCHED_PRIORITIES; i++)
        core_assert(list_empty(&ready[i]) == !(sched_waiting & 1ull << i));
}
