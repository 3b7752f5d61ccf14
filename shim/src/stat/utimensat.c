/* The functions that set a file's times. */
#include <sys/stat.h>
#include <sys/time.h>
#include <utime.h>
#include "shim/src/fcntl/fd.h"

_Static_assert(sizeof(struct timespec) == sizeof(struct redox_c_timespec) &&
                   UTIME_NOW == RX_UTIME_NOW && UTIME_OMIT == RX_UTIME_OMIT,
               "times are passed on as they are");

static i64 set_times(u64 fd, const void *times)
{
    return (i64)redox_futimens_v1(fd, times);
}

int futimens(int fd, const struct timespec times[2])
{
    return (int)__umk_result(set_times(__umk_fd(fd), times));
}

int utimensat(int dirfd, const char *path, const struct timespec times[2], int flags)
{
    u32 open_flags = RX_O_STAT;

    if (flags & ~AT_SYMLINK_NOFOLLOW)
        return (int)__umk_fail(EINVAL);
    if (flags & AT_SYMLINK_NOFOLLOW)
        open_flags |= RX_O_NOFOLLOW;
    return (int)__umk_result(__umk_with_file(dirfd, path, open_flags, set_times, times));
}

/* Microseconds to nanoseconds; false: out of range. */
static bool from_timeval(const struct timeval *tv, struct timespec out[2])
{
    for (int i = 0; i < 2; i++) {
        if (tv[i].tv_usec < 0 || tv[i].tv_usec >= 1000000)
            return false;
        out[i] = (struct timespec){tv[i].tv_sec, tv[i].tv_usec * 1000L};
    }
    return true;
}

static int set_timeval(int dirfd, const char *path, const struct timeval *tv, int flags)
{
    struct timespec ts[2];

    if (tv && !from_timeval(tv, ts))
        return (int)__umk_fail(EINVAL);
    return utimensat(dirfd, path, tv ? ts : NULL, flags);
}

int utimes(const char *path, const struct timeval tv[2])
{
    return set_timeval(AT_FDCWD, path, tv, 0);
}

int lutimes(const char *path, const struct timeval tv[2])
{
    return set_timeval(AT_FDCWD, path, tv, AT_SYMLINK_NOFOLLOW);
}

int futimesat(int dirfd, const char *path, const struct timeval tv[2])
{
    return set_timeval(dirfd, path, tv, 0);
}

int futimes(int fd, const struct timeval tv[2])
{
    struct timespec ts[2];

    if (tv && !from_timeval(tv, ts))
        return (int)__umk_fail(EINVAL);
    return futimens(fd, tv ? ts : NULL);
}

int utime(const char *path, const struct utimbuf *times)
{
    struct timespec ts[2];

    if (!times)
        return utimensat(AT_FDCWD, path, NULL, 0);
    ts[0] = (struct timespec){times->actime, 0};
    ts[1] = (struct timespec){times->modtime, 0};
    return utimensat(AT_FDCWD, path, ts, 0);
}
