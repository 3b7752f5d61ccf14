/* Several buffers as one: what readv, writev and their positioned forms share. */
#ifndef SHIM_UNISTD_IOVEC_H
#define SHIM_UNISTD_IOVEC_H

#include <sys/uio.h>
#include "shim/src/internal/result.h"

#define UMK_IOV_MAX 1024
#define UMK_IOV_GATHER 8192 /* up to this much goes out in one request, through a copy */

/* Total length, or -EINVAL. */
static inline i64 __umk_iov_len(const struct iovec *iov, int n)
{
    size_t total = 0;

    if (n < 0 || n > UMK_IOV_MAX)
        return -EINVAL;
    for (int i = 0; i < n; i++)
        if (__builtin_add_overflow(total, iov[i].iov_len, &total) || total > INT64_MAX)
            return -EINVAL;
    return (i64)total;
}

#endif
