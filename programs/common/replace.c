/* Replacing a file as a whole, see replace.h. */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char fresh[PATH_MAX]; /* the new file while it has a name of its own, or empty */
static const int ending[] = {SIGINT, SIGTERM, SIGHUP};

static void forget(void)
{
    if (fresh[0])
        unlink(fresh);
}

static void forget_and_end(int sig)
{
    forget();
    signal(sig, SIG_DFL);
    raise(sig);
}

/* What is ignored stays so, as under nohup. */
static void catch_signals(void)
{
    struct sigaction old, action = {.sa_handler = forget_and_end};
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(ending[i], &action, NULL);
    }
}

/* The new file beside the old one, with its mode and owner; -1 when there can be none. */
static int open_fresh(const char *name, const struct stat *st)
{
    int n = snprintf(fresh, sizeof fresh, "%s.XXXXXX", name);
    int fd = n < (int)sizeof fresh ? mkostemp(fresh, O_CLOEXEC) : -1;
    if (fd < 0) {
        fresh[0] = '\0';
        return -1;
    }
    bool same = fchown(fd, st->st_uid, st->st_gid) == 0 && fchmod(fd, st->st_mode & 07777) == 0;
    if (same)
        return fd;
    close(fd);
    forget();
    fresh[0] = '\0';
    return -1;
}

int replace_begin(const char *name)
{
    static bool registered;
    struct stat st;
    if (lstat(name, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1 || access(name, W_OK) < 0)
        return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (!registered)
        atexit(forget);
    registered = true;
    sigset_t set, before;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
        sigaddset(&set, ending[i]);
    sigprocmask(SIG_BLOCK, &set, &before); /* the name and the file come together */
    catch_signals();
    int fd = open_fresh(name, &st);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return fd >= 0 ? fd : open(name, O_WRONLY | O_TRUNC | O_CLOEXEC);
}

bool replace_end(int fd, const char *name)
{
    if (close(fd) < 0)
        return false;
    if (!fresh[0])
        return true;
    bool ok = rename(fresh, name) == 0;
    int error = errno;
    if (!ok)
        forget();
    fresh[0] = '\0';
    errno = error;
    return ok;
}
