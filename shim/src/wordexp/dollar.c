/* Parameters, command substitution and arithmetic: what a dollar sign or a backquote begins. */
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "shim/src/wordexp/words.h"

static enum mark mark_of(bool quoted)
{
    return quoted ? MARK_QUOTED : MARK_EXPANDED;
}

/* Runs a command and appends what it prints, without the newlines at the end. */
static int command(struct expansion *e, const char *text, size_t n, bool quoted)
{
    char *copy, *output = NULL;
    size_t size = 0;
    ssize_t len;
    FILE *f;
    int r;

    if (e->flags & WRDE_NOCMD)
        return WRDE_CMDSUB;
    if (asprintf(&copy, "%s%.*s", e->flags & WRDE_SHOWERR ? "" : "exec 2>/dev/null\n", (int)n,
                 text) < 0)
        return WRDE_NOSPACE;
    f = popen(copy, "r"); /* NOLINT(cert-env33-c): POSIX has the shell run it */
    free(copy);
    if (!f)
        return WRDE_NOSPACE;
    /* all of it: no output holds a byte of zero that the shell would keep */
    len = getdelim(&output, &size, 0, f);
    pclose(f);
    while (len > 0 && output[len - 1] == '\n')
        len--;
    r = __umk_words_text(&e->out, output, len > 0 ? (size_t)len : 0, mark_of(quoted));
    free(output);
    return r;
}

/* The end of what an opening bracket before s began, or NULL. Quotes hide brackets. */
static const char *closing(const char *s, char open, char close)
{
    int depth = 1;

    for (; *s; s++) {
        if (*s == '\\' && s[1])
            s++;
        else if (*s == '\'' || *s == '"') {
            char quote = *s;
            for (s++; *s && *s != quote; s++)
                if (*s == '\\' && quote == '"' && s[1])
                    s++;
            if (!*s)
                return NULL;
        } else if (*s == open)
            depth++;
        else if (*s == close && --depth == 0)
            return s;
    }
    return NULL;
}

static int backquotes(struct expansion *e, bool quoted)
{
    const char *s = e->p + 1;
    char *text = malloc(strlen(s) + 1);
    size_t n = 0;

    if (!text)
        return WRDE_NOSPACE;
    for (; *s && *s != '`'; s++) {
        if (*s == '\\' && s[1] && strchr("$`\\", s[1]))
            s++;
        text[n++] = *s;
    }
    int r = *s ? command(e, text, n, quoted) : WRDE_SYNTAX;
    free(text);
    e->p = s + (*s != 0);
    return r;
}

static int parentheses(struct expansion *e, bool quoted)
{
    const char *start = e->p + 2, *end = closing(start, '(', ')');
    char digits[24];
    long value;
    int r;

    if (!end)
        return WRDE_SYNTAX;
    if (*start == '(' && end[-1] == ')') {
        r = __umk_words_arithmetic(start + 1, (size_t)(end - start - 2), &value);
        if (r == 0) {
            int n = snprintf(digits, sizeof digits, "%ld", value);
            r = __umk_words_text(&e->out, digits, (size_t)n, mark_of(quoted));
        }
    } else {
        r = command(e, start, (size_t)(end - start), quoted);
    }
    e->p = end + 1;
    return r;
}

/* Expands n bytes by themselves into a string without marks; pattern: with what was quoted escaped.
 */
static int expand_word(const struct expansion *e, const char *s, size_t n, bool pattern, char **out)
{
    char *copy = strndup(s, n), *to;
    struct expansion inner = {.p = copy, .flags = e->flags};
    /* white space is part of the word here: only the end ends it */
    int r = copy ? __umk_words_expand(&inner, "\1") : WRDE_NOSPACE;

    to = *out = r == 0 ? malloc(2 * inner.out.len + 1) : NULL;
    if (r == 0 && !to)
        r = WRDE_NOSPACE;
    for (size_t i = 0; r == 0 && i < inner.out.len; i++) {
        enum mark mark = inner.out.marks[i];
        if (mark == MARK_NULL)
            continue;
        if (pattern && mark == MARK_QUOTED)
            *to++ = '\\';
        *to++ = mark == MARK_BREAK ? ' ' : inner.out.bytes[i];
    }
    if (to)
        *to = 0;
    free(inner.out.bytes);
    free(inner.out.marks);
    free(copy);
    return r;
}

