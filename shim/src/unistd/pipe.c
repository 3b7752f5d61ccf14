/* pipe, pipe2. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

int pipe2(int fds[2], int flags)
{
    if (flags & ~(O_CLOEXEC | O_NONBLOCK))
        return (int)__umk_fail(EINVAL);
    i64 r = rx_pipe(fds, (u32)flags);
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
