/* <uchar.h>: UTF-16 and UTF-32 units. A high surrogate waits in the state's value, with the
 * state's count set to a number that UTF-8 decoding never uses. */
#include <errno.h>
#include <uchar.h>
#include <wchar.h>
#include "shim/src/internal/thread.h"

#define WAITING 0xffu  /* mbrtoc16: the low surrogate is still to be given */
#define HAS_HIGH 0xfeu /* c16rtomb: the high surrogate was given */

size_t mbrtoc32(char32_t *restrict out, const char *restrict s, size_t n, mbstate_t *restrict state)
{
    static mbstate_t own;
    wchar_t wide;
    size_t used = mbrtowc(&wide, s, n, state ? state : &own);

    if (used <= n && out && s)
        *out = (char32_t)wide;
    return used;
}

size_t c32rtomb(char *restrict s, char32_t c, mbstate_t *restrict state)
{
    return wcrtomb(s, (wchar_t)c, state);
}

size_t mbrtoc16(char16_t *restrict out, const char *restrict s, size_t n, mbstate_t *restrict state)
{
    static mbstate_t own;
    wchar_t wide;

    if (!state)
        state = &own;
    if (!s)
        return mbrtoc16(NULL, "", 1, state);
    if (state->__left == WAITING) {
        if (out)
            *out = (char16_t)state->__value;
        *state = (mbstate_t){0};
        return (size_t)-3;
    }
    size_t used = mbrtowc(&wide, s, n, state);
    if (used > n)
        return used;
    u32 c = (u32)wide;
    if (c > 0xffff) {
        *state = (mbstate_t){0xdc00 | (c & 0x3ff), WAITING};
        c = 0xd7c0 + (c >> 10);
    }
    if (out)
        *out = (char16_t)c;
    return used;
}

size_t c16rtomb(char *restrict s, char16_t c, mbstate_t *restrict state)
{
    static mbstate_t own;

    if (!state)
        state = &own;
    if (!s) {
        *state = (mbstate_t){0};
        return 1;
    }
    if (state->__left == HAS_HIGH) {
        u32 high = state->__value;
        *state = (mbstate_t){0};
        if (c >= 0xdc00 && c <= 0xdfff)
            return wcrtomb(s, (wchar_t)(((high - 0xd7c0) << 10) + (c - 0xdc00u)), NULL);
    } else if (c >= 0xd800 && c <= 0xdbff) {
        *state = (mbstate_t){c, HAS_HIGH};
        return 0;
    } else if (c < 0xdc00 || c > 0xdfff) {
        return wcrtomb(s, (wchar_t)c, NULL);
    }
    errno = EILSEQ;
    return (size_t)-1;
}
