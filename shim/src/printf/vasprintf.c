/* Printing into memory that grows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/printf.h"
#include "shim/src/internal/stdio.h"

/* target: the memory from malloc, whose end is s->end */
static void grow(struct sink *s, const char *data, size_t len)
{
    size_t used = (size_t)(s->pos - (char *)s->target);
    size_t size = used + len + (used + len) / 2;

    if (s->failed)
        return;
    char *moved = realloc(s->target, size + 1);
    if (!moved) {
        s->failed = true;
        return;
    }
    s->target = moved;
    s->pos = moved + used;
    s->end = moved + size;
    memcpy(s->pos, data, len);
    s->pos += len;
}

int vasprintf(char **out, const char *format, va_list args)
{
    struct sink s = {.overflow = grow};

    s.target = malloc(128);
    if (!s.target)
        return -1;
    s.pos = s.target;
    s.end = s.pos + 127;
    if (!__umk_format(&s, format, args) || s.failed) {
        free(s.target);
        return -1;
    }
    *s.pos = 0;
    *out = s.target;
    return (int)s.total;
}

int asprintf(char **out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vasprintf(out, format, args);
    va_end(args);
    return n;
}
