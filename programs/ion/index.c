/* Indexes and slices of strings, arrays and maps. */
#include "expand.h"

#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum selector_kind { SELECT_ONE, SELECT_RANGE, SELECT_KEY };

struct selector {
    enum selector_kind kind;
    long first; /* also the index of SELECT_ONE */
    long last;
    bool has_last;
    bool inclusive;
};

static bool take_number(const char **p, long *out)
{
    const char *s = *p + (**p == '-' || **p == '+');
    if (*s < '0' || *s > '9')
        return false;
    char *end;
    errno = 0;
    *out = strtol(*p, &end, 10);
    if (errno)
        return false;
    *p = end;
    return true;
}

static struct selector parse_selector(const char *text)
{
    const struct selector key = {.kind = SELECT_KEY};
    struct selector s = {.kind = SELECT_ONE};
    bool has_first = take_number(&text, &s.first);
    if (has_first && *text == '\0')
        return s;
    if (strncmp(text, "..", 2) != 0)
        return key;
    text += 2;
    if (*text == '.' || *text == '=') {
        s.inclusive = true;
        text++;
    }
    s.kind = SELECT_RANGE;
    s.has_last = take_number(&text, &s.last);
    if (*text || (s.inclusive && !s.has_last))
        return key;
    return s;
}

/* Turns a range into [from, to) of a sequence; false when it selects nothing possible. */
static bool resolve(const struct selector *s, long len, long *from, long *to)
{
    *from = s->first < 0 ? len + s->first : s->first;
    *to = len;
    if (s->has_last) {
        *to = s->last < 0 ? len + s->last : s->last;
        if (*to < 0)
            return false;
        *to += s->inclusive;
    }
    if (*to > len)
        *to = len;
    return *from >= 0 && *from <= *to;
}

/* Byte offset of grapheme number n, or the length when there are fewer. */
static size_t grapheme_offset(const char *text, size_t len, long n)
{
    size_t at = 0;
    while (n-- > 0 && at < len)
        at += utf8_grapheme(text + at, len - at);
    return at;
}

void index_text(const char *selector, const char *text, struct buf *out)
{
    struct selector s = parse_selector(selector);
    size_t bytes = strlen(text);
    long len = (long)utf8_graphemes(text, bytes);
    long from;
    long to;
    if (s.kind == SELECT_KEY)
        return;
    if (s.kind == SELECT_ONE) {
        from = s.first < 0 ? len + s.first : s.first;
        to = from + 1;
        if (from < 0 || from >= len)
            return;
    } else if (!resolve(&s, len, &from, &to)) {
        return;
    }
    size_t a = grapheme_offset(text, bytes, from);
    size_t b = a + grapheme_offset(text + a, bytes - a, to - from);
    buf_add(out, text + a, b - a);
}

static int select_one(struct shell *sh, long index, const struct args *list, bool strict,
                      struct args *out)
{
    long len = (long)list->count;
    long at = index < 0 ? len + index : index;
    if (at >= 0 && at < len)
        args_add(&sh->temp, out, list->items[at]);
    else if (strict)
        return shell_fail(sh, KIND_EXPANSION, "Invalid index %ld for sequence with length %ld",
                          index, len);
    return 0;
}

static int select_range(struct shell *sh, const struct selector *s, const struct args *list,
                        bool strict, struct args *out)
{
    long len = (long)list->count;
    long from = 0;
    long to = 0;
    bool whole = s->first == 0 && !s->has_last;
    bool ok = resolve(s, len, &from, &to) && (!strict || whole || from < len);
    if (!ok && strict)
        return shell_fail(sh, KIND_EXPANSION,
                          "Invalid range between (%ld,%ld) for sequence with length %ld", s->first,
                          s->has_last ? s->last : -1, len);
    for (; ok && from < to; from++)
        args_add(&sh->temp, out, list->items[from]);
    return 0;
}

int index_list(struct shell *sh, const struct args *selectors, const struct args *list, bool strict,
               struct args *out)
{
    for (size_t i = 0; i < selectors->count; i++) {
        struct selector s = parse_selector(selectors->items[i]);
        int r = 0;
        if (s.kind == SELECT_ONE)
            r = select_one(sh, s.first, list, strict, out);
        else if (s.kind == SELECT_RANGE)
            r = select_range(sh, &s, list, strict, out);
        else if (strict)
            r = shell_fail(sh, KIND_EXPANSION, "Invalid key '%s' for an array",
                           selectors->items[i]);
        if (r < 0)
            return -1;
    }
    return 0;
}

int index_map(struct shell *sh, const struct args *selectors, const struct map *map,
              struct args *out)
{
    for (size_t i = 0; i < selectors->count; i++) {
        const struct value *v = map_get(map, selectors->items[i]);
        struct selector s = parse_selector(selectors->items[i]);
        if (v) {
            value_list(&sh->temp, v, out);
        } else if (s.kind == SELECT_RANGE) {
            if (s.first != 0 || s.has_last)
                return shell_fail(sh, KIND_EXPANSION, "a map cannot be sliced by '%s'",
                                  selectors->items[i]);
            struct value whole = {.kind = VALUE_MAP, .map = (struct map *)map};
            value_list(&sh->temp, &whole, out);
        } else {
            args_add(&sh->temp, out, "");
        }
    }
    return 0;
}
