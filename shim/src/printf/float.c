/* Floating point: e f g and their capitals; a goes to hex_float.c. */
#include <string.h>
#include "shim/src/internal/fp.h"
#include "shim/src/internal/printf.h"

/* A number ready to be put: digits[0..count), zeros beyond, the point after `point` digits. */
struct layout {
    const struct fp_digits *d;
    int precision; /* digits after the point */
    bool show_point;
    char exponent[8];
    size_t exponent_len; /* 0: fixed notation */
};

static const char *sign_of(const struct spec *spec, bool negative)
{
    if (negative)
        return "-";
    if (spec->flags & P_PLUS)
        return "+";
    return spec->flags & P_SPACE ? " " : "";
}

static bool is_upper(const struct spec *spec)
{
    return spec->conversion < 'a';
}

static void print_special(struct sink *s, const struct spec *spec, long double value)
{
    union fp_bits b = {.value = value};
    struct spec plain = *spec;
    bool nan = value != value;
    const char *prefix = sign_of(spec, b.sign_exponent >> 15);
    const char *body = nan ? (is_upper(spec) ? "NAN" : "nan") : (is_upper(spec) ? "INF" : "inf");

    plain.flags &= ~P_ZERO;
    __umk_print_padded(s, &plain, prefix, strlen(prefix), 0, body, 3);
}

/* Digits [from, from + n) of a number; those it does not have are zero. */
static void put_digits(struct sink *s, const struct fp_digits *d, i64 from, i64 n)
{
    if (from < 0) {
        i64 zeros = -from < n ? -from : n;
        __umk_pad(s, '0', zeros);
        from += zeros;
        n -= zeros;
    }
    if (n > 0 && from < d->count) {
        i64 have = d->count - from < n ? d->count - from : n;
        __umk_put(s, d->digits + from, (size_t)have);
        n -= have;
    }
    __umk_pad(s, '0', n);
}

static void put_exponent(struct layout *l, int exponent, bool upper)
{
    char *p = l->exponent;
    unsigned x = (unsigned)(exponent < 0 ? -exponent : exponent);

    *p++ = upper ? 'E' : 'e';
    *p++ = exponent < 0 ? '-' : '+';
    if (x >= 1000)
        *p++ = (char)('0' + x / 1000);
    if (x >= 100)
        *p++ = (char)('0' + x / 100 % 10);
    *p++ = (char)('0' + x / 10 % 10);
    *p++ = (char)('0' + x % 10);
    l->exponent_len = (size_t)(p - l->exponent);
}

static void put_number(struct sink *s, const struct spec *spec, const char *prefix,
                       const struct layout *l)
{
    bool fixed = l->exponent_len == 0;
    i64 before = fixed ? (l->d->point > 0 ? l->d->point : 1) : 1;
    i64 start = fixed && l->d->point <= 0 ? l->d->point - 1 : 0;
    i64 len = (i64)strlen(prefix) + before + l->show_point + l->precision + (i64)l->exponent_len;
    i64 fill = spec->width - len;

    if (!(spec->flags & (P_LEFT | P_ZERO)))
        __umk_pad(s, ' ', fill);
    __umk_put(s, prefix, strlen(prefix));
    if ((spec->flags & (P_LEFT | P_ZERO)) == P_ZERO)
        __umk_pad(s, '0', fill);
    put_digits(s, l->d, start, before);
    if (l->show_point)
        __umk_put(s, ".", 1);
    put_digits(s, l->d, start + before, l->precision);
    __umk_put(s, l->exponent, l->exponent_len);
    if (spec->flags & P_LEFT)
        __umk_pad(s, ' ', fill);
}

/* g: the style that the exponent after rounding asks for, without trailing zeros */
static void general_layout(const struct spec *spec, struct layout *l, int precision)
{
    int exponent = l->d->count ? l->d->point - 1 : 0;
    bool fixed = exponent >= -4 && exponent < precision;
    int places = fixed ? precision - 1 - exponent : precision - 1;

    if (!(spec->flags & P_ALT)) {
        int have = fixed ? l->d->count - l->d->point : l->d->count - 1;
        if (!l->d->count || have < 0)
            have = 0;
        if (places > have)
            places = have;
    }
    l->precision = places;
    if (!fixed)
        put_exponent(l, exponent, is_upper(spec));
}

static void print_finite(struct sink *s, const struct spec *spec, long double value, char *digits)
{
    struct fp_digits d = {.digits = digits};
    struct layout l = {.d = &d};
    struct fp_parts parts = __umk_fp_split(value);
    int precision = spec->precision < 0 ? 6 : spec->precision;
    char style = (char)(spec->conversion | 32);

    if (style == 'g' && precision == 0)
        precision = 1;
    if (style == 'f')
        __umk_fp_to_digits(parts, true, precision, &d);
    else
        __umk_fp_to_digits(parts, false,
                           style == 'e' ? precision + (precision < 0x7fffffff) : precision, &d);
    if (d.count == 0)
        d.point = 1;
    l.precision = precision;
    if (style == 'e')
        put_exponent(&l, d.count ? d.point - 1 : 0, is_upper(spec));
    else if (style == 'g')
        general_layout(spec, &l, precision);
    l.show_point = l.precision > 0 || (spec->flags & P_ALT);
    put_number(s, spec, sign_of(spec, parts.negative), &l);
}

/* In a function of its own, so that a double does not cost a long double's stack. */
static __attribute__((noinline)) void print_long(struct sink *s, const struct spec *spec,
                                                 long double value)
{
    char digits[FP_DIGITS_LONG];

    print_finite(s, spec, value, digits);
}

static __attribute__((noinline)) void print_double(struct sink *s, const struct spec *spec,
                                                   double value)
{
    char digits[FP_DIGITS];

    print_finite(s, spec, value, digits);
}

void __umk_print_float(struct sink *s, const struct spec *spec, const union arg *arg)
{
    bool is_long = spec->length == LEN_LONG_DOUBLE;
    long double value = is_long ? arg->long_number : (long double)arg->number;

    if (!__umk_fp_is_finite(value))
        print_special(s, spec, value);
    else if ((spec->conversion | 32) == 'a')
        __umk_print_hex_float(s, spec, value);
    else if (is_long)
        print_long(s, spec, value);
    else
        print_double(s, spec, arg->number);
}
