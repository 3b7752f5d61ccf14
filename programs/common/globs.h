/* Lists of wildcard patterns for names: what to leave out, what to take. Starts as {0}. */
#ifndef COMMON_GLOBS_H
#define COMMON_GLOBS_H

#include <stdbool.h>
#include <stddef.h>

struct globs {
    const char **items; /* not copied */
    size_t count, cap;
};

void globs_add(struct globs *g, const char *pattern);

/* Whether one of them fits the name, or the end of it behind a slash. */
bool globs_match(const struct globs *g, const char *name);

#endif
