/* Case of wide characters. */
#include <wctype.h>
#include "shim/src/unicode/case.h"

static wint_t map(wint_t c, const struct case_range *ranges, size_t n)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = (low + n) / 2;
        const struct case_range *r = &ranges[middle];
        if (c < r->first)
            n = middle;
        else if (c > r->last)
            low = middle + 1;
        else
            return (c - r->first) % (u32)r->step == 0 ? (wint_t)((i32)c + r->delta) : c;
    }
    return c;
}

wint_t towlower(wint_t c)
{
    if (c < 0x80)
        return c - 'A' < 26 ? c | 32 : c;
    return map(c, to_lower, sizeof to_lower / sizeof to_lower[0]);
}

wint_t towupper(wint_t c)
{
    if (c < 0x80)
        return c - 'a' < 26 ? c & ~32u : c;
    return map(c, to_upper, sizeof to_upper / sizeof to_upper[0]);
}
