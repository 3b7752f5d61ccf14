/* Whole strings between UTF-8 and wide characters, whatever the locale is. */
#include <limits.h>
#include <stdlib.h>
#include "shim/src/internal/utf8.h"

char *__umk_utf8_narrow(const wchar_t *s)
{
    char *text = malloc(wcslen(s) * MB_LEN_MAX + 1), *end = text;

    for (; text && *s; s++) {
        size_t n = __umk_utf8_encode(end, *s);
        if (n == (size_t)-1) {
            free(text);
            return NULL;
        }
        end += n;
    }
    if (text)
        *end = 0;
    return text;
}

size_t __umk_utf8_widen(wchar_t *out, const char *s, size_t n)
{
    mbstate_t state = {0};
    size_t done = 0;
    wchar_t c;

    for (; !out || done < n; done++) {
        size_t used = __umk_utf8_decode(&c, s, MB_LEN_MAX, &state);
        if (used > MB_LEN_MAX)
            return (size_t)-1;
        if (out)
            out[done] = c;
        if (used == 0)
            break;
        s += used;
    }
    return done;
}
