/*
 * Between floating point and decimal text, exactly: every result is the correctly rounded
 * one (to nearest, ties to even).
 */
#ifndef SHIM_INTERNAL_FP_H
#define SHIM_INTERNAL_FP_H

#include "shim/src/internal/thread.h"

/* A finite value's magnitude as mantissa * 2^exponent. */
struct fp_parts {
    u64 mantissa;
    int exponent;
    bool negative;
};

/* The 80-bit format: mantissa with explicit top bit, sign and exponent. */
union fp_bits {
    long double value;
    struct {
        u64 mantissa;
        u16 sign_exponent;
    };
};

/* For a finite value; zero has mantissa 0. */
static inline struct fp_parts __umk_fp_split(long double value)
{
    union fp_bits b = {.value = value};
    int e = b.sign_exponent & 0x7fff;

    return (struct fp_parts){b.mantissa, (e ? e : 1) - 16383 - 63, b.sign_exponent >> 15};
}

static inline bool __umk_fp_is_finite(long double value)
{
    union fp_bits b = {.value = value};

    return (b.sign_exponent & 0x7fff) != 0x7fff;
}

/* Decimal digits without leading or trailing zeros: the value is 0.ddd * 10^point. */
struct fp_digits {
    char *digits; /* the caller's, of FP_DIGITS or FP_DIGITS_LONG bytes */
    int count;    /* 0: the value is, or rounds to, zero */
    int point;
};
/* Room for all digits of a double or of a long double. */
#define FP_DIGITS 1120
#define FP_DIGITS_LONG 11600

/*
 * The digits of a value, rounded to `places` significant digits, or, with fixed, to that many
 * digits after the decimal point.
 */
void __umk_fp_to_digits(struct fp_parts value, bool fixed, int places,
                        struct fp_digits *out) __umk_hidden;

enum fp_kind { FP_FLOAT, FP_DOUBLE, FP_LONG };

/*
 * mantissa * 2^exponent, where sticky tells that the true mantissa is bigger by less than 1,
 * rounded to a format. Sets errno to ERANGE on overflow and on an inexact subnormal.
 */
long double __umk_fp_round(unsigned __int128 mantissa, int exponent, bool sticky,
                           enum fp_kind kind) __umk_hidden;

/* strtod for all formats: skips space; *end gets the first byte unused, s when there is no number.
 */
long double __umk_strtofp(const char *s, char **end, enum fp_kind kind) __umk_hidden;

/* A decimal number in text: digits with at most one point among them, and an exponent. */
struct fp_decimal {
    const char *digits, *end;
    long exponent; /* of ten, for the number read as an integer with a point */
};
long double __umk_fp_from_decimal(const struct fp_decimal *d, enum fp_kind kind) __umk_hidden;

#endif
