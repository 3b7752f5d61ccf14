/* Wide characters in and out: streams hold what the locale says, or UTF-8 for those in memory. */
#include <errno.h>
#include <limits.h>
#include "shim/src/internal/stdio.h"
#include "shim/src/internal/utf8.h"

static size_t encode(const FILE *f, char *bytes, wchar_t c)
{
    return f->flags & F_UTF8 ? __umk_utf8_encode(bytes, c) : wcrtomb(bytes, c, NULL);
}

int fwide(FILE *f, int mode)
{
    __umk_file_lock(f);
    if (!f->orientation && mode)
        f->orientation = mode > 0 ? 1 : -1;
    int result = f->orientation;
    __umk_file_unlock(f);
    return result;
}

wint_t fgetwc(FILE *f)
{
    wint_t result = WEOF;
    wchar_t wide;

    __umk_file_lock(f);
    f->orientation = 1;
    for (;;) {
        int c = __umk_getc(f);
        if (c == EOF) {
            if (f->wide_state.__left) {
                f->flags |= F_ERROR;
                f->wide_state = (mbstate_t){0};
                errno = EILSEQ;
            }
            break;
        }
        char byte = (char)c;
        size_t n = mbrtowc(&wide, &byte, 1, &f->wide_state);
        if (n == (size_t)-2)
            continue;
        if (n == (size_t)-1)
            f->flags |= F_ERROR;
        else
            result = (wint_t)wide;
        break;
    }
    __umk_file_unlock(f);
    return result;
}

wint_t getwc(FILE *f)
{
    return fgetwc(f);
}

wint_t getwchar(void)
{
    return fgetwc(stdin);
}

wint_t ungetwc(wint_t c, FILE *f)
{
    char bytes[MB_LEN_MAX];
    size_t n = c == WEOF ? (size_t)-1 : encode(f, bytes, (wchar_t)c);

    if (n == (size_t)-1)
        return WEOF;
    __umk_file_lock(f);
    while (n > 0 && c != WEOF)
        if (ungetc((u8)bytes[--n], f) == EOF)
            c = WEOF;
    __umk_file_unlock(f);
    return c;
}

wint_t fputwc(wchar_t c, FILE *f)
{
    char bytes[MB_LEN_MAX];

    __umk_file_lock(f);
    f->orientation = 1;
    size_t n = encode(f, bytes, c);
    bool ok = n != (size_t)-1 && __umk_fwrite(bytes, n, f) == n;
    if (!ok)
        f->flags |= F_ERROR;
    __umk_file_unlock(f);
    return ok ? (wint_t)c : WEOF;
}

wint_t putwc(wchar_t c, FILE *f)
{
    return fputwc(c, f);
}

wint_t putwchar(wchar_t c)
{
    return fputwc(c, stdout);
}

wchar_t *fgetws(wchar_t *restrict s, int size, FILE *restrict f)
{
    wchar_t *p = s;
    wint_t c = 0;

    if (size < 1)
        return NULL;
    __umk_file_lock(f);
    while (p < s + size - 1 && c != '\n' && (c = fgetwc(f)) != WEOF)
        *p++ = (wchar_t)c;
    bool failed = c == WEOF && (p == s || ferror(f));
    __umk_file_unlock(f);
    if (failed)
        return NULL;
    *p = 0;
    return s;
}

int fputws(const wchar_t *restrict s, FILE *restrict f)
{
    int result = 0;

    __umk_file_lock(f);
    for (; *s && result == 0; s++)
        if (fputwc(*s, f) == WEOF)
            result = EOF;
    __umk_file_unlock(f);
    return result;
}
