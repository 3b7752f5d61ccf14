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
/* When the core wants its tick, 0: never; and what a processor's timer was last set for. */
extern u64 clock_wanted, clock_armed;
/* Effect of the core. */
static inline void clock_set(u64 at)
{
    clock_wanted = at;
}
/* Programs the timer of this processor, see clock_arm. */
void clock_program(void);
/* Programs the timer of this processor, if it was asked for another time. Every way out of the
 * kernel asks. */
static inline void clock_arm(void)
{
    if (clock_wanted != clock_armed)
        clock_program();
}
/* The timer's interrupt. */
void clock_tick(void);
/* Busy for so long. */
void clock_wait(u64 ns);
u64 clock_tsc_hz(void);

#endif
