/* wait, waitpid, wait3, wait4. */
#include <sys/resource.h>
#include <sys/wait.h>
#include "shim/src/internal/result.h"
#include "shim/src/internal/usage.h"
#include "shim/src/pthread/cancel.h"

pid_t waitpid(pid_t pid, int *status, int options)
{
    u32 words = 0;

    if (options & ~(WNOHANG | WUNTRACED | WCONTINUED))
        return (pid_t)__umk_fail(EINVAL);
    if (pid == INT32_MIN)
        return (pid_t)__umk_fail(ESRCH);
    if (pid > 0 && pid == (pid_t)redox_get_pid_v1())
        return (pid_t)__umk_fail(ECHILD);
    __umk_cancel_enter();
    i64 r = rx_waitpid(pid, &words, (u32)options);
    __umk_cancel_leave();
    if (r > 0 && status)
        *status = (int)words;
    return (pid_t)__umk_result(r);
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

/* What the child and its children have used is told from the sum for all that were waited for, so
 * the record is wrong when another thread waits for a child at the same time. */
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    u64 before = usage ? __umk_cpu_used(RX_CLOCK_CHILDREN_CPU) : 0;
    pid_t child = waitpid(pid, status, options);

    if (usage)
        __umk_fill_usage(usage, __umk_cpu_used(RX_CLOCK_CHILDREN_CPU) - before);
    return child;
}

pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}
