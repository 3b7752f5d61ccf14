/* The scheduler; its states are in sched.h. */
#include "umk/core/sched.h"

#define PRIORITIES 40u

static struct list ready[PRIORITIES];
static u64 ready_mask; /* bit p: ready[p] is not empty */
static struct list running;
static u32 nrunning;
static struct timer slice;

void sched_init(void)
{
    for (u32 i = 0; i < PRIORITIES; i++)
        list_init(&ready[i]);
    list_init(&running);
    ready_mask = 0;
    nrunning = 0;
    memset(&slice, 0, sizeof(slice));
}

static bool gated(const struct context *c)
{
    return core.config.cpus > 0 && !c->async;
}

static void slice_over(struct timer *t);

/* The tick is needed only while somebody waits for a processor. */
static void want_slice(void)
{
    if (ready_mask && nrunning && !slice.armed)
        timer_arm(&slice, core.machine->now() + SCHED_SLICE_NS, slice_over);
}

static void unready(struct context *c)
{
    u32 p = c->sched_prio;

    list_remove(&c->sched);
    if (list_empty(&ready[p]))
        ready_mask &= ~(1ull << p);
}

static void run(struct context *c)
{
    c->sched_state = SCHED_RUNNING;
    c->slice_end = core.machine->now() + SCHED_SLICE_NS;
    list_add(&running, &c->sched);
    nrunning++;
}

static struct context *choose(void)
{
    for (u64 mask = ready_mask; mask; mask &= mask - 1) {
        struct list *queue = &ready[__builtin_ctzll(mask)];
        struct context *c;

        LIST_FOR_EACH (c, queue, sched)
            if (!c->proc->stopped)
                return c;
    }
    return NULL;
}

static void schedule(void)
{
    struct context *c;

    while (nrunning < core.config.cpus && (c = choose())) {
        unready(c);
        run(c);
        core.switches++;
        core.machine->reply(c->proc->body, c->portal);
    }
    want_slice();
}

static void stop_running(struct context *c)
{
    list_remove(&c->sched);
    nrunning--;
    c->sched_state = SCHED_OFF;
}

void sched_started(struct context *c)
{
    if (gated(c))
        run(c);
}

void sched_entered(struct context *c)
{
    if (c->sched_state == SCHED_RUNNING) {
        stop_running(c);
        schedule();
    } else if (c->sched_state == SCHED_READY) {
        /* it did not wait for its turn, which only a program of its own kind does */
        unready(c);
    }
    c->sched_state = SCHED_OFF;
}

void sched_ready(struct context *c)
{
    if (!gated(c)) {
        core.machine->reply(c->proc->body, c->portal);
        return;
    }
    core_assert(c->sched_state == SCHED_OFF);
    c->sched_state = SCHED_READY;
    c->sched_prio = c->proc->prio < PRIORITIES ? c->proc->prio : PRIORITIES - 1;
    list_add(&ready[c->sched_prio], &c->sched);
    ready_mask |= 1ull << c->sched_prio;
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

    LIST_FOR_EACH (c, &p->contexts, of_process)
        if (c->sched_state == SCHED_HELD)
            run(c);
    if (core.config.cpus)
        schedule();
}

/* Threads whose slice is over are nudged; they come in by a call, and others get their turn. */
static void slice_over(struct timer *t)
{
    u64 now = core.machine->now();
    struct context *c, *tmp;

    (void)t;
    LIST_FOR_EACH_SAFE (c, tmp, &running, sched)
        if (c->slice_end <= now) {
            c->slice_end = now + SCHED_SLICE_NS;
            c->proc->body->page->yield = 1;
            core.machine->nudge(c->proc->body, c->portal);
        }
    want_slice();
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
    for (u32 i = 0; i < PRIORITIES; i++)
        core_assert(list_empty(&ready[i]) == !(ready_mask & 1ull << i));
}
