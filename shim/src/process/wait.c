/* wait, waitpid, wait3, wait4. */
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "shim/src/internal/result.h"
#include "shim/src/pthread/cancel.h"

pid_t waitpid(pid_t pid, int *status, int options)
{
    u32 words = 0;

    if (options & ~(WNOHANG | WUNTRACED | WCONTINUED))
        return (pid_t)__umk_fail(EINVAL);
    if (pid == INT32_MIN)
        return (pid_t)__umk_fail(ESRCH);
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

/* The kernel does not report what a child has used: the record is zero. */
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    if (usage)
        memset(usage, 0, sizeof *usage);
    return waitpid(pid, status, options);
}

pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}
