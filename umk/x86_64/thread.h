/*
 * Threads: registers and vector state of each portal's thread, and which of them runs. The core
 * decides who may run (its scheduler gives the processor and takes it); here are the hands: a
 * queue of those that may and wait for a processor to come by.
 *
 *     OFF --thread_give--> QUEUED --thread_next--> RUNNING --its call, thread_take--> OFF
 *
 * Invariants: at most one processor has a thread as its current one, and only that one's vector
 * registers and page table are loaded there while the kernel's lock is free. What a thread came
 * in for (a call, a fault) is the thread's, not the processor's: whoever it is given to next
 * carries it out, if it was taken while it waited for the lock.
 */
#ifndef UMK_X86_64_THREAD_H
#define UMK_X86_64_THREAD_H

#include "umk/core/machine.h"
#include "umk/x86_64/cpu.h"

struct metal_body;

struct thread {
    struct regs regs; /* first: an entry from user code has their address only */
    struct metal_body *body;
    struct thread *next; /* of its body */
    struct thread *queue_next, **queue_at;
    u32 portal;
    u32 cpu; /* RUNNING */
    enum { THREAD_OFF, THREAD_QUEUED, THREAD_RUNNING } state;
    bool nudged;  /* make it look at its signals on its way out */
    bool entered; /* what regs.vector says is still to be carried out */
    bool in_call; /* it has come in by METAL_PROCESS and was not let go since */
    bool at_home; /* it has told its bases, which upcalls need */
    u64 fault_at; /* entered by a page fault: the address */
    u64 fs_base, gs_base;
    void *fpu;     /* a page */
    u64 since;     /* RUNNING: since when, by the time stamp counter */
    u64 cpu_ticks; /* used up to when it was last taken */
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

/* An entry from user code by a call or a fault, before the lock is there. */
static inline void thread_entered(struct regs *r)
{
    struct thread *t = (struct thread *)r;

    t->entered = true;
    if (r->vector == VECTOR_PAGE)
        t->fault_at = read_cr2();
}
/* Leaves the kernel: for the current thread if it may still run, or another one, or sleeps until
 * there is one. */
_Noreturn void thread_next(void);

/* Takes the bases that its portal says, as far as they are addresses. */
void thread_set_bases(struct thread *t, const struct portal *p);
/* Lets t go on at `entry`, when it may; see abi/metal.h. False: it has forbidden that. */
bool thread_upcall(struct thread *t, u64 entry);

#endif
