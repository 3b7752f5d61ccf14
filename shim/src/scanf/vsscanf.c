/* scanf from a string: a stream that takes it piece by piece, so that a long string is not
 * measured for each short scan. */
#include <string.h>
#include "shim/src/internal/scanf.h"

static i64 string_read(FILE *f, void *buf, size_t len)
{
    const char *s = f->cookie;

    len = strnlen(s, len);
    memcpy(buf, s, len);
    f->cookie = (void *)(s + len);
    return (i64)len;
}

static const struct stream_ops string_ops = {.read = string_read};

FILE __umk_scan_string(const char *s, u8 buf[UNGET_MAX + SCAN_PIECE])
{
    return (FILE){
        .flags = F_READ | F_CALLER_LOCKS,
        .fd = -1,
        .buf = buf + UNGET_MAX,
        .buf_size = SCAN_PIECE,
        .ops = &string_ops,
        .cookie = (void *)s,
    };
}

int vsscanf(const char *restrict s, const char *restrict format, va_list args)
{
    u8 buf[UNGET_MAX + SCAN_PIECE];
    FILE f = __umk_scan_string(s, buf);

    return vfscanf(&f, format, args);
}

int sscanf(const char *restrict s, const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vsscanf(s, format, args);
    va_end(args);
    return n;
}
