/*
 * Sleeping. A handler always ends a sleep, whatever SA_RESTART says; what is left is
 * computed from the clock, so that restarts by the kernel would not add up.
 */
#include <errno.h>
#include <unistd.h>
#include "shim/src/pthread/cancel.h"
#include "shim/src/time/deadline.h"

/* 0, or -EINTR */
static i64 sleep_for(struct timespec span)
{
    struct umk_thread *t = __umk_self();
    struct rx_timespec request = {.sec = span.tv_sec, .nsec = (i32)span.tv_nsec};

    __umk_cancel_enter();
    t->no_restart++;
    i64 r = rx_nanosleep(&request, NULL);
    t->no_restart--;
    __umk_cancel_leave();
    return r;
}

static int before(struct timespec a, struct timespec b)
{
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

static int sleep_until(clockid_t clock, struct timespec until)
{
    for (;;) {
        struct timespec now = __umk_now(clock);
        if (!before(now, until))
            return 0;
        i64 r = sleep_for(__umk_timespec_sub(until, now));
        if (r < 0)
            return (int)-r;
    }
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *remaining)
{
    if (!__umk_timespec_valid(request) || (flags & ~TIMER_ABSTIME))
        return EINVAL;
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return clock == CLOCK_PROCESS_CPUTIME_ID || RX_CLOCK_IS_THREAD((u32)clock) ? ENOTSUP
                                                                                   : EINVAL;
    if (flags & TIMER_ABSTIME)
        return sleep_until(clock, *request);
    if (request->tv_sec < 0)
        return EINVAL;
    struct timespec until = __umk_timespec_add(__umk_now(CLOCK_MONOTONIC), *request);
    int error = sleep_until(CLOCK_MONOTONIC, until);
    if (error == EINTR && remaining) {
        struct timespec now = __umk_now(CLOCK_MONOTONIC);
        *remaining = before(now, until) ? __umk_timespec_sub(until, now) : (struct timespec){0, 0};
    }
    return error;
}

int nanosleep(const struct timespec *request, struct timespec *remaining)
{
    int error = clock_nanosleep(CLOCK_REALTIME, 0, request, remaining);

    return error ? (int)__umk_fail(error) : 0;
}

unsigned int sleep(unsigned int seconds)
{
    struct timespec request = {.tv_sec = seconds}, left = {0, 0};
    int saved = __umk_self()->errno_value;

    if (nanosleep(&request, &left) == 0)
        return 0;
    __umk_self()->errno_value = saved;
    return (unsigned int)left.tv_sec + (left.tv_nsec >= NS_PER_S / 2);
}

int usleep(useconds_t us)
{
    struct timespec request = {us / 1000000, (long)(us % 1000000) * 1000};

    return nanosleep(&request, NULL);
}
