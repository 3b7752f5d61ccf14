/*
 * --wrap: a tool (valgrind, gdbserver, strace) or another build of a server (a sanitizer's) in
 * the place of a program. It runs with the same control socket and without the filter: what
 * such tools need of Linux is everything.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "umk/host/host.h"

#define WORDS_MAX 64u

static const struct options *options;

void wrap_open(const struct options *o)
{
    options = o;
}

const char *wrap_find(const char *name)
{
    for (u32 i = 0; options && i < options->nwraps; i++) {
        const struct wrap *w = &options->wraps[i];
        if (strlen(name) == w->server_len && !memcmp(name, w->server, w->server_len))
            return w->command;
    }
    return NULL;
}

/* COMMAND split at spaces, then the image. `@FILE` is the image alone. -E2BIG. */
static int split(char *words, const char *image_path, char *argv[WORDS_MAX + 2])
{
    int n = 0;
    char *rest = NULL;

    if (words[0] != '@') {
        for (char *w = strtok_r(words, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
            if (n == WORDS_MAX)
                return -E2BIG;
            argv[n++] = w;
        }
    }
    argv[n++] = (char *)image_path;
    argv[n] = NULL;
    return 0;
}

/* The program's own words go where the kernel's go: standard output is the system's. */
static int descriptors(posix_spawn_file_actions_t *fa, int control, const int *fds, u32 nfds)
{
    int r = posix_spawn_file_actions_init(fa);

    if (r)
        return r;
    r = posix_spawn_file_actions_addopen(fa, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!r)
        r = posix_spawn_file_actions_adddup2(fa, STDERR_FILENO, STDOUT_FILENO);
    if (!r)
        r = posix_spawn_file_actions_adddup2(fa, control, HOST_FD_CONTROL);
    for (u32 i = 0; !r && i < nfds; i++)
        r = posix_spawn_file_actions_adddup2(fa, fds[i], OUTSIDE_FDS_FIRST + (int)i);
    if (r)
        posix_spawn_file_actions_destroy(fa);
    return r;
}

static int attributes(posix_spawnattr_t *attr)
{
    sigset_t none, reset;
    int r = posix_spawnattr_init(attr);

    if (r)
        return r;
    sigemptyset(&none);
    sigemptyset(&reset);
    for (size_t i = 0; i < interrupt_signals_len; i++)
        sigaddset(&reset, interrupt_signals[i]);
    posix_spawnattr_setsigmask(attr, &none);
    posix_spawnattr_setsigdefault(attr, &reset);
    /* its own session: the terminal's signals are the system's */
    r = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                           POSIX_SPAWN_SETSID);
    if (r)
        posix_spawnattr_destroy(attr);
    return r;
}

/* Copies of the files to be lent, out of the way of the numbers they will have: a file that has
 * its number already would keep its close-on-exec mark. */
static int move_away(int *fds, u32 nfds)
{
    for (u32 i = 0; i < nfds; i++) {
        fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, OUTSIDE_FDS_FIRST + (int)OUTSIDE_FDS_MAX);
        if (fds[i] < 0) {
            int r = errno;
            while (i-- > 0)
                close(fds[i]);
            return r;
        }
    }
    return 0;
}

pid_t outside_start(char *const argv[], int control, const int *lent, u32 nlent)
{
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t attr;
    int fds[OUTSIDE_FDS_MAX + 1];
    pid_t pid = -1;

    /* What is ignored here stays ignored there: a nudge that comes before the gate has a handler
     * must not end the tool or the driver. The kernel itself is never nudged. */
    signal(HOST_SIG_NUDGE, SIG_IGN);
    for (u32 i = 0; i < nlent; i++)
        fds[i] = lent[i];
    fds[nlent] = control;
    int r = move_away(fds, nlent + 1);
    if (r)
        return -r;
    r = descriptors(&fa, fds[nlent], fds, nlent);
    if (!r) {
        r = attributes(&attr);
        if (!r) {
            r = posix_spawnp(&pid, argv[0], &fa, &attr, argv, environ);
            posix_spawnattr_destroy(&attr);
        }
        posix_spawn_file_actions_destroy(&fa);
    }
    for (u32 i = 0; i <= nlent; i++)
        close(fds[i]);
    return r ? -r : pid;
}

pid_t wrap_start(const char *command, const char *image_path, const char *name, int control)
{
    char *words = strdup(command), *argv[WORDS_MAX + 2];
    pid_t pid;

    if (!words)
        return -ENOMEM;
    if (!image_path) {
        log_report("cannot run %s under a tool: there is no run directory for its image", name);
        free(words);
        return -ENOENT;
    }
    pid = split(words, image_path, argv);
    if (!pid)
        pid = outside_start(argv, control, NULL, 0);
    if (pid < 0)
        log_report("cannot run %s as %s: %s", name, argv[0], strerror(-pid));
    free(words);
    return pid;
}
