/* Expansion of words, see expand.h. */
#include "expand.h"

#include "glob.h"

#include <stdlib.h>
#include <string.h>

bool piece_is_list(const struct piece *p)
{
    return p->kind == PIECE_ARRAY || p->kind == PIECE_RUN_LIST || p->kind == PIECE_CALL_LIST ||
           p->kind == PIECE_LIST;
}

static void split_blanks(struct shell *sh, const char *text, struct args *out)
{
    static const char blanks[] = " \t\n\r\f\v";
    for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
        size_t n = strcspn(text, blanks);
        args_add(&sh->temp, out, arena_copy(&sh->temp, text, n));
        text += n;
    }
}

static int expand_run(struct shell *sh, const struct piece *p, struct buf *out)
{
    if (run_captured(sh, p->body, out) == 0)
        return 0;
    /* The inner failure becomes part of the outer one; a signal stays a signal. */
    if (sh->failure.signal)
        return -1;
    struct buf inner = {0};
    shell_failure_text(sh, &inner);
    shell_clear_failure(sh);
    shell_fail(sh, KIND_EXPANSION, "Could not expand subprocess: %s", buf_text(&inner));
    buf_free(&inner);
    return -1;
}

/* Elements of an array variable: only those selected are copied. */
static int expand_elements(struct shell *sh, const struct args *selectors, const struct value *v,
                           struct args *out)
{
    const struct args all = {.items = v->array.items, .count = v->array.count};
    size_t at = out->count;
    if (index_list(sh, selectors, &all, true, out) < 0)
        return -1;
    for (; at < out->count; at++)
        out->items[at] = arena_dup(&sh->temp, out->items[at]);
    return 0;
}

int expand_piece_list(struct shell *sh, const struct piece *p, struct args *out)
{
    struct args list = {0};
    struct args selectors = {0};
    if (expand_args(sh, p->index, p->index_count, &selectors) < 0)
        return -1;
    if (p->kind == PIECE_ARRAY) {
        const struct value *v = variable_list(sh, p);
        if (!v)
            return -1;
        if (v->kind == VALUE_MAP && p->index)
            return index_map(sh, &selectors, v->map, out);
        if (p->index)
            return expand_elements(sh, &selectors, v, out);
        value_list(&sh->temp, v, &list);
    } else if (p->kind == PIECE_LIST) {
        if (expand_list(sh, p->words, p->count, &list) < 0)
            return -1;
    } else if (p->kind == PIECE_RUN_LIST) {
        struct buf text = {0};
        int r = expand_run(sh, p, &text);
        if (r == 0)
            split_blanks(sh, buf_text(&text), &list);
        buf_free(&text);
        if (r < 0)
            return -1;
    } else if (expand_method_list(sh, p, &list) < 0) {
        return -1;
    }
    /* What a variable or a literal holds is known to the writer: bounds are checked there. */
    bool strict = p->kind == PIECE_ARRAY || p->kind == PIECE_LIST;
    if (p->index)
        return index_list(sh, &selectors, &list, strict, out);
    args_append(&sh->temp, out, &list);
    return 0;
}

static int expand_value(struct shell *sh, const struct piece *p, struct buf *out)
{
    switch (p->kind) {
    case PIECE_TEXT:
    case PIECE_GLOB:
        buf_puts(out, p->text);
        return 0;
    case PIECE_TILDE:
        return expand_tilde(sh, p->text, out);
    case PIECE_VAR: {
        const char *text = variable_text(sh, p);
        if (!text)
            return -1;
        buf_puts(out, text);
        return 0;
    }
    case PIECE_RUN:
        return expand_run(sh, p, out);
    case PIECE_CALL:
        return expand_method(sh, p, out);
    case PIECE_ARITH:
        return expand_arithmetic(sh, p->text, out);
    default: {
        struct args list = {0};
        if (expand_piece_list(sh, p, &list) < 0)
            return -1;
        buf_puts(out, args_join(&sh->temp, &list, " "));
        return 0;
    }
    }
}

int expand_piece(struct shell *sh, const struct piece *p, struct buf *out)
{
    if (!p->index || piece_is_list(p))
        return expand_value(sh, p, out);
    if (p->index_count != 1)
        return shell_fail(sh, KIND_EXPANSION, "only arrays can have several selectors");
    const char *selector = expand_text(sh, &p->index[0]);
    if (!selector)
        return -1;
    struct buf text = {0};
    int r = expand_value(sh, p, &text);
    if (r == 0)
        index_text(selector, buf_text(&text), out);
    buf_free(&text);
    return r;
}

