/* Reading a small file in one go. */
#include "shim/src/env_ids/small_file.h"

i64 __umk_small_file(const char *path, char *buf, size_t size)
{
    size_t len = 0;
    i64 fd = __umk_openat(AT_FDCWD, path, RX_O_RDONLY | RX_O_CLOEXEC, 0);
    i64 r;

    if (fd < 0)
        return fd;
    do {
        r = (i64)redox_read_v1((u64)fd, (u8 *)buf + len, size - 1 - len);
        if (r > 0)
            len += (size_t)r;
    } while (r > 0 && len < size - 1);
    redox_close_v1((u64)fd);
    buf[len] = 0;
    return r < 0 ? r : (i64)len;
}
