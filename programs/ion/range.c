/* Ranges, see range.h. */
#include "range.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One end: an integer, or a single letter. */
struct end {
    int64_t value;
    bool letter;
    int pad; /* width when written with a leading zero */
};

static bool take_end(const char **p, struct end *e)
{
    const char *s = *p;
    memset(e, 0, sizeof *e);
    if (isalpha((unsigned char)*s)) {
        e->value = (unsigned char)*s;
        e->letter = true;
        *p = s + 1;
        return true;
    }
    const char *digits = s + (*s == '-');
    if (!isdigit((unsigned char)*digits))
        return false;
    char *stop;
    errno = 0;
    e->value = strtoll(s, &stop, 10);
    if (errno)
        return false;
    if (*digits == '0')
        e->pad = (int)(stop - s);
    *p = stop;
    return true;
}

/* `..`, `...` or `..=`; 0 when it is none, else 1, and 2 for the inclusive ones. */
static int take_dots(const char **p)
{
    if (strncmp(*p, "..", 2) != 0)
        return 0;
    *p += 2;
    if (**p == '.' || **p == '=') {
        (*p)++;
        return 2;
    }
    return 1;
}

bool range_parse(const char *text, struct range *r)
{
    struct end a;
    struct end b;
    struct end step = {.value = 1};
    bool stepped = false;
    if (!take_end(&text, &a))
        return false;
    int dots = take_dots(&text);
    if (!dots || !take_end(&text, &b))
        return false;
    if (*text && dots == 1) {
        step = b;
        stepped = true;
        dots = take_dots(&text);
        if (!dots || !take_end(&text, &b))
            return false;
    }
    if (*text || a.letter != b.letter || step.letter)
        return false;
    bool down = b.value < a.value;
    int64_t s = step.value;
    if (a.letter && s < 0 && s > INT64_MIN)
        s = -s;
    if (down && ((a.letter && s > 0) || s == 1))
        s = -s;
    if (s == 0 || (stepped && a.value != b.value && (s < 0) != down))
        return false;
    __int128 distance = (__int128)b.value - a.value;
    __int128 whole = distance / s;
    bool exact = distance % s == 0;
    bool inclusive = dots == 2 || (a.letter && distance == 0);
    r->first = a.value;
    r->step = s;
    r->count = (uint64_t)(whole + (!exact || inclusive));
    r->letters = a.letter;
    r->width = a.pad > b.pad ? a.pad : b.pad;
    return true;
}

void range_member(const struct range *r, uint64_t i, struct buf *out)
{
    __int128 value = r->first + (__int128)r->step * i;
    if (r->letters)
        buf_putc(out, (char)value);
    else
        buf_printf(out, "%0*lld", r->width, (long long)value);
}

void range_list(struct arena *a, const struct range *r, struct args *out)
{
    struct buf text = {0};
    for (uint64_t i = 0; i < r->count; i++) {
        buf_clear(&text);
        range_member(r, i, &text);
        args_add(a, out, arena_copy(a, text.text, text.len));
    }
    buf_free(&text);
}
