/* Integers: d i u o x X b B p. */
#include "shim/src/internal/printf.h"

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

static char *decimal(char *p, u64 x)
{
    while (x >= 100) {
        const char *pair = pairs + x % 100 * 2;
        x /= 100;
        *--p = pair[1];
        *--p = pair[0];
    }
    if (x >= 10) {
        *--p = pairs[x * 2 + 1];
        *--p = pairs[x * 2];
    } else if (x) {
        *--p = (char)('0' + x);
    }
    return p;
}

/* shift: bits a digit */
static char *by_bits(char *p, u64 x, unsigned shift, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    for (; x; x >>= shift)
        *--p = digits[x & ((1u << shift) - 1)];
    return p;
}

void __umk_print_integer(struct sink *s, const struct spec *spec, u64 value)
{
    char text[64], *end = text + sizeof text, *p;
    const char *prefix = "";
    size_t prefix_len = 0;
    struct spec padding = *spec;
    i64 zeros;

    switch (spec->conversion) {
    case 'd':
    case 'i':
        if ((i64)value < 0) {
            prefix = "-";
            value = -value;
        } else if (spec->flags & P_PLUS) {
            prefix = "+";
        } else if (spec->flags & P_SPACE) {
            prefix = " ";
        }
        prefix_len = *prefix != 0;
        p = decimal(end, value);
        break;
    case 'o':
        p = by_bits(end, value, 3, false);
        break;
    case 'x':
    case 'X':
    case 'p':
        p = by_bits(end, value, 4, spec->conversion == 'X');
        if (spec->conversion == 'p' || (value && (spec->flags & P_ALT))) {
            prefix = spec->conversion == 'X' ? "0X" : "0x";
            prefix_len = 2;
        }
        break;
    case 'b':
    case 'B':
        p = by_bits(end, value, 1, false);
        if (value && (spec->flags & P_ALT)) {
            prefix = spec->conversion == 'B' ? "0B" : "0b";
            prefix_len = 2;
        }
        break;
    default:
        p = decimal(end, value);
        break;
    }
    if (spec->precision >= 0)
        padding.flags &= ~P_ZERO;
    zeros = (spec->precision < 0 ? 1 : spec->precision) - (end - p);
    if (zeros < 0)
        zeros = 0;
    if (spec->conversion == 'o' && (spec->flags & P_ALT) && zeros == 0 && (p == end || *p != '0'))
        zeros = 1;
    __umk_print_padded(s, &padding, prefix, prefix_len, zeros, p, (size_t)(end - p));
}
