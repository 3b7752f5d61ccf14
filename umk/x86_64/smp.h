/*
 * Several processors: the one lock that the kernel runs under, messages between processors, and
 * the start of the others. A processor that waits for the lock serves messages meanwhile, so the
 * holder may wait for their effect.
 */
#ifndef UMK_X86_64_SMP_H
#define UMK_X86_64_SMP_H

#include "umk/x86_64/cpu.h"

/* Into the kernel: the lock is ours. And out of it. */
void kernel_enter(void);
void kernel_leave(void);
/* What other processors ask of this one; called with the lock or while waiting for it. */
void smp_serve(void);

/* A thread became ready: an idle processor, if there is one, looks for it. */
void smp_wake_idle(void);
/* c, which runs a thread that shall not run, is in the kernel when this returns, its thread's
 * registers saved. */
void smp_bring_in(struct cpu *c);
/* Forgets translations: a user address of the table with this root, or n pages of the kernel's. */
void smp_flush_user(u32 root, u64 address);
void smp_flush_kernel(u64 address, u64 n);
/* Nothing else runs any more. */
void smp_stop_others(void);

#endif
