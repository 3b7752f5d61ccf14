/* Unnamed semaphores. */
#include <semaphore.h>
#include <string.h>
#include "shim/src/pthread/cancel.h"
#include "shim/src/pthread/threads.h"
#include "shim/src/time/deadline.h"

int sem_init(sem_t *s, int shared, unsigned value)
{
    (void)shared;
    if (value > SEM_VALUE_MAX)
        return (int)__umk_fail(EINVAL);
    memset(s, 0, sizeof *s);
    s->__value = value;
    return 0;
}

int sem_destroy(sem_t *s)
{
    (void)s;
    return 0;
}

int sem_getvalue(sem_t *restrict s, int *restrict value)
{
    *value = (int)__atomic_load_n(&s->__value, __ATOMIC_RELAXED);
    return 0;
}

int sem_post(sem_t *s)
{
    u32 value = __atomic_load_n(&s->__value, __ATOMIC_RELAXED);

    do {
        if (value >= SEM_VALUE_MAX)
            return (int)__umk_fail(EOVERFLOW);
    } while (!__atomic_compare_exchange_n(&s->__value, &value, value + 1, false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_RELAXED));
    /* pairs with the waiter's increment before it looks at the value */
    if (__atomic_load_n(&s->__waiters, __ATOMIC_SEQ_CST))
        redox_futex_wake_v0(&s->__value, 1);
    return 0;
}

static bool take(sem_t *s)
{
    u32 value = __atomic_load_n(&s->__value, __ATOMIC_SEQ_CST);

    while (value)
        if (__atomic_compare_exchange_n(&s->__value, &value, value - 1, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED))
            return true;
    return false;
}

int sem_trywait(sem_t *s)
{
    return take(s) ? 0 : (int)__umk_fail(EAGAIN);
}

static void stop_waiting(void *arg)
{
    __atomic_fetch_sub(&((sem_t *)arg)->__waiters, 1, __ATOMIC_SEQ_CST);
}

static int wait_until(sem_t *s, const struct redox_c_timespec *deadline)
{
    i64 r = 0;

    __umk_cancel_enter();
    __umk_cancel_leave();
    if (take(s))
        return 0;
    __atomic_fetch_add(&s->__waiters, 1, __ATOMIC_SEQ_CST);
    pthread_cleanup_push(stop_waiting, s);
    __umk_cancel_enter();
    while (r != -ETIMEDOUT && r != -EINTR && !take(s))
        r = (i64)redox_futex_wait_v0(&s->__value, 0, deadline);
    __umk_cancel_leave();
    pthread_cleanup_pop(1);
    return r == -ETIMEDOUT || r == -EINTR ? (int)__umk_result(r) : 0;
}

int sem_wait(sem_t *s)
{
    return wait_until(s, NULL);
}

int sem_clockwait(sem_t *restrict s, clockid_t clock, const struct timespec *restrict abs)
{
    struct redox_c_timespec deadline;

    if (take(s))
        return 0;
    if (__umk_deadline(clock, abs, &deadline) < 0)
        return (int)__umk_fail(EINVAL);
    return wait_until(s, &deadline);
}

int sem_timedwait(sem_t *restrict s, const struct timespec *restrict abs)
{
    return sem_clockwait(s, CLOCK_REALTIME, abs);
}
