/* Rounding a binary number of up to 128 bits to one of the three formats. */
#include <errno.h>
#include "shim/src/internal/fp.h"
#include "shim/src/number/fp_formats.h"

static long double compose(u64 mantissa, int exponent)
{
    union fp_bits b = {.value = 0};

    if (!mantissa)
        return 0;
    int shift = __builtin_clzll(mantissa);
    mantissa <<= shift;
    int biased = exponent - shift + 63 + 16383;
    if (biased <= 0) {
        mantissa >>= 1 - biased;
        biased = 0;
    }
    b.mantissa = mantissa;
    b.sign_exponent = (u16)biased;
    return b.value;
}

static int bit_length(unsigned __int128 x)
{
    if (x >> 64)
        return 128 - __builtin_clzll((u64)(x >> 64));
    return x ? 64 - __builtin_clzll((u64)x) : 0;
}

struct fp_rounded __umk_fp_round_quiet(unsigned __int128 mantissa, int exponent, bool sticky,
                                       enum fp_kind kind)
{
    const struct fp_format *f = &__umk_fp_formats[kind];
    struct fp_rounded r = {.value = 0};
    int lowest = exponent + bit_length(mantissa) - f->bits;

    if (!mantissa) {
        r.out_of_range = sticky;
        return r;
    }
    if (lowest < f->lowest)
        lowest = f->lowest;
    int shift = lowest - exponent;
    if (shift <= 0) {
        mantissa <<= -shift;
    } else if (shift > 128) {
        sticky = true;
        mantissa = 0;
    } else {
        unsigned __int128 half = (unsigned __int128)1 << (shift - 1);
        unsigned __int128 rest = mantissa & (half | (half - 1));
        mantissa = shift == 128 ? 0 : mantissa >> shift;
        bool up = rest > half || (rest == half && (sticky || (mantissa & 1)));
        sticky = sticky || rest;
        mantissa += up;
    }
    r.out_of_range = sticky && bit_length(mantissa) < f->bits && lowest == f->lowest;
    if (bit_length(mantissa) > 64) {
        mantissa >>= 1;
        lowest++;
    }
    if (bit_length(mantissa) + lowest > f->highest) {
        r.value = __builtin_infl();
        r.out_of_range = true;
    } else {
        r.value = compose((u64)mantissa, lowest);
    }
    return r;
}

long double __umk_fp_round(unsigned __int128 mantissa, int exponent, bool sticky, enum fp_kind kind)
{
    struct fp_rounded r = __umk_fp_round_quiet(mantissa, exponent, sticky, kind);

    if (r.out_of_range)
        errno = ERANGE;
    return r.value;
}
