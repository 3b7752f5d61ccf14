/*
 * exec: the image is opened and #! lines are followed here, the rest is libredox's.
 * Ignored signals and the mask go with it; handlers become default.
 */
#include <stdlib.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/process/proc.h"

static char *const no_strings[] = {NULL};

static i64 exec_image(u64 fd, char *const argv[], char *const envp[])
{
    struct rx_spawn s = {
        .image = fd,
        .argv = argv,
        .envp = envp,
        .umask = __umk_umask_get(),
        .ns_fd = RX_FD_NONE,
        .sigblocked = __umk_blocked_signals(),
        .sigignored = __umk_ignored_signals(),
    };

    return rx_exec(&s);
}

static i64 exec_path(const char *path, char *const argv[], char *const envp[])
{
    struct program p;
    i64 fd = __umk_program_open(AT_FDCWD, path, argv ? argv : no_strings, &p);

    if (fd < 0)
        return fd;
    i64 r = exec_image((u64)fd, p.argv, envp ? envp : no_strings);
    redox_close_v1((u64)fd);
    free(p.storage);
    return r;
}

int execve(const char *path, char *const argv[], char *const envp[])
{
    return (int)__umk_result(exec_path(path, argv, envp));
}

int fexecve(int fd, char *const argv[], char *const envp[])
{
    return (int)__umk_result(
        exec_image(__umk_fd(fd), argv ? argv : no_strings, envp ? envp : no_strings));
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
