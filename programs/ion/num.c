/* The numbers of $(( )), see num.h. */
#include "num.h"

#include "real.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 34
/* Decimals outside these exponents do not exist in decimal128. */
#define EXPONENT_MAX 6111
#define EXPONENT_MIN (-6176)
/* Bounds what ** and << can ask for. */
#define BITS_MAX (1u << 17)

struct num num_small(int64_t value)
{
    return (struct num){.is_small = true, .small = value};
}

static struct big value_of(struct arena *a, const struct num *x)
{
    return x->is_small ? big_from(a, x->small) : x->big;
}

static struct num from_big(struct big big)
{
    struct num x = {.big = big};
    x.is_small = big_small(&big, &x.small);
    return x;
}

/* --- decimals --- */

static unsigned decimal_digits(struct arena *a, const struct big *x)
{
    return x->n ? (unsigned)strlen(big_text(a, x, 10)) : 1;
}

static bool is_odd(const struct big *x)
{
    return x->n > 0 && (x->digits[0] & 1);
}

/* x / 10^places, to the nearest, ties to even; sticky: a bit more than x was meant. */
static struct big round_off(struct arena *a, struct big x, unsigned places, bool sticky)
{
    struct big rest;
    struct big unit = big_pow10(a, places);
    bool negative = x.negative;
    x.negative = false;
    struct big q = big_div(a, x, unit, &rest);
    struct big twice = big_add(a, rest, rest);
    int c = big_compare(&twice, &unit);
    if (c > 0 || (c == 0 && (sticky || is_odd(&q))))
        q = big_add(a, q, big_from(a, 1));
    q.negative = negative && q.n > 0;
    return q;
}

static struct num decimal(struct arena *a, struct big big, int exponent, bool sticky)
{
    unsigned n = decimal_digits(a, &big);
    while (n > DIGITS) {
        big = round_off(a, big, n - DIGITS, sticky);
        exponent += (int)(n - DIGITS);
        n = decimal_digits(a, &big);
    }
    return (struct num){.decimal = true, .big = big, .exponent = exponent};
}

static struct num to_decimal(struct arena *a, const struct num *x)
{
    if (x->decimal)
        return *x;
    return decimal(a, value_of(a, x), 0, false);
}

static struct num add_decimals(struct arena *a, struct num x, struct num y)
{
    int low = x.exponent < y.exponent ? x.exponent : y.exponent;
    struct big bx = big_mul(a, x.big, big_pow10(a, (unsigned)(x.exponent - low)));
    struct big by = big_mul(a, y.big, big_pow10(a, (unsigned)(y.exponent - low)));
    return decimal(a, big_add(a, bx, by), low, false);
}

/* Exact results keep the scale of the operands' difference as far as they need no more digits. */
static struct num divide_decimals(struct arena *a, struct num x, struct num y)
{
    int want = x.exponent - y.exponent;
    unsigned have = decimal_digits(a, &x.big);
    unsigned by = decimal_digits(a, &y.big);
    unsigned scale = by + DIGITS + 2 > have ? by + DIGITS + 2 - have : 0;
    struct big rest;
    struct big q = big_div(a, big_mul(a, x.big, big_pow10(a, scale)), y.big, &rest);
    int exponent = want - (int)scale;
    if (rest.n > 0)
        return decimal(a, q, exponent, true);
    struct big ten = big_from(a, 10);
    while (exponent < want && q.n > 0) {
        struct big r;
        struct big tenth = big_div(a, q, ten, &r);
        if (r.n > 0)
            break;
        q = tenth;
        exponent++;
    }
    if (q.n == 0)
        exponent = want;
    return decimal(a, q, exponent, false);
}

static struct num modulo_decimals(struct arena *a, struct num x, struct num y)
{
    int low = x.exponent < y.exponent ? x.exponent : y.exponent;
    struct big rest;
    big_div(a, big_mul(a, x.big, big_pow10(a, (unsigned)(x.exponent - low))),
            big_mul(a, y.big, big_pow10(a, (unsigned)(y.exponent - low))), &rest);
    return decimal(a, rest, low, false);
}

static const char *in_range(struct num *x)
{
    if (x->decimal && (x->exponent > EXPONENT_MAX || x->exponent < EXPONENT_MIN))
        return "the result is out of range";
    return NULL;
}

static const char *apply_decimal(struct arena *a, enum num_op op, struct num x, struct num y,
                                 struct num *out)
{
    switch (op) {
    case NUM_ADD:
        *out = add_decimals(a, x, y);
        break;
    case NUM_SUB:
        y.big = big_negate(y.big);
        *out = add_decimals(a, x, y);
        break;
    case NUM_MUL:
        *out = decimal(a, big_mul(a, x.big, y.big), x.exponent + y.exponent, false);
        break;
    case NUM_DIV:
    case NUM_MOD:
        if (y.big.n == 0)
            return "division by zero";
        *out = op == NUM_DIV ? divide_decimals(a, x, y) : modulo_decimals(a, x, y);
        break;
    default:
        return "the operator needs integers";
    }
    return in_range(out);
}

