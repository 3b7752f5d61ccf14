/*
 * Who runs. With core.config.cpus == 0 the machine runs everything at once and an answered call is
 * an answered call. Otherwise at most that many threads run: an answer is held back until its
 * thread is chosen, the most urgent first, in turns among equals; a thread that has run for a
 * slice while others wait is asked to come in. One that does not come in time has its process
 * stopped by the machine, with all its threads, and goes on from there at its next turn.
 *
 *     OFF --sched_started--> RUNNING --sched_entered (a call, or that it waits)--> OFF
 *     OFF --sched_ready (its answer)--> READY --chosen--> RUNNING
 *     RUNNING --does not come in--> READY, stalled --chosen--> RUNNING
 *     RUNNING --sched_hold (stopped)--> HELD --sched_resume--> RUNNING
 *
 * Contexts of main loops' asynchronous calls are no threads and are answered at once.
 */
#ifndef UMK_CORE_SCHED_H
#define UMK_CORE_SCHED_H

#include "umk/core/process.h"

#define SCHED_SLICE_NS 10000000ull
/* Slices from the first request to come in to the stop. */
#define SCHED_PATIENCE 2u

void sched_init(void);
/* A new thread that runs already. */
void sched_started(struct context *c);
/* A running thread came in with a call. It keeps the processor meanwhile where that can be taken
 * from it at any time; elsewhere each call is a chance for others. */
static inline void sched_called(struct context *c);
/* It waits, or lets others go first. */
void sched_entered(struct context *c);
/* Whether it goes on at once when its call is answered: it has a processor, and nobody more urgent
 * waits for one. */
static inline bool sched_keeps(const struct context *c);
/* The answer in its portal is complete. */
void sched_ready(struct context *c);
/* What it waited for without a call is over. */
void sched_go_on(struct context *c);
void sched_forget(struct context *c);
/* All threads of a process are stopped, or go on. */
void sched_hold(struct process *p);
void sched_resume(struct process *p);
/* Invariant: the counts match the lists. */
void sched_check(void);

#define SCHED_PRIORITIES 40u
/* Bit p: somebody of priority p waits for a processor. */
extern u64 sched_waiting;

static inline u32 sched_priority(const struct context *c)
{
    return c->proc->prio < SCHED_PRIORITIES ? c->proc->prio : SCHED_PRIORITIES - 1;
}

static inline bool sched_keeps(const struct context *c)
{
    return c->sched_state == SCHED_RUNNING &&
           (!sched_waiting || !(sched_waiting & ((1ull << sched_priority(c)) - 1)));
}

static inline void sched_called(struct context *c)
{
    if (c->sched_state != SCHED_RUNNING || !core.machine->preempt)
        sched_entered(c);
}

#endif
