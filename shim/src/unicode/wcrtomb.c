/* Wide characters to UTF-8. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <limits.h>
#include "shim/src/internal/thread.h"

size_t wcrtomb(char *restrict s, wchar_t wide, mbstate_t *restrict state)
{
    u32 c = (u32)wide;

    (void)state;
    if (!s)
        return 1;
    if (c < 0x80) {
        s[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        s[0] = (char)(0xc0 | c >> 6);
        s[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000 && (c < 0xd800 || c > 0xdfff)) {
        s[0] = (char)(0xe0 | c >> 12);
        s[1] = (char)(0x80 | (c >> 6 & 0x3f));
        s[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    if (c >= 0x10000 && c <= 0x10ffff) {
        s[0] = (char)(0xf0 | c >> 18);
        s[1] = (char)(0x80 | (c >> 12 & 0x3f));
        s[2] = (char)(0x80 | (c >> 6 & 0x3f));
        s[3] = (char)(0x80 | (c & 0x3f));
        return 4;
    }
    errno = EILSEQ;
    return (size_t)-1;
}

int wctomb(char *s, wchar_t wide)
{
    return s ? (int)wcrtomb(s, wide, NULL) : 0;
}

wint_t btowc(int c)
{
    return (unsigned)c < 128 ? (wint_t)c : WEOF;
}

int wctob(wint_t c)
{
    return c < 128 ? (int)c : EOF;
}
