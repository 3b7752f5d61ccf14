/*
 * Decimal to binary by exact division of big integers: digits * 5^p / 5^q, whose
 * quotient's first 68 bits and the question whether anything is left decide every rounding.
 */
#include <string.h>
#include "shim/src/internal/fp.h"
#include "shim/src/number/fp_formats.h"

/* Bits: 11520 digits or 5^16500, and one word to shift into. */
#define WORDS 620
#define QUOTIENT_BITS 68

struct big {
    int n; /* words in use, the last is not zero */
    u64 words[WORDS];
};

static void multiply_add(struct big *b, u64 factor, u64 carry)
{
    for (int i = 0; i < b->n; i++) {
        unsigned __int128 x = (unsigned __int128)b->words[i] * factor + carry;
        b->words[i] = (u64)x;
        carry = (u64)(x >> 64);
    }
    if (carry)
        b->words[b->n++] = carry;
}

static u64 power(u64 base, long exponent)
{
    u64 x = 1;

    while (exponent-- > 0)
        x *= base;
    return x;
}

static void multiply_by_5(struct big *b, long exponent)
{
    for (; exponent > 27; exponent -= 27)
        multiply_add(b, 7450580596923828125u, 0);
    multiply_add(b, power(5, exponent), 0);
}

static int bit_length(const struct big *b)
{
    return b->n * 64 - __builtin_clzll(b->words[b->n - 1]);
}

static void shift_left(struct big *b, int bits)
{
    int words = bits / 64, rest = bits % 64;

    if (words) {
        memmove(b->words + words, b->words, (size_t)b->n * sizeof(u64));
        memset(b->words, 0, (size_t)words * sizeof(u64));
        b->n += words;
    }
    if (rest) {
        u64 carry = 0;
        for (int i = words; i < b->n; i++) {
            u64 x = b->words[i];
            b->words[i] = x << rest | carry;
            carry = x >> (64 - rest);
        }
        if (carry)
            b->words[b->n++] = carry;
    }
}

static bool less(const struct big *a, const struct big *b)
{
    if (a->n != b->n)
        return a->n < b->n;
    for (int i = a->n - 1; i >= 0; i--)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i];
    return false;
}

/* a -= b, where a >= b */
static void subtract(struct big *a, const struct big *b)
{
    unsigned char borrow = 0;

    for (int i = 0; i < a->n; i++) {
        u64 y = i < b->n ? b->words[i] : 0, x = a->words[i];
        u64 d = x - y - borrow;
        borrow = x < y || (x == y && borrow);
        a->words[i] = d;
    }
    while (a->n && a->words[a->n - 1] == 0)
        a->n--;
}

/* Reads the digits; what lies beyond max of them counts as a one. Result: the power of ten. */
static long read_digits(const struct fp_decimal *d, int max, struct big *b)
{
    long exponent = d->exponent;
    u64 chunk = 0;
    int chunk_len = 0, taken = 0;
    bool point = false, rest = false;

    b->n = 0;
    for (const char *p = d->digits; p < d->end; p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        if (taken >= max) {
            rest = rest || *p != '0';
            exponent += !point;
            continue;
        }
        exponent -= point;
        if (!taken && *p == '0')
            continue;
        taken++;
        chunk = chunk * 10 + (u64)(*p - '0');
        if (++chunk_len == 19) {
            multiply_add(b, 10000000000000000000u, chunk);
            chunk = 0;
            chunk_len = 0;
        }
    }
    multiply_add(b, power(10, chunk_len), chunk);
    if (rest) {
        multiply_add(b, 10, 1);
        exponent--;
    }
    return exponent;
}

long double __umk_fp_exact(const struct fp_decimal *d, enum fp_kind kind)
{
    struct big above, below = {.n = 1, .words = {1}};
    long ten = read_digits(d, __umk_fp_formats[kind].digits_max, &above);
    unsigned __int128 quotient = 0;

    if (ten >= 0)
        multiply_by_5(&above, ten);
    else
        multiply_by_5(&below, -ten);
    int shift = bit_length(&below) - bit_length(&above);
    if (shift > 0)
        shift_left(&above, shift);
    else
        shift_left(&below, -shift);
    for (int i = 0; i < QUOTIENT_BITS && above.n; i++) {
        if (i)
            shift_left(&above, 1);
        quotient <<= 1;
        if (!less(&above, &below)) {
            subtract(&above, &below);
            quotient |= 1;
        }
        if (!above.n)
            quotient <<= QUOTIENT_BITS - 1 - i;
    }
    return __umk_fp_round(quotient, (int)ten - shift - (QUOTIENT_BITS - 1), above.n != 0, kind);
}