static char *join_pieces(struct shell *sh, const struct word *w)
{
    struct buf text = {0};
    char *result = NULL;
    for (size_t i = 0; i < w->count; i++) {
        if (expand_piece(sh, &w->pieces[i], &text) < 0)
            goto out;
    }
    result = arena_copy(&sh->temp, buf_text(&text), text.len);
out:
    buf_free(&text);
    return result;
}

static int expand_globs(struct shell *sh, const struct word *w, struct args *out)
{
    struct buf pattern = {0};
    struct buf plain = {0};
    int r = -1;
    for (size_t i = 0; i < w->count; i++) {
        const struct piece *p = &w->pieces[i];
        size_t from = plain.len;
        if (expand_piece(sh, p, &plain) < 0)
            goto out;
        if (p->kind == PIECE_GLOB)
            buf_puts(&pattern, p->text);
        else
            glob_quote(buf_text(&plain) + from, &pattern);
    }
    if (!glob_expand(&sh->temp, buf_text(&pattern), out))
        args_add(&sh->temp, out, arena_copy(&sh->temp, buf_text(&plain), plain.len));
    r = 0;
out:
    buf_free(&pattern);
    buf_free(&plain);
    return r;
}

static int expand_brace_word(struct shell *sh, const struct word *w, struct args *out)
{
    struct args texts = {0};
    if (expand_braces(sh, w, w->has_glob, &texts) < 0)
        return -1;
    if (!w->has_glob) {
        args_append(&sh->temp, out, &texts);
        return 0;
    }
    for (size_t i = 0; i < texts.count; i++) {
        if (!glob_is_pattern(texts.items[i]) || !glob_expand(&sh->temp, texts.items[i], out)) {
            struct buf plain = {0};
            glob_unquote(texts.items[i], &plain);
            args_add(&sh->temp, out, arena_copy(&sh->temp, buf_text(&plain), plain.len));
            buf_free(&plain);
        }
    }
    return 0;
}

/* The common shapes without a buffer: plain text, and a variable alone. Null when it is neither. */
static char *expand_simple(struct shell *sh, const struct word *w, bool *failed)
{
    *failed = false;
    if (w->count != 1)
        return w->count == 0 ? arena_copy(&sh->temp, "", 0) : NULL;
    const struct piece *p = &w->pieces[0];
    if (p->kind == PIECE_TEXT)
        return (char *)p->text;
    if (p->kind != PIECE_VAR || p->index)
        return NULL;
    const char *text = variable_text(sh, p);
    *failed = !text;
    return text ? arena_dup(&sh->temp, text) : NULL;
}

/* On Redox a word may name the file scheme in the old way: file:x and file:/x are /x. */
static char *drop_file_prefix(struct shell *sh, char *text)
{
    if (!sh->has_schemes || strncmp(text, "file:", 5) != 0)
        return text;
    text += 5;
    text += strspn(text, "/");
    size_t len = strlen(text);
    char *path = arena_alloc(&sh->temp, len + 2);
    path[0] = '/';
    memcpy(path + 1, text, len + 1);
    return path;
}

static int expand_word(struct shell *sh, const struct word *w, bool keep_empty, struct args *out)
{
    bool failed;
    size_t before = out->count;
    char *text = expand_simple(sh, w, &failed);
    if (failed)
        return -1;
    if (!text && w->count == 1 && !w->pieces[0].quoted && piece_is_list(&w->pieces[0])) {
        if (expand_piece_list(sh, &w->pieces[0], out) < 0)
            return -1;
    } else if (!text && w->has_braces) {
        if (expand_brace_word(sh, w, out) < 0)
            return -1;
    } else if (!text && w->has_glob) {
        if (expand_globs(sh, w, out) < 0)
            return -1;
    } else {
        if (!text)
            text = join_pieces(sh, w);
        if (!text)
            return -1;
        if (text[0] || keep_empty)
            args_add(&sh->temp, out, drop_file_prefix(sh, text));
    }
    if (keep_empty && out->count == before)
        args_add(&sh->temp, out, arena_copy(&sh->temp, "", 0));
    return 0;
}

int expand_args(struct shell *sh, const struct word *words, size_t count, struct args *out)
{
    for (size_t i = 0; i < count; i++) {
        if (expand_word(sh, &words[i], true, out) < 0)
            return -1;
    }
    return 0;
}

int expand_list(struct shell *sh, const struct word *words, size_t count, struct args *out)
{
    for (size_t i = 0; i < count; i++) {
        if (expand_word(sh, &words[i], false, out) < 0)
            return -1;
    }
    return 0;
}

char *expand_text(struct shell *sh, const struct word *w)
{
    bool failed;
    char *text = expand_simple(sh, w, &failed);
    if (text || failed)
        return text;
    struct args list = {0};
    if (expand_word(sh, w, true, &list) < 0)
        return NULL;
    return list.count == 1 ? list.items[0] : args_join(&sh->temp, &list, " ");
}
