/* Execution of let and export. */
#ifndef ION_ASSIGN_H
#define ION_ASSIGN_H

#include "shell.h"

/* The status; failures are reported and not fatal, except for those of substitutions by signal. */
int run_let(struct shell *sh, const struct assign *a);
int run_export(struct shell *sh, const struct assign *a);

/* A name that let may set. */
bool is_variable_name(const char *name);

#endif
