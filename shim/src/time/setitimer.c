/* alarm, ualarm, setitimer, getitimer: one timer of the process, on the wall clock's time. */
#include <sys/time.h>
#include <unistd.h>
#include "shim/src/time/timers.h"

static struct timer real = {.clock = CLOCK_MONOTONIC, .notify = SIGEV_SIGNAL, .signo = SIGALRM};

static struct timeval to_timeval(struct timespec t)
{
    return (struct timeval){t.tv_sec, (suseconds_t)((t.tv_nsec + 999) / 1000 % 1000000)};
}

static void convert(const struct itimerspec *in, struct itimerval *out)
{
    out->it_interval = to_timeval(in->it_interval);
    out->it_value = to_timeval(in->it_value);
    /* rounding up may have carried */
    if (in->it_value.tv_nsec > 999999000)
        out->it_value.tv_sec++;
}

static struct timespec to_timespec(struct timeval t)
{
    /* what is no time stays none */
    return (struct timespec){t.tv_sec,
                             t.tv_usec < 0 || t.tv_usec >= 1000000 ? -1 : t.tv_usec * 1000L};
}

/* Processor time has no clock here. */
static int wrong_timer(int which)
{
    return (int)__umk_fail(which == ITIMER_VIRTUAL || which == ITIMER_PROF ? ENOSYS : EINVAL);
}

int setitimer(int which, const struct itimerval *restrict new, struct itimerval *restrict old)
{
    struct itimerspec value, before;

    if (which != ITIMER_REAL)
        return wrong_timer(which);
    value.it_interval = to_timespec(new->it_interval);
    value.it_value = to_timespec(new->it_value);
    i64 r = __umk_timer_set(&real, false, &value, &before);
    if (r == 0 && old)
        convert(&before, old);
    return (int)__umk_result(r);
}

int getitimer(int which, struct itimerval *out)
{
    struct itimerspec value;

    if (which != ITIMER_REAL)
        return wrong_timer(which);
    __umk_timer_get(&real, &value);
    convert(&value, out);
    return 0;
}

unsigned int alarm(unsigned int seconds)
{
    struct itimerval new = {.it_value = {.tv_sec = seconds}}, old = {0};

    if (setitimer(ITIMER_REAL, &new, &old) < 0)
        return 0;
    /* what is left counts as at least a second */
    return (unsigned int)old.it_value.tv_sec +
           (old.it_value.tv_usec >= 500000 || (old.it_value.tv_sec == 0 && old.it_value.tv_usec));
}

unsigned int ualarm(unsigned int value, unsigned int interval)
{
    struct itimerval new = {
        .it_interval = {interval / 1000000, (suseconds_t)(interval % 1000000)},
        .it_value = {value / 1000000, (suseconds_t)(value % 1000000)},
    };
    struct itimerval old = {0};

    if (setitimer(ITIMER_REAL, &new, &old) < 0)
        return 0;
    return (unsigned int)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}
