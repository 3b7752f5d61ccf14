/* Points in time for waits: the kernel's futexes want CLOCK_MONOTONIC. */
#ifndef SHIM_TIME_DEADLINE_H
#define SHIM_TIME_DEADLINE_H

#include <time.h>
#include "shim/src/internal/result.h"

#define NS_PER_S 1000000000

static inline bool __umk_timespec_valid(const struct timespec *ts)
{
    return ts->tv_nsec >= 0 && ts->tv_nsec < NS_PER_S;
}

/* a + b or a - b, normalized; saturates. */
struct timespec __umk_timespec_add(struct timespec a, struct timespec b) __umk_hidden;
struct timespec __umk_timespec_sub(struct timespec a, struct timespec b) __umk_hidden;

/* Now, on CLOCK_REALTIME or CLOCK_MONOTONIC. */
struct timespec __umk_now(clockid_t clock) __umk_hidden;

/*
 * The monotonic time for an absolute time on a clock. *out is set; 0, or -EINVAL for a bad
 * timespec or clock.
 */
i64 __umk_deadline(clockid_t clock, const struct timespec *abs,
                   struct redox_c_timespec *out) __umk_hidden;
/* The monotonic time that lies rel ahead; -EINVAL if it is no time. */
i64 __umk_deadline_in(const struct timespec *rel, struct redox_c_timespec *out) __umk_hidden;

#endif
