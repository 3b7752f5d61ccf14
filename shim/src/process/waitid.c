/*
 * waitid over the kernel's waitpid. A child's end is always taken, so neither WNOWAIT
 * nor waiting for stops alone can be had: ENOSYS.
 */
#include <string.h>
#include <sys/wait.h>
#include "shim/src/internal/result.h"

static void fill(siginfo_t *info, pid_t pid, int status)
{
    info->si_signo = SIGCHLD;
    info->si_pid = pid;
    if (WIFCONTINUED(status)) {
        info->si_code = CLD_CONTINUED;
        info->si_status = SIGCONT;
    } else if (WIFSTOPPED(status)) {
        info->si_code = CLD_STOPPED;
        info->si_status = WSTOPSIG(status);
    } else if (WIFSIGNALED(status)) {
        info->si_code = WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED;
        info->si_status = WTERMSIG(status);
    } else {
        info->si_code = CLD_EXITED;
        info->si_status = WEXITSTATUS(status);
    }
}

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    const int wanted = WEXITED | WSTOPPED | WCONTINUED;
    int status = 0;
    pid_t pid;

    if (!(options & wanted) || (options & ~(wanted | WNOHANG | WNOWAIT)))
        return (int)__umk_fail(EINVAL);
    if (!(options & WEXITED) || (options & WNOWAIT))
        return (int)__umk_fail(ENOSYS);
    if (type == P_ALL)
        pid = -1;
    else if (type == P_PID && id > 0)
        pid = id;
    else if (type == P_PGID && id == 1)
        return (int)__umk_fail(ECHILD); /* -1 would mean any child; init's group has none */
    else if (type == P_PGID && id >= 0)
        pid = -id;
    else
        return (int)__umk_fail(EINVAL);
    pid = waitpid(pid, &status, options & (WNOHANG | WUNTRACED | WCONTINUED));
    if (pid < 0)
        return -1;
    if (info) {
        memset(info, 0, sizeof *info);
        if (pid > 0)
            fill(info, pid, status);
    }
    return 0;
}
