/* The master's side of a pseudo terminal (spec/services.md 8.1). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/terminal/control.h"

int posix_openpt(int flags)
{
    return open("/scheme/pty/ptmx", flags);
}

int grantpt(int fd)
{
    return fcntl(fd, F_GETFD) < 0 ? -1 : 0;
}

int unlockpt(int fd)
{
    u32 unlocked = 0;
    i64 r = __umk_tty_set(fd, "ptlock", &unlocked, sizeof unlocked);

    if (r < 0) {
        errno = r == -ENOTTY ? EINVAL : (int)-r;
        return -1;
    }
    return 0;
}

int ptsname_r(int fd, char *buf, size_t size)
{
    u32 number = 0;
    i64 r = __umk_tty_get(fd, "ptsname", &number, sizeof number);

    if (r < 0)
        return (int)-r;
    int len = snprintf(buf, size, "/scheme/pty/%u", number);
    return (size_t)len < size ? 0 : ERANGE;
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
