/* Integers of unlimited size, see bigint.h: digits of 32 bits, schoolbook algorithms. */
#include "bigint.h"

#include <string.h>

static struct big make(struct arena *a, size_t n)
{
    struct big x = {.n = n, .digits = arena_alloc(a, (n ? n : 1) * sizeof(uint32_t))};
    memset(x.digits, 0, (n ? n : 1) * sizeof(uint32_t));
    return x;
}

static struct big trim(struct big x)
{
    while (x.n > 0 && x.digits[x.n - 1] == 0)
        x.n--;
    if (x.n == 0)
        x.negative = false;
    return x;
}

struct big big_from(struct arena *a, int64_t value)
{
    struct big x = make(a, 2);
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    x.negative = value < 0;
    x.digits[0] = (uint32_t)magnitude;
    x.digits[1] = (uint32_t)(magnitude >> 32);
    return trim(x);
}

struct big big_parse(struct arena *a, const char *text, size_t len, unsigned base)
{
    struct big x = make(a, len / 8 + 2);
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        uint64_t carry = (uint64_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        for (size_t k = 0; k < x.n; k++) {
            carry += (uint64_t)x.digits[k] * base;
            x.digits[k] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    return trim(x);
}

bool big_small(const struct big *x, int64_t *out)
{
    if (x->n > 2)
        return false;
    uint64_t magnitude = x->n > 0 ? x->digits[0] : 0;
    if (x->n > 1)
        magnitude |= (uint64_t)x->digits[1] << 32;
    if (magnitude > (uint64_t)INT64_MAX + x->negative)
        return false;
    *out = x->negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

size_t big_bits(const struct big *x)
{
    return x->n ? x->n * 32 - (size_t)__builtin_clz(x->digits[x->n - 1]) : 0;
}

struct big big_negate(struct big x)
{
    x.negative = x.n > 0 && !x.negative;
    return x;
}

static int compare_magnitude(const struct big *x, const struct big *y)
{
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    for (size_t i = x->n; i-- > 0;) {
        if (x->digits[i] != y->digits[i])
            return x->digits[i] < y->digits[i] ? -1 : 1;
    }
    return 0;
}

int big_compare(const struct big *x, const struct big *y)
{
    if (x->negative != y->negative)
        return x->negative ? -1 : 1;
    int c = compare_magnitude(x, y);
    return x->negative ? -c : c;
}

static struct big add_magnitude(struct arena *a, const struct big *x, const struct big *y)
{
    size_t n = (x->n > y->n ? x->n : y->n) + 1;
    struct big sum = make(a, n);
    uint64_t carry = 0;
    for (size_t i = 0; i < n; i++) {
        carry += i < x->n ? x->digits[i] : 0;
        carry += i < y->n ? y->digits[i] : 0;
        sum.digits[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return sum;
}

/* |x| >= |y| */
static struct big sub_magnitude(struct arena *a, const struct big *x, const struct big *y)
{
    struct big rest = make(a, x->n);
    int64_t borrow = 0;
    for (size_t i = 0; i < x->n; i++) {
        int64_t d = (int64_t)x->digits[i] - (i < y->n ? y->digits[i] : 0) + borrow;
        rest.digits[i] = (uint32_t)d;
        borrow = d < 0 ? -1 : 0;
    }
    return rest;
}

struct big big_add(struct arena *a, struct big x, struct big y)
{
    struct big sum;
    if (x.negative == y.negative) {
        sum = add_magnitude(a, &x, &y);
        sum.negative = x.negative;
    } else if (compare_magnitude(&x, &y) >= 0) {
        sum = sub_magnitude(a, &x, &y);
        sum.negative = x.negative;
    } else {
        sum = sub_magnitude(a, &y, &x);
        sum.negative = y.negative;
    }
    return trim(sum);
}

struct big big_sub(struct arena *a, struct big x, struct big y)
{
    return big_add(a, x, big_negate(y));
}

struct big big_mul(struct arena *a, struct big x, struct big y)
{
    struct big product = make(a, x.n + y.n);
    for (size_t i = 0; i < x.n; i++) {
        uint64_t carry = 0;
        for (size_t k = 0; k < y.n; k++) {
            carry += (uint64_t)x.digits[i] * y.digits[k] + product.digits[i + k];
            product.digits[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        product.digits[i + y.n] = (uint32_t)carry;
    }
    product.negative = x.negative != y.negative;
    return trim(product);
}

static struct big div_digit(struct arena *a, const struct big *x, uint32_t y, uint32_t *rest)
{
    struct big q = make(a, x->n);
    uint64_t r = 0;
    for (size_t i = x->n; i-- > 0;) {
        r = r << 32 | x->digits[i];
        q.digits[i] = (uint32_t)(r / y);
        r %= y;
    }
    *rest = (uint32_t)r;
    return trim(q);
}

/* One digit of Knuth's algorithm D: subtracts q * v from u[0..n], returns the corrected q. */
static uint32_t div_step(uint32_t *u, const uint32_t *v, size_t n)
{
    uint64_t top = (uint64_t)u[n] << 32 | u[n - 1];
    uint64_t q = top / v[n - 1];
    uint64_t r = top % v[n - 1];
    while (q >> 32 || q * v[n - 2] > (r << 32 | u[n - 2])) {
        q--;
        r += v[n - 1];
        if (r >> 32)
            break;
    }
    int64_t borrow = 0;
    uint64_t carry = 0;
    for (size_t i = 0; i < n; i++) {
        carry += q * v[i];
        int64_t d = (int64_t)u[i] - (int64_t)(uint32_t)carry + borrow;
        u[i] = (uint32_t)d;
        borrow = d >> 32;
        carry >>= 32;
    }
    int64_t d = (int64_t)u[n] - (int64_t)carry + borrow;
    u[n] = (uint32_t)d;
    if (d >= 0)
        return (uint32_t)q;
    /* One too many: add v back. */
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (uint64_t)u[i] + v[i];
        u[i] = (uint32_t)sum;
        sum >>= 32;
    }
    u[n] += (uint32_t)sum;
    return (uint32_t)(q - 1);
}

struct big big_div(struct arena *a, struct big x, struct big y, struct big *rest)
{
    struct big q = {0};
    struct big r = x;
    if (compare_magnitude(&x, &y) >= 0) {
        if (y.n == 1) {
            uint32_t small;
            q = div_digit(a, &x, y.digits[0], &small);
            r = big_from(a, small);
        } else {
            /* Shifted so that the top bit of the divisor is set. */
            int64_t shift = (int64_t)__builtin_clz(y.digits[y.n - 1]);
            struct big xs = x;
            struct big ys = y;
            xs.negative = ys.negative = false;
            xs = big_shift(a, xs, shift);
            ys = big_shift(a, ys, shift);
            struct big u = make(a, x.n + 1);
            memcpy(u.digits, xs.digits, xs.n * sizeof(uint32_t));
            q = make(a, x.n - y.n + 1);
            for (size_t i = q.n; i-- > 0;)
                q.digits[i] = div_step(u.digits + i, ys.digits, y.n);
            q = trim(q);
            r = big_shift(a, trim(u), -shift);
        }
        r.negative = x.negative;
        q.negative = x.negative != y.negative;
    }
    if (rest)
        *rest = trim(r);
    return trim(q);
}

struct big big_power(struct arena *a, struct big x, uint64_t exponent)
{
    struct big result = big_from(a, 1);
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            result = big_mul(a, result, x);
        if (exponent > 1)
            x = big_mul(a, x, x);
    }
    return result;
}

struct big big_pow10(struct arena *a, unsigned exponent)
{
    return big_power(a, big_from(a, 10), exponent);
}

/* Digit i of the two's complement form; *borrow carries the +1 of a negation along. */
static uint32_t twos_digit(const struct big *x, size_t i, uint64_t *borrow)
{
    uint32_t d = i < x->n ? x->digits[i] : 0;
    if (!x->negative)
        return d;
    uint64_t v = (uint64_t)(uint32_t)~d + *borrow;
    *borrow = v >> 32;
    return (uint32_t)v;
}

struct big big_logic(struct arena *a, enum big_logic op, struct big x, struct big y)
{
    size_t n = (x.n > y.n ? x.n : y.n) + 1;
    struct big out = make(a, n);
    uint64_t bx = 1;
    uint64_t by = 1;
    for (size_t i = 0; i < n; i++) {
        uint32_t dx = twos_digit(&x, i, &bx);
        uint32_t dy = twos_digit(&y, i, &by);
        out.digits[i] = op == BIG_AND ? dx & dy : op == BIG_OR ? dx | dy : dx ^ dy;
    }
    if (out.digits[n - 1] >> 31) {
        uint64_t carry = 1;
        for (size_t i = 0; i < n; i++) {
            carry += (uint32_t)~out.digits[i];
            out.digits[i] = (uint32_t)carry;
            carry >>= 32;
        }
        out.negative = true;
    }
    return trim(out);
}

static struct big shift_left(struct arena *a, struct big x, uint64_t by)
{
    size_t words = by / 32;
    unsigned bits = by % 32;
    struct big out = make(a, x.n + words + 1);
    for (size_t i = 0; i < x.n; i++) {
        uint64_t d = (uint64_t)x.digits[i] << bits;
        out.digits[i + words] |= (uint32_t)d;
        out.digits[i + words + 1] |= (uint32_t)(d >> 32);
    }
    out.negative = x.negative;
    return trim(out);
}

/* Rounds down, as an arithmetic shift does. */
static struct big shift_right(struct arena *a, struct big x, uint64_t by)
{
    size_t words = by / 32;
    unsigned bits = by % 32;
    bool lost = false;
    for (size_t i = 0; i < x.n && i < words; i++)
        lost |= x.digits[i] != 0;
    struct big out = make(a, x.n > words ? x.n - words : 0);
    for (size_t i = 0; i < out.n; i++) {
        uint64_t high = i + words + 1 < x.n ? x.digits[i + words + 1] : 0;
        out.digits[i] = (uint32_t)((high << 32 | x.digits[i + words]) >> bits);
    }
    if (words < x.n && bits)
        lost |= (x.digits[words] & ((1u << bits) - 1)) != 0;
    out.negative = x.negative;
    out = trim(out);
    if (x.negative && lost)
        out = big_sub(a, out, big_from(a, 1));
    return out;
}

struct big big_shift(struct arena *a, struct big x, int64_t left)
{
    return left >= 0 ? shift_left(a, x, (uint64_t)left) : shift_right(a, x, 0 - (uint64_t)left);
}

char *big_text(struct arena *a, const struct big *x, unsigned base)
{
    size_t room = x->n * 10 + 2;
    char *text = arena_alloc(a, room);
    char *p = text + room - 1;
    struct big rest = *x;
    uint32_t chunk = base == 10 ? 1000000000u : 1u << 28;
    *p = '\0';
    rest.negative = false;
    do {
        uint32_t part;
        rest = div_digit(a, &rest, chunk, &part);
        for (uint32_t c = chunk; c > 1 && (rest.n > 0 || part > 0); c /= base) {
            /* cppcheck-suppress zerodivcond ; no base is 0 */
            *--p = "0123456789ABCDEF"[part % base];
            part /= base;
        }
    } while (rest.n > 0);
    if (!*p)
        *--p = '0';
    return p;
}
