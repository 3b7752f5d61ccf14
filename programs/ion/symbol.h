/*
 * Names. Every name that occurs in source text is interned once; what a name means at the moment
 * (variable bindings, builtin) hangs on its symbol, so finding it costs no search. Symbols are
 * never freed: there are as many as different names in the scripts read.
 */
#ifndef ION_SYMBOL_H
#define ION_SYMBOL_H

#include <stddef.h>

struct binding;
struct builtin;

struct symbol {
    struct symbol *chain;
    unsigned hash;
    const struct builtin *builtin;
    struct binding *bindings; /* innermost first; owned by scope.c */
    char name[];
};

/* The symbol, made when it does not exist yet. */
struct symbol *symbol_of(const char *name, size_t len);

/* Null when the name was never seen. */
struct symbol *symbol_find(const char *name);

/* Calls fn for every symbol, in bytewise order of names. */
void symbol_each(void (*fn)(struct symbol *s, void *arg), void *arg);

#endif
