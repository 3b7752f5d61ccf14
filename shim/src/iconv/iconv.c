/*
 * iconv. A character is converted when it is whole and fits; else the call ends, with both pointers
 * at the first that was not. Nothing is kept between calls but the byte order of an input with a
 * mark and whether the output's mark is still to be written.
 */
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "shim/src/iconv/charsets.h"

#define BYTE_ORDER_MARK 0xfeff
#define REPLACEMENT '?'

struct __umk_iconv {
    const struct charset *from, *to;
    struct charset ordered; /* from, with the order that the mark told */
    bool at_start;          /* of the input: a mark may follow */
    bool mark_due;          /* of the output */
    bool ignore;            /* leave out what cannot be converted */
    bool replace;           /* put a question mark for it */
};

iconv_t iconv_open(const char *to_name, const char *from_name)
{
    const struct charset *to = __umk_charset(to_name), *from = __umk_charset(from_name);
    struct __umk_iconv *c;

    if (!to || !from) {
        __umk_fail(EINVAL);
        return (iconv_t)-1;
    }
    c = calloc(1, sizeof *c);
    if (!c)
        return (iconv_t)-1;
    c->from = from;
    c->to = to;
    c->ignore = strcasestr(to_name, "//IGNORE") != NULL;
    c->replace = strcasestr(to_name, "//TRANSLIT") != NULL;
    c->ordered = *from;
    c->at_start = from->mark;
    c->mark_due = to->mark;
    return c;
}

int iconv_close(iconv_t c)
{
    free(c);
    return 0;
}

/* Takes the mark at the beginning of the input, if there is one. */
static void take_mark(iconv_t c, const u8 **in, size_t *left)
{
    u32 first;
    struct charset other = c->ordered;

    other.little = !other.little;
    if (*left < (c->from->decode(c->from, (const u8 *)"\xff\xfe\0\0", 2, &first) > 0 ? 2u : 4u))
        return;
    int n = c->ordered.decode(&c->ordered, *in, *left, &first);
    if (n <= 0 || first != BYTE_ORDER_MARK) {
        n = other.decode(&other, *in, *left, &first);
        if (n > 0 && first == BYTE_ORDER_MARK)
            c->ordered = other;
    }
    if (n > 0 && first == BYTE_ORDER_MARK) {
        *in += n;
        *left -= (size_t)n;
    }
    c->at_start = false;
}

/* Encodes one character. Bytes written; 0: the set lacks it; -E2BIG: no room. */
static i64 put(iconv_t c, u32 character, u8 **out, size_t *room)
{
    int n = c->to->encode(c->to, character, *out, *room);

    /* a character that the set lacks is an error only where one would fit */
    if (*room == 0)
        return -E2BIG;
    if (n > 0 && (size_t)n > *room)
        return -E2BIG;
    *out += n;
    *room -= (size_t)n;
    return n;
}

/* Converts one character; *lost counts those that were left out or replaced. 0 or negative errno.
 */
static i64 convert(iconv_t c, const u8 **in, size_t *left, u8 **out, size_t *room, size_t *lost)
{
    u32 character;
    int n = c->ordered.decode(&c->ordered, *in, *left, &character);
    i64 r;

    if (n == DECODE_SHORT)
        return -EINVAL;
    if (n < 0) {
        if (!c->ignore)
            return -EILSEQ;
        n = 1;
        ++*lost;
    } else {
        r = put(c, character, out, room);
        if (r == 0 && c->replace)
            r = put(c, REPLACEMENT, out, room);
        if (r < 0)
            return r;
        if (r == 0 && !c->ignore)
            return -EILSEQ;
        *lost += c->to->encode(c->to, character, NULL, 0) == 0;
    }
    *in += n;
    *left -= (size_t)n;
    return 0;
}

static void reset(iconv_t c)
{
    c->ordered = *c->from;
    c->at_start = c->from->mark;
    c->mark_due = c->to->mark;
}

size_t iconv(iconv_t c, char **restrict in, size_t *restrict in_left, char **restrict out,
             size_t *restrict out_left)
{
    size_t lost = 0;
    i64 r = 0;

    if (!in || !*in) {
        reset(c);
        return 0;
    }
    const u8 *from = (const u8 *)*in;
    u8 *to = (u8 *)*out;
    if (c->at_start && *in_left)
        take_mark(c, &from, in_left);
    if (c->mark_due && *in_left) {
        r = put(c, BYTE_ORDER_MARK, &to, out_left);
        if (r > 0)
            c->mark_due = false;
        r = r < 0 ? r : 0;
    }
    while (r == 0 && *in_left)
        r = convert(c, &from, in_left, &to, out_left, &lost);
    *in = (char *)from;
    *out = (char *)to;
    return r < 0 ? (size_t)__umk_fail((int)-r) : lost;
}
