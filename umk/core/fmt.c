/* Bounded text formatting; see fmt.h. */
#include "umk/core/fmt.h"
#include "umk/core/core.h"

struct spec {
    u32 width;
    bool left, zero, is_long;
};

static void put(struct fmt *f, char c)
{
    if (f->len + 1 < f->size) {
        f->buf[f->len] = c;
        f->buf[f->len + 1] = '\0';
    }
    f->len++;
}

static void put_padded(struct fmt *f, const struct spec *s, const char *text, size_t len)
{
    size_t pad = s->width > len ? s->width - len : 0;

    for (size_t i = 0; !s->left && i < pad; i++)
        put(f, s->zero ? '0' : ' ');
    for (size_t i = 0; i < len; i++)
        put(f, text[i]);
    for (size_t i = 0; s->left && i < pad; i++)
        put(f, ' ');
}

static void put_number(struct fmt *f, const struct spec *s, u64 value, u32 base, bool negative)
{
    char digits[24];
    size_t n = sizeof(digits);

    do {
        digits[--n] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    if (negative)
        digits[--n] = '-';
    put_padded(f, s, digits + n, sizeof(digits) - n);
}

static const char *parse_spec(const char *p, struct spec *s)
{
    for (;; p++) {
        if (*p == '-')
            s->left = true;
        else if (*p == '0')
            s->zero = true;
        else
            break;
    }
    for (; *p >= '0' && *p <= '9'; p++)
        s->width = s->width * 10 + (u32)(*p - '0');
    for (; *p == 'l'; p++)
        s->is_long = true;
    return p;
}

void fmt_vadd(struct fmt *f, const char *format, __builtin_va_list args)
{
    for (const char *p = format; *p; p++) {
        struct spec s = {0};

        if (*p != '%') {
            put(f, *p);
            continue;
        }
        p = parse_spec(p + 1, &s);
        switch (*p) {
        case 's': {
            const char *text = __builtin_va_arg(args, const char *);
            put_padded(f, &s, text ? text : "(null)", strlen(text ? text : "(null)"));
            break;
        }
        case 'd': {
            i64 v = s.is_long ? __builtin_va_arg(args, long) : __builtin_va_arg(args, int);
            put_number(f, &s, v < 0 ? -(u64)v : (u64)v, 10, v < 0);
            break;
        }
        case 'u':
        case 'x': {
            u64 v = s.is_long ? __builtin_va_arg(args, unsigned long)
                              : __builtin_va_arg(args, unsigned int);
            put_number(f, &s, v, *p == 'x' ? 16 : 10, false);
            break;
        }
        case 'c':
            put(f, (char)__builtin_va_arg(args, int));
            break;
        case '\0':
            return;
        default:
            put(f, *p);
        }
    }
}

void fmt_add(struct fmt *f, const char *format, ...)
{
    __builtin_va_list args;

    __builtin_va_start(args, format);
    fmt_vadd(f, format, args);
    __builtin_va_end(args);
}
