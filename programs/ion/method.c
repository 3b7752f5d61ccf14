/* String string_methods: $name(subject arguments). */
#include "method.h"

#include "escape.h"
#include "pattern.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

int method_fail(struct shell *sh, const struct piece *p, const char *why)
{
    return shell_fail(sh, KIND_EXPANSION, "%s: %s", p->text, why);
}

const char *method_subject(struct shell *sh, const struct piece *p)
{
    const char *name = word_plain(&p->words[0]);
    if (!name)
        return expand_text(sh, &p->words[0]);
    struct piece variable = {.kind = PIECE_VAR};
    variable.symbol = symbol_of(name, strlen(name));
    variable.text = name;
    const char *text = variable_text(sh, &variable);
    return text ? arena_dup(&sh->temp, text) : NULL;
}

bool method_subject_is_list(const struct piece *p)
{
    const struct word *w = &p->words[0];
    return w->count == 1 && !w->pieces[0].quoted && piece_is_list(&w->pieces[0]);
}

int method_subject_list(struct shell *sh, const struct piece *p, struct args *out)
{
    const char *name = word_plain(&p->words[0]);
    if (!name)
        return expand_list(sh, &p->words[0], 1, out);
    struct piece variable = {.kind = PIECE_ARRAY};
    variable.symbol = symbol_of(name, strlen(name));
    variable.text = name;
    return expand_piece_list(sh, &variable, out);
}

int method_args(struct shell *sh, const struct piece *p, bool unescape, struct args *out)
{
    for (size_t i = 1; i < p->count; i++) {
        const struct word *w = &p->words[i];
        bool list = w->count == 1 && !w->pieces[0].quoted && piece_is_list(&w->pieces[0]);
        if ((list ? expand_list(sh, w, 1, out) : expand_args(sh, w, 1, out)) < 0)
            return -1;
    }
    for (size_t i = 0; unescape && i < out->count; i++) {
        struct buf text = {0};
        if (!strchr(out->items[i], '\\'))
            continue;
        unescape_argument(out->items[i], &text);
        out->items[i] = arena_copy(&sh->temp, buf_text(&text), text.len);
        buf_free(&text);
    }
    return 0;
}

/* What a method works on. */
struct context {
    struct shell *sh;
    const struct piece *piece;
    const char *text;
    size_t len;
    struct args args;
    struct buf *out;
};

static int usage(struct context *c, const char *why)
{
    return method_fail(c->sh, c->piece, why);
}

static bool parse_long(const char *text, long *out)
{
    char *end;
    *out = strtol(text, &end, 10);
    return *text && !*end;
}

/* --- paths --- */

/* The last component; empty for "/", ".." and "". */
static void last_component(const char *path, const char **start, size_t *len)
{
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t from = end;
    while (from > 0 && path[from - 1] != '/')
        from--;
    *start = path + from;
    *len = end - from;
    if (*len == 2 && memcmp(*start, "..", 2) == 0)
        *len = 0;
}

/* Where the extension's dot is; null when there is none. */
static const char *extension_dot(const char *name, size_t len)
{
    for (size_t i = len; i-- > 1;) {
        if (name[i] == '.')
            return name + i;
    }
    return NULL;
}

static int do_basename(struct context *c)
{
    const char *name;
    size_t len;
    last_component(c->text, &name, &len);
    if (len)
        buf_add(c->out, name, len);
    else
        buf_puts(c->out, c->text);
    return 0;
}

static int do_extension(struct context *c)
{
    const char *name;
    size_t len;
    last_component(c->text, &name, &len);
    const char *dot = extension_dot(name, len);
    if (dot)
        buf_add(c->out, dot + 1, (size_t)(name + len - dot - 1));
    else
        buf_puts(c->out, c->text);
    return 0;
}

static int do_filename(struct context *c)
{
    const char *name;
    size_t len;
    last_component(c->text, &name, &len);
    const char *dot = extension_dot(name, len);
    if (len == 0)
        buf_puts(c->out, c->text);
    else
        buf_add(c->out, name, dot ? (size_t)(dot - name) : len);
    return 0;
}

static int do_parent(struct context *c)
{
    size_t end = c->len;
    while (end > 1 && c->text[end - 1] == '/')
        end--;
    if (end == 1 && c->text[0] == '/') {
        buf_putc(c->out, '/');
        return 0;
    }
    while (end > 0 && c->text[end - 1] != '/')
        end--;
    while (end > 1 && c->text[end - 1] == '/')
        end--;
    buf_add(c->out, c->text, end);
    return 0;
}

/* --- measures --- */

