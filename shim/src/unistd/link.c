/*
 * link, linkat. The kernel's call takes paths, so a directory descriptor becomes one.
 */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    char a[RX_PATH_MAX], b[RX_PATH_MAX];
    i64 a_len, b_len;

    if (flags & ~AT_SYMLINK_FOLLOW)
        return (int)__umk_fail(EINVAL);
    a_len = __umk_fullpath(from_dir, from, a);
    if (a_len < 0)
        return (int)__umk_result(a_len);
    b_len = __umk_fullpath(to_dir, to, b);
    if (b_len < 0)
        return (int)__umk_result(b_len);
    return (int)__umk_result(
        rx_link(a, (size_t)a_len, b, (size_t)b_len, flags & AT_SYMLINK_FOLLOW));
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
}