/* Removes what a pattern matches at the front or the end; the rest is *from with *len bytes. */
static int trim(const char **from, size_t *len, const char *pattern, bool front, bool longest)
{
    char *copy = malloc(*len + 1);
    size_t n = *len;

    if (!copy)
        return WRDE_NOSPACE;
    for (size_t i = 0; i <= n; i++) {
        size_t part = longest ? n - i : i;
        const char *s = front ? *from : *from + n - part;
        memcpy(copy, s, part);
        copy[part] = 0;
        if (fnmatch(pattern, copy, 0) == 0) {
            *from += front ? part : 0;
            *len = n - part;
            break;
        }
    }
    free(copy);
    return 0;
}

/* What ${NAME...} has after the name. */
static int operate(struct expansion *e, const char *name, const char *value, const char *op,
                   const char *end, bool quoted)
{
    bool colon = *op == ':', set = value && !(colon && !*value), twice;
    char *word = NULL;
    char kind;
    int r;

    op += colon;
    kind = *op++;
    if (!strchr("-=?+#%", kind) || (colon && strchr("#%", kind)))
        return WRDE_SYNTAX;
    twice = strchr("#%", kind) && *op == kind;
    op += twice;
    r = expand_word(e, op, (size_t)(end - op), strchr("#%", kind) != NULL, &word);
    if (r == 0 && strchr("#%", kind)) {
        size_t len = value ? strlen(value) : 0;
        const char *from = value ? value : "";
        r = trim(&from, &len, word, kind == '#', twice);
        if (r == 0)
            r = __umk_words_text(&e->out, from, len, mark_of(quoted));
    } else if (r == 0) {
        const char *chosen = kind == '+' ? (set ? word : "") : set ? value : word;
        if (kind == '=' && !set)
            r = setenv(name, word, 1) < 0 ? WRDE_NOSPACE : 0;
        if (kind == '?' && !set) {
            if (e->flags & WRDE_SHOWERR)
                dprintf(STDERR_FILENO, "%s: %s\n", name, *word ? word : "parameter not set");
            r = WRDE_BADVAL;
        }
        if (r == 0)
            r = __umk_words_text(&e->out, chosen, strlen(chosen), mark_of(quoted));
    }
    free(word);
    return r;
}

static size_t name_length(const char *s)
{
    size_t n = 0;

    if (!isalpha((unsigned char)*s) && *s != '_')
        return 0;
    while (isalnum((unsigned char)s[n]) || s[n] == '_')
        n++;
    return n;
}

static int put_value(struct expansion *e, const char *value, bool quoted)
{
    if (!value && (e->flags & WRDE_UNDEF))
        return WRDE_BADVAL;
    return value ? __umk_words_text(&e->out, value, strlen(value), mark_of(quoted)) : 0;
}

static int braces(struct expansion *e, bool quoted)
{
    const char *start = e->p + 2, *end = closing(start, '{', '}');
    bool length = *start == '#' && start[1] != '}';
    char digits[24];
    int r;

    if (!end)
        return WRDE_SYNTAX;
    start += length;
    size_t n = name_length(start);
    char *name = n ? strndup(start, n) : NULL;
    if (!name)
        return n ? WRDE_NOSPACE : WRDE_SYNTAX;
    const char *value = getenv(name);
    if (length && start + n == end) {
        int k = snprintf(digits, sizeof digits, "%zu", value ? strlen(value) : 0);
        r = !value && (e->flags & WRDE_UNDEF)
                ? WRDE_BADVAL
                : __umk_words_text(&e->out, digits, (size_t)k, mark_of(quoted));
    } else if (start + n == end) {
        r = put_value(e, value, quoted);
    } else {
        r = length ? WRDE_SYNTAX : operate(e, name, value, start + n, end, quoted);
    }
    free(name);
    e->p = end + 1;
    return r;
}

int __umk_words_dollar(struct expansion *e, bool quoted)
{
    if (*e->p == '`')
        return backquotes(e, quoted);
    if (e->p[1] == '(')
        return parentheses(e, quoted);
    if (e->p[1] == '{')
        return braces(e, quoted);
    size_t n = name_length(e->p + 1);
    if (n == 0)
        return __umk_words_put(&e->out, *e->p++, quoted ? MARK_QUOTED : MARK_PLAIN);
    char *name = strndup(e->p + 1, n);
    if (!name)
        return WRDE_NOSPACE;
    e->p += 1 + n;
    int r = put_value(e, getenv(name), quoted);
    free(name);
    return r;
}
