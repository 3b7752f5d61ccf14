/*
 * Random bytes come from the rand scheme. Its file is opened once and kept in the upper
 * descriptor table, where programs that close everything do not find it.
 */
#include <sys/random.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

#define MAX_ENTROPY 256

static u64 random_fd = RX_FD_NONE;

static i64 random_file(void)
{
    static const char path[] = "/scheme/rand";
    u64 cached = __atomic_load_n(&random_fd, __ATOMIC_RELAXED);
    u64 none = RX_FD_NONE;

    if (cached != RX_FD_NONE)
        return (i64)cached;
    i64 low = rx_openat(RX_AT_FDCWD, path, sizeof path - 1, RX_O_RDONLY | RX_O_CLOEXEC, 0);
    if (low < 0)
        return low;
    i64 fd = (i64)redox_fcntl_v0((u64)low, RX_F_DUPFD_CLOEXEC, RX_FD_UPPER);
    redox_close_v1((u64)low);
    if (RX_IS_ERR(fd))
        return fd;
    if (__atomic_compare_exchange_n(&random_fd, &none, (u64)fd, false, __ATOMIC_RELAXED,
                                    __ATOMIC_RELAXED))
        return fd;
    /* another thread was faster: its file is the one to keep */
    redox_close_v1((u64)fd);
    return (i64)none;
}

static i64 fill(void *buf, size_t len)
{
    size_t done = 0;
    i64 fd = random_file();

    if (RX_IS_ERR(fd))
        return fd;
    while (done < len) {
        i64 r = (i64)redox_read_v1((u64)fd, (u8 *)buf + done, len - done);
        if (r <= 0)
            return done ? (i64)done : r < 0 ? r : -EIO;
        done += (size_t)r;
    }
    return (i64)done;
}

int getentropy(void *buf, size_t len)
{
    if (len > MAX_ENTROPY)
        return (int)__umk_fail(EIO);
    i64 r = fill(buf, len);
    if (r >= 0 && (size_t)r < len)
        r = -EIO;
    return r < 0 ? (int)__umk_result(r) : 0;
}

ssize_t getrandom(void *buf, size_t len, unsigned int flags)
{
    if (flags & ~(unsigned)(GRND_NONBLOCK | GRND_RANDOM))
        return __umk_fail(EINVAL);
    return __umk_result(fill(buf, len));
}
