/* The engine: walks through a format and hands each conversion to its converter. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include "shim/src/internal/printf.h"
#include "shim/src/internal/string.h"

struct walk {
    struct sink *sink;
    struct va *va;
    bool positional;
    union arg args[POSITIONAL_MAX + 1]; /* filled when positional */
};

void __umk_pad(struct sink *s, char c, i64 count)
{
    char block[64];

    if (count <= 0)
        return;
    memset(block, c, count < (i64)sizeof block ? (size_t)count : sizeof block);
    for (; count > (i64)sizeof block; count -= (i64)sizeof block)
        __umk_put(s, block, sizeof block);
    __umk_put(s, block, (size_t)count);
}

void __umk_print_padded(struct sink *s, const struct spec *spec, const char *prefix,
                        size_t prefix_len, i64 zeros, const char *body, size_t body_len)
{
    i64 used = (i64)prefix_len + zeros + (i64)body_len;

    if (spec->width <= used) {
        if (prefix_len)
            __umk_put(s, prefix, prefix_len);
        __umk_pad(s, '0', zeros);
        __umk_put(s, body, body_len);
        return;
    }
    if (!(spec->flags & (P_LEFT | P_ZERO)))
        __umk_pad(s, ' ', spec->width - used);
    __umk_put(s, prefix, prefix_len);
    if ((spec->flags & (P_LEFT | P_ZERO)) == P_ZERO)
        zeros += spec->width - used;
    __umk_pad(s, '0', zeros);
    __umk_put(s, body, body_len);
    if (spec->flags & P_LEFT)
        __umk_pad(s, ' ', spec->width - used);
}

static int take_star(struct walk *w, int arg)
{
    union arg a;

    if (w->positional)
        return (int)w->args[arg].integer;
    __umk_arg_fetch(w->va, ARG_INT, &a);
    return (int)a.integer;
}

static void resolve_stars(struct walk *w, struct spec *spec)
{
    if (spec->width_star) {
        spec->width = take_star(w, spec->width_arg);
        if (spec->width < 0) {
            spec->flags |= P_LEFT;
            spec->width = spec->width == INT_MIN ? INT_MAX : -spec->width;
        }
    }
    if (spec->precision_star) {
        spec->precision = take_star(w, spec->precision_arg);
        if (spec->precision < 0)
            spec->precision = -1;
    }
}

static void store_count(const struct spec *spec, void *where, u64 total)
{
    switch (spec->length) {
    case LEN_HH:
        *(signed char *)where = (signed char)total;
        break;
    case LEN_H:
        *(short *)where = (short)total;
        break;
    case LEN_NONE:
        *(int *)where = (int)total;
        break;
    default:
        *(long *)where = (long)total;
        break;
    }
}

/* An integer argument narrowed to its type and extended again. */
static u64 narrow(const struct spec *spec, u64 value)
{
    bool is_signed = spec->conversion == 'd' || spec->conversion == 'i';

    switch (spec->length) {
    case LEN_HH:
        return is_signed ? (u64)(signed char)value : (u8)value;
    case LEN_H:
        return is_signed ? (u64)(short)value : (u16)value;
    case LEN_NONE:
        return is_signed ? (u64)(int)value : (u32)value;
    default:
        return value;
    }
}

static void print_char(struct sink *s, const struct spec *spec, u64 value)
{
    struct spec plain = *spec;
    char c = (char)value;

    plain.flags &= ~P_ZERO;
    if (spec->length == LEN_L || spec->conversion == 'C') {
        wchar_t text[2] = {(wchar_t)value, 0};
        plain.precision = -1;
        if (text[0]) {
            __umk_print_wide(s, &plain, text);
            return;
        }
    }
    __umk_print_padded(s, &plain, "", 0, 0, &c, 1);
}

static bool convert(struct walk *w, const struct spec *spec, const union arg *arg)
{
    struct sink *s = w->sink;

    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
    case 'b':
    case 'B':
        __umk_print_integer(s, spec, narrow(spec, arg->integer));
        return true;
    case 'p':
        __umk_print_integer(s, spec, (uintptr_t)arg->pointer);
        return true;
    case 'c':
    case 'C':
        print_char(s, spec, arg->integer);
        return true;
    case 's':
    case 'S':
        if (spec->length == LEN_L || spec->conversion == 'S')
            __umk_print_wide(s, spec, arg->pointer);
        else
            __umk_print_string(s, spec, arg->pointer);
        return true;
    case 'm':
        __umk_print_string(s, spec, strerror(errno));
        return true;
    case 'n':
        store_count(spec, arg->pointer, s->total);
        return true;
    case '%':
        __umk_put(s, "%", 1);
        return true;
    default:
        if (__umk_arg_type(spec) == ARG_NONE)
            return false;
        __umk_print_float(s, spec, arg);
        return true;
    }
}

static const char *one_conversion(struct walk *w, const char *p)
{
    struct spec spec;
    union arg fetched;
    const union arg *arg = &fetched;

    p = __umk_parse_spec(p, &spec);
    if (!p)
        return NULL;
    resolve_stars(w, &spec);
    if (w->positional)
        arg = &w->args[spec.arg];
    else
        __umk_arg_fetch(w->va, __umk_arg_type(&spec), &fetched);
    if (convert(w, &spec, arg))
        return p;
    errno = EINVAL;
    return NULL;
}

/* True when the first conversion that takes an argument names it by number. */
static bool uses_positions(const char *format)
{
    for (const char *p = format; (p = strchr(p, '%')); p++) {
        if (p[1] == '%') {
            p++;
            continue;
        }
        for (p++; *p >= '0' && *p <= '9'; p++)
            ;
        return *p == '$';
    }
    return false;
}

static bool walk(struct walk *w, const char *format)
{
    const char *p = format;

    for (;;) {
        const char *percent = __umk_strchrnul(p, '%');
        if (percent != p)
            __umk_put(w->sink, p, (size_t)(percent - p));
        if (!*percent)
            break;
        p = one_conversion(w, percent + 1);
        if (!p)
            return false;
        if (w->sink->failed)
            return false;
    }
    if (w->sink->total > INT_MAX) {
        errno = EOVERFLOW;
        return false;
    }
    return true;
}

bool __umk_format(struct sink *s, const char *format, va_list args)
{
    struct va va;
    struct walk w;
    bool ok = true;

    va_copy(va.list, args);
    w.sink = s;
    w.va = &va;
    w.positional = uses_positions(format);
    if (w.positional)
        ok = __umk_args_positional(format, &va, w.args) == 0;
    ok = ok && walk(&w, format);
    va_end(va.list);
    return ok;
}
