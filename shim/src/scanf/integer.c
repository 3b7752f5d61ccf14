/* Integers: d i o u x X p. */
#include <ctype.h>
#include "shim/src/internal/scanf.h"

void __umk_scan_store(const struct scan_spec *spec, void *to, u64 value)
{
    if (!to)
        return;
    switch (spec->length) {
    case SCAN_HH:
        *(u8 *)to = (u8)value;
        break;
    case SCAN_H:
        *(u16 *)to = (u16)value;
        break;
    case SCAN_INT:
        *(u32 *)to = (u32)value;
        break;
    default:
        *(u64 *)to = value;
        break;
    }
}

static unsigned digit_value(int c)
{
    if (isdigit(c))
        return (unsigned)c - '0';
    if (isalpha(c))
        return ((unsigned)c | 32) - 'a' + 10;
    return 99;
}

static u64 clamp(const struct scan_spec *spec, u64 value, bool negative, bool overflow)
{
    bool is_signed = spec->conversion == 'd' || spec->conversion == 'i';

    if (!is_signed) {
        if (overflow)
            return UINT64_MAX;
        return negative ? -value : value;
    }
    if (overflow || value > (u64)INT64_MAX + negative)
        return negative ? (u64)INT64_MIN : (u64)INT64_MAX;
    return negative ? -value : value;
}

static unsigned base_of(char conversion)
{
    switch (conversion) {
    case 'd':
    case 'u':
        return 10;
    case 'o':
        return 8;
    case 'i':
        return 0;
    default:
        return 16;
    }
}

enum scan_result __umk_scan_integer(struct scan *s, const struct scan_spec *spec, void *to)
{
    unsigned base = base_of(spec->conversion);
    bool negative = false, overflow = false, any = false;
    u64 value = 0;
    int c = __umk_scan_next(s);

    if (c == EOF)
        return SCAN_END;
    if (c == '+' || c == '-') {
        negative = c == '-';
        c = __umk_scan_next(s);
    }
    if (c == '0' && (base == 0 || base == 16)) {
        any = true;
        c = __umk_scan_next(s);
        if (c == 'x' || c == 'X') {
            /* a prefix without digits counts as the zero it begins with, as in glibc */
            base = 16;
            c = __umk_scan_next(s);
        } else if (base == 0) {
            base = 8;
        }
    }
    if (base == 0)
        base = 10;
    for (; digit_value(c) < base; c = __umk_scan_next(s)) {
        any = true;
        if (__builtin_mul_overflow(value, (u64)base, &value) ||
            __builtin_add_overflow(value, digit_value(c), &value))
            overflow = true;
    }
    __umk_scan_back(s, c);
    if (!any)
        return SCAN_MISMATCH;
    struct scan_spec store = *spec;
    if (spec->conversion == 'p')
        store.length = SCAN_LONG;
    __umk_scan_store(&store, to, clamp(spec, value, negative, overflow));
    return SCAN_OK;
}
