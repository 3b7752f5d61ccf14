/* The engine: walks through the format, matching spaces, bytes and conversions. */
#include <ctype.h>
#include <errno.h>
#include "shim/src/internal/scanf.h"

#define ARGS_MAX 64

struct pointers {
    va_list list; /* arguments not yet taken */
    int taken;
    void *args[ARGS_MAX]; /* those taken, for n$ */
};

/* All arguments are pointers, so the n-th can be had by taking those before it. */
static void *argument(struct pointers *p, int n)
{
    if (n == 0)
        return va_arg(p->list, void *);
    while (p->taken < n)
        p->args[p->taken++] = va_arg(p->list, void *);
    return p->args[n - 1];
}

static void skip_space(struct scan *s)
{
    int c;

    s->left = INT64_MAX;
    do
        c = __umk_scan_next(s);
    while (c != EOF && isspace(c));
    __umk_scan_back(s, c);
}

static enum scan_result literal(struct scan *s, u8 want)
{
    s->left = 1;
    int c = __umk_scan_next(s);

    if (c == want)
        return SCAN_OK;
    __umk_scan_back(s, c);
    return c == EOF ? SCAN_END : SCAN_MISMATCH;
}

static enum scan_result convert(struct scan *s, const struct scan_spec *spec, void *to)
{
    char c = spec->conversion;

    if (c != 'c' && c != '[' && c != 'n')
        skip_space(s);
    s->left = spec->width ? spec->width : INT64_MAX;
    switch (c) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
    case 'p':
        return __umk_scan_integer(s, spec, to);
    case 'e':
    case 'f':
    case 'g':
    case 'a':
    case 'E':
    case 'F':
    case 'G':
    case 'A':
        return __umk_scan_float(s, spec, to);
    case 's':
    case 'c':
    case '[':
        return __umk_scan_text(s, spec, to);
    case '%':
        return literal(s, '%');
    default:
        errno = EINVAL;
        return SCAN_ERROR;
    }
}

/* One conversion. *matched counts those that stored something. */
static enum scan_result one(struct scan *s, const char **format, struct pointers *p, int *matched)
{
    struct scan_spec spec;
    void *to = NULL;
    const char *next = __umk_scan_parse(*format, &spec);

    if (!next || spec.arg > ARGS_MAX) {
        errno = EINVAL;
        return SCAN_ERROR;
    }
    *format = next;
    if (spec.conversion != '%' && !spec.suppress)
        to = argument(p, spec.arg);
    if (spec.conversion == 'n') {
        __umk_scan_store(&spec, to, s->count);
        return SCAN_OK;
    }
    enum scan_result r = convert(s, &spec, to);
    if (r == SCAN_OK && to)
        ++*matched;
    return r;
}

static int scan(struct scan *s, const char *format, struct pointers *p)
{
    enum scan_result r = SCAN_OK;
    int matched = 0;

    while (*format && r == SCAN_OK) {
        if (isspace((u8)*format)) {
            format++;
            skip_space(s);
        } else if (*format == '%') {
            format++;
            r = one(s, &format, p, &matched);
        } else {
            r = literal(s, (u8)*format++);
        }
    }
    if ((r == SCAN_END || r == SCAN_ERROR) && !matched)
        return EOF;
    return matched;
}

int __umk_scan(struct scan *s, const char *format, va_list args)
{
    struct pointers p = {.taken = 0};

    va_copy(p.list, args);
    __umk_file_lock(s->file);
    int n = scan(s, format, &p);
    __umk_file_unlock(s->file);
    va_end(p.list);
    return n;
}

int vfscanf(FILE *restrict f, const char *restrict format, va_list args)
{
    struct scan s = {.file = f};

    return __umk_scan(&s, format, args);
}

int fscanf(FILE *restrict f, const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vfscanf(f, format, args);
    va_end(args);
    return n;
}

int vscanf(const char *restrict format, va_list args)
{
    return vfscanf(stdin, format, args);
}

int scanf(const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vfscanf(stdin, format, args);
    va_end(args);
    return n;
}
