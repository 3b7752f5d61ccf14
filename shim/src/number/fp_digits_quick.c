/*
 * Up to 17 digits of a number by one multiplication with a power of ten of 128 bits. What
 * the power's error leaves open, which is next to never, the exact way decides (fp_digits.c).
 */
#include "shim/src/number/fp_digits_quick.h"
#include "shim/src/number/fp_power.h"

#define DIGITS_MAX 17
#define SLACK 5 /* the product is too small by less than this, in units of its lowest bit */

static const u64 tens[DIGITS_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
};

/*
 * m * 2^e * 10^q rounded to an integer, which must stay below 2^62; m is normalized. False when
 * the rounding cannot be decided or a number does not fit.
 */
static bool scale(u64 m, int e, int q, u64 *floor, u64 *rounded)
{
    int exponent;

    if (!__umk_fp_has_power(q))
        return false;
    unsigned __int128 five = __umk_fp_power_of_5(q, &exponent);
    unsigned __int128 low = (unsigned __int128)m * (u64)five;
    unsigned __int128 high = (unsigned __int128)m * (u64)(five >> 64) + (u64)(low >> 64);
    int places = -(e + q + exponent + 64);
    if (places < 66 || places > 127)
        return false;
    unsigned __int128 half = (unsigned __int128)1 << (places - 1);
    unsigned __int128 rest = high & ((half << 1) - 1);
    if (rest <= half && rest + SLACK >= half)
        return false;
    *floor = (u64)(high >> places);
    *rounded = *floor + (rest > half);
    return true;
}

static void put_digits(struct fp_digits *out, u64 value, int point)
{
    char *p = out->digits + 20;
    int n;

    while (value && value % 10 == 0)
        value /= 10;
    for (n = 0; value; value /= 10, n++)
        *--p = (char)('0' + value % 10);
    for (int i = 0; i < n; i++)
        out->digits[i] = p[i];
    out->count = n;
    out->point = point;
}

bool __umk_fp_quick_digits(struct fp_parts value, bool fixed, int places, struct fp_digits *out)
{
    u64 floor, rounded;

    if (!value.mantissa || places > DIGITS_MAX)
        return false;
    int shift = __builtin_clzll(value.mantissa);
    u64 m = value.mantissa << shift;
    int e = value.exponent - shift;
    /* log10(2) = 0.30103: the digits before the point, or one less */
    int point = (int)(((i64)(e + 63) * 1292913986) >> 32) + 1;
    for (int tries = 0; tries < 2; tries++) {
        int n = fixed ? point + places : places;
        if (n < 1 || n > DIGITS_MAX)
            return false;
        if (!scale(m, e, n - point, &floor, &rounded))
            return false;
        if (floor >= tens[n]) {
            point++;
            continue;
        }
        if (floor < tens[n - 1] - (n > 1))
            return false;
        if (rounded == tens[n])
            point++;
        put_digits(out, rounded, point);
        return true;
    }
    return false;
}
