/* ioctl: the requests that have a meaning here; anything else is ENOTTY. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "shim/src/terminal/control.h"

/* How many bytes a read would give: known only for files with a size and a position. */
static int bytes_left(int fd, int *out)
{
    struct redox_c_stat st;
    i64 r = (i64)redox_fstat_v1(__umk_fd(fd), &st);

    if (r < 0)
        return (int)__umk_result(r);
    if (((u32)st.mode & MODE_TYPE) != MODE_FILE)
        return (int)__umk_fail(ENOTTY);
    i64 at = rx_lseek((u64)fd, 0, RX_SEEK_CUR);
    if (at < 0)
        return (int)__umk_result(at);
    i64 left = st.size > at ? st.size - at : 0;
    *out = left > INT32_MAX ? INT32_MAX : (int)left;
    return 0;
}

static int set_nonblock(int fd, int on)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0)
        return -1;
    return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

static int give_group(pid_t group, pid_t *out)
{
    if (group < 0)
        return -1;
    *out = group;
    return 0;
}

/* A session has no controlling terminal here: it is the one that $TTY names. */
static int take_terminal(int fd)
{
    char path[32];
    int error = ttyname_r(fd, path, sizeof path);

    if (error)
        return (int)__umk_fail(error);
    return setenv("TTY", path, 1);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list ap;
    void *arg;

    va_start(ap, request);
    arg = va_arg(ap, void *);
    va_end(ap);
    switch (request) {
    case TCGETS:
        return tcgetattr(fd, arg);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return tcsetattr(fd, (int)(request - TCSETS), arg);
    case TCSBRK:
        return (int)(intptr_t)arg ? tcdrain(fd) : tcsendbreak(fd, 0);
    case TCXONC:
        return tcflow(fd, (int)(intptr_t)arg);
    case TCFLSH:
        return tcflush(fd, (int)(intptr_t)arg);
    case TIOCGWINSZ:
        return tcgetwinsize(fd, arg);
    case TIOCSWINSZ:
        return tcsetwinsize(fd, arg);
    case TIOCGPGRP:
        return give_group(tcgetpgrp(fd), arg);
    case TIOCSPGRP:
        return tcsetpgrp(fd, *(const pid_t *)arg);
    case TIOCGSID:
        return give_group(tcgetsid(fd), arg);
    case TIOCGPTN:
        return (int)__umk_result(__umk_tty_get(fd, "ptsname", arg, sizeof(u32)));
    case TIOCGPTLCK:
        return (int)__umk_result(__umk_tty_get(fd, "ptlock", arg, sizeof(u32)));
    case TIOCSPTLCK:
        return (int)__umk_result(__umk_tty_set(fd, "ptlock", arg, sizeof(u32)));
    case TIOCSCTTY:
        return take_terminal(fd);
    case FIONREAD:
        return bytes_left(fd, arg);
    case FIONBIO:
        return set_nonblock(fd, *(const int *)arg);
    case FIOCLEX:
        return fcntl(fd, F_SETFD, FD_CLOEXEC);
    case FIONCLEX:
        return fcntl(fd, F_SETFD, 0);
    default:
        return (int)__umk_fail(ENOTTY);
    }
}
