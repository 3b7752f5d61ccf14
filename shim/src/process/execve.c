/*
 * exec: #! lines are followed here, the rest is libredox's and the kernel's.
 * Ignored signals and the mask go with it; handlers become default.
 */
#include <stdlib.h>
#include <sys/stat.h>
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

/* The path of an open file, if it still leads to that file. */
static bool path_of(int fd, char path[RX_PATH_MAX])
{
    struct stat open_file, named;
    i64 n = (i64)redox_fpath_v1(__umk_fd(fd), (u8 *)path, RX_PATH_MAX - 1);

    if (n < 0)
        return false;
    path[n] = 0;
    return fstat(fd, &open_file) == 0 && stat(path, &named) == 0 &&
           open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

/* Scripts and dynamically linked programs are told to their interpreter by path. */
int fexecve(int fd, char *const argv[], char *const envp[])
{
    struct rx_spawn s = as_we_are(envp);
    char path[RX_PATH_MAX];

    s.image = __umk_fd(fd);
    s.argv = argv ? argv : no_strings;
    i64 r = rx_exec(&s);
    if (r == -ENOEXEC && path_of(fd, path))
        r = __umk_program_start(rx_exec, &s, path, s.argv);
    return (int)__umk_result(r);
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
