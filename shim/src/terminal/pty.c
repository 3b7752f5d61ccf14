/*
 * Pseudo-terminals of the pty scheme: the master is a new open of ptmx, the slave is
 * known by the master's number.
 */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "shim/src/terminal/control.h"

#define PTY_DIR "/scheme/pty/"

/* The scheme's master reads packets unless it is told otherwise; POSIX knows of none. */
int posix_openpt(int flags)
{
    const u32 packets = 0;
    int fd = open(PTY_DIR "ptmx", flags);
    i64 r = fd < 0 ? 0 : __umk_tty_set(fd, "packets", &packets, sizeof packets);

    if (r < 0) {
        close(fd);
        return (int)__umk_result(r);
    }
    return fd;
}

/* A slave belongs to whoever opened the master. */
int grantpt(int fd)
{
    u32 locked;

    return (int)__umk_result(__umk_tty_get(fd, "ptlock", &locked, sizeof locked));
}

int unlockpt(int fd)
{
    u32 locked = 0;

    return (int)__umk_result(__umk_tty_set(fd, "ptlock", &locked, sizeof locked));
}

int ptsname_r(int fd, char *buf, size_t size)
{
    u32 number = 0;
    char digits[12], *p = digits + sizeof digits - 1;
    i64 r = __umk_tty_get(fd, "ptsname", &number, sizeof number);

    if (r < 0)
        return (int)-r;
    *p = 0;
    do
        *--p = (char)('0' + number % 10);
    while (number /= 10);
    if (sizeof PTY_DIR - 1 + strlen(p) + 1 > size)
        return ERANGE;
    stpcpy(stpcpy(buf, PTY_DIR), p);
    return 0;
}

char *ptsname(int fd)
{
    static char name[32];
    int error = ptsname_r(fd, name, sizeof name);

    if (!error)
        return name;
    errno = error;
    return NULL;
}

int openpty(int *master, int *slave, char *name, const struct termios *t, const struct winsize *w)
{
    char path[32];
    int m = posix_openpt(O_RDWR | O_NOCTTY), s = -1;

    if (m < 0)
        return -1;
    if (unlockpt(m) == 0 && ptsname_r(m, path, sizeof path) == 0)
        s = open(path, O_RDWR | O_NOCTTY);
    if (s < 0) {
        close(m);
        return -1;
    }
    if (t)
        tcsetattr(s, TCSANOW, t);
    if (w)
        tcsetwinsize(s, w);
    if (name)
        memcpy(name, path, strlen(path) + 1);
    *master = m;
    *slave = s;
    return 0;
}

int login_tty(int fd)
{
    setsid();
    ioctl(fd, TIOCSCTTY, 0);
    tcsetpgrp(fd, getpgrp());
    for (int i = 0; i < 3; i++)
        if (dup2(fd, i) < 0)
            return -1;
    if (fd > 2)
        close(fd);
    return 0;
}

pid_t forkpty(int *master, char *name, const struct termios *t, const struct winsize *w)
{
    int slave;
    pid_t pid;

    if (openpty(master, &slave, name, t, w) < 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        close(*master);
        if (login_tty(slave) < 0)
            _exit(127);
        return 0;
    }
    close(slave);
    if (pid < 0)
        close(*master);
    return pid;
}
