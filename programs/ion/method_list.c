/* Array array_methods: @name(subject arguments). */
#include "method.h"

#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct list_context {
    struct shell *sh;
    const struct piece *piece;
    const char *text;
    size_t len;
    struct args args;
    struct args *out;
};

static void add(struct list_context *c, const char *text, size_t len)
{
    args_add(&c->sh->temp, c->out, arena_copy(&c->sh->temp, text, len));
}

static int do_lines(struct list_context *c)
{
    for (const char *p = c->text; *p;) {
        size_t n = strcspn(p, "\n");
        add(c, p, n > 0 && p[n - 1] == '\r' ? n - 1 : n);
        p += n + (p[n] == '\n');
    }
    return 0;
}

static void split_at_blanks(struct list_context *c)
{
    size_t start = 0;
    bool inside = false;
    for (size_t i = 0; i < c->len;) {
        size_t n;
        bool space = utf8_is_space(utf8_get(c->text + i, c->len - i, &n));
        if (space && inside)
            add(c, c->text + start, i - start);
        if (!space && !inside)
            start = i;
        inside = !space;
        i += n;
    }
    if (inside)
        add(c, c->text + start, c->len - start);
}

static int do_chars(struct list_context *c)
{
    for (size_t i = 0; i < c->len;) {
        size_t n;
        utf8_get(c->text + i, c->len - i, &n);
        add(c, c->text + i, n);
        i += n;
    }
    return 0;
}

static int do_split(struct list_context *c)
{
    if (c->args.count == 0) {
        split_at_blanks(c);
        return 0;
    }
    const char *separator = c->args.items[0];
    size_t n = strlen(separator);
    if (n == 0) {
        add(c, "", 0);
        do_chars(c);
        add(c, "", 0);
        return 0;
    }
    const char *p = c->text;
    for (const char *hit; (hit = strstr(p, separator)); p = hit + n)
        add(c, p, (size_t)(hit - p));
    add(c, p, strlen(p));
    return 0;
}

static int do_split_at(struct list_context *c)
{
    char *end = NULL;
    unsigned long at = c->args.count ? strtoul(c->args.items[0], &end, 10) : 0;
    if (!end || *end || at >= c->len || ((unsigned char)c->text[at] & 0xc0) == 0x80)
        return method_fail(c->sh, c->piece, "needs a byte offset inside the text");
    add(c, c->text, at);
    add(c, c->text + at, c->len - at);
    return 0;
}

static int do_bytes(struct list_context *c)
{
    for (size_t i = 0; i < c->len; i++) {
        char number[8];
        int n = snprintf(number, sizeof number, "%u", (unsigned char)c->text[i]);
        add(c, number, (size_t)n);
    }
    return 0;
}

static int do_graphemes(struct list_context *c)
{
    for (size_t i = 0; i < c->len;) {
        size_t n = utf8_grapheme(c->text + i, c->len - i);
        add(c, c->text + i, n);
        i += n;
    }
    return 0;
}

static const struct {
    const char *name;
    int (*run)(struct list_context *c);
    bool raw; /* arguments keep their escapes */
} array_methods[] = {
    {"lines", do_lines, false}, {"split", do_split, false}, {"split_at", do_split_at, true},
    {"bytes", do_bytes, false}, {"chars", do_chars, false}, {"graphemes", do_graphemes, false},
};

static int run_reverse(struct shell *sh, const struct piece *p, struct args *out)
{
    struct args list = {0};
    if (method_subject_list(sh, p, &list) < 0)
        return -1;
    for (size_t i = list.count; i-- > 0;)
        args_add(&sh->temp, out, list.items[i]);
    return 0;
}

static int run_columns(struct shell *sh, const struct piece *p, bool keys, struct args *out)
{
    const char *name = word_plain(&p->words[0]);
    const struct symbol *symbol = name ? symbol_find(name) : NULL;
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    if (!b || b->value.kind != VALUE_MAP)
        return method_fail(sh, p, "needs the name of a map");
    for (size_t i = 0; i < b->value.map->count; i++) {
        const struct map_entry *e = &b->value.map->entries[i];
        if (keys)
            args_add(&sh->temp, out, arena_dup(&sh->temp, e->key));
        else
            value_list(&sh->temp, e->value, out);
    }
    return 0;
}

/* The subject if it has elements, else the default; both must be written as arrays. */
static int run_subst(struct shell *sh, const struct piece *p, struct args *out)
{
    const struct word *other = p->count == 2 ? &p->words[1] : NULL;
    bool lists = method_subject_is_list(p) && other && other->count == 1 &&
                 !other->pieces[0].quoted && piece_is_list(&other->pieces[0]);
    if (!lists)
        return method_fail(sh, p, "needs two arrays");
    size_t before = out->count;
    if (method_subject_list(sh, p, out) < 0)
        return -1;
    return out->count > before ? 0 : expand_list(sh, other, 1, out);
}

int expand_method_list(struct shell *sh, const struct piece *p, struct args *out)
{
    if (strcmp(p->text, "reverse") == 0)
        return run_reverse(sh, p, out);
    if (strcmp(p->text, "keys") == 0 || strcmp(p->text, "values") == 0)
        return run_columns(sh, p, p->text[0] == 'k', out);
    if (strcmp(p->text, "subst") == 0)
        return run_subst(sh, p, out);
    for (size_t i = 0; i < sizeof array_methods / sizeof *array_methods; i++) {
        if (strcmp(p->text, array_methods[i].name) != 0)
            continue;
        struct list_context c = {.sh = sh, .piece = p, .out = out};
        c.text = method_subject(sh, p);
        if (!c.text || method_args(sh, p, !array_methods[i].raw, &c.args) < 0)
            return -1;
        c.len = strlen(c.text);
        return array_methods[i].run(&c);
    }
    return shell_fail(sh, KIND_EXPANSION, "'%s' is not an array method", p->text);
}
