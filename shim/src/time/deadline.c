/* Arithmetic on points in time. */
#include "shim/src/time/deadline.h"

struct timespec __umk_timespec_add(struct timespec a, struct timespec b)
{
    struct timespec r = {.tv_nsec = a.tv_nsec + b.tv_nsec};
    i64 carry = 0;

    if (r.tv_nsec >= NS_PER_S) {
        r.tv_nsec -= NS_PER_S;
        carry = 1;
    }
    if (__builtin_add_overflow(a.tv_sec, b.tv_sec, &r.tv_sec) ||
        __builtin_add_overflow(r.tv_sec, carry, &r.tv_sec))
        return (struct timespec){INT64_MAX, NS_PER_S - 1};
    return r;
}

struct timespec __umk_timespec_sub(struct timespec a, struct timespec b)
{
    struct timespec r = {.tv_nsec = a.tv_nsec - b.tv_nsec};
    i64 borrow = 0;

    if (r.tv_nsec < 0) {
        r.tv_nsec += NS_PER_S;
        borrow = 1;
    }
    if (__builtin_sub_overflow(a.tv_sec, b.tv_sec, &r.tv_sec) ||
        __builtin_sub_overflow(r.tv_sec, borrow, &r.tv_sec))
        return (struct timespec){b.tv_sec > 0 ? INT64_MIN : INT64_MAX, 0};
    return r;
}

struct timespec __umk_now(clockid_t clock)
{
    struct rx_timespec ts = {0};

    rx_clock((u32)clock, &ts);
    return (struct timespec){ts.sec, ts.nsec};
}

i64 __umk_deadline(clockid_t clock, const struct timespec *abs, struct redox_c_timespec *out)
{
    struct timespec at = *abs;

    if (!__umk_timespec_valid(abs) || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC))
        return -EINVAL;
    if (clock == CLOCK_REALTIME)
        at = __umk_timespec_add(__umk_now(CLOCK_MONOTONIC),
                                __umk_timespec_sub(at, __umk_now(CLOCK_REALTIME)));
    if (at.tv_sec < 0)
        at = (struct timespec){0, 0};
    *out = (struct redox_c_timespec){at.tv_sec, at.tv_nsec};
    return 0;
}

i64 __umk_deadline_in(const struct timespec *rel, struct redox_c_timespec *out)
{
    if (!__umk_timespec_valid(rel) || rel->tv_sec < 0)
        return -EINVAL;
    struct timespec at = __umk_timespec_add(__umk_now(CLOCK_MONOTONIC), *rel);
    *out = (struct redox_c_timespec){at.tv_sec, at.tv_nsec};
    return 0;
}
