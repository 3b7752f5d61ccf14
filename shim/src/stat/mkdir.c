/* mkdir, mkdirat. */
#include <sys/stat.h>
#include "shim/src/fcntl/fd.h"

int mkdirat(int dirfd, const char *path, mode_t mode)
{
    u32 bits = (u32)mode & MODE_PERM & ~__umk_umask_get();
    i64 fd = __umk_openat(dirfd, path,
                          RX_O_STAT | RX_O_CREAT | RX_O_EXCL | RX_O_DIRECTORY | RX_O_CLOEXEC, bits);

    if (fd < 0)
        return (int)__umk_result(fd);
    redox_close_v1((u64)fd);
    return 0;
}

int mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}
