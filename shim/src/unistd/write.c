/* write, pwrite. The kernel knows no SIGPIPE: a write that nobody can read raises it here. */
#include <signal.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/poll/counter.h"
#include "shim/src/pthread/cancel.h"

ssize_t write(int fd, const void *buf, size_t len)
{
    i64 r;

    __umk_cancel_enter();
    if (!__umk_counter_write || !__umk_counter_write(fd, buf, len, &r))
        r = (i64)redox_write_v1(__umk_fd(fd), buf, len);
    __umk_cancel_leave();
    if (r == -EPIPE)
        raise(SIGPIPE);
    return __umk_result(r);
}

ssize_t pwrite(int fd, const void *buf, size_t len, off_t offset)
{
    if (offset < 0)
        return __umk_fail(EINVAL);
    __umk_cancel_enter();
    i64 r = rx_pwrite(__umk_fd(fd), buf, len, (u64)offset);
    __umk_cancel_leave();
    return __umk_result(r);
}
