/* statvfs, fstatvfs. */
#include <sys/statvfs.h>
#include "shim/src/fcntl/fd.h"

_Static_assert(sizeof(struct statvfs) == 11 * sizeof(u64), "struct statvfs is eleven words");

int fstatvfs(int fd, struct statvfs *st)
{
    return (int)__umk_result((i64)redox_fstatvfs_v1(__umk_fd(fd), (u64 *)st));
}

int statvfs(const char *restrict path, struct statvfs *restrict st)
{
    i64 fd = __umk_openat(AT_FDCWD, path, RX_O_STAT | RX_O_CLOEXEC, 0);

    if (fd < 0)
        return (int)__umk_result(fd);
    i64 r = (i64)redox_fstatvfs_v1((u64)fd, (u64 *)st);
    redox_close_v1((u64)fd);
    return (int)__umk_result(r);
}
