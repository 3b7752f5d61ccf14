/*
 * let and export. A let first works out all new values, seeing only old ones, and stores them when
 * every one of them succeeded.
 */
#include "assign.h"

#include "number.h"
#include "types.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

/* Prints why nothing was assigned. The status, 1. */
static int complain(struct shell *sh, const char *name, const struct buf *why)
{
    if (sh->failure.kind && sh->failure.signal)
        return 1;
    if (sh->failure.kind) {
        shell_say(sh, "assignment error: %s", buf_text(&sh->failure.text));
        shell_clear_failure(sh);
    } else if (name) {
        shell_say(sh, "assignment error: %s: %s", name, buf_text(why));
    } else {
        shell_say(sh, "assignment error: %s", buf_text(why));
    }
    return 1;
}

bool is_variable_name(const char *name)
{
    size_t n = strlen(name);
    size_t at = 0;
    while (at < n) {
        size_t len;
        uint32_t c = utf8_get(name + at, n - at, &len);
        if (!(at == 0 ? utf8_starts_name(c) : utf8_in_name(c)))
            return false;
        at += len;
    }
    return n > 0;
}

static bool is_reserved(const char *name)
{
    static const char *const names[] = {"HOME", "HOST", "PWD", "MWD", "SWD", "?"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static bool check_name(const char *name, bool reserved_too, struct buf *why)
{
    if (reserved_too && is_reserved(name)) {
        buf_printf(why, "'%s' is set by the shell and cannot be assigned", name);
        return false;
    }
    if (is_variable_name(name))
        return true;
    buf_puts(why, "invalid variable name: only alphanumerical characters and underscores are "
                  "supported");
    return false;
}

/* Keys and values belong together one to one. */
static bool check_pairs(const struct assign *a, struct buf *why)
{
    if (a->key_count == 0)
        buf_puts(why, "no variable to assign to");
    else if (a->value_count > a->key_count)
        buf_puts(why, "more values than variables");
    else if (a->value_count < a->key_count)
        buf_puts(why, "fewer values than variables");
    for (size_t i = 0; i < a->key_count && why->len == 0; i++) {
        for (size_t j = 0; j < i; j++) {
            if (a->keys[i].symbol == a->keys[j].symbol && why->len == 0)
                buf_printf(why, "'%s' is assigned twice", a->keys[i].name);
        }
    }
    return why->len == 0;
}

/* --- operators --- */

static bool arithmetic(enum assign_op op, const char *left, const char *right, struct buf *why,
                       char **out)
{
    struct buf text = {0};
    const char *error = number_apply(op, left, right, &text);
    if (error)
        buf_puts(why, error);
    else
        *out = mem_copy(buf_text(&text), text.len);
    buf_free(&text);
    return !error;
}

static bool arithmetic_value(enum assign_op op, struct value *v, const struct value *right,
                             struct buf *why)
{
    if (right->kind != VALUE_STRING || (v->kind != VALUE_STRING && v->kind != VALUE_ARRAY)) {
        buf_puts(why, "arithmetic needs a number on the right and numbers on the left");
        return false;
    }
    char **items = v->kind == VALUE_STRING ? &v->string : v->array.items;
    size_t count = v->kind == VALUE_STRING ? 1 : v->array.count;
    for (size_t i = 0; i < count; i++) {
        char *result;
        if (!arithmetic(op, items[i], right->string, why, &result))
            return false;
        free(items[i]);
        items[i] = result;
    }
    return true;
}

static void append_text(struct value *v, const char *more)
{
    size_t n = strlen(v->string);
    size_t m = strlen(more);
    v->string = mem_resize(v->string, n + m + 1);
    memcpy(v->string + n, more, m + 1);
}

static void prepend_text(struct value *v, const char *more)
{
    size_t n = strlen(v->string);
    size_t m = strlen(more);
    v->string = mem_resize(v->string, n + m + 1);
    memmove(v->string + m, v->string, n + 1);
    memcpy(v->string, more, m);
}

static bool contains(const struct value *right, const char *item)
{
    if (right->kind == VALUE_STRING)
        return strcmp(right->string, item) == 0;
    for (size_t i = 0; i < right->array.count; i++) {
        if (strcmp(right->array.items[i], item) == 0)
            return true;
    }
    return false;
}

/* Changes nothing when it fails. */
static bool list_operator(enum assign_op op, struct value *v, const struct value *right,
                          struct buf *why)
{
    bool plain = right->kind == VALUE_STRING || right->kind == VALUE_ARRAY;
    if (v->kind == VALUE_STRING && right->kind == VALUE_STRING && op != ASSIGN_REMOVE) {
        if (op == ASSIGN_APPEND)
            append_text(v, right->string);
        else
            prepend_text(v, right->string);
        return true;
    }
    if (v->kind != VALUE_ARRAY || !plain) {
        buf_printf(why, "the operator cannot combine a %s and a %s", value_kind_name(v->kind),
                   value_kind_name(right->kind));
        return false;
    }
    if (op == ASSIGN_REMOVE) {
        for (size_t i = v->array.count; i-- > 0;) {
            if (contains(right, v->array.items[i]))
                array_remove(v, i);
        }
        return true;
    }
    char *const *items = right->kind == VALUE_STRING ? &right->string : right->array.items;
    size_t count = right->kind == VALUE_STRING ? 1 : right->array.count;
    for (size_t i = 0; i < count; i++)
        array_insert(v, op == ASSIGN_APPEND ? v->array.count : i, items[i]);
    return true;
}

static bool changes_list(enum assign_op op)
{
    return op == ASSIGN_APPEND || op == ASSIGN_PREPEND || op == ASSIGN_REMOVE;
}

/* Changes *v, a copy of the old value, to `v op right`. */
static bool apply(enum assign_op op, struct value *v, const struct value *right, struct buf *why)
{
    if (changes_list(op))
        return list_operator(op, v, right, why);
    return arithmetic_value(op, v, right, why);
}

/* --- let --- */

struct pending {
    struct value value;
    char *index; /* in the arena, or null */
    bool skip;
};

/* The old value that an operator works on: the variable, or its element. */
static bool old_value(struct shell *sh, const struct key *key, const char *index, struct value *out,
                      struct buf *why)
{
    const struct binding *b = scope_get(&sh->scopes, key->symbol);
    if (!b || b->value.kind > VALUE_MAP) {
        buf_printf(why, "variable '%s' does not exist", key->name);
        return false;
    }
    if (!index) {
        *out = value_copy(&b->value);
        return true;
    }
    const struct value *element = NULL;
    struct value item;
    char *end;
    unsigned long at = strtoul(index, &end, 10);
    if (b->value.kind == VALUE_MAP) {
        element = map_get(b->value.map, index);
    } else if (b->value.kind == VALUE_ARRAY && *end == '\0' && at < b->value.array.count) {
        item = value_string_take(b->value.array.items[at]);
        element = &item;
    }
    if (!element) {
        buf_printf(why, "'%s' has no element '%s'", key->name, index);
        return false;
    }
    *out = value_copy(element);
    return true;
}

/* Works out one pair. False with *why, or with a failure stored in the shell. */
static bool prepare(struct shell *sh, const struct key *key, enum assign_op op,
                    const struct word *word, struct pending *p, struct buf *why)
{
    if (!check_name(key->name, true, why))
        return false;
    const struct binding *b = scope_get(&sh->scopes, key->symbol);
    if (op == ASSIGN_DEFAULT && b) {
        p->skip = true;
        return true;
    }
    if (key->index && !(p->index = expand_text(sh, key->index)))
        return false;
    struct value right;
    enum type_result r = type_take(sh, key->type, word, &right, why);
    if (r != TYPE_FITS)
        return false;
    if (op == ASSIGN_SET || op == ASSIGN_DEFAULT) {
        p->value = right;
        return true;
    }
    bool ok = old_value(sh, key, p->index, &p->value, why);
    if (ok && !apply(op, &p->value, &right, why)) {
        value_free(&p->value);
        ok = false;
    }
    value_free(&right);
    return ok;
}

/* Stores an element. A place beyond an array's end is left alone, as upstream does. */
static bool store_element(struct shell *sh, const struct key *key, struct pending *p,
                          struct buf *why)
{
    struct binding *b = scope_get(&sh->scopes, key->symbol);
    bool ok = b && (b->value.kind == VALUE_MAP || b->value.kind == VALUE_ARRAY);
    if (!ok)
        buf_printf(why, b ? "'%s' cannot be indexed" : "variable '%s' does not exist", key->name);
    if (ok && b->value.kind == VALUE_MAP) {
        map_set(b->value.map, p->index, p->value);
        return true;
    }
    if (ok && p->value.kind != VALUE_STRING) {
        buf_puts(why, "an array element must be a string");
        ok = false;
    }
    if (ok) {
        char *end;
        unsigned long at = strtoul(p->index, &end, 10);
        if (*end || *p->index < '0' || *p->index > '9') {
            buf_printf(why, "'%s' is not an index of an array", p->index);
            ok = false;
        } else if (at < b->value.array.count) {
            free(b->value.array.items[at]);
            b->value.array.items[at] = mem_dup(p->value.string);
        }
    }
    value_free(&p->value);
    return ok;
}

static void list_value(struct buf *out, const struct value *v)
{
    if (v->kind == VALUE_STRING) {
        buf_puts(out, v->string);
    } else if (v->kind == VALUE_ARRAY) {
        for (size_t i = 0; i < v->array.count; i++)
            buf_printf(out, "%s'%s'", i ? ", " : "[ ", v->array.items[i]);
        buf_puts(out, v->array.count ? " ]" : "[ ]");
    } else if (v->kind == VALUE_MAP) {
        for (size_t i = 0; i < v->map->count; i++) {
            buf_printf(out, "%s'%s'=", i ? ", " : "[ ", v->map->entries[i].key);
            const struct value *item = v->map->entries[i].value;
            if (item->kind == VALUE_STRING)
                buf_printf(out, "'%s'", item->string);
            else
                list_value(out, item);
        }
        buf_puts(out, v->map->count ? " ]" : "[ ]");
    }
}

struct listing {
    struct shell *sh;
    struct buf out;
};

static void list_symbol(struct symbol *symbol, void *arg)
{
    struct listing *l = arg;
    const struct binding *b = scope_get(&l->sh->scopes, symbol);
    if (!b || b->value.kind > VALUE_MAP)
        return;
    buf_printf(&l->out, "%s = ", symbol->name);
    list_value(&l->out, &b->value);
    buf_putc(&l->out, '\n');
}

static int list_variables(struct shell *sh)
{
    struct listing l = {.sh = sh};
    symbol_each(list_symbol, &l);
    shell_out(sh, buf_text(&l.out), l.out.len);
    buf_free(&l.out);
    return 0;
}

/* The value that an assignment to the key may change; null when that would make a new variable. */
static struct value *own_list(struct shell *sh, const struct key *key)
{
    struct binding *b = scope_own(&sh->scopes, key->symbol);
    return b && b->value.kind <= VALUE_MAP ? &b->value : NULL;
}

/*
 * One variable that grows or shrinks is changed where it is: a loop that appends must not copy
 * everything at each turn. False when this is no such case, with nothing done.
 */
static bool let_in_place(struct shell *sh, const struct assign *a, int *status)
{
    const struct key *key = &a->keys[0];
    struct buf why = {0};
    struct value right;
    if (a->key_count != 1 || a->value_count != 1 || !changes_list(a->op) || key->index ||
        !check_name(key->name, true, &why) || !own_list(sh, key)) {
        buf_free(&why);
        return false;
    }
    bool ok = type_take(sh, key->type, &a->values[0], &right, &why) == TYPE_FITS;
    if (ok) {
        /* The value may have been worked out by commands that dropped the variable. */
        struct value *v = own_list(sh, key);
        if (v)
            ok = list_operator(a->op, v, &right, &why);
        else
            buf_printf(&why, "variable '%s' does not exist", key->name);
        ok = ok && v;
        value_free(&right);
    }
    bool named = strncmp(buf_text(&why), "expected ", 9) == 0;
    *status = ok ? 0 : complain(sh, named ? key->name : NULL, &why);
    buf_free(&why);
    return true;
}

int run_let(struct shell *sh, const struct assign *a)
{
    struct buf why = {0};
    int status = 0;
    if (!a->has_op)
        return list_variables(sh);
    if (!check_pairs(a, &why)) {
        status = complain(sh, NULL, &why);
        buf_free(&why);
        return status;
    }
    if (let_in_place(sh, a, &status))
        return status;
    struct pending *pending = arena_alloc(&sh->temp, a->key_count * sizeof *pending);
    memset(pending, 0, a->key_count * sizeof *pending);
    size_t ready = 0;
    while (ready < a->key_count &&
           prepare(sh, &a->keys[ready], a->op, &a->values[ready], &pending[ready], &why))
        ready++;
    if (ready < a->key_count) {
        bool named = strncmp(buf_text(&why), "expected ", 9) == 0;
        status = complain(sh, named ? a->keys[ready].name : NULL, &why);
        for (size_t i = 0; i < ready; i++) {
            if (!pending[i].skip)
                value_free(&pending[i].value);
        }
        buf_free(&why);
        return status;
    }
    for (size_t i = 0; i < a->key_count; i++) {
        if (pending[i].skip)
            continue;
        if (!pending[i].index)
            scope_set(&sh->scopes, a->keys[i].symbol, pending[i].value);
        else if (!store_element(sh, &a->keys[i], &pending[i], &why)) {
            status = complain(sh, NULL, &why);
            buf_clear(&why);
        }
    }
    buf_free(&why);
    return status;
}

/* --- export --- */

static int list_environment(struct shell *sh)
{
    struct buf out = {0};
    for (char **e = environ; e && *e; e++) {
        const char *eq = strchr(*e, '=');
        if (eq)
            buf_printf(&out, "%.*s = \"%s\"\n", (int)(eq - *e), *e, eq + 1);
    }
    shell_out(sh, buf_text(&out), out.len);
    buf_free(&out);
    return 0;
}

static bool export_value(struct shell *sh, const char *name, const struct value *v, struct buf *why)
{
    const char *text = v->string;
    if (v->kind == VALUE_ARRAY) {
        struct args list = {0};
        value_list(&sh->temp, v, &list);
        text = args_join(&sh->temp, &list, " ");
    } else if (v->kind != VALUE_STRING) {
        buf_printf(why, "a %s cannot be exported", value_kind_name(v->kind));
        return false;
    }
    if (setenv(name, text, 1) == 0)
        return true;
    buf_printf(why, "'%s' cannot be exported", name);
    return false;
}

static bool export_pair(struct shell *sh, const struct key *key, enum assign_op op,
                        const struct word *word, struct buf *why)
{
    if (!check_name(key->name, false, why))
        return false;
    if (key->index) {
        buf_puts(why, "an element cannot be exported");
        return false;
    }
    const char *old = getenv(key->name);
    if (op == ASSIGN_DEFAULT && old)
        return true;
    struct value right;
    if (type_take(sh, key->type, word, &right, why) != TYPE_FITS)
        return false;
    bool ok;
    if (op == ASSIGN_SET || op == ASSIGN_DEFAULT) {
        ok = export_value(sh, key->name, &right, why);
    } else {
        struct value left = value_string(old ? old : "");
        ok = apply(op, &left, &right, why) && export_value(sh, key->name, &left, why);
        value_free(&left);
    }
    value_free(&right);
    return ok;
}

static bool export_copy(struct shell *sh, const struct key *key, struct buf *why)
{
    const struct binding *b = scope_get(&sh->scopes, key->symbol);
    if (b && b->value.kind <= VALUE_ARRAY)
        return export_value(sh, key->name, &b->value, why);
    if (getenv(key->name))
        return true;
    buf_printf(why, "variable '%s' does not exist", key->name);
    return false;
}

int run_export(struct shell *sh, const struct assign *a)
{
    struct buf why = {0};
    if (!a->has_op && a->key_count == 0)
        return list_environment(sh);
    bool ok = a->has_op ? check_pairs(a, &why) : export_copy(sh, &a->keys[0], &why);
    size_t i = 0;
    for (; ok && a->has_op && i < a->key_count; i++)
        ok = export_pair(sh, &a->keys[i], a->op, &a->values[i], &why);
    bool named = strncmp(buf_text(&why), "expected ", 9) == 0;
    int status = ok ? 0 : complain(sh, named ? a->keys[i - 1].name : NULL, &why);
    buf_free(&why);
    return status;
}
