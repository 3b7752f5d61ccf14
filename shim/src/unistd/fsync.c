/* fsync, fdatasync, syncfs. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/pthread/cancel.h"

/* sync_file is called for what can be synchronized: a pipe or socket cannot. */
static int sync_one(int fd, size_t (*sync_file)(size_t fd))
{
    __umk_cancel_enter();
    i64 r = (i64)sync_file(__umk_fd(fd));
    if (r >= 0 && __umk_is_stream(fd))
        r = -EINVAL;
    __umk_cancel_leave();
    return (int)__umk_result(r);
}

int fsync(int fd)
{
    return sync_one(fd, redox_fsync_v1);
}

int fdatasync(int fd)
{
    return sync_one(fd, redox_fdatasync_v1);
}

int syncfs(int fd)
{
    return (int)__umk_result((i64)redox_fsync_v1(__umk_fd(fd)));
}
