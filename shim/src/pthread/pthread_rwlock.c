/*
 * Read-write locks. Word 0: number of readers, or WRITER; the top bit says that somebody
 * sleeps on it. Word 1: how many wait. Word 2: the writer's name, for deadlock reports.
 */
#include <string.h>
#include "shim/src/pthread/mutex.h"

#define WRITER 0x7fffffffu
#define SLEEPERS 0x80000000u
#define MAX_READERS (WRITER - 1)

#define RW_STATE(l) ((l)->__word[0])
#define RW_WAITERS(l) ((l)->__word[1])
#define RW_OWNER(l) ((l)->__word[2])

int pthread_rwlock_init(pthread_rwlock_t *restrict l, const pthread_rwlockattr_t *restrict attr)
{
    (void)attr;
    memset(l, 0, sizeof *l);
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *l)
{
    return RW_STATE(l) ? EBUSY : 0;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *l)
{
    u32 state = __atomic_load_n(&RW_STATE(l), __ATOMIC_RELAXED);

    do {
        if ((state & WRITER) == WRITER)
            return EBUSY;
        if ((state & WRITER) == MAX_READERS)
            return EAGAIN;
    } while (!__atomic_compare_exchange_n(&RW_STATE(l), &state, state + 1, false, __ATOMIC_ACQUIRE,
                                          __ATOMIC_RELAXED));
    return 0;
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *l)
{
    u32 free = 0;

    if (!__atomic_compare_exchange_n(&RW_STATE(l), &free, WRITER, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        return EBUSY;
    __atomic_store_n(&RW_OWNER(l), __umk_mutex_self(MUTEX_SHARED), __ATOMIC_RELAXED);
    return 0;
}

static int lock(pthread_rwlock_t *l, int (*try)(pthread_rwlock_t *), bool writing,
                const struct redox_c_timespec *deadline)
{
    int r;

    while ((r = try(l)) == EBUSY) {
        u32 state = __atomic_load_n(&RW_STATE(l), __ATOMIC_RELAXED);
        bool busy = writing ? (state & WRITER) != 0 : (state & WRITER) == WRITER;
        if (!busy)
            continue;
        if ((state & WRITER) == WRITER &&
            __atomic_load_n(&RW_OWNER(l), __ATOMIC_RELAXED) == __umk_mutex_self(MUTEX_SHARED))
            return EDEADLK;
        /* pairs with the count's load in unlock: either it sees us, or we see its new state */
        __atomic_fetch_add(&RW_WAITERS(l), 1, __ATOMIC_SEQ_CST);
        i64 waited = 0;
        if ((state & SLEEPERS) ||
            __atomic_compare_exchange_n(&RW_STATE(l), &state, state | SLEEPERS, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
            waited = (i64)redox_futex_wait_v0(&RW_STATE(l), state | SLEEPERS, deadline);
        __atomic_fetch_sub(&RW_WAITERS(l), 1, __ATOMIC_SEQ_CST);
        if (waited == -ETIMEDOUT)
            return ETIMEDOUT;
    }
    return r;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
    return lock(l, pthread_rwlock_tryrdlock, false, NULL);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
    return lock(l, pthread_rwlock_trywrlock, true, NULL);
}

static int lock_until(pthread_rwlock_t *l, int (*try)(pthread_rwlock_t *), bool writing,
                      clockid_t clock, const struct timespec *abs)
{
    struct redox_c_timespec deadline;
    int r = try(l);

    if (r != EBUSY)
        return r;
    if (__umk_deadline(clock, abs, &deadline) < 0)
        return EINVAL;
    return lock(l, try, writing, &deadline);
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t *restrict l, clockid_t clock,
                               const struct timespec *restrict abs)
{
    return lock_until(l, pthread_rwlock_tryrdlock, false, clock, abs);
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t *restrict l, clockid_t clock,
                               const struct timespec *restrict abs)
{
    return lock_until(l, pthread_rwlock_trywrlock, true, clock, abs);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict l, const struct timespec *restrict abs)
{
    return pthread_rwlock_clockrdlock(l, CLOCK_REALTIME, abs);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict l, const struct timespec *restrict abs)
{
    return pthread_rwlock_clockwrlock(l, CLOCK_REALTIME, abs);
}

int pthread_rwlock_unlock(pthread_rwlock_t *l)
{
    u32 state = __atomic_load_n(&RW_STATE(l), __ATOMIC_RELAXED), left;

    if ((state & WRITER) == WRITER)
        __atomic_store_n(&RW_OWNER(l), 0, __ATOMIC_RELAXED);
    do {
        u32 holders = state & WRITER;
        left = holders == WRITER || holders == 1 ? 0 : state - 1;
    } while (!__atomic_compare_exchange_n(&RW_STATE(l), &state, left, false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_RELAXED));
    if (left == 0 && ((state & SLEEPERS) || __atomic_load_n(&RW_WAITERS(l), __ATOMIC_SEQ_CST)))
        redox_futex_wake_v0(&RW_STATE(l), INT32_MAX);
    return 0;
}

int pthread_rwlockattr_init(pthread_rwlockattr_t *a)
{
    a->__flags = 0;
    return 0;
}

int pthread_rwlockattr_destroy(pthread_rwlockattr_t *a)
{
    (void)a;
    return 0;
}

int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *restrict a, int *restrict shared)
{
    *shared = (int)a->__flags;
    return 0;
}

int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *a, int shared)
{
    if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
        return EINVAL;
    a->__flags = (u32)shared;
    return 0;
}
