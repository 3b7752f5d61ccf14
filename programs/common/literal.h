/* The text that every match of a regular expression contains, to look for before anything else. */
#ifndef COMMON_LITERAL_H
#define COMMON_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Puts the longest such text that is easily seen into out (room for strlen(pattern) bytes) and
 * returns its length; 0 when there is none to be seen. Only for patterns that regcomp accepts.
 */
size_t literal_find(const char *pattern, bool extended, char *out);

/* True when a match depends on more than the line it lies in, or refers back: \` \' \1 ... */
bool literal_is_special(const char *pattern);

#endif
