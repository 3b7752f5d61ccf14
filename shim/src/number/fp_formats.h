/* What rounding must know of the three formats. */
#ifndef SHIM_NUMBER_FP_FORMATS_H
#define SHIM_NUMBER_FP_FORMATS_H

#include "shim/src/internal/fp.h"

struct fp_format {
    int bits;       /* of the mantissa */
    int lowest;     /* exponent of the lowest bit of a subnormal */
    int highest;    /* values from 2^highest on overflow */
    int digits_max; /* decimal digits after which only zero or not zero matters */
    int point_min;  /* 0.ddd * 10^point is zero below, and overflows above */
    int point_max;
};

static const struct fp_format __umk_fp_formats[] = {
    [FP_FLOAT] = {24, -149, 128, 120, -50, 45},
    [FP_DOUBLE] = {53, -1074, 1024, 780, -330, 315},
    [FP_LONG] = {64, -16445, 16384, 11520, -4960, 4940},
};

struct fp_rounded {
    long double value;
    bool out_of_range; /* overflow, or subnormal and inexact */
};
struct fp_rounded __umk_fp_round_quiet(unsigned __int128 mantissa, int exponent, bool sticky,
                                       enum fp_kind kind) __umk_hidden;

/* The exact way, for what the quick one cannot decide. The value is digits * 10^power. */
long double __umk_fp_exact(const struct fp_decimal *d, enum fp_kind kind) __umk_hidden;

#endif
