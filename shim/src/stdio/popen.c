/* popen: a stream to or from a shell command. */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include "shim/src/internal/stdio.h"

extern char **environ;

/* Starts the shell with `end` as its descriptor `as`. Result: pid, or -1 and errno. */
static int start_shell(const char *command, int end, int as)
{
    char *argv[] = {"sh", "-c", (char *)command, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid = -1;
    int error = posix_spawn_file_actions_init(&actions);

    if (!error) {
        error = posix_spawn_file_actions_adddup2(&actions, end, as);
        /* POSIX: streams of earlier popens are closed in the child */
        for (FILE *f = __umk_files_lock(); f && !error; f = f->next)
            if (f->child && f->fd != as)
                error = posix_spawn_file_actions_addclose(&actions, f->fd);
        __umk_files_unlock();
        if (!error)
            error = posix_spawn(&pid, _PATH_BSHELL, &actions, NULL, argv, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    if (error) {
        errno = error;
        return -1;
    }
    return pid;
}

FILE *popen(const char *command, const char *mode)
{
    int fds[2];
    bool reading = *mode == 'r';

    if ((*mode != 'r' && *mode != 'w') || (mode[1] && mode[1] != 'e')) {
        errno = EINVAL;
        return NULL;
    }
    if (pipe2(fds, O_CLOEXEC))
        return NULL;
    int ours = fds[!reading], theirs = fds[reading];
    FILE *f = fdopen(ours, reading ? "r" : "w");
    int pid = f ? start_shell(command, theirs, reading ? 1 : 0) : -1;
    if (pid < 0) {
        int saved = errno;
        if (f)
            fclose(f);
        else
            close(ours);
        close(theirs);
        errno = saved;
        return NULL;
    }
    close(theirs);
    if (mode[1] != 'e')
        fcntl(ours, F_SETFD, 0);
    f->child = pid;
    return f;
}

int pclose(FILE *f)
{
    pid_t pid = f->child;
    int status;

    if (!pid) {
        errno = ECHILD;
        return -1;
    }
    fclose(f);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}
