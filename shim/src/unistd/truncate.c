/* truncate, ftruncate. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

int ftruncate(int fd, off_t len)
{
    if (len < 0)
        return (int)__umk_fail(EINVAL);
    i64 r = (i64)redox_ftruncate_v0(__umk_fd(fd), (size_t)len);
    /* not open for writing: servers say EBADF, POSIX EINVAL for a descriptor that is open */
    if (r == -EBADF && !RX_IS_ERR(redox_fcntl_v0(__umk_fd(fd), RX_F_GETFD, 0)))
        r = -EINVAL;
    return (int)__umk_result(r);
}

static i64 truncate_fd(u64 fd, const void *len)
{
    return (i64)redox_ftruncate_v0(fd, (size_t) * (const off_t *)len);
}

int truncate(const char *path, off_t len)
{
    if (len < 0)
        return (int)__umk_fail(EINVAL);
    return (int)__umk_result(__umk_with_file(AT_FDCWD, path, RX_O_WRONLY, truncate_fd, &len));
}
