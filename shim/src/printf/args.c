/* Arguments: their types, and fetching them by number. */
#include <errno.h>
#include "shim/src/internal/printf.h"

enum arg_type __umk_arg_type(const struct spec *spec)
{
    bool wide = spec->length == LEN_L || spec->length == LEN_LL || spec->length == LEN_LONG_DOUBLE;

    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
    case 'b':
    case 'B':
        return wide ? ARG_LONG : ARG_INT;
    case 'c':
    case 'C':
        return ARG_INT;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        return spec->length == LEN_LONG_DOUBLE ? ARG_LONG_DOUBLE : ARG_DOUBLE;
    case 's':
    case 'S':
    case 'p':
    case 'n':
        return ARG_POINTER;
    default:
        return ARG_NONE;
    }
}

/* The list was started by whoever called printf, which clang does not see through the structure. */
/* NOLINTBEGIN(clang-analyzer-valist.Uninitialized) */
void __umk_arg_fetch(struct va *va, enum arg_type type, union arg *out)
{
    switch (type) {
    case ARG_INT:
        out->integer = (u64)va_arg(va->list, int);
        break;
    case ARG_LONG:
        out->integer = va_arg(va->list, u64);
        break;
    case ARG_DOUBLE:
        out->number = va_arg(va->list, double);
        break;
    case ARG_LONG_DOUBLE:
        out->long_number = va_arg(va->list, long double);
        break;
    case ARG_POINTER:
        out->pointer = va_arg(va->list, void *);
        break;
    case ARG_NONE:
        break;
    }
}
/* NOLINTEND(clang-analyzer-valist.Uninitialized) */

static bool note(u8 types[POSITIONAL_MAX + 1], int n, enum arg_type type)
{
    if (n < 1 || n > POSITIONAL_MAX || type == ARG_NONE)
        return false;
    types[n] = (u8)type;
    return true;
}

/* Finds the type of every argument; false when the format mixes styles or is wrong. */
static bool survey(const char *format, u8 types[POSITIONAL_MAX + 1])
{
    struct spec spec;

    while (*format) {
        if (*format++ != '%')
            continue;
        if (*format == '%') {
            format++;
            continue;
        }
        format = __umk_parse_spec(format, &spec);
        if (!format)
            return false;
        if (spec.conversion == 'm' || spec.conversion == '%')
            continue;
        if (spec.width_star && !note(types, spec.width_arg, ARG_INT))
            return false;
        if (spec.precision_star && !note(types, spec.precision_arg, ARG_INT))
            return false;
        if (!note(types, spec.arg, __umk_arg_type(&spec)))
            return false;
    }
    return true;
}

int __umk_args_positional(const char *format, struct va *va, union arg args[POSITIONAL_MAX + 1])
{
    u8 types[POSITIONAL_MAX + 1] = {0};
    int last = POSITIONAL_MAX;

    if (!survey(format, types)) {
        errno = EINVAL;
        return -1;
    }
    while (last > 0 && types[last] == ARG_NONE)
        last--;
    for (int i = 1; i <= last; i++)
        /* an argument that no conversion names is taken for an int, as glibc does */
        __umk_arg_fetch(va, types[i] == ARG_NONE ? ARG_INT : (enum arg_type)types[i], &args[i]);
    return 0;
}
