/* Printing to streams. The text is collected on the stack and written in few pieces. */
#include <string.h>
#include "shim/src/internal/printf.h"
#include "shim/src/internal/stdio.h"

#define PIECE 512

struct piece {
    FILE *file;
    char *start;
};

static void write_piece(struct sink *s, const char *data, size_t len)
{
    struct piece *p = s->target;
    size_t have = (size_t)(s->pos - p->start);

    s->pos = p->start;
    if (have && __umk_fwrite(p->start, have, p->file) < have)
        s->failed = true;
    if (len <= (size_t)(s->end - s->pos)) {
        memcpy(s->pos, data, len);
        s->pos += len;
    } else if (__umk_fwrite(data, len, p->file) < len) {
        s->failed = true;
    }
}

int vfprintf(FILE *restrict f, const char *restrict format, va_list args)
{
    char buf[PIECE];
    struct piece p = {f, buf};
    struct sink s = {.pos = buf, .end = buf + PIECE, .overflow = write_piece, .target = &p};

    __umk_file_lock(f);
    bool ok = __umk_format(&s, format, args);
    write_piece(&s, "", 0);
    __umk_file_unlock(f);
    return ok && !s.failed ? (int)s.total : -1;
}

int fprintf(FILE *restrict f, const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vfprintf(f, format, args);
    va_end(args);
    return n;
}

int vprintf(const char *restrict format, va_list args)
{
    return vfprintf(stdout, format, args);
}

int printf(const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vfprintf(stdout, format, args);
    va_end(args);
    return n;
}
