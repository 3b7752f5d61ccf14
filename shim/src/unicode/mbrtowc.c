/* Bytes to wide characters: UTF-8, or in the C locale each byte by itself. */
#include <errno.h>
#include <stdlib.h>
#include <wchar.h>
#include "shim/src/internal/utf8.h"

size_t mbrtowc(wchar_t *restrict out, const char *restrict s, size_t n, mbstate_t *restrict state)
{
    static mbstate_t own;

    if (!state)
        state = &own;
    if (!s)
        return __umk_utf8_decode(NULL, "", 1, state);
    if (n > 0 && (u8)*s >= 0x80 && __umk_locale_is_bytes()) {
        if (out)
            *out = (wchar_t)UMK_BYTE_CHARACTER(*s);
        return 1;
    }
    return __umk_utf8_decode(out, s, n, state);
}

size_t mbrlen(const char *restrict s, size_t n, mbstate_t *restrict state)
{
    static mbstate_t own;

    return mbrtowc(NULL, s, n, state ? state : &own);
}

int mbsinit(const mbstate_t *state)
{
    return !state || !state->__left;
}

int mbtowc(wchar_t *restrict out, const char *restrict s, size_t n)
{
    mbstate_t state = {0};

    if (!s)
        return 0;
    size_t used = mbrtowc(out, s, n, &state);
    if (used == (size_t)-2) {
        errno = EILSEQ;
        return -1;
    }
    return (int)used;
}

int mblen(const char *s, size_t n)
{
    return mbtowc(NULL, s, n);
}
