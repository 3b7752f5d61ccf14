/* Classes of wide characters. Upper and lower case letters are those that have the other case. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#include "shim/src/unicode/classes.h"
#include "shim/src/unicode/widths.h"

static bool within(wint_t c, const struct char_range *ranges, size_t n)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = (low + n) / 2;
        if (c < ranges[middle].first)
            n = middle;
        else if (c > ranges[middle].last)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

#define WITHIN(c, ranges) within(c, ranges, sizeof(ranges) / sizeof((ranges)[0]))

int iswalpha(wint_t c)
{
    return c < 0x80 ? isalpha((int)c) : WITHIN(c, alpha_ranges);
}

int iswdigit(wint_t c)
{
    return c - '0' < 10;
}

int iswalnum(wint_t c)
{
    return iswdigit(c) || iswalpha(c);
}

int iswblank(wint_t c)
{
    return c == ' ' || c == '\t' ||
           (c >= 0x80 && iswspace(c) && c != 0x85 && c < 0x3001 && c != 0x2028 && c != 0x2029);
}

int iswcntrl(wint_t c)
{
    return c < 32 || (c >= 127 && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

int iswprint(wint_t c)
{
    return c < 0x80 ? isprint((int)c) : WITHIN(c, print_ranges);
}

/* Spaces that do not forbid a break. */
int iswspace(wint_t c)
{
    if (c < 0x80)
        return isspace((int)c);
    return c == 0x85 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x2028 ||
           c == 0x2029 || c == 0x205f || c == 0x3000;
}

int iswgraph(wint_t c)
{
    return iswprint(c) && !iswspace(c);
}

int iswlower(wint_t c)
{
    return towupper(c) != c || c == 0xdf;
}

int iswupper(wint_t c)
{
    return towlower(c) != c;
}

int iswpunct(wint_t c)
{
    return iswgraph(c) && !iswalnum(c);
}

int iswxdigit(wint_t c)
{
    return iswdigit(c) || (c | 32) - 'a' < 6;
}

int wcwidth(wchar_t wide)
{
    wint_t c = (wint_t)wide;

    if (c == 0)
        return 0;
    if (c < 0x80)
        return isprint((int)c) ? 1 : -1;
    if (WITHIN(c, zero_width))
        return 0;
    if (WITHIN(c, double_width))
        return 2;
    return iswprint(c) ? 1 : -1;
}

int wcswidth(const wchar_t *s, size_t n)
{
    int width = 0;

    for (; n && *s; n--, s++) {
        int w = wcwidth(*s);
        if (w < 0)
            return -1;
        width += w;
    }
    return width;
}
