/* Strings: s, and wide ones as UTF-8. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>
#include "shim/src/internal/printf.h"

void __umk_print_string(struct sink *s, const struct spec *spec, const char *text)
{
    struct spec plain = *spec;
    size_t len;

    plain.flags &= ~P_ZERO;
    if (!text)
        text = spec->precision >= 0 && spec->precision < 6 ? "" : "(null)";
    len = spec->precision < 0 ? strlen(text) : strnlen(text, (size_t)spec->precision);
    __umk_print_padded(s, &plain, NULL, 0, 0, text, len);
}

/* Whole characters that fit into max bytes; -1 when one is invalid. */
static i64 encoded_length(const wchar_t *text, size_t max)
{
    char c[MB_LEN_MAX];
    size_t total = 0;

    for (; total < max && *text; text++) {
        size_t n = wcrtomb(c, *text, NULL);
        if (n == (size_t)-1)
            return -1;
        if (n > max - total)
            break;
        total += n;
    }
    return (i64)total;
}

void __umk_print_wide(struct sink *s, const struct spec *spec, const wchar_t *text)
{
    char c[MB_LEN_MAX];

    if (!text) {
        __umk_print_string(s, spec, NULL);
        return;
    }
    i64 len = encoded_length(text, spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision);
    if (len < 0) {
        s->failed = true;
        return;
    }
    if (!(spec->flags & P_LEFT))
        __umk_pad(s, ' ', spec->width - len);
    for (i64 done = 0; done < len; text++) {
        size_t n = wcrtomb(c, *text, NULL);
        __umk_put(s, c, n);
        done += (i64)n;
    }
    if (spec->flags & P_LEFT)
        __umk_pad(s, ' ', spec->width - len);
}
