/* Comparison of wide strings with a locale object: the same in every locale there is. */
#include <wchar.h>

int wcscasecmp_l(const wchar_t *a, const wchar_t *b, locale_t locale)
{
    (void)locale;
    return wcscasecmp(a, b);
}

int wcsncasecmp_l(const wchar_t *a, const wchar_t *b, size_t n, locale_t locale)
{
    (void)locale;
    return wcsncasecmp(a, b, n);
}

int wcscoll_l(const wchar_t *a, const wchar_t *b, locale_t locale)
{
    (void)locale;
    return wcscoll(a, b);
}

size_t wcsxfrm_l(wchar_t *restrict to, const wchar_t *restrict from, size_t n, locale_t locale)
{
    (void)locale;
    return wcsxfrm(to, from, n);
}
