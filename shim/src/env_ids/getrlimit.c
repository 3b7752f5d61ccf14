/*
 * Resource limits and priorities. The kernel keeps no such limits for a process: those that
 * follow from its design are told, the rest is unlimited, and none can be changed.
 */
#include <sys/resource.h>
#include "shim/src/internal/result.h"

#define NLIMITS 10
#define NICE_ZERO 20 /* the kernel's priorities: 0..39, less is better */

int getrlimit(int resource, struct rlimit *limit)
{
    rlim_t value = RLIM_INFINITY;

    if (resource < 0 || resource >= NLIMITS)
        return (int)__umk_fail(EINVAL);
    if (resource == RLIMIT_NOFILE)
        value = RX_FD_MAX;
    else if (resource == RLIMIT_CORE)
        value = 0;
    limit->rlim_cur = limit->rlim_max = value;
    return 0;
}

int setrlimit(int resource, const struct rlimit *limit)
{
    struct rlimit now;

    if (getrlimit(resource, &now) < 0)
        return -1;
    if (limit->rlim_cur > limit->rlim_max)
        return (int)__umk_fail(EINVAL);
    if (limit->rlim_cur == now.rlim_cur && limit->rlim_max == now.rlim_max)
        return 0;
    return (int)__umk_fail(ENOSYS);
}

/* Only the calling process's own. */
int prlimit(pid_t pid, int resource, const struct rlimit *new, struct rlimit *old)
{
    if (pid != 0 && pid != (pid_t)redox_get_pid_v1())
        return (int)__umk_fail(EPERM);
    if (old && getrlimit(resource, old) < 0)
        return -1;
    return new ? setrlimit(resource, new) : 0;
}

int getpriority(int which, id_t who)
{
    if (which != PRIO_PROCESS || who < 0)
        return (int)__umk_fail(which < PRIO_PROCESS || which > PRIO_USER ? EINVAL : ENOSYS);
    i64 r = rx_proc(PROC_GETPRIORITY, (u64)who, 0, 0, NULL, 0);
    return r < 0 ? (int)__umk_result(r) : (int)r - NICE_ZERO;
}

int setpriority(int which, id_t who, int nice)
{
    int value = NICE_ZERO + nice;

    if (which != PRIO_PROCESS || who < 0)
        return (int)__umk_fail(which < PRIO_PROCESS || which > PRIO_USER ? EINVAL : ENOSYS);
    value = value < 0 ? 0 : value > 39 ? 39 : value;
    return (int)__umk_result(rx_proc(PROC_SETPRIORITY, (u64)who, (u64)value, 0, NULL, 0));
}

int nice(int by)
{
    i64 r = rx_proc(PROC_GETPRIORITY, 0, 0, 0, NULL, 0);

    if (r < 0)
        return (int)__umk_result(r);
    int value = (int)r - NICE_ZERO + by;
    value = value < -20 ? -20 : value > 19 ? 19 : value;
    return setpriority(PRIO_PROCESS, 0, value) < 0 ? -1 : value;
}
