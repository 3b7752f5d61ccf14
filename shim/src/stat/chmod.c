/* chmod and its kin. */
#include <sys/stat.h>
#include "shim/src/fcntl/fd.h"

static i64 chmod_fd(u64 fd, const void *mode)
{
    return (i64)redox_fchmod_v1(fd, (u16)(*(const mode_t *)mode & (mode_t)MODE_PERM));
}

int fchmodat(int dirfd, const char *path, mode_t mode, int flags)
{
    u32 open_flags = RX_O_STAT;

    if (flags & ~AT_SYMLINK_NOFOLLOW)
        return (int)__umk_fail(EINVAL);
    if (flags & AT_SYMLINK_NOFOLLOW)
        open_flags |= RX_O_NOFOLLOW;
    return (int)__umk_result(__umk_with_file(dirfd, path, open_flags, chmod_fd, &mode));
}

int chmod(const char *path, mode_t mode)
{
    return fchmodat(AT_FDCWD, path, mode, 0);
}

int lchmod(const char *path, mode_t mode)
{
    return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);
}

int fchmod(int fd, mode_t mode)
{
    return (int)__umk_result(chmod_fd(__umk_fd(fd), &mode));
}
