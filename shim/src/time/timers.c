/* The timer thread. */
#include <pthread.h>
#include "shim/src/internal/lock.h"
#include "shim/src/process/atfork.h"
#include "shim/src/pthread/threads.h"
#include "shim/src/signal/mask.h"
#include "shim/src/signal/notify.h"
#include "shim/src/time/timers.h"

#define TIMER_STACK 32768

static u32 lock;
static struct timer *armed;
static bool running;
static u32 changes; /* futex of the thread: counts every change of the list */

static bool before(struct timespec a, struct timespec b)
{
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

static bool is_zero(struct timespec t)
{
    return t.tv_sec == 0 && t.tv_nsec == 0;
}

static void disarm(struct timer *t)
{
    for (struct timer **at = &armed; *at; at = &(*at)->next) {
        if (*at == t) {
            *at = t->next;
            break;
        }
    }
    t->armed = false;
}

static void arm(struct timer *t)
{
    t->next = armed;
    armed = t;
    t->armed = true;
}

static void act(const struct notice *n)
{
    if (n->notify == TIMER_CALL)
        n->function(n->value);
    else
        __umk_notify(n);
}

/* Takes one timer whose time has come; the lock is held. false: none. */
static bool take_expired(struct timespec now, struct notice *n)
{
    for (struct timer *t = armed; t; t = t->next) {
        if (before(now, t->at))
            continue;
        *n = (struct notice){t->notify, t->signo, t->value, t->function};
        t->overrun = 0;
        if (is_zero(t->interval)) {
            disarm(t);
            return true;
        }
        do {
            t->at = __umk_timespec_add(t->at, t->interval);
            t->overrun++;
        } while (!before(now, t->at));
        t->overrun--;
        return true;
    }
    return false;
}

static const struct timer *earliest(void)
{
    const struct timer *first = armed;

    for (const struct timer *t = armed; t; t = t->next)
        if (before(t->at, first->at))
            first = t;
    return first;
}

static void *timer_thread(void *arg)
{
    (void)arg;
    __umk_signals_block();
    for (;;) {
        struct notice n;
        struct redox_c_timespec deadline;
        __umk_lock(&lock);
        if (take_expired(__umk_now(CLOCK_MONOTONIC), &n)) {
            __umk_unlock(&lock);
            act(&n);
            continue;
        }
        const struct timer *next = earliest();
        u32 seen = changes;
        if (next)
            deadline = (struct redox_c_timespec){next->at.tv_sec, next->at.tv_nsec};
        __umk_unlock(&lock);
        redox_futex_wait_v0(&changes, seen, next ? &deadline : NULL);
    }
    return NULL;
}

/* The lock is held. */
static i64 start_thread(void)
{
    pthread_attr_t a;
    pthread_t t;

    if (running)
        return 0;
    pthread_attr_init(&a);
    pthread_attr_setstacksize(&a, TIMER_STACK);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    u64 allowed = __umk_signals_block();
    int error = pthread_create(&t, &a, timer_thread, NULL);
    if (!error) {
        /* the program ends when its own threads have */
        __umk_lock(&__umk_threads_lock);
        __umk_threads_count--;
        __umk_unlock(&__umk_threads_lock);
        running = true;
    }
    __umk_signals_restore(allowed);
    return -error;
}

static void read_timer(const struct timer *t, struct itimerspec *out)
{
    struct timespec now = __umk_now(CLOCK_MONOTONIC);

    out->it_interval = t->interval;
    out->it_value = (struct timespec){0, 0};
    if (!t->armed)
        return;
    /* an armed timer never says zero */
    out->it_value = before(now, t->at) ? __umk_timespec_sub(t->at, now) : (struct timespec){0, 1};
}

void __umk_timer_get(struct timer *t, struct itimerspec *out)
{
    u64 allowed = __umk_signals_block();

    __umk_lock(&lock);
    read_timer(t, out);
    __umk_unlock(&lock);
    __umk_signals_restore(allowed);
}

i64 __umk_timer_set(struct timer *t, bool absolute, const struct itimerspec *new,
                    struct itimerspec *old)
{
    struct redox_c_timespec at = {0, 0};
    i64 r = 0;

    if (!__umk_timespec_valid(&new->it_interval) || new->it_interval.tv_sec < 0)
        return -EINVAL;
    if (!is_zero(new->it_value))
        r = absolute ? __umk_deadline(t->clock, &new->it_value, &at)
                     : __umk_deadline_in(&new->it_value, &at);
    if (r < 0)
        return r;
    /* a handler that uses timers must not find the lock held by what it interrupted */
    u64 allowed = __umk_signals_block();
    __umk_lock(&lock);
    if (!is_zero(new->it_value))
        r = start_thread();
    if (r == 0) {
        if (old)
            read_timer(t, old);
        disarm(t);
        t->interval = new->it_interval;
        if (!is_zero(new->it_value)) {
            t->at = (struct timespec){at.sec, at.nsec};
            arm(t);
        }
        changes++;
    }
    __umk_unlock(&lock);
    redox_futex_wake_v0(&changes, 1);
    __umk_signals_restore(allowed);
    return r;
}

void __umk_timers_fork_child(void)
{
    lock = 0;
    running = false;
    while (armed)
        disarm(armed);
}
