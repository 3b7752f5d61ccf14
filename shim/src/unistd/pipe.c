/* pipe, pipe2. */
#include <unistd.h>
#include "shim/src/fcntl/clofork.h"
#include "shim/src/fcntl/fd.h"

static i64 pipe_marked(int fds[2], int flags)
{
    __umk_clofork_begin();
    i64 r = rx_pipe(fds, (u32)(flags & ~O_CLOFORK));
    if (r >= 0)
        r = (i64)redox_fcntl_v0((u64)fds[1], RX_F_SETFD,
                                RX_FD_CLOFORK | (flags & O_CLOEXEC ? RX_FD_CLOEXEC : 0));
    i64 marked = __umk_clofork_end(r < 0 ? r : fds[0]);
    return marked < 0 ? marked : 0;
}

int pipe2(int fds[2], int flags)
{
    if (flags & ~(O_CLOEXEC | O_CLOFORK | O_NONBLOCK))
        return (int)__umk_fail(EINVAL);
    i64 r = flags & O_CLOFORK ? pipe_marked(fds, flags) : rx_pipe(fds, (u32)flags);
    /* the flag is the open file's, and each end is one */
    if (r >= 0 && (flags & O_NONBLOCK)) {
        redox_fcntl_v0((u64)fds[0], RX_F_SETFL, RX_O_NONBLOCK);
        redox_fcntl_v0((u64)fds[1], RX_F_SETFL, RX_O_NONBLOCK);
    }
    return (int)__umk_result(r);
}

int pipe(int fds[2])
{
    return (int)__umk_result(rx_pipe(fds, 0));
}
