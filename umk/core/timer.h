/*
 * Timers: a pairing heap of one-shot deadlines in monotonic nanoseconds. A record belongs to
 * its user, who must cancel it before it goes away. The function is called once, from
 * core_tick, with the timer already out of the heap.
 */
#ifndef UMK_CORE_TIMER_H
#define UMK_CORE_TIMER_H

#include "umk/core/core.h"

struct timer {
    u64 at;
    void (*fn)(struct timer *t);
    struct timer *child, *next, *prev; /* prev: left sibling, or the parent of a first child */
    bool armed;
};

void timer_arm(struct timer *t, u64 at, void (*fn)(struct timer *));
void timer_cancel(struct timer *t);

#endif
