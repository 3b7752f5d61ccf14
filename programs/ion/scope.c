/* Variables and their scopes, see scope.h. */
#include "scope.h"

#include <stdlib.h>
#include <string.h>

static struct scope *push(struct scopes *s)
{
    if (s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 16;
        s->items = mem_resize(s->items, s->cap * sizeof *s->items);
    }
    struct scope *scope = &s->items[s->count++];
    *scope = (struct scope){.call = -1};
    return scope;
}

void scopes_start(struct scopes *s)
{
    push(s);
}

void scope_push(struct scopes *s)
{
    struct scope *scope = push(s);
    scope->call = s->items[s->count - 2].call;
}

void scope_push_call(struct scopes *s, unsigned definition)
{
    struct scope *scope = push(s);
    scope->call = (int)s->count - 1;
    scope->definition = definition;
}

static void unlink_symbol(struct binding *b)
{
    struct binding **at = &b->symbol->bindings;
    while (*at != b)
        at = &(*at)->outer;
    *at = b->outer;
}

static void discard(struct binding *b)
{
    unlink_symbol(b);
    value_free(&b->value);
    free(b);
}

void scope_pop(struct scopes *s)
{
    struct scope *scope = &s->items[s->count - 1];
    while (scope->owned) {
        struct binding *b = scope->owned;
        scope->owned = b->next;
        discard(b);
    }
    s->count--;
}

/* The innermost binding that is seen from depth `from`. */
static struct binding *visible(const struct scopes *s, const struct symbol *symbol, unsigned from)
{
    for (struct binding *b = symbol->bindings; b; b = b->outer) {
        /* Scopes between a call and its function's definition are hidden. */
        while (b->depth <= from) {
            int call = s->items[from].call;
            if (call < 0 || b->depth >= (unsigned)call)
                return b;
            from = s->items[call].definition;
        }
    }
    return NULL;
}

struct binding *scope_get(const struct scopes *s, const struct symbol *symbol)
{
    return symbol->bindings ? visible(s, symbol, s->count - 1) : NULL;
}

struct binding *scope_get_super(const struct scopes *s, const struct symbol *symbol,
                                unsigned levels)
{
    unsigned from = s->count - 1;
    while (levels-- > 0) {
        int call = s->items[from].call;
        if (call < 0)
            return NULL;
        from = s->items[call].definition;
    }
    return visible(s, symbol, from);
}

struct binding *scope_get_global(const struct scopes *s, const struct symbol *symbol)
{
    unsigned depth = s->count - 1;
    while (s->items[depth].call >= 0)
        depth = (unsigned)s->items[depth].call - 1;
    return visible(s, symbol, depth);
}

static unsigned boundary(const struct scopes *s)
{
    int call = s->items[s->count - 1].call;
    return call < 0 ? 0 : (unsigned)call;
}

static void bind(struct scopes *s, unsigned depth, struct symbol *symbol, struct value value)
{
    struct binding *b = mem_zero(sizeof *b);
    b->symbol = symbol;
    b->depth = depth;
    b->value = value;
    b->next = s->items[depth].owned;
    s->items[depth].owned = b;
    struct binding **at = &symbol->bindings;
    while (*at && (*at)->depth > depth)
        at = &(*at)->outer;
    b->outer = *at;
    *at = b;
}

static void replace(struct binding *b, struct value value)
{
    value_free(&b->value);
    b->value = value;
}

struct binding *scope_own(const struct scopes *s, const struct symbol *symbol)
{
    struct binding *b = symbol->bindings;
    return b && b->depth >= boundary(s) ? b : NULL;
}

void scope_set(struct scopes *s, struct symbol *symbol, struct value value)
{
    struct binding *b = scope_own(s, symbol);
    if (b)
        replace(b, value);
    else
        bind(s, s->count - 1, symbol, value);
}

void scope_set_at(struct scopes *s, unsigned depth, struct symbol *symbol, struct value value)
{
    for (struct binding *b = symbol->bindings; b; b = b->outer) {
        if (b->depth == depth) {
            replace(b, value);
            return;
        }
    }
    bind(s, depth, symbol, value);
}

bool scope_drop(struct scopes *s, const struct symbol *symbol)
{
    struct binding *b = symbol->bindings;
    if (!b || b->depth < boundary(s))
        return false;
    struct binding **at = &s->items[b->depth].owned;
    while (*at != b)
        at = &(*at)->next;
    *at = b->next;
    discard(b);
    return true;
}

const char *scope_string(const struct scopes *s, const char *name)
{
    const struct symbol *symbol = symbol_find(name);
    const struct binding *b = symbol ? scope_get(s, symbol) : NULL;
    return b && b->value.kind == VALUE_STRING ? b->value.string : NULL;
}

void scope_set_string(struct scopes *s, const char *name, const char *text)
{
    scope_set(s, symbol_of(name, strlen(name)), value_string(text));
}
