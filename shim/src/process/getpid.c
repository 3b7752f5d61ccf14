/* The numbers of process, parent, group and session. */
#include <unistd.h>
#include "shim/src/process/proc.h"

pid_t getpid(void)
{
    return (pid_t)redox_get_pid_v1();
}

pid_t gettid(void)
{
    return (pid_t)rx_thread_self();
}

pid_t getppid(void)
{
    i64 r = rx_proc(PROC_GETPPID, 0, 0, 0, NULL, 0);

    return r < 0 ? 0 : (pid_t)r;
}

/* a group number of all ones asks for the group instead of setting it */
pid_t getpgid(pid_t pid)
{
    if (pid < 0)
        return (pid_t)__umk_fail(ESRCH);
    return (pid_t)__umk_result(rx_proc(PROC_SETPGID, (u64)pid, UINT64_MAX, 0, NULL, 0));
}

pid_t getpgrp(void)
{
    return getpgid(0);
}

pid_t getsid(pid_t pid)
{
    if (pid < 0)
        return (pid_t)__umk_fail(ESRCH);
    return (pid_t)__umk_result(rx_proc(PROC_GETSID, (u64)pid, 0, 0, NULL, 0));
}

int setpgid(pid_t pid, pid_t pgid)
{
    if (pid < 0 || pgid < 0)
        return (int)__umk_fail(EINVAL);
    return (int)__umk_result(rx_proc(PROC_SETPGID, (u64)pid, (u64)pgid, 0, NULL, 0));
}

pid_t setpgrp(void)
{
    return setpgid(0, 0);
}

pid_t setsid(void)
{
    i64 r = rx_proc(PROC_SETSID, 0, 0, 0, NULL, 0);

    return r < 0 ? (pid_t)__umk_result(r) : getpid();
}
