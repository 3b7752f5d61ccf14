/*
 * flock and lockf over record locks. A flock lock belongs to the open file, as the
 * locks of F_OFD_SETLK do; unlike elsewhere the two see each other.
 */
#include <sys/file.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/fcntl/lock.h"

int flock(int fd, int operation)
{
    struct lock_range whole = {.ofd = true, .exclusive = (operation & LOCK_EX) != 0};
    i64 r;

    switch (operation & ~LOCK_NB) {
    case LOCK_SH:
    case LOCK_EX:
        if (!(operation & LOCK_NB)) {
            r = __umk_lock_wait(__umk_fd(fd), &whole);
            break;
        }
        r = __umk_lock_set(__umk_fd(fd), &whole);
        if (r == -EAGAIN || r == -EACCES)
            r = -RX_EWOULDBLOCK;
        break;
    case LOCK_UN:
        r = __umk_lock_unset(__umk_fd(fd), &whole);
        break;
    default:
        r = -EINVAL;
    }
    return (int)__umk_result(r);
}

int lockf(int fd, int function, off_t size)
{
    struct flock fl = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = size};

    switch (function) {
    case F_TEST:
        if (fcntl(fd, F_GETLK, &fl) < 0)
            return -1;
        return fl.l_type == F_UNLCK || fl.l_pid == getpid() ? 0 : (int)__umk_fail(EACCES);
    case F_ULOCK:
        fl.l_type = F_UNLCK;
        return fcntl(fd, F_SETLK, &fl);
    case F_TLOCK:
        return fcntl(fd, F_SETLK, &fl);
    case F_LOCK:
        return fcntl(fd, F_SETLKW, &fl);
    default:
        return (int)__umk_fail(EINVAL);
    }
}
