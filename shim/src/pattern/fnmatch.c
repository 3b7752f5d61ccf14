/*
 * fnmatch: matching names against shell patterns, character by character. A
 * star is tried shortest first; when a later part fails only the last star is extended, which is
 * enough, so the work is at most the product of both lengths.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#include "shim/src/internal/thread.h"

enum { NO_SET = -1, OUTSIDE = 0, INSIDE = 1 };

/* The next character; invalid bytes stand for themselves, beyond all characters. */
static const char *next_char(const char *s, u32 *c)
{
    mbstate_t state = {0};
    wchar_t wide;

    if ((u8)*s < 0x80) {
        *c = (u8)*s;
        return s + 1;
    }
    size_t n = mbrtowc(&wide, s, 4, &state);
    if (n == (size_t)-1 || n == (size_t)-2) {
        *c = 0x80000000u | (u8)*s;
        return s + 1;
    }
    *c = (u32)wide;
    return s + n;
}

static u32 fold(u32 c, int flags)
{
    return flags & FNM_CASEFOLD ? (u32)towlower((wint_t)c) : c;
}

/* [:name:] with p at the colon. NULL: it is none; *known tells whether such a class exists. */
static const char *match_class(const char *p, u32 c, int flags, bool *in, bool *known)
{
    char name[16];
    const char *end = strstr(p + 1, ":]");
    size_t len = end ? (size_t)(end - p - 1) : sizeof name;

    if (len >= sizeof name)
        return NULL;
    memcpy(name, p + 1, len);
    name[len] = 0;
    wctype_t type = wctype(name);
    *known = type != 0;
    if (type && (iswctype((wint_t)c, type) ||
                 ((flags & FNM_CASEFOLD) &&
                  (iswctype(towlower((wint_t)c), type) || iswctype(towupper((wint_t)c), type)))))
        *in = true;
    return end + 2;
}

/* A member of a set: a plain character, [=c=] or [.c.]. NULL: the set is not one. */
static const char *set_member(const char *p, int flags, u32 *c)
{
    if (*p == '[' && (p[1] == '.' || p[1] == '=')) {
        char kind = p[1];
        if (!p[2])
            return NULL;
        p = next_char(p + 2, c);
        return p[0] == kind && p[1] == ']' ? p + 2 : NULL;
    }
    if (*p == '\\' && p[1] && !(flags & FNM_NOESCAPE))
        p++;
    if (!*p || (*p == '/' && (flags & FNM_PATHNAME)))
        return NULL;
    return next_char(p, c);
}

/* p is after the opening bracket; *end is set to after the set. */
static int match_set(const char *p, u32 c, int flags, const char **end)
{
    bool invert = *p == '!' || *p == '^', in = false, known;
    u32 folded = fold(c, flags), low, high;

    if (invert)
        p++;
    for (bool first = true; first || *p != ']'; first = false) {
        if (*p == '[' && p[1] == ':') {
            const char *q = match_class(p + 1, c, flags, &in, &known);
            if (q) {
                if (!known)
                    return NO_SET;
                p = q;
                continue;
            }
        }
        p = set_member(p, flags, &low);
        if (!p)
            return NO_SET;
        high = low;
        if (*p == '-' && p[1] && p[1] != ']') {
            p = set_member(p + 1, flags, &high);
            if (!p)
                return NO_SET;
        }
        if ((c >= low && c <= high) || (folded >= fold(low, flags) && folded <= fold(high, flags)))
            in = true;
    }
    *end = p + 1;
    return in != invert ? INSIDE : OUTSIDE;
}

/* One pattern element that is no star against one character. NULL: no match. */
static const char *match_one(const char *p, u32 c, int flags)
{
    const char *end;
    u32 want;

    if (*p == '?')
        return (flags & FNM_PATHNAME) && c == '/' ? NULL : p + 1;
    if (*p == '[') {
        int result = match_set(p + 1, c, flags, &end);
        if (result != NO_SET)
            return result == INSIDE && !((flags & FNM_PATHNAME) && c == '/') ? end : NULL;
    }
    if (*p == '\\' && !(flags & FNM_NOESCAPE)) {
        if (!p[1])
            return NULL;
        p++;
    }
    p = next_char(p, &want);
    return fold(want, flags) == fold(c, flags) ? p : NULL;
}

/* A period that only a period may match. */
static bool is_hidden(const char *start, const char *s, int flags)
{
    return (flags & FNM_PERIOD) && *s == '.' &&
           (s == start || ((flags & FNM_PATHNAME) && s[-1] == '/'));
}

static bool at_end(const char *s, int flags)
{
    return !*s || ((flags & FNM_LEADING_DIR) && *s == '/');
}

int fnmatch(const char *pattern, const char *string, int flags)
{
    const char *p = pattern, *s = string;
    const char *star = NULL, *star_s = NULL; /* after the last star, and where it stands */
    u32 c;

    for (;;) {
        if (*p == '*' && !is_hidden(string, s, flags)) {
            star = ++p;
            star_s = s;
            continue;
        }
        if (!*p && at_end(s, flags))
            return 0;
        const char *next = NULL;
        if (*p && *s) {
            const char *after = next_char(s, &c);
            bool literal = *p != '?' && *p != '[' && *p != '*';
            if (*p != '*' && (literal || !is_hidden(string, s, flags)))
                next = match_one(p, c, flags);
            if (next) {
                p = next;
                s = after;
                continue;
            }
        }
        /* let the last star take one more character */
        if (!star || !*star_s || ((flags & FNM_PATHNAME) && *star_s == '/'))
            return FNM_NOMATCH;
        star_s = next_char(star_s, &c);
        s = star_s;
        p = star;
    }
}
