/* Reading commands from standard input: at a prompt, or as a script. */
#ifndef ION_INTERACTIVE_H
#define ION_INTERACTIVE_H

#include "shell.h"

/* initrc, history and the prompt, until the end of input. */
void run_interactive(struct shell *sh);

/*
 * Standard input as a script, statement by statement. go_on: report errors and continue. -1 when a
 * fatal error, left in sh->failure, ended it.
 */
int run_stdin(struct shell *sh, bool go_on);

/* prompt.c: the text to show before a line; in the arena. */
char *prompt_text(struct shell *sh);
/* The initial value of PROMPT. */
void prompt_start(struct shell *sh);

#endif
