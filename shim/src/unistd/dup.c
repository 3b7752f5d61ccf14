/* dup, dup2, dup3. */
#include <unistd.h>
#include "shim/src/fcntl/clofork.h"
#include "shim/src/fcntl/fd.h"

int dup(int fd)
{
    return (int)__umk_result((i64)redox_dup_v1(__umk_fd(fd), NULL, 0));
}

int dup2(int from, int to)
{
    if (to < 0 || (u32)to >= RX_FD_MAX)
        return (int)__umk_fail(EBADF);
    if (from == to) {
        /* the kernel would not look whether it is open */
        i64 r = (i64)redox_fcntl_v0(__umk_fd(from), RX_F_GETFD, 0);
        return r < 0 ? (int)__umk_result(r) : to;
    }
    return (int)__umk_result((i64)redox_dup2_v1(__umk_fd(from), (size_t)to, NULL, 0));
}

int dup3(int from, int to, int flags)
{
    if (from == to || (flags & ~(O_CLOEXEC | O_CLOFORK)))
        return (int)__umk_fail(EINVAL);
    if (flags & O_CLOFORK)
        __umk_clofork_begin();
    i64 fd = dup2(from, to) < 0 ? -__umk_self()->errno_value : to;
    if (fd >= 0 && (flags & O_CLOEXEC))
        redox_fcntl_v0((u64)to, RX_F_SETFD, RX_FD_CLOEXEC);
    if (flags & O_CLOFORK)
        fd = __umk_clofork_end(fd);
    return (int)__umk_result(fd);
}
