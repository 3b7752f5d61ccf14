/* Whole strings between UTF-8 and wide characters. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define BAD ((size_t)-1)
#define PARTIAL ((size_t)-2)

size_t mbsnrtowcs(wchar_t *restrict out, const char **restrict src, size_t bytes, size_t n,
                  mbstate_t *restrict state)
{
    static mbstate_t own;
    const char *s = *src;
    size_t done = 0;
    wchar_t c;

    if (!state)
        state = &own;
    while ((!out || done < n) && bytes) {
        size_t used = mbrtowc(&c, s, bytes, state);
        if (used == BAD) {
            if (out)
                *src = s;
            return BAD;
        }
        if (used == PARTIAL) {
            s += bytes;
            break;
        }
        if (out)
            out[done] = c;
        if (used == 0) {
            s = NULL;
            break;
        }
        s += used;
        bytes -= used;
        done++;
    }
    if (out)
        *src = s;
    return done;
}

size_t mbsrtowcs(wchar_t *restrict out, const char **restrict src, size_t n,
                 mbstate_t *restrict state)
{
    return mbsnrtowcs(out, src, SIZE_MAX, n, state);
}

size_t mbstowcs(wchar_t *restrict out, const char *restrict s, size_t n)
{
    mbstate_t state = {0};
    const char *from = s;

    return mbsrtowcs(out, &from, n, &state);
}

size_t wcsnrtombs(char *restrict out, const wchar_t **restrict src, size_t wide, size_t n,
                  mbstate_t *restrict state)
{
    const wchar_t *s = *src;
    size_t done = 0;
    char c[MB_LEN_MAX];

    for (; wide; s++, wide--) {
        size_t len = wcrtomb(c, *s, state);
        if (len == BAD) {
            done = BAD;
            break;
        }
        if (out) {
            if (len > n - done)
                break;
            memcpy(out + done, c, len);
        }
        if (!*s) {
            s = NULL;
            break;
        }
        done += len;
    }
    if (out)
        *src = s;
    return done;
}

size_t wcsrtombs(char *restrict out, const wchar_t **restrict src, size_t n,
                 mbstate_t *restrict state)
{
    return wcsnrtombs(out, src, SIZE_MAX, n, state);
}

size_t wcstombs(char *restrict out, const wchar_t *restrict s, size_t n)
{
    const wchar_t *from = s;

    return wcsnrtombs(out, &from, SIZE_MAX, n, NULL);
}
