/*
 * readv, preadv. Small totals are read in one request and scattered, so that a pipe
 * or terminal gives one message; large ones go buffer by buffer until one comes short.
 */
#include <string.h>
#include <unistd.h>
#include "shim/src/unistd/iovec.h"

static ssize_t scatter(const struct iovec *iov, int n, const char *from, ssize_t got)
{
    size_t left = (size_t)got;

    for (int i = 0; i < n && left; i++) {
        size_t part = iov[i].iov_len < left ? iov[i].iov_len : left;
        memcpy(iov[i].iov_base, from, part);
        from += part;
        left -= part;
    }
    return got;
}

static ssize_t read_at(int fd, void *buf, size_t len, off_t offset)
{
    return offset < 0 ? read(fd, buf, len) : pread(fd, buf, len, offset);
}

/* offset -1: at the file's own position */
static ssize_t read_vector(int fd, const struct iovec *iov, int n, off_t offset)
{
    char copy[UMK_IOV_GATHER];
    ssize_t done = 0;
    i64 total = __umk_iov_len(iov, n);

    if (total < 0)
        return __umk_result(total);
    if (total == 0)
        return read_at(fd, copy, 0, offset);
    if (n > 1 && total <= UMK_IOV_GATHER) {
        ssize_t got = read_at(fd, copy, (size_t)total, offset);
        return got > 0 ? scatter(iov, n, copy, got) : got;
    }
    for (int i = 0; i < n; i++) {
        if (iov[i].iov_len == 0)
            continue;
        ssize_t got = read_at(fd, iov[i].iov_base, iov[i].iov_len, offset < 0 ? -1 : offset + done);
        if (got < 0)
            return done ? done : got;
        done += got;
        if ((size_t)got < iov[i].iov_len)
            break;
    }
    return done;
}

ssize_t readv(int fd, const struct iovec *iov, int n)
{
    return read_vector(fd, iov, n, -1);
}

ssize_t preadv(int fd, const struct iovec *iov, int n, off_t offset)
{
    if (offset < 0)
        return __umk_fail(EINVAL);
    return read_vector(fd, iov, n, offset);
}