static int do_len_bytes(struct context *c)
{
    buf_printf(c->out, "%zu", c->len);
    return 0;
}

static int do_find(struct context *c)
{
    if (c->args.count < 1)
        return usage(c, "needs a text to find");
    const char *found = strstr(c->text, c->args.items[0]);
    buf_printf(c->out, "%ld", found ? (long)(found - c->text) : -1L);
    return 0;
}

/* --- changes --- */

static int do_repeat(struct context *c)
{
    long n;
    if (c->args.count < 1 || !parse_long(c->args.items[0], &n) || n < 0)
        return usage(c, "needs a number of times");
    if (c->len && (unsigned long)n > (1ul << 26) / c->len)
        return usage(c, "the result is too big");
    while (n-- > 0)
        buf_add(c->out, c->text, c->len);
    return 0;
}

static void replace_text(struct context *c, const char *from, const char *to, long limit)
{
    const char *p = c->text;
    size_t n = strlen(from);
    for (const char *hit; limit != 0 && (hit = strstr(p, from)); limit--) {
        buf_add(c->out, p, (size_t)(hit - p));
        buf_puts(c->out, to);
        p = hit + n;
    }
    buf_puts(c->out, p);
}

static int do_replace(struct context *c)
{
    if (c->args.count < 2 || !*c->args.items[0])
        return usage(c, "needs a text to replace and its replacement");
    replace_text(c, c->args.items[0], c->args.items[1], -1);
    return 0;
}

static int do_replacen(struct context *c)
{
    long n;
    if (c->args.count < 3 || !*c->args.items[0] || !parse_long(c->args.items[2], &n) || n < 0)
        return usage(c, "needs a text to replace, its replacement and a number of times");
    replace_text(c, c->args.items[0], c->args.items[1], n);
    return 0;
}

/* The template's $1, ${name}, $0 and $$. */
static void put_template(struct context *c, const struct pattern *p,
                         const struct pattern_span *spans, const char *t)
{
    for (; *t; t++) {
        if (*t != '$' || t[1] == '\0') {
            buf_putc(c->out, *t);
            continue;
        }
        if (t[1] == '$') {
            buf_putc(c->out, *t++);
            continue;
        }
        bool braced = t[1] == '{';
        const char *name = t + 1 + braced;
        size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        if (n == 0 || (braced && name[n] != '}')) {
            buf_putc(c->out, *t);
            continue;
        }
        char *text = arena_copy(&c->sh->temp, name, n);
        long group;
        if (!parse_long(text, &group))
            group = pattern_group(p, text, n);
        if (group >= 0 && group < PATTERN_GROUPS_MAX && spans[group].start >= 0 &&
            spans[group].end >= 0)
            buf_add(c->out, c->text + spans[group].start,
                    (size_t)(spans[group].end - spans[group].start));
        t = name + n - 1 + braced;
    }
}

static int do_regex_replace(struct context *c)
{
    const char *error = "needs a regular expression and its replacement";
    if (c->args.count < 2 || !*c->args.items[0])
        return usage(c, error);
    struct pattern *p = pattern_new(c->args.items[0], &error);
    if (!p)
        return usage(c, error);
    struct pattern_span spans[PATTERN_GROUPS_MAX];
    size_t at = 0;
    while (at <= c->len && pattern_search(p, c->text, at, spans)) {
        size_t start = (size_t)spans[0].start;
        size_t end = (size_t)spans[0].end;
        buf_add(c->out, c->text + at, start - at);
        put_template(c, p, spans, c->args.items[1]);
        at = end;
        if (start == end) {
            /* An empty match: one character goes by. */
            size_t n = 1;
            if (end < c->len) {
                utf8_get(c->text + end, c->len - end, &n);
                buf_add(c->out, c->text + end, n);
            }
            at = end + n;
        }
    }
    if (at < c->len)
        buf_add(c->out, c->text + at, c->len - at);
    pattern_free(p);
    return 0;
}

static int do_reverse(struct context *c)
{
    struct args parts = {0};
    for (size_t i = 0; i < c->len;) {
        size_t n = utf8_grapheme(c->text + i, c->len - i);
        args_add(&c->sh->temp, &parts, arena_copy(&c->sh->temp, c->text + i, n));
        i += n;
    }
    for (size_t i = parts.count; i-- > 0;)
        buf_puts(c->out, parts.items[i]);
    return 0;
}

static int change_case(struct context *c, uint32_t (*fn)(uint32_t))
{
    for (size_t i = 0; i < c->len;) {
        size_t n;
        char out[4];
        uint32_t ch = utf8_get(c->text + i, c->len - i, &n);
        /* The one common letter whose upper case is two. */
        if (ch == 0xdf && fn == utf8_upper)
            buf_puts(c->out, "SS");
        else
            buf_add(c->out, out, utf8_put(fn(ch), out));
        i += n;
    }
    return 0;
}

