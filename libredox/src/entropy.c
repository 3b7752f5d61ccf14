/*
 * Random bytes that nobody can guess, for seeds: the processor's, or the kernel's. In a file of its
 * own because it opens a file, and tests link the scheme library without that.
 */
#include "scheme_lib.h"
#include <string.h>

/* rdrand, which not every processor has. */
static bool from_processor(u8 *buf, size_t len)
{
    u32 a = 1, b, c = 0, d;

    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    if (!(c & 1u << 30))
        return false;
    for (size_t i = 0; i < len; i += 8) {
        unsigned long long v;
        u8 ok = 0;

        for (u32 tries = 0; tries < 32 && !ok; tries++)
            __asm__ volatile("rdrand %0; setc %1" : "=r"(v), "=qm"(ok) : : "cc");
        if (!ok)
            return false;
        memcpy(buf + i, &v, len - i < 8 ? len - i : 8);
    }
    return true;
}

i64 rx_entropy(void *buf, size_t len)
{
    static const char path[] = "/scheme/sys/entropy";
    i64 fd, n;

    if (len > 32)
        return -EINVAL;
    if (from_processor(buf, len))
        return (i64)len;
    fd = rx_openat(RX_AT_FDCWD, path, sizeof path - 1, RX_O_RDONLY | RX_O_CLOEXEC, 0);
    if (fd < 0)
        return fd;
    n = (i64)redox_read_v1((size_t)fd, buf, len);
    redox_close_v1((size_t)fd);
    return n >= 0 && n < (i64)len ? -EIO : n;
}
