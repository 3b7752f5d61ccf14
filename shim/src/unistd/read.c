/* read, pread. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/poll/counter.h"
#include "shim/src/pthread/cancel.h"

ssize_t read(int fd, void *buf, size_t len)
{
    i64 r;

    __umk_cancel_enter();
    if (!__umk_counter_read || !__umk_counter_read(fd, buf, len, &r))
        r = (i64)redox_read_v1(__umk_fd(fd), buf, len);
    __umk_cancel_leave();
    return __umk_result(r);
}

ssize_t pread(int fd, void *buf, size_t len, off_t offset)
{
    if (offset < 0)
        return __umk_fail(EINVAL);
    __umk_cancel_enter();
    i64 r = rx_pread(__umk_fd(fd), buf, len, (u64)offset);
    __umk_cancel_leave();
    return __umk_result(r);
}
