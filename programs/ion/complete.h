/* Completion: what can stand for the word before the cursor. */
#ifndef ION_COMPLETE_H
#define ION_COMPLETE_H

#include "editor/editor.h"
#include "shell.h"

/*
 * The first word of a command: builtins, aliases, functions, programs of PATH, paths. Other words:
 * options of the builtin they belong to, variables behind $ and @, paths. The items are malloc'ed,
 * sorted and different from each other.
 */
void complete(struct shell *sh, const char *text, size_t cursor, struct choices *out);

#endif
