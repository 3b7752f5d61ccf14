/* system: a command run by the shell. While it runs, SIGINT and SIGQUIT are the command's and
 * SIGCHLD waits. */
#include <errno.h>
#include <paths.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct saved_signals {
    struct sigaction interrupt, quit;
    sigset_t mask;
};

static void hold_signals(struct saved_signals *s)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t child;

    sigaction(SIGINT, &ignore, &s->interrupt);
    sigaction(SIGQUIT, &ignore, &s->quit);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &s->mask);
}

static void restore_signals(const struct saved_signals *s)
{
    sigaction(SIGINT, &s->interrupt, NULL);
    sigaction(SIGQUIT, &s->quit, NULL);
    sigprocmask(SIG_SETMASK, &s->mask, NULL);
}

static int spawn_shell(const char *command, const struct saved_signals *s, pid_t *pid)
{
    char *argv[] = {"sh", "-c", (char *)command, NULL};
    posix_spawnattr_t attr;
    sigset_t defaults;
    int error = posix_spawnattr_init(&attr);

    if (error)
        return error;
    sigemptyset(&defaults);
    if (s->interrupt.sa_handler != SIG_IGN)
        sigaddset(&defaults, SIGINT);
    if (s->quit.sa_handler != SIG_IGN)
        sigaddset(&defaults, SIGQUIT);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setsigmask(&attr, &s->mask);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    error = posix_spawn(pid, _PATH_BSHELL, NULL, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    return error;
}

int system(const char *command)
{
    struct saved_signals saved;
    int status = -1;
    pid_t pid;

    if (!command)
        return access(_PATH_BSHELL, X_OK) == 0;
    hold_signals(&saved);
    int error = spawn_shell(command, &saved, &pid);
    if (error) {
        /* as if the shell could not be executed, but for a lack of processes or memory */
        errno = error;
        status = error == EAGAIN || error == ENOMEM ? -1 : 127 << 8;
    } else {
        while (waitpid(pid, &status, 0) < 0)
            if (errno != EINTR) {
                status = -1;
                break;
            }
    }
    restore_signals(&saved);
    return status;
}
