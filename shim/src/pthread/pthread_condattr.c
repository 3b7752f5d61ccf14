/* Attributes of condition variables: the clock in the low byte, sharing above it. */
#include "shim/src/pthread/threads.h"

#define SHARED 0x100u

int pthread_condattr_init(pthread_condattr_t *a)
{
    a->__flags = CLOCK_REALTIME;
    return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *a)
{
    (void)a;
    return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t *restrict a, clockid_t *restrict clock)
{
    *clock = (clockid_t)(a->__flags & 0xff);
    return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *a, clockid_t clock)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    a->__flags = (a->__flags & ~0xffu) | (u32)clock;
    return 0;
}

int pthread_condattr_getpshared(const pthread_condattr_t *restrict a, int *restrict shared)
{
    *shared = a->__flags & SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
    return 0;
}

int pthread_condattr_setpshared(pthread_condattr_t *a, int shared)
{
    if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
        return EINVAL;
    a->__flags = (a->__flags & ~SHARED) | (shared ? SHARED : 0);
    return 0;
}
