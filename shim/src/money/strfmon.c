/*
 * strfmon: %[flags][width][#left][.right]n or i. The locales here have no currency, so there is no
 * symbol, no grouping, a point for the radix, two digits after it, and a minus sign in front.
 */
#include <monetary.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "shim/src/internal/result.h"

#define NUMBER_MAX 512

struct money {
    bool left_justify, parentheses;
    char fill;
    int width, left, right; /* -1: not given */
};

static int number(const char **p)
{
    int n = 0;

    for (; **p >= '0' && **p <= '9'; ++*p)
        n = n > NUMBER_MAX ? n : n * 10 + (**p - '0');
    return n;
}

static const char *parse(const char *p, struct money *m)
{
    *m = (struct money){.fill = ' ', .left = -1, .right = -1};
    for (;; p++) {
        if (*p == '=' && p[1])
            m->fill = *++p;
        else if (*p == '-')
            m->left_justify = true;
        else if (*p == '(')
            m->parentheses = true;
        else if (*p != '^' && *p != '+' && *p != '!')
            break;
    }
    m->width = number(&p);
    if (*p == '#') {
        p++;
        m->left = number(&p);
    }
    if (*p == '.') {
        p++;
        m->right = number(&p);
    }
    return p;
}

/* The amount in out, at most NUMBER_MAX bytes. Its length, or -1. */
static int amount(const struct money *m, double value, char *out)
{
    char digits[NUMBER_MAX];
    bool negative = __builtin_signbit(value);
    int right = m->right < 0 ? 2 : m->right;
    const char *before = negative ? (m->parentheses ? "(" : "-") : m->left >= 0 ? " " : "";
    const char *after = !m->parentheses ? "" : negative ? ")" : m->left >= 0 ? " " : "";

    int n = snprintf(digits, sizeof digits, "%.*f", right, negative ? -value : value);
    if (n < 0 || n >= (int)sizeof digits || m->left >= NUMBER_MAX / 4 || right >= NUMBER_MAX / 4)
        return -1;
    int whole = (int)strcspn(digits, ".");
    int pad = m->left > whole ? m->left - whole : 0;
    size_t at = strlen(before);
    if (at + (size_t)pad + (size_t)n + 2 > NUMBER_MAX)
        return -1;
    memcpy(out, before, at);
    memset(out + at, m->fill, (size_t)pad);
    at += (size_t)pad;
    memcpy(out + at, digits, (size_t)n);
    at += (size_t)n;
    return (int)(stpcpy(out + at, after) - out);
}

/* Appends one amount; the new end, or NULL: no room. */
static char *put(const struct money *m, double value, char *at, const char *end)
{
    char text[NUMBER_MAX];
    int n = amount(m, value, text);
    int pad = m->width > n ? m->width - n : 0;

    if (n < 0 || n + pad > end - at)
        return NULL;
    if (!m->left_justify)
        memset(at, ' ', (size_t)pad);
    memcpy(at + (m->left_justify ? 0 : pad), text, (size_t)n);
    if (m->left_justify)
        memset(at + n, ' ', (size_t)pad);
    return at + n + pad;
}

static ssize_t format_money(char *out, size_t size, const char *p, va_list args)
{
    char *at = out;
    const char *end = out + size;
    struct money m;

    for (; *p && at; p++) {
        if (*p != '%' || p[1] == '%') {
            p += *p == '%';
            if (at < end)
                *at++ = *p;
            else
                at = NULL;
            continue;
        }
        p = parse(p + 1, &m);
        if (*p != 'n' && *p != 'i')
            return __umk_fail(EINVAL);
        at = put(&m, va_arg(args, double), at, end);
    }
    if (!at || at == end)
        return __umk_fail(E2BIG);
    *at = 0;
    return at - out;
}

ssize_t strfmon(char *restrict out, size_t size, const char *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    ssize_t r = format_money(out, size, format, args);
    va_end(args);
    return r;
}

ssize_t strfmon_l(char *restrict out, size_t size, locale_t locale, const char *restrict format,
                  ...)
{
    va_list args;

    (void)locale;
    va_start(args, format);
    ssize_t r = format_money(out, size, format, args);
    va_end(args);
    return r;
}
