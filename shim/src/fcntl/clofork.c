/* Making and marking a descriptor as if it were one step; see clofork.h. */
#include "shim/src/fcntl/clofork.h"
#include "shim/src/fcntl/fd.h"
#include "shim/src/internal/lock.h"

static u32 lock;

void __umk_clofork_begin(void)
{
    __umk_lock(&lock);
}

i64 __umk_clofork_end(i64 fd)
{
    if (fd >= 0) {
        i64 flags = (i64)redox_fcntl_v0((u64)fd, RX_F_GETFD, 0);
        if (flags >= 0)
            flags = (i64)redox_fcntl_v0((u64)fd, RX_F_SETFD, (u64)flags | RX_FD_CLOFORK);
        if (flags < 0) {
            redox_close_v1((u64)fd);
            fd = flags;
        }
    }
    __umk_unlock(&lock);
    return fd;
}

void __umk_clofork_fork(int what)
{
    if (what == 0)
        __umk_lock(&lock);
    else
        __umk_unlock(&lock);
}
