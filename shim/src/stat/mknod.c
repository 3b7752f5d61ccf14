/*
 * mknod and mkfifo: creating a file whose mode carries a type. Only servers that know
 * the type can make it; others refuse or the result is taken back.
 */
#include <sys/stat.h>
#include "shim/src/fcntl/fd.h"

int mknodat(int dirfd, const char *path, mode_t mode, dev_t dev)
{
    u32 type = (u32)mode & MODE_TYPE;
    u32 bits = (u32)mode & MODE_PERM & ~__umk_umask_get();
    struct redox_c_stat st;

    if (type == 0)
        type = MODE_FILE;
    if (type == MODE_CHR || type == MODE_BLK || dev != 0)
        return (int)__umk_fail(EPERM);
    if (type != MODE_FILE && type != MODE_FIFO && type != MODE_SOCK)
        return (int)__umk_fail(EINVAL);
    i64 fd = __umk_openat(dirfd, path, RX_O_STAT | RX_O_CREAT | RX_O_EXCL | RX_O_CLOEXEC,
                          type == MODE_FILE ? bits : bits | type);
    if (fd < 0)
        return (int)__umk_result(fd);
    i64 r = (i64)redox_fstat_v1((u64)fd, &st);
    redox_close_v1((u64)fd);
    if (r >= 0 && ((u32)st.mode & MODE_TYPE) != type)
        r = -EOPNOTSUPP;
    if (r < 0)
        rx_unlinkat(__umk_dirfd(dirfd), path, strlen(path), 0);
    return (int)__umk_result(r);
}

int mknod(const char *path, mode_t mode, dev_t dev)
{
    return mknodat(AT_FDCWD, path, mode, dev);
}

int mkfifoat(int dirfd, const char *path, mode_t mode)
{
    return mknodat(dirfd, path, (mode & (mode_t)MODE_PERM) | S_IFIFO, 0);
}

int mkfifo(const char *path, mode_t mode)
{
    return mkfifoat(AT_FDCWD, path, mode);
}
