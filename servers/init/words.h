/*
 * A list of strings that grows: command lines, environments, lists of names. The strings belong
 * to the list; v[n] is always NULL, so v serves as an argv or envp.
 */
#ifndef INIT_WORDS_H
#define INIT_WORDS_H

#include "umk/abi/types.h"

struct words {
    char **v; /* NULL while nothing was added */
    size_t n;
};

/* Both copy the string; false: out of memory, the list is as before. */
bool words_add(struct words *w, const char *s);
bool words_add_span(struct words *w, const char *s, size_t len);
/* For lists of NAME=VALUE: replaces the entry of that name, or adds it. */
bool words_set(struct words *env, const char *pair);
/* The same for each entry of `from`. */
bool words_set_all(struct words *env, const struct words *from);
/* The value of NAME in a list of NAME=VALUE, or NULL. */
const char *words_get(const struct words *env, const char *name);
bool words_have(const struct words *w, const char *s);
void words_sort(struct words *w);
void words_clear(struct words *w);

#endif
