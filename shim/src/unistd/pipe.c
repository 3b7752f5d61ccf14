/* pipe, pipe2. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

int pipe2(int fds[2], int flags)
{
    if (flags & ~(O_CLOEXEC | O_NONBLOCK))
        return (int)__umk_fail(EINVAL);
    return (int)__umk_result(rx_pipe(fds, (u32)flags));
}

int pipe(int fds[2])
{
    return (int)__umk_result(rx_pipe(fds, 0));
}
