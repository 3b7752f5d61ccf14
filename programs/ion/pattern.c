/* Regular expressions, see pattern.h: an expression is compiled to the program that pattern_run.c
 * runs. */
#include "pattern_code.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* Bounds the program that counted repetitions can make. */
#define CODE_MAX 20000
#define NESTING_MAX 100

struct compiler {
    struct pattern *p;
    const char *at;
    const char *error;
    unsigned depth;
};

static unsigned emit(struct compiler *c, enum op op, uint32_t arg)
{
    struct pattern *p = c->p;
    if (p->count >= CODE_MAX) {
        c->error = "the expression is too big";
        return p->count - 1;
    }
    if (p->count == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 32;
        p->code = mem_resize(p->code, p->cap * sizeof *p->code);
    }
    p->code[p->count] = (struct inst){.op = op, .arg = arg};
    return p->count++;
}

/* Opens a gap of one instruction at `at`; targets behind it move along. */
static void insert(struct compiler *c, unsigned at)
{
    struct pattern *p = c->p;
    emit(c, OP_JUMP, 0);
    if (c->error)
        return;
    memmove(p->code + at + 1, p->code + at, (p->count - 1 - at) * sizeof *p->code);
    for (unsigned i = at + 1; i < p->count; i++) {
        struct inst *in = &p->code[i];
        if (in->op != OP_SPLIT && in->op != OP_JUMP)
            continue;
        in->x += in->x >= at;
        in->y += in->op == OP_SPLIT && in->y >= at;
    }
    memset(&p->code[at], 0, sizeof p->code[at]);
}

/* --- classes --- */

static void class_add(struct class *k, uint32_t first, uint32_t last)
{
    if (k->count == k->cap) {
        k->cap = k->cap ? k->cap * 2 : 8;
        k->items = mem_resize(k->items, k->cap * sizeof *k->items);
    }
    k->items[k->count++] = (struct class_range){first, last};
}

