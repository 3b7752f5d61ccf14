/* Collation with a locale object: by bytes in every locale there is. */
#include <string.h>

int strcoll_l(const char *left, const char *right, locale_t locale)
{
    (void)locale;
    return strcmp(left, right);
}

size_t strxfrm(char *restrict dest, const char *restrict src, size_t n)
{
    size_t len = strlen(src);

    if (len < n)
        memcpy(dest, src, len + 1);
    return len;
}

size_t strxfrm_l(char *restrict dest, const char *restrict src, size_t n, locale_t locale)
{
    (void)locale;
    return strxfrm(dest, src, n);
}
