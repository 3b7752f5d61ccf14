/* Integers from text. */
#include <ctype.h>
#include <errno.h>
#include "shim/src/internal/number.h"

static unsigned digit_value(unsigned char c)
{
    if (isdigit(c))
        return c - '0' + 0u;
    if (isalpha(c))
        return (c | 32u) - 'a' + 10;
    return 99;
}

struct parsed_integer __umk_parse_integer(const char *s, int base)
{
    struct parsed_integer r = {0};

    if (base < 0 || base == 1 || base > 36) {
        r.bad_base = true;
        return r;
    }
    while (isspace((unsigned char)*s))
        s++;
    if (*s == '+' || *s == '-')
        r.negative = *s++ == '-';
    if ((base == 0 || base == 16) && *s == '0' && (s[1] | 32) == 'x' &&
        isxdigit((unsigned char)s[2])) {
        s += 2;
        base = 16;
    } else if (base == 0) {
        base = *s == '0' ? 8 : 10;
    }
    for (;; s++) {
        unsigned digit = digit_value((unsigned char)*s);
        if (digit >= (unsigned)base)
            break;
        r.end = s + 1;
        if (__builtin_mul_overflow(r.magnitude, (u64)base, &r.magnitude) ||
            __builtin_add_overflow(r.magnitude, digit, &r.magnitude))
            r.overflow = true;
    }
    return r;
}

i64 __umk_parsed_signed(const struct parsed_integer *p)
{
    u64 max = (u64)INT64_MAX + p->negative;

    if (p->bad_base) {
        errno = EINVAL;
        return 0;
    }
    if (p->overflow || p->magnitude > max) {
        errno = ERANGE;
        return p->negative ? INT64_MIN : INT64_MAX;
    }
    return (i64)(p->negative ? -p->magnitude : p->magnitude);
}

u64 __umk_parsed_unsigned(const struct parsed_integer *p)
{
    if (p->bad_base) {
        errno = EINVAL;
        return 0;
    }
    if (p->overflow) {
        errno = ERANGE;
        return UINT64_MAX;
    }
    return p->negative ? -p->magnitude : p->magnitude;
}
