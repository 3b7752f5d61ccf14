/*
 * Making mutexes, and their attributes. Threads have no static priorities here, so there is nothing
 * to inherit: such a mutex is one like others; priority ceilings, which need them, are ENOTSUP. A
 * robust mutex tells of a dead thread, not of a dead process.
 */
#include <errno.h>
#include <string.h>
#include "shim/src/pthread/mutex.h"

int pthread_mutex_init(pthread_mutex_t *restrict m, const pthread_mutexattr_t *restrict attr)
{
    memset(m, 0, sizeof *m);
    if (attr)
        M_KIND(m) = attr->__flags & ~MUTEX_INHERIT;
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m)
{
    return M_LOCK(m) ? EBUSY : 0;
}

int pthread_mutexattr_init(pthread_mutexattr_t *a)
{
    a->__flags = 0;
    return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t *a)
{
    (void)a;
    return 0;
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t *restrict a, int *restrict type)
{
    *type = (int)(a->__flags & MUTEX_TYPE);
    return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t *a, int type)
{
    if (type < PTHREAD_MUTEX_NORMAL || type > PTHREAD_MUTEX_ERRORCHECK)
        return EINVAL;
    a->__flags = (a->__flags & ~MUTEX_TYPE) | (u32)type;
    return 0;
}

int pthread_mutexattr_getrobust(const pthread_mutexattr_t *restrict a, int *restrict robust)
{
    *robust = a->__flags & MUTEX_ROBUST ? PTHREAD_MUTEX_ROBUST : PTHREAD_MUTEX_STALLED;
    return 0;
}

int pthread_mutexattr_setrobust(pthread_mutexattr_t *a, int robust)
{
    if (robust != PTHREAD_MUTEX_STALLED && robust != PTHREAD_MUTEX_ROBUST)
        return EINVAL;
    a->__flags = (a->__flags & ~MUTEX_ROBUST) | (robust ? MUTEX_ROBUST : 0);
    return 0;
}

int pthread_mutexattr_getpshared(const pthread_mutexattr_t *restrict a, int *restrict shared)
{
    *shared = a->__flags & MUTEX_SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
    return 0;
}

int pthread_mutexattr_setpshared(pthread_mutexattr_t *a, int shared)
{
    if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
        return EINVAL;
    a->__flags = (a->__flags & ~MUTEX_SHARED) | (shared ? MUTEX_SHARED : 0);
    return 0;
}

int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *restrict a, int *restrict protocol)
{
    *protocol = a->__flags & MUTEX_INHERIT ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE;
    return 0;
}

int pthread_mutexattr_setprotocol(pthread_mutexattr_t *a, int protocol)
{
    if (protocol != PTHREAD_PRIO_NONE && protocol != PTHREAD_PRIO_INHERIT)
        return protocol == PTHREAD_PRIO_PROTECT ? ENOTSUP : EINVAL;
    a->__flags = (a->__flags & ~MUTEX_INHERIT) | (protocol ? MUTEX_INHERIT : 0);
    return 0;
}

/* A ceiling belongs to PTHREAD_PRIO_PROTECT, which no mutex has. */
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *restrict a, int *restrict ceiling)
{
    (void)a;
    *ceiling = 0;
    return 0;
}

int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *a, int ceiling)
{
    (void)a;
    return ceiling == 0 ? 0 : EINVAL;
}

int pthread_mutex_getprioceiling(const pthread_mutex_t *restrict m, int *restrict ceiling)
{
    (void)m;
    (void)ceiling;
    return EINVAL;
}

int pthread_mutex_setprioceiling(pthread_mutex_t *restrict m, int ceiling, int *restrict old)
{
    (void)m;
    (void)ceiling;
    (void)old;
    return EINVAL;
}
