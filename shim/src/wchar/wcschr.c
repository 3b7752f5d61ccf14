/* Searching wide strings. */
#include <wchar.h>

wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n)
{
    for (; n; n--, s++)
        if (*s == c)
            return (wchar_t *)s;
    return NULL;
}

wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
    return wmemchr(s, c, wcslen(s) + 1);
}

wchar_t *wcsrchr(const wchar_t *s, wchar_t c)
{
    for (const wchar_t *p = s + wcslen(s);; p--) {
        if (*p == c)
            return (wchar_t *)p;
        if (p == s)
            return NULL;
    }
}

size_t wcsspn(const wchar_t *s, const wchar_t *accept)
{
    const wchar_t *p = s;

    while (*p && wcschr(accept, *p))
        p++;
    return (size_t)(p - s);
}

size_t wcscspn(const wchar_t *s, const wchar_t *reject)
{
    const wchar_t *p = s;

    while (*p && !wcschr(reject, *p))
        p++;
    return (size_t)(p - s);
}

wchar_t *wcspbrk(const wchar_t *s, const wchar_t *accept)
{
    s += wcscspn(s, accept);
    return *s ? (wchar_t *)s : NULL;
}

wchar_t *wcstok(wchar_t *restrict s, const wchar_t *restrict separators, wchar_t **restrict state)
{
    if (!s)
        s = *state;
    if (!s)
        return NULL;
    s += wcsspn(s, separators);
    if (!*s) {
        *state = NULL;
        return NULL;
    }
    wchar_t *end = s + wcscspn(s, separators);
    *state = *end ? end + 1 : NULL;
    *end = 0;
    return s;
}

wchar_t *wcsstr(const wchar_t *restrict hay, const wchar_t *restrict needle)
{
    size_t n = wcslen(needle);

    if (n == 0)
        return (wchar_t *)hay;
    for (; (hay = wcschr(hay, *needle)); hay++)
        if (wcsncmp(hay, needle, n) == 0)
            return (wchar_t *)hay;
    return NULL;
}
