/* Printing to a descriptor. */
#include <stdarg.h>
#include "shim/src/internal/stdio.h"

int vdprintf(int fd, const char *restrict format, va_list args)
{
    u8 buf[UNGET_MAX + 512];
    FILE f = {
        .flags = F_WRITE | F_STATIC | F_CALLER_LOCKS,
        .fd = fd,
        .buf = buf + UNGET_MAX,
        .buf_size = sizeof buf - UNGET_MAX,
        .ops = &__umk_fd_ops,
    };

    int n = vfprintf(&f, format, args);
    return fflush(&f) ? -1 : n;
}

int dprintf(int fd, const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vdprintf(fd, format, args);
    va_end(args);
    return n;
}
