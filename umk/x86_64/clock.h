/*
 * Time: monotonic time from the time stamp counter, scaled as programs scale it (the kernel page
 * says how), real time from where rtcd or another program sets it, and the timer that the core asks
 * for.
 */
#ifndef UMK_X86_64_CLOCK_H
#define UMK_X86_64_CLOCK_H

#include "umk/abi/program.h"

/* Measures the counter; real_seconds: the time since 1970 at this moment. False: the counter could
 * not be measured. */
bool clock_init(struct kernel_page *page, u64 real_seconds);
/* Nanoseconds since boot; before clock_init something that grows. */
u64 clock_now(void);
/* So many steps of the time stamp counter, in nanoseconds. */
u64 clock_ns(u64 ticks);
u64 clock_real_offset(void);
void clock_set_real_offset(u64 ns);
/* Effect of the core. */
void clock_set(u64 at);
/* Programs the timer of this processor, if it was asked for another time. */
void clock_arm(void);
/* The timer's interrupt. */
void clock_tick(void);
/* Busy for so long. */
void clock_wait(u64 ns);
u64 clock_tsc_hz(void);

#endif
