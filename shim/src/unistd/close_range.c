/* close_range, without flags or with the one that marks descriptors to be closed by exec. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

int close_range(unsigned first, unsigned last, int flags)
{
    if (first > last || (flags & ~CLOSE_RANGE_CLOEXEC))
        return (int)__umk_fail(EINVAL);
    for (u64 fd = first; fd <= last && fd < RX_FD_MAX; fd++) {
        if (flags & CLOSE_RANGE_CLOEXEC)
            redox_fcntl_v0(fd, RX_F_SETFD, RX_FD_CLOEXEC);
        else
            redox_close_v1(fd);
    }
    return 0;
}
