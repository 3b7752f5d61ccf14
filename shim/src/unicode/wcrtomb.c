/* Wide characters to bytes: UTF-8, or in the C locale one byte each. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "shim/src/internal/utf8.h"

size_t wcrtomb(char *restrict s, wchar_t wide, mbstate_t *restrict state)
{
    (void)state;
    if (!s)
        return 1;
    if ((u32)wide < 0x80 || !__umk_locale_is_bytes())
        return __umk_utf8_encode(s, wide);
    if (!umk_is_byte_character((u32)wide)) {
        errno = EILSEQ;
        return (size_t)-1;
    }
    *s = (char)wide;
    return 1;
}

int wctomb(char *s, wchar_t wide)
{
    return s ? (int)wcrtomb(s, wide, NULL) : 0;
}

wint_t btowc(int c)
{
    if ((unsigned)c < 0x80)
        return (wint_t)c;
    return (unsigned)c < 0x100 && __umk_locale_is_bytes() ? UMK_BYTE_CHARACTER(c) : WEOF;
}

int wctob(wint_t c)
{
    if (c < 0x80)
        return (int)c;
    return umk_is_byte_character(c) && __umk_locale_is_bytes() ? (int)(c & 0xff) : EOF;
}
