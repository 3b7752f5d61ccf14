/*
 * Variables and their scopes. Each symbol carries the chain of its bindings, innermost first, so
 * reading a variable does not search. A function call hides the scopes between it and the scope
 * its definition stands in.
 *
 * Scope numbers are depths: 0 is the outermost, which always exists.
 */
#ifndef ION_SCOPE_H
#define ION_SCOPE_H

#include "symbol.h"
#include "value.h"

struct binding {
    struct symbol *symbol;
    struct binding *outer; /* next binding of the same symbol, at a smaller depth */
    struct binding *next;  /* next binding of the same scope */
    unsigned depth;
    struct value value;
};

struct scope {
    struct binding *owned;
    int call;            /* depth of the innermost function scope up to here, -1 for none */
    unsigned definition; /* of a function scope: the depth of the function's binding */
};

struct scopes {
    struct scope *items;
    unsigned count;
    unsigned cap;
};

void scopes_start(struct scopes *s);

void scope_push(struct scopes *s);
/* A function's scope, for a function bound at depth `definition`. */
void scope_push_call(struct scopes *s, unsigned definition);
void scope_pop(struct scopes *s);

/* The binding a read sees; null when the name has none. */
struct binding *scope_get(const struct scopes *s, const struct symbol *symbol);

/* As seen from outside `levels` functions; and from outside all of them. */
struct binding *scope_get_super(const struct scopes *s, const struct symbol *symbol,
                                unsigned levels);
struct binding *scope_get_global(const struct scopes *s, const struct symbol *symbol);

/*
 * Assigns: to the nearest binding up to the function boundary, else to a new one in the innermost
 * scope. The value is taken over.
 */
void scope_set(struct scopes *s, struct symbol *symbol, struct value value);
/* The binding whose value scope_set would replace; null when it would make a new one. */
struct binding *scope_own(const struct scopes *s, const struct symbol *symbol);
/* Binds in the scope of this depth, whatever inner scopes have. */
void scope_set_at(struct scopes *s, unsigned depth, struct symbol *symbol, struct value value);

/* False when there is no such variable up to the function boundary. */
bool scope_drop(struct scopes *s, const struct symbol *symbol);

/* The string, null when the variable is no string or does not exist. */
const char *scope_string(const struct scopes *s, const char *name);
void scope_set_string(struct scopes *s, const char *name, const char *text);

#endif