static int do_lower(struct context *c)
{
    return change_case(c, utf8_lower);
}

static int do_upper(struct context *c)
{
    return change_case(c, utf8_upper);
}

static int trim_ends(struct context *c, bool left, bool right)
{
    size_t start = 0;
    size_t end = 0;
    bool seen = false;
    for (size_t i = 0; i < c->len;) {
        size_t n;
        bool space = utf8_is_space(utf8_get(c->text + i, c->len - i, &n));
        i += n;
        if (!space)
            seen = true;
        if (space && !seen)
            start = i;
        if (!space)
            end = i;
    }
    if (!left)
        start = 0;
    if (!right)
        end = c->len;
    if (end > start)
        buf_add(c->out, c->text + start, end - start);
    return 0;
}

static int do_trim(struct context *c)
{
    return trim_ends(c, true, true);
}

static int do_trim_start(struct context *c)
{
    return trim_ends(c, true, false);
}

static int do_trim_end(struct context *c)
{
    return trim_ends(c, false, true);
}

static int do_escape(struct context *c)
{
    escape_text(c->text, c->out);
    return 0;
}

static int do_unescape(struct context *c)
{
    unescape_argument(c->text, c->out);
    return 0;
}

static const struct {
    const char *name;
    int (*run)(struct context *c);
} string_methods[] = {
    {"basename", do_basename},     {"extension", do_extension},
    {"filename", do_filename},     {"parent", do_parent},
    {"len_bytes", do_len_bytes},   {"find", do_find},
    {"repeat", do_repeat},         {"replace", do_replace},
    {"replacen", do_replacen},     {"regex_replace", do_regex_replace},
    {"reverse", do_reverse},       {"to_lowercase", do_lower},
    {"to_uppercase", do_upper},    {"trim", do_trim},
    {"trim_start", do_trim_start}, {"trim_end", do_trim_end},
    {"escape", do_escape},         {"unescape", do_unescape},
};

/* --- the three whose subject is special --- */

static int run_len(struct shell *sh, const struct piece *p, struct buf *out)
{
    if (method_subject_is_list(p)) {
        struct args list = {0};
        if (method_subject_list(sh, p, &list) < 0)
            return -1;
        buf_printf(out, "%zu", list.count);
        return 0;
    }
    const char *text = method_subject(sh, p);
    if (!text)
        return -1;
    buf_printf(out, "%zu", utf8_graphemes(text, strlen(text)));
    return 0;
}

static int run_join(struct shell *sh, const struct piece *p, struct buf *out)
{
    struct args list = {0};
    struct args args = {0};
    if (method_subject_list(sh, p, &list) < 0 || method_args(sh, p, true, &args) < 0)
        return -1;
    buf_puts(out, args_join(&sh->temp, &list, args.count ? args.items[0] : " "));
    return 0;
}

/* The subject, or the first default that is not empty; an undefined variable counts as empty. */
static int run_or(struct shell *sh, const struct piece *p, struct buf *out)
{
    for (size_t i = 0; i < p->count; i++) {
        struct piece one = *p;
        one.words += i;
        const char *text = i == 0 ? method_subject(sh, &one) : expand_text(sh, &p->words[i]);
        if (!text && !sh->failure.undefined)
            return -1;
        if (!text) {
            shell_clear_failure(sh);
            continue;
        }
        size_t n = strlen(text);
        if (i > 0 && n > 0 && text[n - 1] == ',')
            n--;
        if (n > 0) {
            buf_add(out, text, n);
            return 0;
        }
    }
    return 0;
}

int expand_method(struct shell *sh, const struct piece *p, struct buf *out)
{
    if (strcmp(p->text, "len") == 0)
        return run_len(sh, p, out);
    if (strcmp(p->text, "join") == 0)
        return run_join(sh, p, out);
    if (strcmp(p->text, "or") == 0)
        return run_or(sh, p, out);
    for (size_t i = 0; i < sizeof string_methods / sizeof *string_methods; i++) {
        if (strcmp(p->text, string_methods[i].name) != 0)
            continue;
        struct context c = {.sh = sh, .piece = p, .out = out};
        c.text = method_subject(sh, p);
        if (!c.text || method_args(sh, p, true, &c.args) < 0)
            return -1;
        c.len = strlen(c.text);
        return string_methods[i].run(&c);
    }
    return shell_fail(sh, KIND_EXPANSION, "'%s' is not a string method", p->text);
}
