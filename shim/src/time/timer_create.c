/* POSIX timers. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include "shim/src/time/timers.h"

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict out)
{
    struct timer *t;

    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return (int)__umk_fail(clock == CLOCK_PROCESS_CPUTIME_ID ||
                                       clock == CLOCK_THREAD_CPUTIME_ID ||
                                       RX_CLOCK_IS_THREAD((u32)clock)
                                   ? ENOTSUP
                                   : EINVAL);
    if (event && (event->sigev_notify < SIGEV_SIGNAL || event->sigev_notify > SIGEV_THREAD ||
                  (event->sigev_notify == SIGEV_SIGNAL &&
                   (event->sigev_signo < 1 || event->sigev_signo >= NSIG))))
        return (int)__umk_fail(EINVAL);
    t = calloc(1, sizeof *t);
    if (!t)
        return (int)__umk_fail(EAGAIN);
    t->clock = clock;
    t->notify = event ? event->sigev_notify : SIGEV_SIGNAL;
    t->signo = event ? event->sigev_signo : SIGALRM;
    if (event) {
        t->value = event->sigev_value;
        t->function = event->sigev_notify_function;
    } else {
        t->value.sival_ptr = t;
    }
    *out = t;
    return 0;
}

int timer_delete(timer_t id)
{
    const struct itimerspec off = {{0, 0}, {0, 0}};

    __umk_timer_set(id, false, &off, NULL);
    free(id);
    return 0;
}

int timer_settime(timer_t id, int flags, const struct itimerspec *restrict new,
                  struct itimerspec *restrict old)
{
    if (flags & ~TIMER_ABSTIME)
        return (int)__umk_fail(EINVAL);
    return (int)__umk_result(__umk_timer_set(id, flags & TIMER_ABSTIME, new, old));
}

int timer_gettime(timer_t id, struct itimerspec *out)
{
    __umk_timer_get(id, out);
    return 0;
}

int timer_getoverrun(timer_t id)
{
    return (int)__atomic_load_n(&((struct timer *)id)->overrun, __ATOMIC_RELAXED);
}