/* --- integers --- */

static bool apply_small(enum num_op op, int64_t x, int64_t y, struct num *out)
{
    int64_t value;
    switch (op) {
    case NUM_ADD:
        if (__builtin_add_overflow(x, y, &value))
            return false;
        break;
    case NUM_SUB:
        if (__builtin_sub_overflow(x, y, &value))
            return false;
        break;
    case NUM_MUL:
        if (__builtin_mul_overflow(x, y, &value))
            return false;
        break;
    case NUM_DIV:
        if (y == 0 || y == -1 || x % y != 0)
            return false;
        value = x / y;
        break;
    case NUM_MOD:
        if (y == 0 || y == -1)
            return false;
        value = x % y;
        break;
    case NUM_AND:
        value = x & y;
        break;
    case NUM_OR:
        value = x | y;
        break;
    case NUM_XOR:
        value = x ^ y;
        break;
    default:
        return false;
    }
    *out = num_small(value);
    return true;
}

static const char *shift(struct arena *a, struct big x, const struct num *by, bool right,
                         struct num *out)
{
    if (!by->is_small)
        return "the shift count is too big";
    int64_t count = by->small;
    if (count < -(int64_t)BITS_MAX || count > (int64_t)BITS_MAX)
        return "the shift count is too big";
    *out = from_big(big_shift(a, x, right ? -count : count));
    return NULL;
}

static const char *power(struct arena *a, const struct num *x, const struct num *y, struct num *out)
{
    int64_t n;
    if (!num_int(y, &n)) {
        *out = num_from_double(a, real_power(num_to_double(a, x), num_to_double(a, y)));
        return in_range(out);
    }
    uint64_t count = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    struct big base = value_of(a, x);
    bool trivial = big_bits(&base) <= 1 && !x->decimal;
    if (trivial)
        count = base.n == 0 ? (count > 0) : base.negative ? count % 2 : 1;
    if (!trivial && (count > BITS_MAX || count * (big_bits(&base) + 1) > BITS_MAX))
        return "the power is too big";
    if (x->decimal) {
        struct num result = to_decimal(a, &(struct num){.is_small = true, .small = 1});
        struct num factor = *x;
        for (; count; count >>= 1) {
            if (count & 1)
                result = decimal(a, big_mul(a, result.big, factor.big),
                                 result.exponent + factor.exponent, false);
            factor = decimal(a, big_mul(a, factor.big, factor.big), factor.exponent * 2, false);
            if (in_range(&result))
                return in_range(&result);
            if (in_range(&factor) && count > 1)
                return in_range(&factor);
        }
        *out = result;
    } else {
        *out = from_big(big_power(a, base, count));
    }
    if (n >= 0)
        return in_range(out);
    struct num one = num_small(1);
    struct num divisor = *out;
    return num_apply(a, NUM_DIV, &one, &divisor, out);
}

static const char *apply_big(struct arena *a, enum num_op op, const struct num *x,
                             const struct num *y, struct num *out)
{
    struct big bx = value_of(a, x);
    struct big by = value_of(a, y);
    struct big rest;
    switch (op) {
    case NUM_ADD:
        *out = from_big(big_add(a, bx, by));
        return NULL;
    case NUM_SUB:
        *out = from_big(big_sub(a, bx, by));
        return NULL;
    case NUM_MUL:
        *out = from_big(big_mul(a, bx, by));
        return NULL;
    case NUM_DIV:
    case NUM_MOD: {
        if (by.n == 0)
            return "division by zero";
        struct big q = big_div(a, bx, by, &rest);
        if (op == NUM_MOD)
            *out = from_big(rest);
        else if (rest.n == 0)
            *out = from_big(q);
        else
            return apply_decimal(a, op, to_decimal(a, x), to_decimal(a, y), out);
        return NULL;
    }
    case NUM_SHL:
    case NUM_SHR:
        return shift(a, bx, y, op == NUM_SHR, out);
    default:
        *out = from_big(big_logic(a,
                                  op == NUM_AND  ? BIG_AND
                                  : op == NUM_OR ? BIG_OR
                                                 : BIG_XOR,
                                  bx, by));
        return NULL;
    }
}

