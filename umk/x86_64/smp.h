/*
 * Several processors: the one lock that the kernel runs under, and messages between processors. A
 * processor that waits for the lock serves messages meanwhile, so the holder may wait for their
 * effect.
 *
 * Which processors may have a space's translations cached: those that have its table loaded
 * (struct cpu's root), and no others, since nothing here is kept over a change of tables.
 */
#ifndef UMK_X86_64_SMP_H
#define UMK_X86_64_SMP_H

#include "umk/x86_64/cpu.h"

/* Into the kernel: the lock is ours. And out of it. */
extern u32 kernel_lock;
void kernel_wait(void); /* takes it when it is free */
/* If it is free at this moment: false, it is not. */
static inline bool kernel_try_enter(void)
{
    return __builtin_expect(!__atomic_exchange_n(&kernel_lock, 1, __ATOMIC_ACQUIRE), 1);
}
static inline void kernel_enter(void)
{
    if (!kernel_try_enter())
        kernel_wait();
}
static inline void kernel_leave(void)
{
    __atomic_store_n(&kernel_lock, 0, __ATOMIC_RELEASE);
}
/* What other processors ask of this one; called while waiting for the lock, and for VECTOR_WAKE. */
void smp_serve(void);

/* An idle processor, if there is one, looks for a thread to run. */
void smp_wake_idle(void);
/* c, which runs a thread that shall not run, is in the kernel when this returns, the thread's
 * registers saved and its table left. */
void smp_bring_in(struct cpu *c);
/* Many pages of the table with this root are about to change: whoever runs with it waits in the
 * kernel, without the table, until the lock is free again. One message instead of one a page. */
void smp_hold_root(u32 root);
/* The table with this root is about to go: none of its threads runs any more. */
void smp_leave_root(u32 root);
/* All processors forget what they have cached of the kernel's half. */
void smp_flush_kernel(void);

/* Nothing else runs any more, even when this is called without the lock. */
void smp_stop_others(void);
/* An NMI has come: does not return if another processor has called smp_stop_others. True: this one
 * has, and the NMI is nothing. */
bool smp_stopping(void);

/* Starts the other processors that are named, until there are `limit` of them in all (0: as many
 * as can be used). Called with the lock: they wait for it. */
void smp_start(const u32 *apics, u32 n, u32 limit);

#endif
