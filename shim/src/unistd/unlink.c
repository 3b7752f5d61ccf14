/* unlink, unlinkat, rmdir. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

static int remove_entry(int dirfd, const char *path, u32 flags)
{
    if (!path)
        return (int)__umk_fail(EFAULT);
    if (!*path)
        return (int)__umk_fail(ENOENT);
    return (int)__umk_result(rx_unlinkat(__umk_dirfd(dirfd), path, strlen(path), flags));
}

int unlinkat(int dirfd, const char *path, int flags)
{
    if (flags & ~AT_REMOVEDIR)
        return (int)__umk_fail(EINVAL);
    return remove_entry(dirfd, path, (u32)flags);
}

int unlink(const char *path)
{
    return remove_entry(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
    return remove_entry(AT_FDCWD, path, AT_REMOVEDIR);
}
