/* writev, pwritev: gathered into one request when small, like readv. */
#include <string.h>
#include <unistd.h>
#include "shim/src/unistd/iovec.h"

static void gather(const struct iovec *iov, int n, char *to)
{
    for (int i = 0; i < n; i++) {
        if (iov[i].iov_len)
            memcpy(to, iov[i].iov_base, iov[i].iov_len);
        to += iov[i].iov_len;
    }
}

static ssize_t write_at(int fd, const void *buf, size_t len, off_t offset)
{
    return offset < 0 ? write(fd, buf, len) : pwrite(fd, buf, len, offset);
}

/* offset -1: at the file's own position */
static ssize_t write_vector(int fd, const struct iovec *iov, int n, off_t offset)
{
    char copy[UMK_IOV_GATHER];
    ssize_t done = 0;
    i64 total = __umk_iov_len(iov, n);

    if (total < 0)
        return __umk_result(total);
    if (total == 0 || (n > 1 && total <= UMK_IOV_GATHER)) {
        gather(iov, n, copy);
        return write_at(fd, copy, (size_t)total, offset);
    }
    for (int i = 0; i < n; i++) {
        if (iov[i].iov_len == 0)
            continue;
        ssize_t put =
            write_at(fd, iov[i].iov_base, iov[i].iov_len, offset < 0 ? -1 : offset + done);
        if (put < 0)
            return done ? done : put;
        done += put;
        if ((size_t)put < iov[i].iov_len)
            break;
    }
    return done;
}

ssize_t writev(int fd, const struct iovec *iov, int n)
{
    return write_vector(fd, iov, n, -1);
}

ssize_t pwritev(int fd, const struct iovec *iov, int n, off_t offset)
{
    if (offset < 0)
        return __umk_fail(EINVAL);
    return write_vector(fd, iov, n, offset);
}
