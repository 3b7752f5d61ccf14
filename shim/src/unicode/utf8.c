/*
 * UTF-8 to wide characters and back, a byte at a time if need be. The state holds the bits so far
 * and the number of bytes that are still to come (in its low byte; above it the smallest value that
 * the finished character may have, so that overlong forms are refused).
 */
#include <errno.h>
#include "shim/src/internal/utf8.h"

#define BAD ((size_t)-1)
#define PARTIAL ((size_t)-2)

static bool start_character(u8 c, mbstate_t *state)
{
    if (c >= 0xc2 && c <= 0xdf)
        *state = (mbstate_t){c & 0x1fu, 1 | 0x80u << 8};
    else if (c >= 0xe0 && c <= 0xef)
        *state = (mbstate_t){c & 0x0fu, 2 | 0x800u << 8};
    else if (c >= 0xf0 && c <= 0xf4)
        *state = (mbstate_t){c & 0x07u, 3 | 0x10000u << 8};
    else
        return false;
    return true;
}

/* The next byte of a character. False when no valid character starts like that. */
static bool continue_character(u8 c, mbstate_t *state)
{
    u32 left = state->__left & 0xff, least = state->__left >> 8;
    u32 value = state->__value << 6 | (c & 0x3fu);
    u32 top = value << 6 * (left - 1); /* the smallest character it can become */
    u32 last = top | ((1u << 6 * (left - 1)) - 1);

    if ((c & 0xc0) != 0x80 || last < least || top > 0x10ffff || (top >= 0xd800 && last <= 0xdfff))
        return false;
    *state = (mbstate_t){value, left - 1 ? (left - 1) | least << 8 : 0};
    return true;
}

size_t __umk_utf8_decode(wchar_t *out, const char *s, size_t n, mbstate_t *state)
{
    const u8 *p = (const u8 *)s;
    size_t used = 0;

    if (n == 0)
        return PARTIAL;
    if (!state->__left) {
        if (*p < 0x80) {
            if (out)
                *out = *p;
            return *p != 0;
        }
        if (!start_character(*p, state))
            goto bad;
        used = 1;
    }
    for (; used < n; used++) {
        if (!continue_character(p[used], state))
            goto bad;
        if (!state->__left) {
            if (out)
                *out = (wchar_t)state->__value;
            state->__value = 0;
            return used + 1;
        }
    }
    return PARTIAL;
bad:
    *state = (mbstate_t){0};
    errno = EILSEQ;
    return BAD;
}

size_t __umk_utf8_encode(char *s, wchar_t wide)
{
    u32 c = (u32)wide;

    if (c < 0x80) {
        s[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        s[0] = (char)(0xc0 | c >> 6);
        s[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000 && (c < 0xd800 || c > 0xdfff)) {
        s[0] = (char)(0xe0 | c >> 12);
        s[1] = (char)(0x80 | (c >> 6 & 0x3f));
        s[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    if (c >= 0x10000 && c <= 0x10ffff) {
        s[0] = (char)(0xf0 | c >> 18);
        s[1] = (char)(0x80 | (c >> 12 & 0x3f));
        s[2] = (char)(0x80 | (c >> 6 & 0x3f));
        s[3] = (char)(0x80 | (c & 0x3f));
        return 4;
    }
    errno = EILSEQ;
    return (size_t)-1;
}
