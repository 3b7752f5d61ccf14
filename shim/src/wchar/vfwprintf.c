/*
 * Wide printing: the format becomes UTF-8, the ordinary engine does the work with widths and
 * precisions counted in characters, and the result becomes what the stream holds, or wide.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "shim/src/internal/printf.h"
#include "shim/src/internal/stdio.h"
#include "shim/src/internal/utf8.h"

/* target: memory from malloc */
static void grow(struct sink *s, const char *data, size_t len)
{
    size_t used = (size_t)(s->pos - (char *)s->target);
    size_t size = used + len + (used + len) / 2;
    char *moved = s->failed ? NULL : realloc(s->target, size + 1);

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

/* The text as UTF-8, from malloc; NULL and errno. */
static char *print(const wchar_t *format, va_list args)
{
    char *narrow = __umk_utf8_narrow(format);
    struct sink s = {.overflow = grow, .characters = true};
    bool ok = false;

    s.target = malloc(256);
    if (narrow && s.target) {
        s.pos = s.target;
        s.end = s.pos + 255;
        ok = __umk_format(&s, narrow, args) && !s.failed;
    }
    free(narrow);
    if (!ok) {
        free(s.target);
        return NULL;
    }
    *s.pos = 0;
    return s.target;
}

/* Writes UTF-8 to a stream that may be of another encoding. */
static bool put_text(FILE *f, const char *text)
{
    size_t len = strlen(text);
    mbstate_t state = {0};
    wchar_t c;

    if ((f->flags & F_UTF8) || !__umk_locale_is_bytes())
        return __umk_fwrite(text, len, f) == len;
    while (*text) {
        size_t n = __umk_utf8_decode(&c, text, MB_LEN_MAX, &state);
        if (n > MB_LEN_MAX || fputwc(c, f) == WEOF)
            return false;
        text += n;
    }
    return true;
}

int vfwprintf(FILE *restrict f, const wchar_t *restrict format, va_list args)
{
    char *text = print(format, args);

    if (!text)
        return -1;
    __umk_file_lock(f);
    f->orientation = 1;
    bool ok = put_text(f, text);
    __umk_file_unlock(f);
    size_t n = __umk_utf8_widen(NULL, text, 0);
    free(text);
    return ok && n <= INT_MAX ? (int)n : -1;
}

int vswprintf(wchar_t *restrict out, size_t size, const wchar_t *restrict format, va_list args)
{
    char *text = print(format, args);

    if (!text)
        return -1;
    size_t n = __umk_utf8_widen(out, text, size);
    free(text);
    if (n == (size_t)-1)
        return -1;
    if (n >= size) {
        if (size)
            out[size - 1] = 0;
        errno = EOVERFLOW;
        return -1;
    }
    return (int)n;
}

int vwprintf(const wchar_t *restrict format, va_list args)
{
    return vfwprintf(stdout, format, args);
}

int fwprintf(FILE *restrict f, const wchar_t *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vfwprintf(f, format, args);
    va_end(args);
    return n;
}

int wprintf(const wchar_t *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vfwprintf(stdout, format, args);
    va_end(args);
    return n;
}

int swprintf(wchar_t *restrict out, size_t size, const wchar_t *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vswprintf(out, size, format, args);
    va_end(args);
    return n;
}
