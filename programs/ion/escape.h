/* C-like escapes in texts: of echo -e, of method arguments, and of the methods (un)escape. */
#ifndef ION_ESCAPE_H
#define ION_ESCAPE_H

#include "mem.h"

/*
 * Appends `text` with its escapes replaced; those that are unknown stay. Returns false when a \c
 * ended the text.
 */
bool unescape_echo(const char *text, struct buf *out);
/* The same for method arguments: quotes and blanks are escapable, \c empties the whole. */
void unescape_argument(const char *text, struct buf *out);

/* A backslash before ASCII punctuation, letters for control characters. */
void escape_text(const char *text, struct buf *out);

#endif
