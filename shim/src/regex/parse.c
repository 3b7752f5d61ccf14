/*
 * From a pattern, basic or extended, to a tree. Repetitions other than the star are written
 * out: a{2,4} becomes a a (a (a)?)?, and (a)? becomes an alternative with nothing.
 */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/regex/regex.h"

#define UNBOUNDED (-1)

struct parser {
    struct regex *re;
    const char *p;
    bool extended;
    int depth;
    u32 open[DEPTH_MAX]; /* groups not yet closed */
    u32 closed;          /* groups closed so far, bit n - 1 for 1..9: those may be referred to */
    int error;
};

u32 __umk_regex_node(struct regex *re, enum node_kind kind, u32 value)
{
    if (re->nnodes == NODES_MAX)
        return NONE;
    if (re->nnodes == re->nodes_room) {
        u32 room = re->nodes_room ? re->nodes_room * 2 : 32;
        struct node *moved = reallocarray(re->nodes, room, sizeof *moved);
        if (!moved)
            return NONE;
        re->nodes = moved;
        re->nodes_room = room;
    }
    re->nodes[re->nnodes] = (struct node){
        .kind = (u8)kind,
        .has_group = kind == NODE_GROUP,
        .value = value,
        .first = NONE,
        .next = NONE,
    };
    return re->nnodes++;
}

static u32 make(struct parser *s, enum node_kind kind, u32 value)
{
    u32 n = __umk_regex_node(s->re, kind, value);

    if (n == NONE && !s->error)
        s->error = REG_ESPACE;
    return n;
}

/* Appends a child; *last is the last child so far. */
static void append(struct parser *s, u32 parent, u32 *last, u32 child)
{
    struct node *nodes = s->re->nodes;

    if (parent == NONE || child == NONE)
        return;
    if (*last == NONE)
        nodes[parent].first = child;
    else
        nodes[*last].next = child;
    nodes[parent].has_group |= nodes[child].has_group;
    *last = child;
}

static u32 parent_of(struct parser *s, enum node_kind kind, u32 value, u32 first, u32 second)
{
    u32 n = make(s, kind, value), last = NONE;

    append(s, n, &last, first);
    if (second != NONE)
        append(s, n, &last, second);
    return n;
}

static u32 copy(struct parser *s, u32 from)
{
    u32 n, last = NONE;

    if (from == NONE || s->error)
        return NONE;
    n = make(s, s->re->nodes[from].kind, s->re->nodes[from].value);
    for (u32 c = s->re->nodes[from].first; c != NONE && !s->error; c = s->re->nodes[c].next)
        append(s, n, &last, copy(s, c));
    return n;
}

static u32 optional(struct parser *s, u32 n)
{
    return parent_of(s, NODE_ALT, 0, n, make(s, NODE_EMPTY, 0));
}

/* atom{min,max}; max may be UNBOUNDED */
static u32 repeat(struct parser *s, u32 atom, int min, int max)
{
    u32 cat, last = NONE, rest = NONE;

    if (min == 0 && max == UNBOUNDED)
        return parent_of(s, NODE_STAR, 0, atom, NONE);
    if (min == 1 && max == 1)
        return atom;
    if (min == 0 && max == 1)
        return optional(s, atom);
    cat = make(s, NODE_CAT, 0);
    for (int i = 0; i < min && !s->error; i++)
        append(s, cat, &last, copy(s, atom));
    if (max == UNBOUNDED)
        rest = parent_of(s, NODE_STAR, 0, atom, NONE);
    for (int i = min; i < max && !s->error; i++) {
        u32 one = copy(s, atom);
        rest = optional(s, rest == NONE ? one : parent_of(s, NODE_CAT, 0, one, rest));
    }
    append(s, cat, &last, rest);
    return cat;
}

static int read_count(struct parser *s)
{
    int n = 0;

    if (!isdigit((u8)*s->p))
        return -1;
    for (; isdigit((u8)*s->p); s->p++)
        if (n <= RE_DUP_MAX)
            n = n * 10 + (*s->p - '0');
    if (n > RE_DUP_MAX)
        s->error = REG_BADBR;
    return n;
}

/* s->p is after the opening brace */
static u32 bounds(struct parser *s, u32 atom)
{
    int min = read_count(s), max = min;

    if (*s->p == ',') {
        s->p++;
        max = read_count(s); /* -1 when there is none: UNBOUNDED */
        if (min < 0)
            min = 0;
    }
    if (!s->extended && *s->p == '\\')
        s->p++;
    else if (!s->extended && !s->error)
        s->error = *s->p ? REG_BADBR : REG_EBRACE;
    if (!s->error && *s->p != '}')
        s->error = *s->p ? REG_BADBR : REG_EBRACE;
    if (!s->error && (min < 0 || (max != UNBOUNDED && max < min)))
        s->error = REG_BADBR;
    if (s->error)
        return NONE;
    s->p++;
    return repeat(s, atom, min, max);
}

/* Of several signs behind each other, as in x*+?, one repetition is made. */
static u32 postfix(struct parser *s, u32 atom)
{
    int min = 1, max = 1;

    while (!s->error) {
        const char *p = s->p;
        bool star = *p == '*';
        if (!star && !s->extended && *p++ != '\\')
            break;
        if (*p == '{') {
            s->p = p + 1;
            atom = bounds(s, repeat(s, atom, min, max));
            min = max = 1;
            continue;
        }
        if (!star && *p != '+' && *p != '?')
            break;
        s->p = p + 1;
        if (*p != '+')
            min = 0;
        if (*p != '?')
            max = UNBOUNDED;
    }
    return s->error ? NONE : repeat(s, atom, min, max);
}

static u32 alternatives(struct parser *s);

