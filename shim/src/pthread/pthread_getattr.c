/* What there is to know about a running thread. */
#include <errno.h>
#include <string.h>
#include "shim/src/internal/start.h"
#include "shim/src/pthread/threads.h"

#define MAIN_STACK (1u << 20) /* what programs start with */

int pthread_getattr_np(pthread_t t, pthread_attr_t *a)
{
    pthread_attr_init(a);
    a->__flags[0] = __atomic_load_n(&t->join_state, __ATOMIC_RELAXED) == UMK_DETACHED;
    if (t->stack) {
        a->__stack = (uintptr_t)t->stack;
        a->__stack_size = t->stack_size;
        a->__guard_size = t->guard_size;
    } else {
        /* the main thread's stack ends with the page of the program's arguments */
        uintptr_t top = ((uintptr_t)__umk_start->envp + PAGE_SIZE) & ~(uintptr_t)PAGE_MASK;
        a->__stack = top - MAIN_STACK;
        a->__stack_size = MAIN_STACK;
        a->__guard_size = 0;
    }
    return 0;
}

int pthread_getcpuclockid(pthread_t t, clockid_t *clock)
{
    u32 tid = __atomic_load_n(&t->tid, __ATOMIC_RELAXED);

    if (tid == 0 && t != __umk_main_thread)
        return ESRCH;
    *clock = (clockid_t)RX_CLOCK_THREAD_OF(tid);
    return 0;
}

int pthread_getschedparam(pthread_t t, int *restrict policy, struct sched_param *restrict param)
{
    (void)t;
    *policy = SCHED_OTHER;
    param->sched_priority = 0;
    return 0;
}

int pthread_setschedparam(pthread_t t, int policy, const struct sched_param *param)
{
    (void)t;
    if (policy != SCHED_OTHER)
        return policy == SCHED_FIFO || policy == SCHED_RR ? ENOTSUP : EINVAL;
    return param->sched_priority == 0 ? 0 : EINVAL;
}

/* The kernel names processes: the main thread's name is the process's. */
int pthread_setname_np(pthread_t t, const char *name)
{
    char text[32] = {0};

    if (strlcpy(text, name, 16) >= 16)
        return ERANGE;
    if (t != __umk_main_thread)
        return ENOSYS;
    i64 r = rx_proc(PROC_RENAME, 0, 0, 0, text, sizeof text);
    return r < 0 ? (int)-r : 0;
}

int pthread_getname_np(pthread_t t, char *buf, size_t size)
{
    (void)t;
    (void)buf;
    (void)size;
    return ENOSYS;
}
