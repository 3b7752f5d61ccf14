/*
 * Legacy scripts: unit files without extension, one command a line. They have no quoting, no
 * built-in commands and no control flow.
 */
#ifndef INIT_SCRIPT_H
#define INIT_SCRIPT_H

#include "servers/init/unit.h"

/* Fills u's dependencies and commands from the text. */
bool script_parse(struct unit *u, const char *text, size_t len, const struct words *env,
                  struct unit_error *err);
/* Copies NAME with its value from env to the list; nothing happens when env has no such name.
 * False: out of memory. */
bool inherit_variable(struct words *to, const struct words *env, const char *name);

#endif
