/* Processor time, as the kernel accounts it: one number for a process, user and system together. */
#ifndef SHIM_INTERNAL_USAGE_H
#define SHIM_INTERNAL_USAGE_H

#include "shim/src/internal/thread.h"

/* In ns. clock: RX_CLOCK_PROCESS_CPU, or RX_CLOCK_CHILDREN_CPU for children waited for. */
u64 __umk_cpu_used(u32 clock) __umk_hidden;

struct rusage;
/* A record with this much time in it, and all else zero. */
void __umk_fill_usage(struct rusage *usage, u64 ns) __umk_hidden;

#endif
