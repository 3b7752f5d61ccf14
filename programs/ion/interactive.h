/* Reading commands from standard input: at a prompt, or as a script. */
#ifndef ION_INTERACTIVE_H
#define ION_INTERACTIVE_H

#include "editor/editor.h"
#include "shell.h"

/* initrc, history and the prompt, until the end of input. */
void run_interactive(struct shell *sh);

/*
 * Standard input as a script, statement by statement. go_on: report errors and continue. -1 when a
 * fatal error, left in sh->failure, ended it.
 */
int run_stdin(struct shell *sh, bool go_on);

/*
 * One line for a builtin, edited if the terminal can: false at Ctrl-C, Ctrl-D and the end of input.
 * Only for standard input that is a terminal.
 */
bool read_edited(struct shell *sh, const char *prompt, struct buf *line);

/* prompt.c: the text to show before a line; in the arena. */
char *prompt_text(struct shell *sh);
/* What stands before the prompt in vi's modes; in the arena. */
char *prompt_mark(struct shell *sh, bool normal);
/* The initial value of PROMPT. */
void prompt_start(struct shell *sh);

#endif
