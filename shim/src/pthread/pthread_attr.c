/*
 * Thread attributes. __flags: 0 detach state, 1 inherit scheduling, 2 policy, 3 priority.
 * Scheduling attributes are kept and have no effect.
 */
#include <errno.h>
#include <string.h>
#include "shim/src/pthread/threads.h"

int pthread_attr_init(pthread_attr_t *a)
{
    memset(a, 0, sizeof *a);
    a->__stack_size = DEFAULT_STACK;
    a->__guard_size = DEFAULT_GUARD;
    return 0;
}

int pthread_attr_destroy(pthread_attr_t *a)
{
    (void)a;
    return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t *a, int *state)
{
    *state = a->__flags[0];
    return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t *a, int state)
{
    if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED)
        return EINVAL;
    a->__flags[0] = state;
    return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *restrict a, size_t *restrict size)
{
    *size = a->__guard_size;
    return 0;
}

int pthread_attr_setguardsize(pthread_attr_t *a, size_t size)
{
    if (size > INT64_MAX / 8)
        return EINVAL;
    a->__guard_size = size;
    return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *restrict a, size_t *restrict size)
{
    *size = a->__stack_size;
    return 0;
}

int pthread_attr_setstacksize(pthread_attr_t *a, size_t size)
{
    if (size < MIN_STACK || size > INT64_MAX / 8)
        return EINVAL;
    a->__stack_size = size;
    return 0;
}

int pthread_attr_getstack(const pthread_attr_t *restrict a, void **restrict stack,
                          size_t *restrict size)
{
    *stack = (void *)a->__stack;
    *size = a->__stack_size;
    return 0;
}

int pthread_attr_setstack(pthread_attr_t *a, void *stack, size_t size)
{
    if (size < MIN_STACK || size > INT64_MAX / 8 || ((uintptr_t)stack & 15))
        return EINVAL;
    a->__stack = (uintptr_t)stack;
    a->__stack_size = size;
    return 0;
}

int pthread_attr_getinheritsched(const pthread_attr_t *restrict a, int *restrict inherit)
{
    *inherit = a->__flags[1];
    return 0;
}

int pthread_attr_setinheritsched(pthread_attr_t *a, int inherit)
{
    if (inherit != PTHREAD_INHERIT_SCHED && inherit != PTHREAD_EXPLICIT_SCHED)
        return EINVAL;
    a->__flags[1] = inherit;
    return 0;
}

int pthread_attr_getschedpolicy(const pthread_attr_t *restrict a, int *restrict policy)
{
    *policy = a->__flags[2];
    return 0;
}

int pthread_attr_setschedpolicy(pthread_attr_t *a, int policy)
{
    if (policy != SCHED_OTHER)
        return policy == SCHED_FIFO || policy == SCHED_RR ? ENOTSUP : EINVAL;
    a->__flags[2] = policy;
    return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *restrict a, struct sched_param *restrict param)
{
    param->sched_priority = a->__flags[3];
    return 0;
}

int pthread_attr_setschedparam(pthread_attr_t *restrict a, const struct sched_param *restrict param)
{
    if (param->sched_priority != 0)
        return EINVAL;
    a->__flags[3] = param->sched_priority;
    return 0;
}

int pthread_attr_getscope(const pthread_attr_t *restrict a, int *restrict scope)
{
    (void)a;
    *scope = PTHREAD_SCOPE_SYSTEM;
    return 0;
}

int pthread_attr_setscope(pthread_attr_t *a, int scope)
{
    (void)a;
    if (scope == PTHREAD_SCOPE_SYSTEM)
        return 0;
    return scope == PTHREAD_SCOPE_PROCESS ? ENOTSUP : EINVAL;
}
