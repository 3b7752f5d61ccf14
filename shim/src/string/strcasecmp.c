/* strcasecmp and strncasecmp: ASCII letters only, in both locales. */
#include <ctype.h>
#include <stdint.h>
#include <strings.h>

int strncasecmp(const char *left, const char *right, size_t n)
{
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;

    for (; n; n--, a++, b++) {
        int x = tolower(*a), y = tolower(*b);
        if (x != y || !x)
            return x - y;
    }
    return 0;
}

int strcasecmp(const char *left, const char *right)
{
    return strncasecmp(left, right, SIZE_MAX);
}

int strcasecmp_l(const char *left, const char *right, locale_t locale)
{
    (void)locale;
    return strncasecmp(left, right, SIZE_MAX);
}

int strncasecmp_l(const char *left, const char *right, size_t n, locale_t locale)
{
    (void)locale;
    return strncasecmp(left, right, n);
}
