/*
 * isatty, ttyname. Only character devices are asked further: the kernel's console is
 * known by its path, other terminals by having a termios.
 */
#include <errno.h>
#include <termios.h>
#include <unistd.h>
#include "shim/src/terminal/control.h"

static bool starts_with(const char *text, i64 len, const char *prefix)
{
    size_t n = strlen(prefix);

    return (size_t)len >= n && memcmp(text, prefix, n) == 0;
}

static bool is_console(int fd)
{
    char path[64];
    i64 len = (i64)redox_fpath_v1(__umk_fd(fd), (u8 *)path, sizeof path);

    return len > 0 && (starts_with(path, len, "/scheme/debug") || starts_with(path, len, "debug:"));
}

int isatty(int fd)
{
    struct redox_c_stat st;
    struct termios t;
    i64 r = (i64)redox_fstat_v1(__umk_fd(fd), &st);

    /* a server that does not answer fstat may be a terminal all the same */
    if (r >= 0 && ((u32)st.mode & MODE_TYPE) != MODE_CHR) {
        __umk_fail(ENOTTY);
        return 0;
    }
    if (is_console(fd))
        return 1;
    r = __umk_tty_get(fd, "termios", &t, sizeof t);
    if (r == 0)
        return 1;
    __umk_fail((int)-r);
    return 0;
}

int ttyname_r(int fd, char *buf, size_t size)
{
    char path[RX_PATH_MAX];
    int saved = errno;

    if (!isatty(fd)) {
        int error = errno;
        errno = saved;
        return error;
    }
    i64 len = (i64)redox_fpath_v1(__umk_fd(fd), (u8 *)path, sizeof path - 1);
    if (len < 0)
        return (int)-len;
    if ((size_t)len + 1 > size)
        return ERANGE;
    memcpy(buf, path, (size_t)len);
    buf[len] = 0;
    return 0;
}

char *ttyname(int fd)
{
    static char name[RX_PATH_MAX];
    int error = ttyname_r(fd, name, sizeof name);

    if (!error)
        return name;
    errno = error;
    return NULL;
}
