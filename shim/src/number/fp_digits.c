/*
 * From binary floating point to decimal digits. The integer part is a number in base
 * 10^9; the fraction is a binary fixed-point number that yields nine digits each time it is
 * multiplied by 10^9. Digits are made until the wanted place is passed; what then remains of
 * the fraction decides the rounding exactly.
 */
#include <string.h>
#include "shim/src/number/fp_digits_quick.h"

#define BILLION 1000000000u
#define LIMBS_MAX 552 /* 2^16384 in base 10^9 */
#define WORDS_MAX 520 /* 16445 bits and a half word to spare */

struct fraction {
    u32 words[WORDS_MAX]; /* most significant first */
    int first, end;       /* non-zero words lie in [first, end) */
};

struct maker {
    char *digits;
    int count;
    int point;
};

/* Appends the nine digits of a limb; leading zeros of the number only move the point. */
static void put_limb(struct maker *m, u32 limb, bool integer)
{
    char text[9];

    for (int i = 8; i >= 0; i--, limb /= 10)
        text[i] = (char)('0' + limb % 10);
    int skip = 0;
    if (m->count == 0)
        while (skip < 9 && text[skip] == '0')
            skip++;
    if (integer)
        m->point += 9 - skip;
    else if (m->count == 0)
        m->point -= skip;
    memcpy(m->digits + m->count, text + skip, (size_t)(9 - skip));
    m->count += 9 - skip;
}

static void put_big_integer(struct maker *m, u64 mantissa, int exponent)
{
    u32 limbs[LIMBS_MAX];
    int n = 0;

    for (; mantissa; mantissa /= BILLION)
        limbs[n++] = (u32)(mantissa % BILLION);
    while (exponent > 0) {
        int shift = exponent < 29 ? exponent : 29;
        u64 carry = 0;
        for (int i = 0; i < n; i++) {
            u64 x = ((u64)limbs[i] << shift) + carry;
            limbs[i] = (u32)(x % BILLION);
            carry = x / BILLION;
        }
        if (carry)
            limbs[n++] = (u32)carry;
        exponent -= shift;
    }
    while (n > 0)
        put_limb(m, limbs[--n], true);
}

static void put_integer(struct maker *m, u64 x)
{
    const u64 big = (u64)BILLION * BILLION;

    if (x >= big)
        put_limb(m, (u32)(x / big), true);
    if (x >= BILLION)
        put_limb(m, (u32)(x / BILLION % BILLION), true);
    if (x)
        put_limb(m, (u32)(x % BILLION), true);
}

/* bits: of the fraction, whose value is x / 2^bits < 1 */
static void fraction_init(struct fraction *f, u64 x, int bits)
{
    int end = (bits + 31) / 32;
    unsigned __int128 shifted = (unsigned __int128)x << (end * 32 - bits);
    int first = end;

    while (shifted) {
        f->words[--first] = (u32)shifted;
        shifted >>= 32;
    }
    f->first = first;
    f->end = end;
    while (f->end > f->first && f->words[f->end - 1] == 0)
        f->end--;
}

static bool fraction_is_zero(const struct fraction *f)
{
    return f->first >= f->end;
}

/* Multiplies by 10^9 and gives the integer part. */
static u32 fraction_next(struct fraction *f)
{
    u64 carry = 0;

    for (int i = f->end - 1; i >= f->first; i--) {
        u64 x = (u64)f->words[i] * BILLION + carry;
        f->words[i] = (u32)x;
        carry = x >> 32;
    }
    while (f->end > f->first && f->words[f->end - 1] == 0)
        f->end--;
    if (f->first > 0) {
        if (carry)
            f->words[--f->first] = (u32)carry;
        return 0;
    }
    while (f->first < f->end && f->words[f->first] == 0)
        f->first++;
    /* the words before first are zero from here on: an integer part comes only when full */
    return (u32)carry;
}

/* keep: digits to keep; more: something other than zero follows the digits made */
static bool rounds_up(const struct maker *m, int keep, bool more)
{
    char next = m->digits[keep];

    if (next != '5')
        return next > '5';
    for (int i = keep + 1; i < m->count && !more; i++)
        more = m->digits[i] != '0';
    if (more)
        return true;
    return keep > 0 && (m->digits[keep - 1] & 1);
}

static void round_digits(struct maker *m, int keep, bool more)
{
    if (keep >= m->count)
        return;
    if (keep < 0) {
        m->count = 0;
        return;
    }
    bool up = rounds_up(m, keep, more);
    m->count = keep;
    if (!up)
        return;
    while (m->count > 0 && m->digits[m->count - 1] == '9')
        m->count--;
    if (m->count > 0) {
        m->digits[m->count - 1]++;
    } else {
        m->digits[0] = '1';
        m->count = 1;
        m->point++;
    }
}

void __umk_fp_to_digits(struct fp_parts value, bool fixed, int places, struct fp_digits *out)
{
    struct maker m = {.digits = out->digits};
    struct fraction f;

    if (__umk_fp_quick_digits(value, fixed, places, out))
        return;
    f.first = f.end = 0;
    if (value.mantissa && value.exponent < 0) {
        int shift = __builtin_ctzll(value.mantissa);
        if (shift > -value.exponent)
            shift = -value.exponent;
        value.mantissa >>= shift;
        value.exponent += shift;
    }
    if (value.exponent > 0) {
        put_big_integer(&m, value.mantissa, value.exponent);
    } else if (value.exponent > -64) {
        int bits = -value.exponent;
        put_integer(&m, value.mantissa >> bits);
        if (bits)
            fraction_init(&f, value.mantissa & ((1ull << bits) - 1), bits);
    } else {
        fraction_init(&f, value.mantissa, -value.exponent);
    }
    /* the digit after the last wanted one decides the rounding */
    while (!fraction_is_zero(&f)) {
        if (m.count > (fixed ? m.point + (long)places : places))
            break;
        if (fixed && m.count == 0 && m.point + (long)places < -1)
            break;
        put_limb(&m, fraction_next(&f), false);
    }
    long keep = fixed ? m.point + (long)places : places;
    if (m.count == 0 && !fraction_is_zero(&f))
        keep = -1;
    round_digits(&m, keep > m.count ? m.count : (int)keep, !fraction_is_zero(&f));
    while (m.count > 0 && m.digits[m.count - 1] == '0')
        m.count--;
    out->count = m.count;
    out->point = m.point;
}
