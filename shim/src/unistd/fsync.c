/* fsync, fdatasync, syncfs, sync. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/pthread/cancel.h"

int fsync(int fd)
{
    __umk_cancel_enter();
    i64 r = (i64)redox_fsync_v1(__umk_fd(fd));
    __umk_cancel_leave();
    return (int)__umk_result(r);
}

int fdatasync(int fd)
{
    __umk_cancel_enter();
    i64 r = (i64)redox_fdatasync_v1(__umk_fd(fd));
    __umk_cancel_leave();
    return (int)__umk_result(r);
}

int syncfs(int fd)
{
    return (int)__umk_result((i64)redox_fsync_v1(__umk_fd(fd)));
}

static i64 sync_fd(u64 fd, const void *arg)
{
    (void)arg;
    return (i64)redox_fsync_v1(fd);
}

/* There is no call for "everything": the root file system is what a program means. */
void sync(void)
{
    __umk_with_file(AT_FDCWD, "/", RX_O_STAT | RX_O_DIRECTORY, sync_fd, NULL);
}
