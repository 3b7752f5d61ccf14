/*
 * Threads: registers and vector state of each portal's thread, and which of them runs. The core
 * decides who may run (its scheduler gives the processor and takes it); here are the hands: a
 * queue of those that may and wait for a processor to come by.
 *
 *     OFF --thread_give--> QUEUED --thread_next--> RUNNING --its call, thread_take--> OFF
 *
 * Invariant: at most one processor has a thread as its current one; its vector registers are
 * loaded on that processor only.
 */
#ifndef UMK_X86_64_THREAD_H
#define UMK_X86_64_THREAD_H

#include "umk/core/machine.h"
#include "umk/x86_64/cpu.h"

struct metal_body;

struct thread {
    struct regs regs;
    struct metal_body *body;
    struct thread *next; /* of its body */
    struct thread *queue_next, **queue_at;
    u32 portal;
    u32 cpu; /* RUNNING */
    enum { THREAD_OFF, THREAD_QUEUED, THREAD_RUNNING } state;
    bool nudged; /* make it look at its signals on its way out */
    u64 fs_base, gs_base;
    void *fpu; /* a page */
    u64 since; /* RUNNING: since when, in ns */
};

/* A thread that starts at ip, with nothing in its other registers. NULL: no memory. */
struct thread *thread_new(struct metal_body *body, u32 portal, u64 ip, u64 sp);
/* A copy of a thread that is in a call. */
struct thread *thread_copy(struct metal_body *body, struct thread *from);
/* It may run, or may not any longer. */
void thread_give(struct thread *t);
void thread_take(struct thread *t);
void thread_free(struct thread *t);
/* Makes it look at its signals soon. */
void thread_nudge(struct thread *t);

/* Leaves the kernel: for the current thread if it may still run, or another one, or sleeps until
 * there is one. */
_Noreturn void thread_next(void);

/* Lets t go on at `entry`, when it may; see abi/metal.h. False: it has forbidden that. */
bool thread_upcall(struct thread *t, u64 entry);

#endif
