/* The text forms of strtod: decimal, hexadecimal, infinity and NaN. */
#include <ctype.h>
#include <strings.h>
#include "shim/src/internal/fp.h"

/* Reads an exponent after its letter, if there is one. Result: where it ends. */
static const char *read_exponent(const char *p, int letter, long *exponent)
{
    const char *q = p;
    bool negative = false;
    long x = 0;

    if (tolower((unsigned char)*q) != letter)
        return p;
    q++;
    if (*q == '+' || *q == '-')
        negative = *q++ == '-';
    if (!isdigit((unsigned char)*q))
        return p;
    for (; isdigit((unsigned char)*q); q++)
        if (x < 1000000000)
            x = x * 10 + (*q - '0');
    *exponent = negative ? -x : x;
    return q;
}

static const char *decimal_form(const char *s, enum fp_kind kind, long double *value)
{
    struct fp_decimal d = {.digits = s};
    bool point = false, any = false;
    const char *p = s;

    for (;; p++) {
        if (isdigit((unsigned char)*p))
            any = true;
        else if (*p == '.' && !point)
            point = true;
        else
            break;
    }
    if (!any)
        return NULL;
    d.end = p;
    p = read_exponent(p, 'e', &d.exponent);
    *value = __umk_fp_from_decimal(&d, kind);
    return p;
}

static int hex_value(int c)
{
    return isdigit(c) ? c - '0' : (c | 32) - 'a' + 10;
}

/* s is after 0x. NULL when no digit follows. */
static const char *hex_form(const char *s, enum fp_kind kind, long double *value)
{
    unsigned __int128 mantissa = 0;
    bool point = false, any = false, sticky = false;
    long exponent = 0, shift = 0;
    const char *p = s;

    for (;; p++) {
        if (isxdigit((unsigned char)*p)) {
            int digit = hex_value((unsigned char)*p);
            any = true;
            if (mantissa >> 120) {
                sticky = sticky || digit;
                shift += 4 * !point;
            } else {
                mantissa = mantissa << 4 | (unsigned)digit;
                shift -= 4 * point;
            }
        } else if (*p == '.' && !point) {
            point = true;
        } else {
            break;
        }
    }
    if (!any)
        return NULL;
    p = read_exponent(p, 'p', &exponent);
    exponent += shift;
    if (exponent > 1 << 20)
        exponent = 1 << 20;
    if (exponent < -(1 << 20))
        exponent = -(1 << 20);
    *value = mantissa ? __umk_fp_round(mantissa, (int)exponent, sticky, kind) : 0;
    return p;
}

static const char *word_form(const char *s, long double *value)
{
    if (strncasecmp(s, "inf", 3) == 0) {
        *value = __builtin_infl();
        return s + (strncasecmp(s + 3, "inity", 5) == 0 ? 8 : 3);
    }
    if (strncasecmp(s, "nan", 3) != 0)
        return NULL;
    *value = __builtin_nanl("");
    s += 3;
    if (*s == '(') {
        const char *p = s + 1;
        while (isalnum((unsigned char)*p) || *p == '_')
            p++;
        if (*p == ')')
            return p + 1;
    }
    return s;
}

long double __umk_strtofp(const char *s, char **end, enum fp_kind kind)
{
    const char *p = s, *after = NULL;
    long double value = 0;
    bool negative = false;

    while (isspace((unsigned char)*p))
        p++;
    if (*p == '+' || *p == '-')
        negative = *p++ == '-';
    if (*p == '0' && (p[1] | 32) == 'x')
        after = hex_form(p + 2, kind, &value);
    if (!after)
        after = decimal_form(p, kind, &value);
    if (!after)
        after = word_form(p, &value);
    if (end)
        *end = (char *)(after ? after : s);
    return negative && after ? -value : value;
}
