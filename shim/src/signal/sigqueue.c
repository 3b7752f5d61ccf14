/* sigqueue. Only real-time signals carry a value; the others go without it. */
#include <unistd.h>
#include "shim/src/internal/result.h"
#include "shim/src/signal/action.h"

int sigqueue(pid_t pid, int sig, union sigval value)
{
    if (sig != 0 && !__umk_signal_valid(sig))
        return (int)__umk_fail(EINVAL);
    if (pid <= 0)
        return (int)__umk_fail(ESRCH);
    if (sig < SIGRTMIN)
        return kill(pid, sig);
    struct rx_rt_sig_info info = {
        .arg = (u64)(uintptr_t)value.sival_ptr,
        .code = SI_QUEUE,
        .uid = (u32)redox_get_ruid_v1(),
        .pid = (u32)redox_get_pid_v1(),
    };
    i64 r = rx_proc(PROC_SIGQ, (u64)pid, (u64)sig, 0, &info, sizeof info);
    if (r == -ERESTART)
        r = 0;
    return (int)__umk_result(r);
}
