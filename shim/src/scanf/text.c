/* Text: s c [ and their wide forms, into the caller's memory or (m) into new memory. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <wchar.h>
#include "shim/src/internal/scanf.h"
#include "shim/src/internal/utf8.h"

struct text {
    const struct scan_spec *spec;
    char *bytes;      /* where bytes go, NULL: nowhere */
    wchar_t *wide;    /* or wide characters */
    size_t len, room; /* in elements; room is 0 for the caller's memory */
    bool characters;  /* width counts characters */
    bool utf8;        /* the input is UTF-8 whatever the locale is */
    size_t count;     /* what the width counts, so far */
    mbstate_t state;
    enum scan_result result;
};

static bool belongs(const struct scan_spec *spec, int c)
{
    if (spec->conversion == 'c')
        return true;
    if (spec->conversion == 's')
        return !isspace(c);
    return spec->set.bits[c >> 6 & 3] >> (c & 63) & 1;
}

static bool make_room(struct text *t)
{
    bool is_wide = t->spec->length == SCAN_LONG;

    if (!t->room || t->len + 1 < t->room)
        return true;
    void *moved = reallocarray(is_wide ? (void *)t->wide : t->bytes, t->room * 2,
                               is_wide ? sizeof(wchar_t) : 1);
    if (!moved) {
        t->result = SCAN_ERROR;
        return false;
    }
    t->room *= 2;
    if (is_wide)
        t->wide = moved;
    else
        t->bytes = moved;
    return true;
}

static bool add(struct text *t, int c)
{
    bool is_wide = t->spec->length == SCAN_LONG;
    char byte = (char)c;
    wchar_t wide = 0;
    size_t n = 1;

    if (!make_room(t))
        return false;
    if (is_wide || t->characters)
        n = t->utf8 ? __umk_utf8_decode(&wide, &byte, 1, &t->state)
                    : mbrtowc(&wide, &byte, 1, &t->state);
    if (n == (size_t)-1) {
        t->result = SCAN_ERROR;
        return false;
    }
    t->count += n != (size_t)-2;
    if (is_wide && n == (size_t)-2)
        return true;
    if (t->wide)
        t->wide[t->len] = wide;
    if (t->bytes)
        t->bytes[t->len] = byte;
    t->len++;
    return true;
}

static bool start(struct text *t, const struct scan_spec *spec, void *to)
{
    void *memory = to;

    t->spec = spec;
    if (spec->allocate && to) {
        t->room = 32;
        memory = malloc(t->room * (spec->length == SCAN_LONG ? sizeof(wchar_t) : 1));
        if (!memory)
            return false;
    }
    if (spec->length == SCAN_LONG)
        t->wide = memory;
    else
        t->bytes = memory;
    return true;
}

/* Terminates the text and hands new memory over, or frees it. */
static void finish(struct text *t, void *to)
{
    bool is_wide = t->spec->length == SCAN_LONG;
    void *memory = is_wide ? (void *)t->wide : t->bytes;

    if (t->result == SCAN_OK && t->spec->conversion != 'c') {
        if (t->wide)
            t->wide[t->len] = 0;
        if (t->bytes)
            t->bytes[t->len] = 0;
    }
    if (!t->room)
        return;
    if (t->result == SCAN_OK)
        *(void **)to = memory;
    else
        free(memory);
}

enum scan_result __umk_scan_text(struct scan *s, const struct scan_spec *spec, void *to)
{
    struct text t = {
        .result = SCAN_OK, .characters = s->characters, .utf8 = (s->file->flags & F_UTF8) != 0};
    int c = __umk_scan_next(s);

    if (c == EOF)
        return SCAN_END;
    if (!start(&t, spec, to)) {
        __umk_scan_back(s, c);
        return SCAN_ERROR;
    }
    if (spec->length == SCAN_LONG || s->characters)
        s->left = INT64_MAX - 1; /* the width counts characters; one byte may be given back */
    i64 limit = spec->width ? spec->width : spec->conversion == 'c' ? 1 : INT64_MAX;
    while (c != EOF && belongs(spec, c)) {
        if (!add(&t, c) || (i64)t.count >= limit) {
            c = EOF;
            break;
        }
        c = __umk_scan_next(s);
    }
    __umk_scan_back(s, c);
    if (t.result == SCAN_OK && t.len == 0)
        t.result = SCAN_MISMATCH;
    finish(&t, to);
    return t.result;
}
