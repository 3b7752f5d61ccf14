/*
 * The numbers of $(( )) and math: integers of unlimited size, and decimals of 34 significant
 * digits as IEEE 754 decimal128 has them (half-even; the scale of a result is kept: 1.50).
 */
#ifndef ION_NUM_H
#define ION_NUM_H

#include "bigint.h"

struct num {
    bool decimal;  /* value: big * 10^exponent; else the integer */
    bool hex;      /* prints as hexadecimal; spreads through operators */
    bool is_small; /* an integer held in `small`, not in `big` */
    int64_t small;
    struct big big;
    int exponent;
};

enum num_op {
    NUM_ADD,
    NUM_SUB,
    NUM_MUL,
    NUM_DIV,
    NUM_MOD,
    NUM_POW,
    NUM_AND,
    NUM_OR,
    NUM_XOR,
    NUM_SHL,
    NUM_SHR
};

struct num num_small(int64_t value);
struct num num_from_double(struct arena *a, double value);
double num_to_double(struct arena *a, const struct num *x);

/* Reads a number at *p and moves on; false when there is none. */
bool num_read(struct arena *a, const char **p, struct num *out);

struct num num_negate(struct arena *a, const struct num *x);
struct num num_complement(struct arena *a, const struct num *x);

/* Null, or what is wrong. */
const char *num_apply(struct arena *a, enum num_op op, const struct num *x, const struct num *y,
                      struct num *out);

/* False when it is no integer of 64 bits. */
bool num_int(const struct num *x, int64_t *out);

void num_put(struct arena *a, const struct num *x, struct buf *out);

#endif
