/* Parsing of one conversion specification, sequential or with n$. */
#include <errno.h>
#include <limits.h>
#include "shim/src/internal/printf.h"

/* Reads digits; too big a number becomes -1. */
static const char *read_number(const char *p, int *out)
{
    long x = 0;

    for (; *p >= '0' && *p <= '9'; p++)
        if (x <= INT_MAX)
            x = x * 10 + (*p - '0');
    *out = x > INT_MAX ? -1 : (int)x;
    return p;
}

static const char *read_flags(const char *p, u32 *flags)
{
    for (;; p++) {
        switch (*p) {
        case '-':
            *flags |= P_LEFT;
            break;
        case '+':
            *flags |= P_PLUS;
            break;
        case ' ':
            *flags |= P_SPACE;
            break;
        case '#':
            *flags |= P_ALT;
            break;
        case '0':
            *flags |= P_ZERO;
            break;
        case '\'':
            *flags |= P_GROUP;
            break;
        default:
            return p;
        }
    }
}

/* p is after a star: the argument's number, if one is given */
static const char *read_star(const char *p, int *arg)
{
    int n;
    const char *q = read_number(p, &n);

    if (q != p && *q == '$') {
        *arg = n;
        return q + 1;
    }
    return p;
}

static const char *read_length(const char *p, enum length *length)
{
    switch (*p) {
    case 'h':
        *length = p[1] == 'h' ? LEN_HH : LEN_H;
        return p + 1 + (p[1] == 'h');
    case 'l':
        *length = p[1] == 'l' ? LEN_LL : LEN_L;
        return p + 1 + (p[1] == 'l');
    case 'q':
    case 'j':
    case 'z':
    case 't':
        *length = LEN_L;
        return p + 1;
    case 'L':
        *length = LEN_LONG_DOUBLE;
        return p + 1;
    default:
        return p;
    }
}

static const char *refuse(int error)
{
    errno = error;
    return NULL;
}

const char *__umk_parse_spec(const char *p, struct spec *out)
{
    int n;
    const char *q = read_number(p, &n);

    *out = (struct spec){.precision = -1};
    if (q != p && *q == '$') {
        if (n < 1 || n > POSITIONAL_MAX)
            return refuse(EINVAL);
        out->arg = n;
        p = q + 1;
    }
    p = read_flags(p, &out->flags);
    if (*p == '*') {
        out->width_star = true;
        p = read_star(p + 1, &out->width_arg);
    } else {
        p = read_number(p, &out->width);
    }
    if (*p == '.') {
        p++;
        if (*p == '*') {
            out->precision_star = true;
            p = read_star(p + 1, &out->precision_arg);
        } else {
            p = read_number(p, &out->precision);
            if (out->precision < 0)
                return refuse(EOVERFLOW);
        }
    }
    if (out->width < 0)
        return refuse(EOVERFLOW);
    p = read_length(p, &out->length);
    out->conversion = *p;
    return *p ? p + 1 : refuse(EINVAL);
}
