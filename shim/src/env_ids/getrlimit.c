/*
 * Resource limits and priorities. The kernel keeps three limits of a process. Others follow from
 * the system's design: they are told, and cannot be changed. The rest is unlimited.
 */
#include <sys/resource.h>
#include "shim/src/internal/result.h"

#define NICE_ZERO 20         /* the kernel's priorities: 0..39, less is better */
#define MAIN_STACK (1 << 20) /* it is mapped when the program starts */

/* How the kernel calls a limit; -1: it has none of that kind. */
static int kernel_limit(int resource)
{
    switch (resource) {
    case RLIMIT_NOFILE:
        return LIMIT_FILES;
    case RLIMIT_DATA:
        return LIMIT_PRIVATE;
    case RLIMIT_AS:
        return LIMIT_MAPPED;
    default:
        return -1;
    }
}

int getrlimit(int resource, struct rlimit *limit)
{
    int which = kernel_limit(resource);
    rlim_t value = RLIM_INFINITY;

    if (resource < 0 || resource >= RLIMIT_NLIMITS)
        return (int)__umk_fail(EINVAL);
    if (which >= 0) {
        u64 now[2];
        i64 r = rx_limit((u32)which, NULL, now);
        if (r < 0)
            return (int)__umk_result(r);
        *limit = (struct rlimit){now[0], now[1]};
        return 0;
    }
    if (resource == RLIMIT_CORE)
        value = 0;
    else if (resource == RLIMIT_STACK)
        value = MAIN_STACK;
    limit->rlim_cur = limit->rlim_max = value;
    return 0;
}

int setrlimit(int resource, const struct rlimit *limit)
{
    int which = kernel_limit(resource);
    struct rlimit now;

    if (getrlimit(resource, &now) < 0)
        return -1;
    if (limit->rlim_cur > limit->rlim_max)
        return (int)__umk_fail(EINVAL);
    if (which >= 0)
        return (int)__umk_result(
            rx_limit((u32)which, (const u64[2]){limit->rlim_cur, limit->rlim_max}, NULL));
    if (limit->rlim_cur == now.rlim_cur && limit->rlim_max == now.rlim_max)
        return 0;
    return (int)__umk_fail(limit->rlim_max > now.rlim_max ? EPERM : EINVAL);
}

/* Only the calling process's own. */
int prlimit(pid_t pid, int resource, const struct rlimit *new, struct rlimit *old)
{
    struct rlimit before;

    if (pid != 0 && pid != (pid_t)redox_get_pid_v1())
        return (int)__umk_fail(EPERM);
    if (getrlimit(resource, &before) < 0 || (new &&setrlimit(resource, new) < 0))
        return -1;
    if (old)
        *old = before;
    return 0;
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
