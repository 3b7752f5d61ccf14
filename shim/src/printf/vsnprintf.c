/* Printing into memory. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/printf.h"
#include "shim/src/internal/stdio.h"

/* What does not fit is cut off. */
static void cut(struct sink *s, const char *data, size_t len)
{
    (void)len;
    size_t room = (size_t)(s->end - s->pos);
    memcpy(s->pos, data, room);
    s->pos += room;
}

int vsnprintf(char *restrict buf, size_t size, const char *restrict format, va_list args)
{
    char none[1];
    struct sink s = {.pos = size ? buf : none, .overflow = cut};

    s.end = size ? (size - 1 > PTRDIFF_MAX ? buf + INT_MAX : buf + size - 1) : none;
    bool ok = __umk_format(&s, format, args);
    if (size)
        *s.pos = 0;
    return ok && !s.failed ? (int)s.total : -1;
}

int snprintf(char *restrict buf, size_t size, const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vsnprintf(buf, size, format, args);
    va_end(args);
    return n;
}

int vsprintf(char *restrict buf, const char *restrict format, va_list args)
{
    return vsnprintf(buf, INT_MAX, format, args);
}

int sprintf(char *restrict buf, const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vsnprintf(buf, INT_MAX, format, args);
    va_end(args);
    return n;
}
