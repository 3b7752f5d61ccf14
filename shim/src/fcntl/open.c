/*
 * open, openat, creat. O_NOCTTY and O_CLOFORK lie in the half of the word that carries the mode
 * in requests, and mean nothing to a server: they are taken out here. A session's terminal is
 * known by $TTY alone (docs/TERMINALS.md): /dev/tty is what that names.
 */
#include <stdarg.h>
#include <stdlib.h>
#include "shim/src/fcntl/clofork.h"
#include "shim/src/fcntl/fd.h"
#include "shim/src/pthread/cancel.h"

static const char *through_tty(const char *path)
{
    return path && strcmp(path, "/dev/tty") == 0 ? getenv("TTY") : path;
}

static i64 open_marked(int dirfd, const char *path, u32 flags, u32 mode)
{
    __umk_clofork_begin();
    return __umk_clofork_end(__umk_openat(dirfd, path, flags, mode));
}

static int open_with_mode(int dirfd, const char *path, int flags, mode_t mode)
{
    u32 rx_flags = (u32)flags & ~RX_O_MODE_MASK;
    u32 rx_mode = 0;

    const char *named = through_tty(path);

    if (path && !named)
        return (int)__umk_fail(ENXIO);
    if (rx_flags & RX_O_CREAT)
        rx_mode = (u32)mode & MODE_PERM & ~__umk_umask_get();
    __umk_cancel_enter();
    i64 fd = flags & O_CLOFORK ? open_marked(dirfd, named, rx_flags, rx_mode)
                               : __umk_openat(dirfd, named, rx_flags, rx_mode);
    __umk_cancel_leave();
    return (int)__umk_result(fd);
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_list ap;
        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        va_end(ap);
    }
    return open_with_mode(AT_FDCWD, path, flags, mode);
}

int openat(int dirfd, const char *path, int flags, ...)
{
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_list ap;
        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        va_end(ap);
    }
    return open_with_mode(dirfd, path, flags, mode);
}

int creat(const char *path, mode_t mode)
{
    return open_with_mode(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}