/* \d \w \s; the upper-case ones are their complements. False when it is none of them. */
static bool class_add_escape(struct class *k, char letter)
{
    static const struct class_range digit[] = {{'0', '9'}};
    static const struct class_range not_digit[] = {{0, '0' - 1}, {'9' + 1, 0x10ffff}};
    static const struct class_range word[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    static const struct class_range not_word[] = {{0, '0' - 1},
                                                  {'9' + 1, 'A' - 1},
                                                  {'Z' + 1, '_' - 1},
                                                  {'_' + 1, 'a' - 1},
                                                  {'z' + 1, 0x10ffff}};
    static const struct class_range space[] = {{'\t', '\r'}, {' ', ' '}};
    static const struct class_range not_space[] = {
        {0, '\t' - 1}, {'\r' + 1, ' ' - 1}, {' ' + 1, 0x10ffff}};
    const struct class_range *set;
    size_t n;
#define SET(name)                       \
    set = (name);                       \
    n = sizeof(name) / sizeof(*(name)); \
    break
    switch (letter) {
    case 'd':
        SET(digit);
    case 'D':
        SET(not_digit);
    case 'w':
        SET(word);
    case 'W':
        SET(not_word);
    case 's':
        SET(space);
    case 'S':
        SET(not_space);
    default:
        return false;
    }
#undef SET
    for (size_t i = 0; i < n; i++)
        class_add(k, set[i].first, set[i].last);
    return true;
}

static bool class_add_posix(struct class *k, const char *name, size_t len)
{
    static const struct {
        const char *name;
        struct class_range ranges[4];
    } sets[] = {
        {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
        {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
        {"ascii", {{0, 127}}},
        {"blank", {{'\t', '\t'}, {' ', ' '}}},
        {"cntrl", {{0, 31}, {127, 127}}},
        {"digit", {{'0', '9'}}},
        {"graph", {{'!', '~'}}},
        {"lower", {{'a', 'z'}}},
        {"print", {{' ', '~'}}},
        {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
        {"space", {{'\t', '\r'}, {' ', ' '}}},
        {"upper", {{'A', 'Z'}}},
        {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
        {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
    };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        if (strlen(sets[i].name) != len || memcmp(sets[i].name, name, len) != 0)
            continue;
        for (int r = 0; r < 4; r++) {
            if (sets[i].ranges[r].last)
                class_add(k, sets[i].ranges[r].first, sets[i].ranges[r].last);
        }
        return true;
    }
    return false;
}

static uint32_t next_char(struct compiler *c)
{
    size_t n;
    uint32_t ch = utf8_get(c->at, strlen(c->at), &n);
    c->at += n;
    return ch;
}

/* A character after a backslash that stands for itself or a control character. */
static uint32_t escaped(struct compiler *c)
{
    if (!*c->at) {
        c->error = "a backslash at the end";
        return 0;
    }
    switch (*c->at) {
    case 'n':
        c->at++;
        return '\n';
    case 't':
        c->at++;
        return '\t';
    case 'r':
        c->at++;
        return '\r';
    case 'f':
        c->at++;
        return '\f';
    case 'v':
        c->at++;
        return '\v';
    case 'a':
        c->at++;
        return '\a';
    }
    if ((*c->at >= 'a' && *c->at <= 'z') || (*c->at >= 'A' && *c->at <= 'Z') ||
        (*c->at >= '0' && *c->at <= '9'))
        c->error = "unknown escape";
    return next_char(c);
}

static void class_item(struct compiler *c, struct class *k)
{
    if (c->at[0] == '[' && c->at[1] == ':') {
        const char *name = c->at + 2;
        const char *end = strstr(name, ":]");
        if (!end || !class_add_posix(k, name, (size_t)(end - name)))
            c->error = "unknown character class";
        else
            c->at = end + 2;
        return;
    }
    uint32_t first;
    if (*c->at == '\\') {
        c->at++;
        if (class_add_escape(k, *c->at)) {
            c->at++;
            return;
        }
        first = escaped(c);
    } else {
        first = next_char(c);
    }
    uint32_t last = first;
    if (c->at[0] == '-' && c->at[1] && c->at[1] != ']') {
        c->at++;
        if (*c->at == '\\') {
            c->at++;
            last = escaped(c);
        } else {
            last = next_char(c);
        }
    }
    if (last < first)
        c->error = "a range that runs backwards";
    class_add(k, first, last);
}

static struct class *new_class(struct compiler *c)
{
    struct pattern *p = c->p;
    p->classes = mem_resize(p->classes, (p->class_count + 1) * sizeof *p->classes);
    struct class *k = &p->classes[p->class_count++];
    memset(k, 0, sizeof *k);
    return k;
}

static void parse_class(struct compiler *c)
{
    struct class *k = new_class(c);
    uint32_t number = (uint32_t)c->p->class_count - 1;
    if (*c->at == '^') {
        k->negated = true;
        c->at++;
    }
    bool first = true;
    while (!c->error && (first || *c->at != ']')) {
        if (!*c->at) {
            c->error = "unterminated '['";
            return;
        }
        class_item(c, k);
        first = false;
    }
    c->at++;
    emit(c, OP_CLASS, number);
}

/* --- the expression --- */

static void parse_alternatives(struct compiler *c);

/* Behind `(`: ?: ?P<name> ?<name>. The group number, 0 for one that is not captured. */
static int group_head(struct compiler *c)
{
    struct pattern *p = c->p;
    if (*c->at != '?')
        return p->groups < PATTERN_GROUPS_MAX ? p->groups++ : 0;
    c->at++;
    if (*c->at == ':') {
        c->at++;
        return 0;
    }
    c->at += *c->at == 'P';
    const char *end = *c->at == '<' ? strchr(c->at, '>') : NULL;
    if (!end || p->groups >= PATTERN_GROUPS_MAX) {
        c->error = "unknown kind of group";
        return 0;
    }
    p->names = mem_resize(p->names, (p->name_count + 1) * sizeof *p->names);
    p->names[p->name_count].text = mem_copy(c->at + 1, (size_t)(end - c->at - 1));
    p->names[p->name_count++].group = p->groups;
    c->at = end + 1;
    return p->groups++;
}

static void parse_group(struct compiler *c)
{
    if (strncmp(c->at, "?i)", 3) == 0) {
        c->p->ignore_case = true;
        c->at += 3;
        return;
    }
    int group = group_head(c);
    if (++c->depth > NESTING_MAX)
        c->error = "nested too deeply";
    if (c->error)
        return;
    if (group)
        emit(c, OP_SAVE, (uint32_t)group * 2);
    parse_alternatives(c);
    if (group)
        emit(c, OP_SAVE, (uint32_t)group * 2 + 1);
    c->depth--;
    if (*c->at != ')')
        c->error = c->error ? c->error : "unterminated '('";
    else
        c->at++;
}

static void parse_escape(struct compiler *c)
{
    if (*c->at == 'b' || *c->at == 'B') {
        emit(c, *c->at == 'b' ? OP_WORD : OP_NOT_WORD, 0);
        c->at++;
        return;
    }
    if (*c->at && strchr("dDwWsS", *c->at)) {
        struct class *k = new_class(c);
        class_add_escape(k, *c->at++);
        emit(c, OP_CLASS, (uint32_t)c->p->class_count - 1);
        return;
    }
    emit(c, OP_CHAR, escaped(c));
}

static void parse_atom(struct compiler *c)
{
    char ch = *c->at;
    switch (ch) {
    case '(':
        c->at++;
        parse_group(c);
        return;
    case '[':
        c->at++;
        parse_class(c);
        return;
    case '.':
        c->at++;
        emit(c, OP_ANY, 0);
        return;
    case '^':
    case '$':
        c->at++;
        emit(c, ch == '^' ? OP_START : OP_END, 0);
        return;
    case '\\':
        c->at++;
        parse_escape(c);
        return;
    case '*':
    case '+':
    case '?':
        c->error = "nothing to repeat";
        return;
    }
    emit(c, OP_CHAR, next_char(c));
}

/* {m}, {m,}, {m,n}; false when the text is no such thing. */
static bool parse_counts(struct compiler *c, long *min, long *max)
{
    char *end;
    const char *p = c->at + 1;
    if (*p < '0' || *p > '9')
        return false;
    *min = *max = strtol(p, &end, 10);
    if (*end == ',') {
        p = end + 1;
        *max = -1;
        if (*p >= '0' && *p <= '9')
            *max = strtol(p, &end, 10);
        else
            end = (char *)p;
    }
    if (*end != '}')
        return false;
    c->at = end + 1;
    return true;
}

static void set_split(struct compiler *c, unsigned at, unsigned take, unsigned leave, bool lazy)
{
    if (c->error)
        return;
    struct inst *in = &c->p->code[at];
    in->op = OP_SPLIT;
    in->x = lazy ? leave : take;
    in->y = lazy ? take : leave;
}

/* Appends a copy of the instructions [from, to). */
static void duplicate(struct compiler *c, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to && !c->error; i++) {
        struct inst in = c->p->code[i];
        unsigned shift = c->p->count - i;
        unsigned at = emit(c, in.op, in.arg);
        c->p->code[at].x = in.x + shift;
        c->p->code[at].y = in.y + shift;
    }
}

static void make_optional(struct compiler *c, unsigned start, bool lazy)
{
    insert(c, start);
    set_split(c, start, start + 1, c->p->count, lazy);
}

static void make_star(struct compiler *c, unsigned start, bool lazy)
{
    insert(c, start);
    unsigned jump = emit(c, OP_JUMP, 0);
    if (c->error)
        return;
    c->p->code[jump].x = start;
    set_split(c, start, start + 1, c->p->count, lazy);
}

static void repeat(struct compiler *c, unsigned start, long min, long max, bool lazy)
{
    unsigned end = c->p->count;
    if (min > 1000 || max > 1000 || (max >= 0 && max < min)) {
        c->error = "wrong repetition count";
        return;
    }
    unsigned size = end - start;
    for (long i = 1; i < min; i++)
        duplicate(c, start, end);
    if (max < 0) {
        unsigned copy = c->p->count;
        if (min > 0)
            duplicate(c, start, end);
        make_star(c, min > 0 ? copy : start, lazy);
        return;
    }
    long extra = max - (min > 0 ? min : 1);
    for (long i = 0; i < extra; i++) {
        unsigned copy = c->p->count;
        duplicate(c, start, start + size);
        make_optional(c, copy, lazy);
        if (c->error)
            return;
    }
    if (min == 0 && max > 0)
        make_optional(c, start, lazy);
    if (max == 0)
        c->p->count = start;
}

static void parse_repeat(struct compiler *c, unsigned start)
{
    for (;;) {
        long min = 0;
        long max = -1;
        if (*c->at == '{') {
            if (!parse_counts(c, &min, &max)) {
                c->error = "wrong repetition";
                return;
            }
        } else if (*c->at && strchr("*+?", *c->at)) {
            min = *c->at == '+';
            max = *c->at == '?' ? 1 : -1;
            c->at++;
        } else {
            return;
        }
        bool lazy = *c->at == '?';
        c->at += lazy;
        repeat(c, start, min, max, lazy);
        if (c->error)
            return;
    }
}

static void parse_sequence(struct compiler *c)
{
    while (!c->error && *c->at && *c->at != '|' && *c->at != ')') {
        unsigned start = c->p->count;
        parse_atom(c);
        if (!c->error)
            parse_repeat(c, start);
    }
}

static void parse_alternatives(struct compiler *c)
{
    unsigned start = c->p->count;
    parse_sequence(c);
    while (!c->error && *c->at == '|') {
        c->at++;
        insert(c, start);
        unsigned jump = emit(c, OP_JUMP, 0);
        unsigned second = c->p->count;
        set_split(c, start, start + 1, second, false);
        /* Alternatives chain to the right: the second one may be split again. */
        parse_alternatives(c);
        if (!c->error)
            c->p->code[jump].x = c->p->count;
    }
}

struct pattern *pattern_new(const char *text, const char **error)
{
    struct pattern *p = mem_zero(sizeof *p);
    struct compiler c = {.p = p, .at = text};
    p->groups = 1;
    emit(&c, OP_SAVE, 0);
    parse_alternatives(&c);
    if (!c.error && *c.at)
        c.error = "unexpected ')'";
    emit(&c, OP_SAVE, 1);
    emit(&c, OP_MATCH, 0);
    if (!c.error)
        return p;
    if (error)
        *error = c.error;
    pattern_free(p);
    return NULL;
}

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->class_count; i++)
        free(p->classes[i].items);
    for (size_t i = 0; i < p->name_count; i++)
        free(p->names[i].text);
    free(p->classes);
    free(p->names);
    free(p->code);
    free(p);
}

int pattern_group(const struct pattern *p, const char *name, size_t len)
{
    for (size_t i = 0; i < p->name_count; i++) {
        if (strlen(p->names[i].text) == len && memcmp(p->names[i].text, name, len) == 0)
            return p->names[i].group;
    }
    return -1;
}
