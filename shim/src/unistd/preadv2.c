/* preadv2, pwritev2: an offset of -1 is the file's position. No flag is offered. */
#include <sys/uio.h>
#include "shim/src/internal/result.h"

ssize_t preadv2(int fd, const struct iovec *iov, int n, off_t offset, int flags)
{
    if (flags)
        return __umk_fail(EOPNOTSUPP);
    return offset == -1 ? readv(fd, iov, n) : preadv(fd, iov, n, offset);
}

ssize_t pwritev2(int fd, const struct iovec *iov, int n, off_t offset, int flags)
{
    if (flags)
        return __umk_fail(EOPNOTSUPP);
    return offset == -1 ? writev(fd, iov, n) : pwritev(fd, iov, n, offset);
}
