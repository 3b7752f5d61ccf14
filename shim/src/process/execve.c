/*
 * exec: #! lines are followed here, the rest is libredox's and the kernel's.
 * Ignored signals and the mask go with it; handlers become default.
 */
#include <stdlib.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/process/proc.h"

static char *const no_strings[] = {NULL};

static struct rx_spawn as_we_are(char *const envp[])
{
    return (struct rx_spawn){
        .envp = envp ? envp : no_strings,
        .umask = __umk_umask_get(),
        .ns_fd = RX_FD_NONE,
        .sigblocked = __umk_blocked_signals(),
        .sigignored = __umk_ignored_signals(),
    };
}

static i64 exec_path(const char *path, char *const argv[], char *const envp[])
{
    struct rx_spawn s = as_we_are(envp);

    return __umk_program_start(rx_exec, &s, path, argv ? argv : no_strings);
}

int execve(const char *path, char *const argv[], char *const envp[])
{
    return (int)__umk_result(exec_path(path, argv, envp));
}

int fexecve(int fd, char *const argv[], char *const envp[])
{
    struct rx_spawn s = as_we_are(envp);

    s.image = __umk_fd(fd);
    s.argv = argv ? argv : no_strings;
    return (int)__umk_result(rx_exec(&s));
}

struct attempt {
    char *const *argv;
    char *const *envp;
};

static i64 try_exec(const char *path, void *arg)
{
    const struct attempt *a = arg;

    return exec_path(path, a->argv, a->envp);
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
    struct attempt a = {argv, envp};

    return (int)__umk_result(__umk_path_search(file, try_exec, &a));
}
