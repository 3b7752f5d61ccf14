/* Numbers of let, see number.h. */
#include "number.h"

#include "real.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef __int128 wide;

static bool parse_wide(const char *s, wide *out)
{
    bool minus = *s == '-';
    wide value = 0;
    s += *s == '-' || *s == '+';
    if (!*s)
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9')
            return false;
        /* Built on the negative side, which reaches one further. */
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, *s - '0', &value))
            return false;
    }
    if (!minus && __builtin_sub_overflow((wide)0, value, &value))
        return false;
    *out = value;
    return true;
}

static void put_wide(wide value, struct buf *out)
{
    char text[48];
    char *p = text + sizeof text - 1;
    bool minus = value < 0;
    *p = '\0';
    do {
        int digit = (int)(value % 10);
        *--p = (char)('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value);
    if (minus)
        *--p = '-';
    buf_puts(out, p);
}

bool number_is_int(const char *text)
{
    wide value;
    return parse_wide(text, &value) && value >= INT64_MIN && value <= INT64_MAX;
}

bool number_is_float(const char *s)
{
    s += *s == '-' || *s == '+';
    if (strcasecmp(s, "inf") == 0 || strcasecmp(s, "nan") == 0 || strcasecmp(s, "infinity") == 0)
        return true;
    size_t whole = strspn(s, "0123456789");
    s += whole;
    size_t fraction = 0;
    if (*s == '.') {
        fraction = strspn(s + 1, "0123456789");
        s += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (*s == 'e' || *s == 'E') {
        s++;
        s += *s == '-' || *s == '+';
        size_t n = strspn(s, "0123456789");
        if (n == 0)
            return false;
        s += n;
    }
    return *s == '\0';
}

/* digits "d.ddde+XX" of the shortest precision that reads back. */
static void shortest(double value, char text[40])
{
    for (int precision = 14; precision <= 16; precision++) {
        snprintf(text, 40, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

void number_put_double(double value, struct buf *out)
{
    char text[40];
    if (__builtin_isnan(value)) {
        buf_puts(out, "NaN");
        return;
    }
    if (__builtin_isinf(value)) {
        buf_puts(out, value < 0 ? "-inf" : "inf");
        return;
    }
    shortest(__builtin_fabs(value), text);
    char *e = strchr(text, 'e');
    int exponent = atoi(e + 1);
    char digits[40] = "0";
    size_t n = 0;
    for (const char *p = text; p < e; p++) {
        if (isdigit((unsigned char)*p))
            digits[n++] = *p;
    }
    while (n > 1 && digits[n - 1] == '0')
        n--;
    if (__builtin_signbit(value))
        buf_putc(out, '-');
    if (value == 0) {
        buf_puts(out, "0.0");
    } else if (exponent < -5 || exponent >= 16) {
        buf_putc(out, digits[0]);
        if (n > 1) {
            buf_putc(out, '.');
            buf_add(out, digits + 1, n - 1);
        }
        buf_printf(out, "e%d", exponent);
    } else if (exponent < 0) {
        buf_puts(out, "0.");
        for (int i = -1; i > exponent; i--)
            buf_putc(out, '0');
        buf_add(out, digits, n);
    } else {
        size_t whole = (size_t)exponent + 1;
        for (size_t i = 0; i < whole; i++)
            buf_putc(out, i < n ? digits[i] : '0');
        buf_putc(out, '.');
        if (n > whole)
            buf_add(out, digits + whole, n - whole);
        else
            buf_putc(out, '0');
    }
}

static const char *apply_wide(enum assign_op op, wide a, wide b, struct buf *out)
{
    wide value = 0;
    bool overflow = false;
    if (op == ASSIGN_ADD) {
        overflow = __builtin_add_overflow(a, b, &value);
    } else if (op == ASSIGN_SUB) {
        overflow = __builtin_sub_overflow(a, b, &value);
    } else if (op == ASSIGN_MUL) {
        overflow = __builtin_mul_overflow(a, b, &value);
    } else if (b == 0) {
        return "division by zero";
    } else if (b == -1) {
        overflow = __builtin_sub_overflow((wide)0, a, &value);
    } else {
        value = a / b;
    }
    if (overflow)
        return "integer overflow";
    put_wide(value, out);
    return NULL;
}

static const char *apply_double(enum assign_op op, double a, double b, struct buf *out)
{
    double value;
    switch (op) {
    case ASSIGN_ADD:
        value = a + b;
        break;
    case ASSIGN_SUB:
        value = a - b;
        break;
    case ASSIGN_MUL:
        value = a * b;
        break;
    case ASSIGN_POW:
        value = real_power(a, b);
        break;
    case ASSIGN_INT_DIV:
        if (b == 0)
            return "division by zero";
        value = a / b;
        if (!(__builtin_fabs(value) < 1e38))
            return "the quotient is not an integer";
        put_wide((wide)value, out);
        return NULL;
    default:
        value = a / b;
    }
    number_put_double(value, out);
    return NULL;
}

const char *number_apply(enum assign_op op, const char *left, const char *right, struct buf *out)
{
    wide a;
    wide b;
    bool integral =
        op == ASSIGN_ADD || op == ASSIGN_SUB || op == ASSIGN_MUL || op == ASSIGN_INT_DIV;
    if (integral && parse_wide(left, &a) && parse_wide(right, &b))
        return apply_wide(op, a, b, out);
    if (!number_is_float(left) || !number_is_float(right))
        return "not a number";
    return apply_double(op, strtod(left, NULL), strtod(right, NULL), out);
}