const char *num_apply(struct arena *a, enum num_op op, const struct num *x, const struct num *y,
                      struct num *out)
{
    const char *error = NULL;
    struct num result = {0};
    bool hex = x->hex || y->hex;
    if (op == NUM_POW)
        error = power(a, x, y, &result);
    else if (x->decimal || y->decimal)
        error = apply_decimal(a, op, to_decimal(a, x), to_decimal(a, y), &result);
    else if (!(x->is_small && y->is_small && apply_small(op, x->small, y->small, &result)))
        error = apply_big(a, op, x, y, &result);
    result.hex = hex && !result.decimal;
    *out = result;
    return error;
}

struct num num_negate(struct arena *a, const struct num *x)
{
    struct num zero = num_small(0);
    struct num out = *x;
    if (x->decimal)
        out.big = big_negate(x->big);
    else
        num_apply(a, NUM_SUB, &zero, x, &out);
    return out;
}

struct num num_complement(struct arena *a, const struct num *x)
{
    struct num minus_one = num_small(-1);
    struct num out = *x;
    num_apply(a, NUM_XOR, x, &minus_one, &out);
    return out;
}

bool num_int(const struct num *x, int64_t *out)
{
    *out = x->small;
    return x->is_small && !x->decimal;
}

/* --- text --- */

bool num_read(struct arena *a, const char **p, struct num *out)
{
    const char *s = *p;
    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && isxdigit((unsigned char)s[2])) {
        size_t n = 0;
        while (isxdigit((unsigned char)s[2 + n]))
            n++;
        *out = from_big(big_parse(a, s + 2, n, 16));
        out->hex = true;
        *p = s + 2 + n;
        return true;
    }
    size_t whole = strspn(s, "0123456789");
    size_t fraction = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
    bool point = s[whole] == '.';
    if (whole + fraction == 0)
        return false;
    *p = s + whole + (point ? 1 + fraction : 0);
    if (!point) {
        *out = from_big(big_parse(a, s, whole, 10));
        return true;
    }
    char *digits = arena_alloc(a, whole + fraction + 1);
    memcpy(digits, s, whole);
    memcpy(digits + whole, s + whole + 1, fraction);
    *out = decimal(a, big_parse(a, digits, whole + fraction, 10), -(int)fraction, false);
    return true;
}

struct num num_from_double(struct arena *a, double value)
{
    char text[64];
    if (!__builtin_isfinite(value))
        return (struct num){.decimal = true, .exponent = EXPONENT_MAX + 1};
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, __builtin_fabs(value));
        if (strtod(text, NULL) == __builtin_fabs(value))
            break;
    }
    char *e = strchr(text, 'e');
    int exponent = atoi(e + 1);
    char digits[32];
    size_t n = 0;
    for (const char *p = text; p < e; p++) {
        if (isdigit((unsigned char)*p))
            digits[n++] = *p;
    }
    while (n > 1 && digits[n - 1] == '0')
        n--;
    struct num x = decimal(a, big_parse(a, digits, n, 10), exponent - (int)n + 1, false);
    if (value < 0)
        x.big = big_negate(x.big);
    return x;
}

double num_to_double(struct arena *a, const struct num *x)
{
    struct buf text = {0};
    struct num plain = *x;
    plain.hex = false;
    num_put(a, &plain, &text);
    double value = strtod(buf_text(&text), NULL);
    buf_free(&text);
    return value;
}

/* The to-scientific-string of the decimal arithmetic specification. */
static void put_decimal(const char *digits, int exponent, struct buf *out)
{
    int n = (int)strlen(digits);
    int adjusted = exponent + n - 1;
    if (exponent <= 0 && adjusted >= -6) {
        int whole = n + exponent;
        if (whole <= 0) {
            buf_puts(out, "0.");
            for (int i = whole; i < 0; i++)
                buf_putc(out, '0');
            buf_puts(out, digits);
            return;
        }
        buf_add(out, digits, (size_t)whole);
        if (exponent < 0) {
            buf_putc(out, '.');
            buf_puts(out, digits + whole);
        }
        return;
    }
    buf_putc(out, digits[0]);
    if (n > 1) {
        buf_putc(out, '.');
        buf_puts(out, digits + 1);
    }
    buf_printf(out, "E%+d", adjusted);
}

void num_put(struct arena *a, const struct num *x, struct buf *out)
{
    if (x->is_small && !x->hex && !x->decimal) {
        buf_printf(out, "%lld", (long long)x->small);
        return;
    }
    struct big big = value_of(a, x);
    if (big.negative)
        buf_putc(out, '-');
    if (x->decimal)
        put_decimal(big_text(a, &big, 10), x->exponent, out);
    else if (x->hex)
        buf_printf(out, "0x%s", big_text(a, &big, 16));
    else
        buf_puts(out, big_text(a, &big, 10));
}
