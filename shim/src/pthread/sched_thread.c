/*
 * Scheduling of processes and threads. There is one policy, SCHED_OTHER, whose only static priority
 * is 0; what nice and setpriority change is another thing. Which processors a thread may run on
 * cannot be chosen: the set is always all of them.
 */
#include <sched.h>
#include <string.h>
#include <unistd.h>
#include "shim/src/pthread/threads.h"

/* 0 when there is such a process, which may be the caller's as 0; else an error number. */
static int check_process(pid_t pid)
{
    if (pid < 0)
        return EINVAL;
    if (pid == 0)
        return 0;
    i64 r = (i64)redox_kill_v1((size_t)pid, 0);
    return r == -ESRCH ? ESRCH : 0;
}

static int check_policy(int policy, const struct sched_param *param)
{
    if (policy == SCHED_OTHER)
        return param->sched_priority == 0 ? 0 : EINVAL;
    return policy == SCHED_FIFO || policy == SCHED_RR ? EPERM : EINVAL;
}

static int result(int error)
{
    return error ? (int)__umk_fail(error) : 0;
}

int sched_getscheduler(pid_t pid)
{
    return result(check_process(pid)) < 0 ? -1 : SCHED_OTHER;
}

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
    int error = check_process(pid);

    return result(error ? error : check_policy(policy, param)) < 0 ? -1 : SCHED_OTHER;
}

int sched_getparam(pid_t pid, struct sched_param *param)
{
    param->sched_priority = 0;
    return result(check_process(pid));
}

int sched_setparam(pid_t pid, const struct sched_param *param)
{
    int error = check_process(pid);

    return result(error ? error : check_policy(SCHED_OTHER, param));
}

/* No policy here turns round robin. */
int sched_rr_get_interval(pid_t pid, struct timespec *out)
{
    *out = (struct timespec){0, 0};
    return result(check_process(pid));
}

static void all_processors(size_t size, cpu_set_t *set)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    memset(set, 0, size);
    for (long i = 0; i < n && (size_t)i < 8 * size; i++)
        ((unsigned char *)set)[i / 8] |= (unsigned char)(1 << (i % 8));
}

static int check_set(size_t size, const cpu_set_t *set)
{
    cpu_set_t all;
    const unsigned char *wanted = (const unsigned char *)set, *there = (const unsigned char *)&all;

    all_processors(sizeof all, &all);
    for (size_t i = 0; i < sizeof all; i++)
        if (there[i] & ~(i < size ? wanted[i] : 0))
            return EOPNOTSUPP;
    return 0;
}

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
    int error = check_process(pid);

    if (!error)
        all_processors(size, set);
    return result(error);
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
    int error = check_process(pid);

    return result(error ? error : check_set(size, set));
}

int pthread_getaffinity_np(pthread_t t, size_t size, cpu_set_t *set)
{
    (void)t;
    all_processors(size, set);
    return 0;
}

int pthread_setaffinity_np(pthread_t t, size_t size, const cpu_set_t *set)
{
    (void)t;
    return check_set(size, set);
}

int pthread_setschedprio(pthread_t t, int priority)
{
    (void)t;
    return priority == 0 ? 0 : EINVAL;
}

static int concurrency;

int pthread_getconcurrency(void)
{
    return __atomic_load_n(&concurrency, __ATOMIC_RELAXED);
}

/* A hint; every thread runs by itself here. */
int pthread_setconcurrency(int level)
{
    if (level < 0)
        return EINVAL;
    __atomic_store_n(&concurrency, level, __ATOMIC_RELAXED);
    return 0;
}
