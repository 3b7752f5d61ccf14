/* The functions that set a file's times. */
#include <sys/stat.h>
#include <sys/time.h>
#include <utime.h>
#include "shim/src/fcntl/fd.h"

/*
 * UTIME_NOW and UTIME_OMIT are resolved here, since a server takes plain times. times may be
 * NULL (now). Result: 1 when nothing is to be done, 0, or negative errno.
 */
static i64 resolve(u64 fd, const struct timespec *times, struct redox_c_timespec out[2])
{
    struct redox_c_timespec now;
    struct redox_c_stat st;
    i64 r = (i64)redox_clock_gettime_v1(RX_CLOCK_REALTIME, &now);

    if (r < 0)
        return r;
    if (!times) {
        out[0] = out[1] = now;
        return 0;
    }
    if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
        return 1;
    for (int i = 0; i < 2; i++) {
        if (times[i].tv_nsec == UTIME_NOW) {
            out[i] = now;
        } else if (times[i].tv_nsec == UTIME_OMIT) {
            r = (i64)redox_fstat_v1(fd, &st);
            if (r < 0)
                return r;
            out[i] = i == 0 ? (struct redox_c_timespec){st.atime, st.atime_nsec}
                            : (struct redox_c_timespec){st.mtime, st.mtime_nsec};
        } else if (times[i].tv_nsec < 0 || times[i].tv_nsec > 999999999) {
            return -EINVAL;
        } else {
            out[i] = (struct redox_c_timespec){times[i].tv_sec, times[i].tv_nsec};
        }
    }
    return 0;
}

static i64 set_times(u64 fd, const void *arg)
{
    struct redox_c_timespec resolved[2];
    i64 r = resolve(fd, arg, resolved);

    if (r != 0)
        return r < 0 ? r : 0;
    return (i64)redox_futimens_v1(fd, resolved);
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
