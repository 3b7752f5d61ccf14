/* wcsftime: strftime with wide strings. */
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include "shim/src/internal/utf8.h"

size_t wcsftime(wchar_t *restrict out, size_t size, const wchar_t *restrict format,
                const struct tm *restrict tm)
{
    size_t text_room = size * MB_LEN_MAX + 1;
    char *narrow = __umk_utf8_narrow(format), *text = malloc(text_room);
    size_t n = 0;

    if (narrow && text && strftime(text, text_room, narrow, tm)) {
        n = __umk_utf8_widen(out, text, size);
        if (n >= size)
            n = 0;
    }
    free(narrow);
    free(text);
    return n;
}
