/*
 * Timers: one thread of the library's own waits for the earliest of all that are armed.
 * It starts with the first timer, blocks all signals, and does not count as a thread of
 * the program's.
 */
#ifndef SHIM_TIME_TIMERS_H
#define SHIM_TIME_TIMERS_H

#include <signal.h>
#include "shim/src/time/deadline.h"

/* A sigev_notify of the library's own: function is called in the timer thread, and may not wait. */
#define TIMER_CALL 64

struct timer {
    struct timer *next; /* list of armed timers, under the lock */
    bool armed;
    struct timespec at;       /* monotonic */
    struct timespec interval; /* zero: once */
    clockid_t clock;
    int notify; /* SIGEV_* */
    int signo;
    union sigval value;
    void (*function)(union sigval);
    u32 overrun; /* expirations that found the last one not yet looked at: of a late thread */
};

/*
 * Arms (it_value not zero) or disarms a timer; old (may be NULL) gets what it was. 0 or negative
 * errno.
 */
i64 __umk_timer_set(struct timer *t, bool absolute, const struct itimerspec *new,
                    struct itimerspec *old) __umk_hidden;
void __umk_timer_get(struct timer *t, struct itimerspec *out) __umk_hidden;

#endif