static u32 group(struct parser *s)
{
    u32 number = ++s->re->ngroups;

    if (s->depth == DEPTH_MAX) {
        s->error = REG_ESPACE;
        return NONE;
    }
    s->depth++;
    u32 inner = alternatives(s);
    s->depth--;
    if (s->error)
        return NONE;
    if (!s->extended && *s->p == '\\')
        s->p++;
    if (*s->p != ')') {
        s->error = REG_EPAREN;
        return NONE;
    }
    s->p++;
    if (number <= 9)
        s->closed |= 1u << (number - 1);
    return parent_of(s, NODE_GROUP, number, inner, NONE);
}

static u32 class_atom(struct parser *s, const char *name, bool underscore, bool invert)
{
    u32 index = 0;
    int error = __umk_regex_class_set(s->re, name, underscore, invert, &index);

    if (error)
        s->error = error;
    return make(s, NODE_SET, index);
}

static u32 character(struct parser *s)
{
    size_t len;
    u32 c = __umk_regex_char(s->re, (const u8 *)s->p, (const u8 *)s->p + strlen(s->p), &len);

    s->p += len;
    return make(s, NODE_CHAR, __umk_regex_fold(s->re, c));
}

/* s->p is after a backslash */
static u32 escape(struct parser *s)
{
    static const char asserts[] = "<>bB`'";
    static const u8 kinds[] = {ASSERT_WORD_START,   ASSERT_WORD_END,   ASSERT_WORD_EDGE,
                               ASSERT_NO_WORD_EDGE, ASSERT_TEXT_START, ASSERT_TEXT_END};
    char c = *s->p;
    const char *a;

    if (!c) {
        s->error = REG_EESCAPE;
        return NONE;
    }
    if (c >= '1' && c <= '9') {
        if (!(s->closed >> (c - '1') & 1)) {
            s->error = REG_ESUBREG;
            return NONE;
        }
        s->p++;
        s->re->has_backref = true;
        return make(s, NODE_BACKREF, (u32)(c - '0'));
    }
    if ((a = strchr(asserts, c))) {
        s->p++;
        return make(s, NODE_ASSERT, kinds[a - asserts]);
    }
    if (c == 'w' || c == 'W' || c == 's' || c == 'S') {
        s->p++;
        bool word = c == 'w' || c == 'W';
        return class_atom(s, word ? "alnum" : "space", word, c == 'W' || c == 'S');
    }
    return character(s);
}

/* The end of a branch: the pattern's end, a bar, or a parenthesis that closes a group. */
static bool at_branch_end(const struct parser *s)
{
    const char *p = s->p;

    if (!*p)
        return true;
    if (!s->extended) {
        if (*p++ != '\\')
            return false;
        return *p == '|' || (*p == ')' && s->depth > 0);
    }
    return *p == '|' || (*p == ')' && s->depth > 0);
}

/* In a basic pattern ^ and $ are special at the ends of a branch only. */
static bool is_anchor(const struct parser *s, bool first)
{
    struct parser after = *s;

    if (s->extended)
        return *s->p == '^' || *s->p == '$';
    if (*s->p == '^')
        return first;
    if (*s->p != '$')
        return false;
    after.p++;
    return at_branch_end(&after);
}

static bool is_repetition(const struct parser *s)
{
    char c = *s->p;

    return c == '*' ||
           (s->extended && (c == '+' || c == '?' || (c == '{' && isdigit((u8)s->p[1]))));
}

static u32 atom(struct parser *s, bool first)
{
    u32 index = 0;
    char c = *s->p;

    if (is_anchor(s, first)) {
        s->p++;
        return make(s, NODE_ASSERT, c == '^' ? ASSERT_LINE_START : ASSERT_LINE_END);
    }
    if (first && is_repetition(s)) {
        if (s->extended) {
            s->error = REG_BADRPT;
            return NONE;
        }
        return character(s);
    }
    if (c == '.') {
        s->p++;
        return make(s, NODE_ANY, 0);
    }
    if (c == '[') {
        s->p++;
        int error = __umk_regex_bracket(s->re, &s->p, &index);
        if (error)
            s->error = error;
        return make(s, NODE_SET, index);
    }
    if (c == (s->extended ? '(' : '\\') && (s->extended || s->p[1] == '(')) {
        s->p += s->extended ? 1 : 2;
        return group(s);
    }
    if (c == '\\') {
        s->p++;
        return escape(s);
    }
    return character(s);
}

static u32 branch(struct parser *s)
{
    u32 cat = make(s, NODE_CAT, 0), last = NONE;
    bool first = true;

    while (!s->error && !at_branch_end(s)) {
        bool anchor = is_anchor(s, first);
        u32 a = atom(s, first);
        /* after ^ a star is a character in basic patterns, and nothing to repeat in extended */
        bool literal_star = anchor && !s->extended;
        if (!s->error && !(literal_star && *s->p == '*'))
            a = postfix(s, a);
        append(s, cat, &last, a);
        first = first && literal_star;
    }
    return cat;
}

static u32 alternatives(struct parser *s)
{
    u32 alt, last = NONE, first = branch(s);

    for (alt = NONE; !s->error;) {
        const char *p = s->p + (!s->extended && *s->p == '\\');
        if (*p != '|' || (!s->extended && p == s->p))
            break;
        s->p = p + 1;
        if (alt == NONE) {
            alt = make(s, NODE_ALT, 0);
            append(s, alt, &last, first);
        }
        append(s, alt, &last, branch(s));
    }
    return alt == NONE ? first : alt;
}

int __umk_regex_parse(struct regex *re, const char *pattern)
{
    struct parser s = {.re = re, .p = pattern, .extended = re->flags & REG_EXTENDED};

    re->root = alternatives(&s);
    if (!s.error && *s.p)
        s.error = REG_EPAREN;
    return s.error;
}
