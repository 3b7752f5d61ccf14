/* Integers of unlimited size. Their digits live in an arena and are never changed once made. */
#ifndef ION_BIGINT_H
#define ION_BIGINT_H

#include "mem.h"

#include <stdint.h>

/* Sign and magnitude, least significant digit first, no leading zeros; zero has n == 0. */
struct big {
    bool negative;
    size_t n;
    uint32_t *digits;
};

struct big big_from(struct arena *a, int64_t value);
/* `len` digits of base 10 or 16, all valid. */
struct big big_parse(struct arena *a, const char *text, size_t len, unsigned base);
/* False when it does not fit. */
bool big_small(const struct big *x, int64_t *out);
size_t big_bits(const struct big *x);

struct big big_negate(struct big x);
int big_compare(const struct big *x, const struct big *y);
struct big big_add(struct arena *a, struct big x, struct big y);
struct big big_sub(struct arena *a, struct big x, struct big y);
struct big big_mul(struct arena *a, struct big x, struct big y);
/* Truncating; y must not be zero. */
struct big big_div(struct arena *a, struct big x, struct big y, struct big *rest);
struct big big_power(struct arena *a, struct big x, uint64_t exponent);
struct big big_pow10(struct arena *a, unsigned exponent);

/* As if in two's complement of unlimited width. */
enum big_logic { BIG_AND, BIG_OR, BIG_XOR };
struct big big_logic(struct arena *a, enum big_logic op, struct big x, struct big y);
struct big big_shift(struct arena *a, struct big x, int64_t left);

/* Digits of the magnitude, upper case. */
char *big_text(struct arena *a, const struct big *x, unsigned base);

#endif
