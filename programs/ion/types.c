/* Types, see types.h. */
#include "types.h"

#include "number.h"

#include <stdlib.h>
#include <string.h>

void type_name(const struct type *t, struct buf *out)
{
    static const char *const names[] = {"any", "str", "bool", "int", "float", "", "hmap", "bmap"};
    buf_puts(out, names[t->kind]);
    if (!t->of)
        return;
    buf_putc(out, '[');
    bool string_map = t->kind != TYPE_ARRAY && t->of->kind == TYPE_STR;
    if (!string_map)
        type_name(t->of, out);
    buf_putc(out, ']');
}

static enum type_result expected(const struct type *type, struct buf *why)
{
    buf_puts(why, "expected ");
    type_name(type, why);
    return TYPE_MISMATCH;
}

static enum type_result received(const struct type *type, const char *what, struct buf *why)
{
    expected(type, why);
    buf_printf(why, ", but received %s", what);
    return TYPE_MISMATCH;
}

static enum type_result take_bool(const struct type *type, const char *text, struct value *out,
                                  struct buf *why)
{
    static const char *const yes[] = {"true", "1", "y"};
    static const char *const no[] = {"false", "0", "n"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *out = value_string(strcmp(text, yes[i]) == 0 ? "true" : "false");
            return TYPE_FITS;
        }
    }
    return expected(type, why);
}

enum type_result type_take_text(const struct type *type, const char *text, struct value *out,
                                struct buf *why)
{
    switch (type->kind) {
    case TYPE_BOOL:
        return take_bool(type, text, out, why);
    case TYPE_INT:
        if (!number_is_int(text))
            return expected(type, why);
        break;
    case TYPE_FLOAT:
        if (!number_is_float(text))
            return expected(type, why);
        break;
    case TYPE_ARRAY:
    case TYPE_HMAP:
    case TYPE_BMAP:
        return received(type, "str", why);
    default:
        break;
    }
    *out = value_string(text);
    return TYPE_FITS;
}

static enum type_result take_array(struct shell *sh, const struct type *type, const struct word *w,
                                   struct value *out, struct buf *why)
{
    struct args list = {0};
    if (expand_list(sh, w->pieces[0].words, w->pieces[0].count, &list) < 0)
        return TYPE_FAILED;
    *out = value_array();
    for (size_t i = 0; i < list.count; i++) {
        struct value v;
        /* Arrays are flat: elements of nested array types are checked as their elements. */
        const struct type *of = type->of;
        while (of && of->kind == TYPE_ARRAY)
            of = of->of;
        const struct type any = {.kind = TYPE_STR};
        if (type_take_text(of ? of : &any, list.items[i], &v, why) != TYPE_FITS) {
            value_free(out);
            buf_clear(why);
            return expected(type, why);
        }
        array_add(out, v.string);
        value_free(&v);
    }
    return TYPE_FITS;
}

/* An element written as key=[...]: its key in the arena, null when it has another form. */
static char *literal_key(struct shell *sh, const struct word *w, bool *failed)
{
    *failed = false;
    if (w->count < 2 || w->pieces[w->count - 1].kind != PIECE_LIST)
        return NULL;
    struct word head = *w;
    head.count--;
    char *key = expand_text(sh, &head);
    *failed = !key;
    size_t n = key ? strlen(key) : 0;
    if (n == 0 || key[n - 1] != '=')
        return NULL;
    return arena_copy(&sh->temp, key, n - 1);
}

static enum type_result add_pair(struct map *m, const struct type *type, char *text,
                                 struct buf *why)
{
    struct value v;
    char *eq = strchr(text, '=');
    if (!eq || type_take_text(type->of, eq + 1, &v, why) != TYPE_FITS) {
        buf_clear(why);
        return expected(type, why);
    }
    char *key = mem_copy(text, (size_t)(eq - text));
    map_set(m, key, v);
    free(key);
    return TYPE_FITS;
}

static enum type_result add_element(struct shell *sh, struct map *m, const struct type *type,
                                    const struct word *w, struct buf *why)
{
    bool failed;
    char *key = literal_key(sh, w, &failed);
    if (failed)
        return TYPE_FAILED;
    if (key) {
        struct word tail = {.pieces = &w->pieces[w->count - 1], .count = 1};
        struct value v;
        enum type_result r = type_take(sh, type->of, &tail, &v, why);
        if (r == TYPE_FITS)
            map_set(m, key, v);
        if (r != TYPE_MISMATCH)
            return r;
        buf_clear(why);
        return expected(type, why);
    }
    struct args list = {0};
    if (expand_list(sh, w, 1, &list) < 0)
        return TYPE_FAILED;
    for (size_t i = 0; i < list.count; i++) {
        if (add_pair(m, type, list.items[i], why) != TYPE_FITS)
            return TYPE_MISMATCH;
    }
    return TYPE_FITS;
}

static enum type_result take_map(struct shell *sh, const struct type *type, const struct word *w,
                                 struct value *out, struct buf *why)
{
    *out = value_map(type->kind == TYPE_BMAP);
    const struct piece *p = &w->pieces[0];
    for (size_t i = 0; i < p->count; i++) {
        enum type_result r = add_element(sh, out->map, type, &p->words[i], why);
        if (r != TYPE_FITS) {
            value_free(out);
            return r;
        }
    }
    return TYPE_FITS;
}

enum type_result type_take(struct shell *sh, const struct type *type, const struct word *w,
                           struct value *out, struct buf *why)
{
    static const struct type strings = {.kind = TYPE_ARRAY};
    if (word_is_list(w)) {
        switch (type->kind) {
        case TYPE_HMAP:
        case TYPE_BMAP:
            return take_map(sh, type, w, out, why);
        case TYPE_ARRAY:
            return take_array(sh, type, w, out, why);
        case TYPE_ANY:
        case TYPE_STR:
            return take_array(sh, &strings, w, out, why);
        default:
            return received(type, "array", why);
        }
    }
    const char *text = expand_text(sh, w);
    return text ? type_take_text(type, text, out, why) : TYPE_FAILED;
}
