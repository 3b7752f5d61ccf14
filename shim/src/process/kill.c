/* kill, killpg. */
#include <signal.h>
#include "shim/src/internal/result.h"

int kill(pid_t pid, int sig)
{
    if (sig < 0 || sig >= NSIG || pid == INT32_MIN)
        return (int)__umk_fail(pid == INT32_MIN ? ESRCH : EINVAL);
    i64 r = (i64)redox_kill_v1((size_t)(i64)pid, (u32)sig);
    /* the signal hit the caller too: its handler has run */
    if (r == -ERESTART)
        r = 0;
    return (int)__umk_result(r);
}

int killpg(pid_t pgrp, int sig)
{
    if (pgrp < 0)
        return (int)__umk_fail(EINVAL);
    /* -1 would mean everybody */
    return pgrp == 1 ? (int)__umk_fail(ESRCH) : kill(-pgrp, sig);
}
