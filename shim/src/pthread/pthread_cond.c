/*
 * Condition variables: a sequence number that every signal changes, on which waiters
 * sleep. Words: 0 sequence (futex), 1 waiters (futex of destroy), 2 clock, 3 being destroyed.
 *
 * Sleepers are woken in the order of their sleep, so a signal reaches a thread that waited
 * before it. A signal that meets a cancelled waiter is passed on.
 */
#include <string.h>
#include "shim/src/pthread/cancel.h"
#include "shim/src/pthread/mutex.h"

#define C_SEQ(c) ((c)->__word[0])
#define C_WAITERS(c) ((c)->__word[1])
#define C_CLOCK(c) ((c)->__word[2])
#define C_DESTROY(c) ((c)->__word[3])

int pthread_cond_init(pthread_cond_t *restrict c, const pthread_condattr_t *restrict attr)
{
    memset(c, 0, sizeof *c);
    if (attr)
        C_CLOCK(c) = attr->__flags & 0xff;
    return 0;
}

/* After a broadcast its waiters may still be on their way out. */
int pthread_cond_destroy(pthread_cond_t *c)
{
    u32 n;

    __atomic_store_n(&C_DESTROY(c), 1, __ATOMIC_SEQ_CST);
    while ((n = __atomic_load_n(&C_WAITERS(c), __ATOMIC_SEQ_CST)))
        redox_futex_wait_v0(&C_WAITERS(c), n, NULL);
    return 0;
}

static int wake(pthread_cond_t *c, u32 n)
{
    /* pairs with the count's increment before the mutex is given back: who waits is seen */
    if (__atomic_load_n(&C_WAITERS(c), __ATOMIC_SEQ_CST)) {
        __atomic_fetch_add(&C_SEQ(c), 1, __ATOMIC_RELEASE);
        redox_futex_wake_v0(&C_SEQ(c), n);
    }
    return 0;
}

int pthread_cond_signal(pthread_cond_t *c)
{
    return wake(c, 1);
}

int pthread_cond_broadcast(pthread_cond_t *c)
{
    return wake(c, INT32_MAX);
}

static void leave(pthread_cond_t *c)
{
    if (__atomic_sub_fetch(&C_WAITERS(c), 1, __ATOMIC_SEQ_CST) == 0 &&
        __atomic_load_n(&C_DESTROY(c), __ATOMIC_SEQ_CST))
        redox_futex_wake_v0(&C_WAITERS(c), INT32_MAX);
}

struct waiting {
    pthread_cond_t *cond;
    pthread_mutex_t *mutex;
};

/* A cancelled waiter hands on a signal it may have used up, and holds the mutex for its handlers.
 */
static void cancelled(void *arg)
{
    struct waiting *w = arg;

    wake(w->cond, 1);
    leave(w->cond);
    pthread_mutex_lock(w->mutex);
}

/* 0 or ETIMEDOUT */
static int sleep_on(pthread_cond_t *c, u32 seq, const struct redox_c_timespec *deadline)
{
    while (__atomic_load_n(&C_SEQ(c), __ATOMIC_ACQUIRE) == seq)
        if ((i64)redox_futex_wait_v0(&C_SEQ(c), seq, deadline) == -ETIMEDOUT)
            return ETIMEDOUT;
    return 0;
}

static int wait_until(pthread_cond_t *c, pthread_mutex_t *m,
                      const struct redox_c_timespec *deadline)
{
    struct waiting w = {c, m};
    int result;

    __atomic_fetch_add(&C_WAITERS(c), 1, __ATOMIC_SEQ_CST);
    u32 seq = __atomic_load_n(&C_SEQ(c), __ATOMIC_ACQUIRE);
    int error = pthread_mutex_unlock(m);
    if (error) {
        leave(c);
        return error;
    }
    pthread_cleanup_push(cancelled, &w);
    __umk_cancel_enter();
    result = sleep_on(c, seq, deadline);
    __umk_cancel_leave();
    pthread_cleanup_pop(0);
    leave(c);
    error = pthread_mutex_lock(m);
    return error ? error : result;
}

int pthread_cond_wait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m)
{
    return wait_until(c, m, NULL);
}

int pthread_cond_clockwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m, clockid_t clock,
                           const struct timespec *restrict abs)
{
    struct redox_c_timespec deadline;

    if (__umk_deadline(clock, abs, &deadline) < 0)
        return EINVAL;
    return wait_until(c, m, &deadline);
}

int pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m,
                           const struct timespec *restrict abs)
{
    clockid_t clock = (clockid_t)C_CLOCK(c);

    return pthread_cond_clockwait(c, m, clock ? clock : CLOCK_REALTIME, abs);
}
