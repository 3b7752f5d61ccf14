/*
 * Barriers. Words: 0 limit, 1 arrived, 2 round (futex), 3 threads inside (futex of
 * destroy), 4 lock.
 */
#include <limits.h>
#include <string.h>
#include "shim/src/pthread/threads.h"

#define B_LIMIT(b) ((b)->__word[0])
#define B_ARRIVED(b) ((b)->__word[1])
#define B_ROUND(b) ((b)->__word[2])
#define B_INSIDE(b) ((b)->__word[3])
#define B_LOCK(b) ((b)->__word[4])

int pthread_barrier_init(pthread_barrier_t *restrict b, const pthread_barrierattr_t *restrict attr,
                         unsigned limit)
{
    (void)attr;
    if (limit == 0 || limit > INT_MAX)
        return EINVAL;
    memset(b, 0, sizeof *b);
    B_LIMIT(b) = limit;
    return 0;
}

/* The last thread may destroy it while the others are on their way out. */
int pthread_barrier_destroy(pthread_barrier_t *b)
{
    u32 n;

    if (B_ARRIVED(b))
        return EBUSY;
    while ((n = __atomic_load_n(&B_INSIDE(b), __ATOMIC_ACQUIRE)))
        redox_futex_wait_v0(&B_INSIDE(b), n, NULL);
    return 0;
}

static void leave(pthread_barrier_t *b)
{
    /* pairs with destroy's load: after 0 nobody touches the barrier but for this wake */
    if (__atomic_sub_fetch(&B_INSIDE(b), 1, __ATOMIC_RELEASE) == 0)
        redox_futex_wake_v0(&B_INSIDE(b), INT32_MAX);
}

int pthread_barrier_wait(pthread_barrier_t *b)
{
    __umk_lock(&B_LOCK(b));
    __atomic_fetch_add(&B_INSIDE(b), 1, __ATOMIC_RELAXED);
    u32 round = B_ROUND(b);
    bool last = ++B_ARRIVED(b) == B_LIMIT(b);
    if (last) {
        B_ARRIVED(b) = 0;
        __atomic_store_n(&B_ROUND(b), round + 1, __ATOMIC_RELEASE);
    }
    __umk_unlock(&B_LOCK(b));
    if (last) {
        redox_futex_wake_v0(&B_ROUND(b), INT32_MAX);
    } else {
        while (__atomic_load_n(&B_ROUND(b), __ATOMIC_ACQUIRE) == round)
            redox_futex_wait_v0(&B_ROUND(b), round, NULL);
    }
    leave(b);
    return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

int pthread_barrierattr_init(pthread_barrierattr_t *a)
{
    a->__flags = 0;
    return 0;
}

int pthread_barrierattr_destroy(pthread_barrierattr_t *a)
{
    (void)a;
    return 0;
}

int pthread_barrierattr_getpshared(const pthread_barrierattr_t *restrict a, int *restrict shared)
{
    *shared = (int)a->__flags;
    return 0;
}

int pthread_barrierattr_setpshared(pthread_barrierattr_t *a, int shared)
{
    if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
        return EINVAL;
    a->__flags = (u32)shared;
    return 0;
}
