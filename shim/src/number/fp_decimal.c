/*
 * From decimal to binary floating point. The first 19 digits times a 128-bit
 * approximation of the power of ten give a lower and an upper bound; when both round to
 * the same value that is the result, and otherwise fp_exact.c decides.
 */
#include <errno.h>
#include "shim/src/internal/fp.h"
#include "shim/src/number/fp_formats.h"
#include "shim/src/number/fp_power.h"

#define LEADING 19

/* The leading digits as a number, and what they leave out. */
struct leading {
    u64 value;
    long power;     /* of ten */
    int count;      /* significant digits taken */
    bool truncated; /* a digit other than zero was left out */
};

static struct leading take_leading(const struct fp_decimal *d)
{
    struct leading l = {.power = d->exponent};
    bool point = false;

    for (const char *p = d->digits; p < d->end; p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        if (l.count < LEADING) {
            l.value = l.value * 10 + (u64)(*p - '0');
            l.count += l.value != 0;
            l.power -= point;
        } else {
            l.truncated = l.truncated || *p != '0';
            l.power += !point;
        }
    }
    return l;
}

/* Both factors below 2^53 and exact, so one rounding: that of the processor. */
static bool exact_in_double(const struct leading *l, double *out)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

    if (l->truncated || l->value >> 53 || l->power < -22 || l->power > 22)
        return false;
    *out = l->power < 0 ? (double)l->value / tens[-l->power] : (double)l->value * tens[l->power];
    return true;
}

static bool from_bounds(const struct leading *l, enum fp_kind kind, struct fp_rounded *out)
{
    int exponent, power = (int)l->power;

    if (!__umk_fp_has_power(power))
        return false;
    unsigned __int128 five = __umk_fp_power_of_5(power, &exponent);
    int shift = __builtin_clzll(l->value);
    u64 w = l->value << shift;
    unsigned __int128 low = (unsigned __int128)w * (u64)five;
    unsigned __int128 high = (unsigned __int128)w * (u64)(five >> 64) + (u64)(low >> 64);
    /* errors: 3 in the power, 1 cut off here, and one unit of the leading digits */
    unsigned __int128 slack = 5;
    if (l->truncated)
        slack += ((five >> 64) + 1) << shift;
    unsigned __int128 upper = high + slack;
    if (upper < high)
        return false;
    exponent += 64 + power - shift;
    struct fp_rounded a = __umk_fp_round_quiet(high, exponent, false, kind);
    *out = __umk_fp_round_quiet(upper, exponent, true, kind);
    return a.value == out->value;
}

long double __umk_fp_from_decimal(const struct fp_decimal *d, enum fp_kind kind)
{
    const struct fp_format *f = &__umk_fp_formats[kind];
    struct leading l = take_leading(d);
    struct fp_rounded r;
    double quick;

    if (!l.value)
        return 0;
    if (kind == FP_DOUBLE && exact_in_double(&l, &quick))
        return quick;
    if (l.count + l.power > f->point_max)
        return __umk_fp_round(1, 1 << 20, true, kind);
    if (l.count + l.power < f->point_min)
        return __umk_fp_round(1, -(1 << 20), true, kind);
    if (!from_bounds(&l, kind, &r))
        return __umk_fp_exact(d, kind);
    if (r.out_of_range)
        errno = ERANGE;
    return r.value;
}
