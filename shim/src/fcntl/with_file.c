/* Operations on a path made of open, the operation on the descriptor, close. */
#include "shim/src/fcntl/fd.h"

i64 __umk_with_file(int dirfd, const char *path, u32 flags, i64 (*fn)(u64 fd, const void *arg),
                    const void *arg)
{
    i64 fd = __umk_openat(dirfd, path, flags | RX_O_CLOEXEC, 0);

    if (fd < 0)
        return fd;
    i64 result = fn((u64)fd, arg);
    redox_close_v1((u64)fd);
    return result;
}

i64 __umk_fullpath(int dirfd, const char *path, char *buf)
{
    size_t len, dir_len = 0;

    if (!path)
        return -EFAULT;
    len = strlen(path);
    if (len == 0)
        return -ENOENT;
    if (dirfd != AT_FDCWD && path[0] != '/') {
        i64 r = (i64)redox_fpath_v1(__umk_fd(dirfd), (u8 *)buf, RX_PATH_MAX - 1);
        if (r < 0)
            return r;
        dir_len = (size_t)r;
        if (dir_len >= RX_PATH_MAX - 1)
            return -ENAMETOOLONG;
        buf[dir_len++] = '/';
    }
    if (dir_len + len >= RX_PATH_MAX)
        return -ENAMETOOLONG;
    memcpy(buf + dir_len, path, len + 1);
    return (i64)(dir_len + len);
}
