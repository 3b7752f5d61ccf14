/*
 * Wide scanning: format and input as UTF-8 through the ordinary engine, with widths counted in
 * characters. Sets hold bytes, so a set with characters beyond ASCII is taken for their bytes.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <wchar.h>
#include "shim/src/internal/scanf.h"
#include "shim/src/internal/utf8.h"

int vfwscanf(FILE *restrict f, const wchar_t *restrict format, va_list args)
{
    struct scan s = {.file = f, .characters = true};
    char *text = __umk_utf8_narrow(format);

    if (!text)
        return EOF;
    fwide(f, 1);
    int n = __umk_scan(&s, text, args);
    free(text);
    return n;
}

int vswscanf(const wchar_t *restrict input, const wchar_t *restrict format, va_list args)
{
    u8 buf[UNGET_MAX + SCAN_PIECE];
    char *text = __umk_utf8_narrow(input);
    int n = EOF;

    if (text) {
        FILE f = __umk_scan_string(text, buf);
        f.flags |= F_UTF8;
        n = vfwscanf(&f, format, args);
    }
    free(text);
    return n;
}

int vwscanf(const wchar_t *restrict format, va_list args)
{
    return vfwscanf(stdin, format, args);
}

int wscanf(const wchar_t *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vfwscanf(stdin, format, args);
    va_end(args);
    return n;
}

int fwscanf(FILE *restrict f, const wchar_t *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vfwscanf(f, format, args);
    va_end(args);
    return n;
}

int swscanf(const wchar_t *restrict input, const wchar_t *restrict format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vswscanf(input, format, args);
    va_end(args);
    return n;
}
