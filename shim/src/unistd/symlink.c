/*
 * symlink, symlinkat. A symbolic link is a file created with O_SYMLINK whose content
 * is the target.
 */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

int symlinkat(const char *target, int dirfd, const char *path)
{
    size_t len;

    if (!target)
        return (int)__umk_fail(EFAULT);
    len = strlen(target);
    if (len == 0)
        return (int)__umk_fail(ENOENT);
    if (len >= RX_PATH_MAX)
        return (int)__umk_fail(ENAMETOOLONG);
    i64 fd = __umk_openat(dirfd, path,
                          RX_O_WRONLY | RX_O_CREAT | RX_O_EXCL | RX_O_SYMLINK | RX_O_CLOEXEC, 0777);
    if (fd < 0)
        return (int)__umk_result(fd);
    i64 put = (i64)redox_write_v1((u64)fd, (const u8 *)target, len);
    redox_close_v1((u64)fd);
    if (put >= 0 && (size_t)put < len)
        put = -EIO;
    if (put < 0) {
        rx_unlinkat(__umk_dirfd(dirfd), path, strlen(path), 0);
        return (int)__umk_result(put);
    }
    return 0;
}

int symlink(const char *target, const char *path)
{
    return symlinkat(target, AT_FDCWD, path);
}
