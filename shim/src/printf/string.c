/* Strings: s, and wide ones as the locale says, or as UTF-8 for the wide functions. Widths and
 * precisions count bytes, or characters when the sink says so. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include "shim/src/internal/printf.h"
#include "shim/src/internal/utf8.h"

struct measure {
    size_t bytes;
    size_t width; /* in what widths count */
};

/* The bytes of the first max characters, and how many characters they are. */
static struct measure measure_characters(const char *text, size_t max)
{
    struct measure m = {0};

    for (; text[m.bytes]; m.bytes++) {
        if (((u8)text[m.bytes] & 0xc0) == 0x80 && m.width)
            continue;
        if (m.width == max)
            break;
        m.width++;
    }
    return m;
}

void __umk_print_string(struct sink *s, const struct spec *spec, const char *text)
{
    size_t max = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;
    struct measure m;

    if (!text)
        text = max < 6 ? "" : "(null)";
    if (s->characters)
        m = measure_characters(text, max);
    else
        m.bytes = m.width = max == SIZE_MAX ? strlen(text) : strnlen(text, max);
    if (!(spec->flags & P_LEFT))
        __umk_pad(s, ' ', spec->width - (i64)m.width);
    __umk_put(s, text, m.bytes);
    if (spec->flags & P_LEFT)
        __umk_pad(s, ' ', spec->width - (i64)m.width);
}

static size_t encode(char *s, wchar_t wide, bool utf8)
{
    return utf8 ? __umk_utf8_encode(s, wide) : wcrtomb(s, wide, NULL);
}

/* Whole characters of which max fit; false when one is invalid. */
static bool measure_wide(const wchar_t *text, size_t max, bool characters, struct measure *m)
{
    char c[MB_LEN_MAX];

    *m = (struct measure){0};
    for (; m->width < max && *text; text++) {
        size_t n = encode(c, *text, characters);
        if (n == (size_t)-1)
            return false;
        size_t width = characters ? 1 : n;
        if (width > max - m->width)
            break;
        m->bytes += n;
        m->width += width;
    }
    return true;
}

void __umk_print_wide(struct sink *s, const struct spec *spec, const wchar_t *text)
{
    size_t max = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;
    char c[MB_LEN_MAX];
    struct measure m;

    if (!text) {
        __umk_print_string(s, spec, NULL);
        return;
    }
    if (!measure_wide(text, max, s->characters, &m)) {
        s->failed = true;
        return;
    }
    if (!(spec->flags & P_LEFT))
        __umk_pad(s, ' ', spec->width - (i64)m.width);
    for (size_t done = 0; done < m.bytes; text++) {
        size_t n = encode(c, *text, s->characters);
        __umk_put(s, c, n);
        done += n;
    }
    if (spec->flags & P_LEFT)
        __umk_pad(s, ' ', spec->width - (i64)m.width);
}
