/* readlink, readlinkat: reading a link opened with O_SYMLINK gives its target. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

ssize_t readlinkat(int dirfd, const char *restrict path, char *restrict buf, size_t size)
{
    if (size == 0)
        return __umk_fail(EINVAL);
    i64 fd = __umk_openat(dirfd, path, RX_O_RDONLY | RX_O_SYMLINK | RX_O_CLOEXEC, 0);
    if (fd < 0)
        return __umk_result(fd);
    struct rx_stat st;
    i64 r = rx_fstat((u64)fd, &st);
    /* not every server refuses to open something else in this way */
    if (r >= 0 && (st.mode & MODE_TYPE) != MODE_SYMLINK)
        r = -EINVAL;
    if (r >= 0)
        r = (i64)redox_read_v1((u64)fd, (u8 *)buf, size);
    redox_close_v1((u64)fd);
    return __umk_result(r);
}

ssize_t readlink(const char *restrict path, char *restrict buf, size_t size)
{
    return readlinkat(AT_FDCWD, path, buf, size);
}
