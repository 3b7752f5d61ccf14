/* timerfd: a timer of the library's timer thread that adds to a counter. */
#include <stdlib.h>
#include <sys/timerfd.h>
#include "shim/src/poll/counter.h"
#include "shim/src/time/timers.h"

static void expired(union sigval value)
{
    struct counter *c = value.sival_ptr;

    __umk_counter_add(c, 1);
}

static void close_timer(struct counter *c)
{
    const struct itimerspec off = {{0, 0}, {0, 0}};

    __umk_timer_set(c->owner, false, &off, NULL);
    free(c->owner);
}

int timerfd_create(clockid_t clock, int flags)
{
    struct counter *c;
    struct timer *t;

    if ((flags & ~(TFD_NONBLOCK | TFD_CLOEXEC)) ||
        (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC))
        return (int)__umk_fail(EINVAL);
    t = calloc(1, sizeof *t);
    if (!t)
        return (int)__umk_fail(ENOMEM);
    i64 r = __umk_counter_new(0, flags, false, &c);
    if (r < 0) {
        free(t);
        return (int)__umk_result(r);
    }
    t->clock = clock;
    t->notify = TIMER_CALL;
    t->function = expired;
    t->value.sival_ptr = c;
    c->owner = t;
    c->on_close = close_timer;
    return c->fd;
}

/* The timer behind fd; NULL and errno. */
static struct timer *timer_of(int fd)
{
    const struct counter *c = __umk_counter_find(fd);

    if (c && c->on_close == close_timer)
        return c->owner;
    __umk_fail(RX_IS_ERR(redox_fcntl_v0(fd < 0 ? RX_FD_NONE : (u64)fd, RX_F_GETFD, 0)) ? EBADF
                                                                                       : EINVAL);
    return NULL;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    struct timer *t = timer_of(fd);

    if (!t)
        return -1;
    if (flags & ~TFD_TIMER_ABSTIME)
        return (int)__umk_fail(EINVAL);
    return (int)__umk_result(__umk_timer_set(t, flags & TFD_TIMER_ABSTIME, new, old));
}

int timerfd_gettime(int fd, struct itimerspec *out)
{
    struct timer *t = timer_of(fd);

    if (!t)
        return -1;
    __umk_timer_get(t, out);
    return 0;
}
