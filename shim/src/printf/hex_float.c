/* Hexadecimal floating point: a, A. A double's first digit is 1 (0 for zero and subnormals), a
 * long double's takes the four upper bits of its mantissa. */
#include <string.h>
#include "shim/src/internal/fp.h"
#include "shim/src/internal/printf.h"

/* The mantissa as one digit and `places` more of 4 bits, from the top of bits. */
struct hex_parts {
    u32 first;
    u64 bits;
    int exponent;
};

static struct hex_parts split_double(long double value)
{
    union {
        double value;
        u64 bits;
    } u = {.value = (double)value};
    int e = (int)(u.bits >> 52 & 0x7ff);

    if (!(u.bits << 1))
        return (struct hex_parts){0, 0, 0};
    return (struct hex_parts){e != 0, u.bits << 12, (e ? e : 1) - 1023};
}

static struct hex_parts split_long(long double value)
{
    union fp_bits b = {.value = value};
    int e = b.sign_exponent & 0x7fff;

    if (!b.mantissa)
        return (struct hex_parts){0, 0, 0};
    return (struct hex_parts){(u32)(b.mantissa >> 60), b.mantissa << 4, (e ? e : 1) - 16383 - 3};
}

/* Half to even, at `places` digits after the first. */
static void round_hex(struct hex_parts *h, int places)
{
    if (places >= 16)
        return;
    u64 unit = places ? 1ull << (64 - 4 * places) : 0; /* 0: the first digit is the unit */
    u64 half = places ? unit >> 1 : 1ull << 63;
    u64 rest = places ? h->bits & (unit - 1) : h->bits;
    bool odd = places ? (h->bits & unit) != 0 : h->first & 1;

    h->bits -= rest;
    if (rest > half || (rest == half && odd)) {
        h->bits += unit;
        if (h->bits < unit || !unit)
            h->first++;
    }
}

void __umk_print_hex_float(struct sink *s, const struct spec *spec, long double value)
{
    const char *digits = spec->conversion == 'A' ? "0123456789ABCDEF" : "0123456789abcdef";
    bool is_long = spec->length == LEN_LONG_DOUBLE;
    struct hex_parts h = is_long ? split_long(value) : split_double(value);
    struct spec padding = *spec;
    union fp_bits sign = {.value = value};
    char prefix[4], body[40], *p = body;
    size_t prefix_len = 0;

    if (sign.sign_exponent >> 15)
        prefix[prefix_len++] = '-';
    else if (spec->flags & (P_PLUS | P_SPACE))
        prefix[prefix_len++] = spec->flags & P_PLUS ? '+' : ' ';
    prefix[prefix_len++] = '0';
    prefix[prefix_len++] = spec->conversion == 'A' ? 'X' : 'x';
    if (spec->precision >= 0)
        round_hex(&h, spec->precision);
    int places = 0;
    *p++ = digits[h.first & 15];
    /* a long double's first digit may round up to 16 */
    if (h.first > 15) {
        p[-1] = digits[1];
        h.exponent += 4;
    }
    if (h.bits || spec->precision > 0 || (spec->flags & P_ALT))
        *p++ = '.';
    for (; h.bits; h.bits <<= 4, places++)
        *p++ = digits[h.bits >> 60];
    size_t mantissa_len = (size_t)(p - body);
    i64 zeros = spec->precision > places ? spec->precision - places : 0;
    char exponent[8], *e = exponent + sizeof exponent;
    unsigned x = (unsigned)(h.exponent < 0 ? -h.exponent : h.exponent);
    do
        *--e = (char)('0' + x % 10);
    while (x /= 10);
    *--e = h.exponent < 0 ? '-' : '+';
    *--e = spec->conversion == 'A' ? 'P' : 'p';
    size_t exponent_len = (size_t)(exponent + sizeof exponent - e);
    i64 len = (i64)(prefix_len + mantissa_len + exponent_len) + zeros;
    i64 fill = padding.width - len;
    if (!(spec->flags & (P_LEFT | P_ZERO)))
        __umk_pad(s, ' ', fill);
    __umk_put(s, prefix, prefix_len);
    if ((spec->flags & (P_LEFT | P_ZERO)) == P_ZERO)
        __umk_pad(s, '0', fill);
    __umk_put(s, body, mantissa_len);
    __umk_pad(s, '0', zeros);
    __umk_put(s, e, exponent_len);
    if (spec->flags & P_LEFT)
        __umk_pad(s, ' ', fill);
}
