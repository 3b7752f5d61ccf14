/*
 * Braces. Each brace group is a column of alternatives, all other pieces are texts between them;
 * the word is the cross product of the columns, the last one varying fastest.
 */
#include "expand.h"

#include "glob.h"
#include "range.h"

#include <string.h>

/* Bounds the memory that nested products can ask for. */
#define PRODUCT_MAX 1000000

static void add_text(struct shell *sh, const char *text, bool pattern, struct args *out)
{
    struct buf b = {0};
    if (pattern) {
        glob_quote(text, &b);
        text = buf_text(&b);
    }
    args_add(&sh->temp, out, arena_dup(&sh->temp, text));
    buf_free(&b);
}

/* A result that reads as a range becomes its members; a range without any leaves "{}". */
static int add_alternative(struct shell *sh, char *text, bool pattern, struct args *out)
{
    struct range r;
    if (!range_parse(text, &r))
        args_add(&sh->temp, out, text);
    else if (r.count == 0)
        add_text(sh, "{}", pattern, out);
    else if (r.count > PRODUCT_MAX)
        return shell_fail(sh, KIND_EXPANSION, "the range '%s' is too big for braces", text);
    else
        range_list(&sh->temp, &r, out);
    return 0;
}

static int expand_element(struct shell *sh, const struct word *w, bool pattern, struct args *out)
{
    struct args texts = {0};
    if (w->count == 1 && !w->pieces[0].quoted && piece_is_list(&w->pieces[0])) {
        struct args list = {0};
        if (expand_piece_list(sh, &w->pieces[0], &list) < 0)
            return -1;
        for (size_t i = 0; i < list.count; i++)
            add_text(sh, list.items[i], pattern, &texts);
    } else if (expand_braces(sh, w, pattern, &texts) < 0) {
        return -1;
    }
    for (size_t i = 0; i < texts.count; i++) {
        if (add_alternative(sh, texts.items[i], pattern, out) < 0)
            return -1;
    }
    return 0;
}

/* The alternatives of one piece: one text, or a brace group's column. */
static int expand_column(struct shell *sh, const struct piece *p, bool pattern, struct args *out)
{
    if (p->kind == PIECE_BRACES) {
        for (size_t i = 0; i < p->count; i++) {
            if (expand_element(sh, &p->words[i], pattern, out) < 0)
                return -1;
        }
        return 0;
    }
    struct buf text = {0};
    int r = expand_piece(sh, p, &text);
    if (r == 0)
        add_text(sh, buf_text(&text), pattern && p->kind != PIECE_GLOB, out);
    buf_free(&text);
    return r;
}

static char *joined(struct shell *sh, const char *a, const char *b)
{
    size_t n = strlen(a);
    size_t m = strlen(b);
    char *text = arena_alloc(&sh->temp, n + m + 1);
    memcpy(text, a, n);
    memcpy(text + n, b, m + 1);
    return text;
}

int expand_braces(struct shell *sh, const struct word *w, bool pattern, struct args *out)
{
    struct args product = {0};
    args_add(&sh->temp, &product, "");
    for (size_t i = 0; i < w->count; i++) {
        struct args column = {0};
        if (expand_column(sh, &w->pieces[i], pattern, &column) < 0)
            return -1;
        if (column.count > PRODUCT_MAX / (product.count ? product.count : 1))
            return shell_fail(sh, KIND_EXPANSION, "brace expansion is too big");
        struct args next = {0};
        for (size_t a = 0; a < product.count; a++) {
            for (size_t b = 0; b < column.count; b++)
                args_add(&sh->temp, &next, joined(sh, product.items[a], column.items[b]));
        }
        product = next;
    }
    args_append(&sh->temp, out, &product);
    return 0;
}
