/*
 * posix_fallocate: no server can reserve space, so the file is made long enough and
 * each of its blocks in the range is written once where it has no data yet.
 */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

#define STEP 4096

static i64 touch(u64 fd, u64 at, u64 size)
{
    char byte = 0;

    if (at < size) {
        i64 r = rx_pread(fd, &byte, 1, at);
        if (r < 0)
            return r;
    }
    return rx_pwrite(fd, &byte, 1, at);
}

int posix_fallocate(int fd, off_t offset, off_t len)
{
    struct redox_c_stat st;
    off_t end;
    i64 r;

    if (offset < 0 || len <= 0)
        return EINVAL;
    if (__builtin_add_overflow(offset, len, &end))
        return EFBIG;
    r = (i64)redox_fstat_v1(__umk_fd(fd), &st);
    if (r < 0)
        return (int)-r;
    if ((st.mode & (int)MODE_TYPE) != (int)MODE_FILE)
        return __umk_is_stream(fd) ? ESPIPE : ENODEV;
    for (off_t at = offset; r >= 0 && at < end; at = (at | (STEP - 1)) + 1)
        r = touch((u64)fd, (u64)at, (u64)st.size);
    if (r >= 0 && end > st.size)
        r = touch((u64)fd, (u64)end - 1, (u64)st.size);
    return r < 0 ? (int)-r : 0;
}

/* GNU's form: only the mode without flags is offered. */
int fallocate(int fd, int mode, off_t offset, off_t len)
{
    int error = mode ? EOPNOTSUPP : posix_fallocate(fd, offset, len);

    return error ? (int)__umk_fail(error) : 0;
}
