/*
 * Patterns over file names. In a pattern `*`, `?`, `[...]` and `**` (as a whole component) are
 * active; a backslash takes the meaning from the next byte.
 */
#ifndef ION_GLOB_H
#define ION_GLOB_H

#include "mem.h"

/* Appends the text with everything active in it made plain. */
void glob_quote(const char *text, struct buf *out);
/* Appends the pattern with its backslashes resolved. */
void glob_unquote(const char *pattern, struct buf *out);
bool glob_is_pattern(const char *text);

/* Adds all paths that match, sorted bytewise; false, adding nothing, when none does. */
bool glob_expand(struct arena *a, const char *pattern, struct args *out);

/* One component against a name. */
bool glob_match(const char *pattern, size_t len, const char *name);

#endif
