/* Sets of characters: bracket expressions and the classes behind \w and \s. */
#include <stdlib.h>
#include <string.h>
#include <wctype.h>
#include "shim/src/regex/regex.h"

static bool in_ranges(const struct set *set, u32 c)
{
    for (u32 i = 0; i < set->nranges; i++)
        if (c >= set->ranges[i].first && c <= set->ranges[i].last)
            return true;
    for (u32 classes = set->classes; classes; classes &= classes - 1)
        if (iswctype((wint_t)c, (wctype_t)__builtin_ctz(classes) + 1))
            return true;
    return false;
}

/* The answer without the shortcut for ASCII. */
static bool decide(const struct regex *re, const struct set *set, u32 c)
{
    bool in = in_ranges(set, c);

    if (!in && (re->flags & REG_ICASE))
        in = in_ranges(set, (u32)towlower((wint_t)c)) || in_ranges(set, (u32)towupper((wint_t)c));
    if (set->invert && (re->flags & REG_NEWLINE) && c == '\n')
        return false;
    return in != set->invert;
}

bool __umk_set_has(const struct regex *re, const struct set *set, u32 c)
{
    return c < 128 ? set->ascii[c >> 6] >> (c & 63) & 1 : decide(re, set, c);
}

static struct set *new_set(struct regex *re, u32 *index)
{
    if (re->nsets == re->sets_room) {
        u32 room = re->sets_room ? re->sets_room * 2 : 4;
        struct set *moved = reallocarray(re->sets, room, sizeof *moved);
        if (!moved)
            return NULL;
        re->sets = moved;
        re->sets_room = room;
    }
    *index = re->nsets++;
    re->sets[*index] = (struct set){.invert = false};
    return &re->sets[*index];
}

static int add_range(struct set *set, u32 first, u32 last)
{
    struct range *moved = reallocarray(set->ranges, set->nranges + 1, sizeof *moved);

    if (!moved)
        return REG_ESPACE;
    set->ranges = moved;
    moved[set->nranges++] = (struct range){first, last};
    return 0;
}

static void finish(const struct regex *re, struct set *set)
{
    for (u32 c = 0; c < 128; c++)
        if (decide(re, set, c))
            set->ascii[c >> 6] |= 1ull << (c & 63);
}

static int read_class(const char **p, struct set *set)
{
    char name[16];
    const char *start = *p + 2, *end = strstr(start, ":]");

    if (!end)
        return REG_EBRACK;
    size_t len = (size_t)(end - start);
    if (len >= sizeof name)
        return REG_ECTYPE;
    memcpy(name, start, len);
    name[len] = 0;
    wctype_t type = wctype(name);
    if (!type)
        return REG_ECTYPE;
    set->classes |= 1u << (type - 1);
    *p = end + 2;
    return 0;
}

/* A character, [.c.] or [=c=]. */
static int read_member(const struct regex *re, const char **p, u32 *c)
{
    const u8 *s = (const u8 *)*p;
    size_t len;

    if (*s == '[' && (s[1] == '.' || s[1] == '=')) {
        u8 kind = s[1];
        s += 2;
        if (!*s)
            return REG_EBRACK;
        *c = __umk_regex_char(re, s, s + strlen((const char *)s), &len);
        s += len;
        if (s[0] != kind || s[1] != ']')
            return *s ? REG_ECOLLATE : REG_EBRACK;
        *p = (const char *)s + 2;
        return 0;
    }
    *c = __umk_regex_char(re, s, s + strlen(*p), &len);
    *p += len;
    return 0;
}

int __umk_regex_bracket(struct regex *re, const char **p, u32 *index)
{
    struct set *set = new_set(re, index);
    int error = 0;
    u32 first = 0, last;

    if (!set)
        return REG_ESPACE;
    if (**p == '^') {
        set->invert = true;
        ++*p;
    }
    for (bool at_start = true; !error && (at_start || **p != ']'); at_start = false) {
        if (!**p)
            return REG_EBRACK;
        if ((*p)[0] == '[' && (*p)[1] == ':') {
            error = read_class(p, set);
            continue;
        }
        error = read_member(re, p, &first);
        last = first;
        if (!error && (*p)[0] == '-' && (*p)[1] && (*p)[1] != ']') {
            ++*p;
            error = read_member(re, p, &last);
            if (!error && last < first)
                error = REG_ERANGE;
        }
        if (!error)
            error = add_range(set, first, last);
    }
    if (error)
        return error;
    ++*p;
    finish(re, set);
    return 0;
}

int __umk_regex_class_set(struct regex *re, const char *name, bool underscore, bool invert,
                          u32 *index)
{
    struct set *set = new_set(re, index);

    if (!set)
        return REG_ESPACE;
    set->invert = invert;
    set->classes = 1u << (wctype(name) - 1);
    if (underscore && add_range(set, '_', '_'))
        return REG_ESPACE;
    finish(re, set);
    return 0;
}
