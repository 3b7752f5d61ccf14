/*
 * The history of an interactive shell: at most HISTORY_MAX entries, kept in a file across sessions.
 * All functions do nothing when the shell is not interactive.
 */
#ifndef ION_HISTORY_H
#define ION_HISTORY_H

#include "shell.h"

#define HISTORY_MAX 1000

/* Sets the history variables, before initrc may change them. */
void history_variables(struct shell *sh);
/* Finds and reads the file. */
void history_start(struct shell *sh);
/* Offers an executed line; the rules of HISTORY_IGNORE may refuse it. */
void history_add(struct shell *sh, const char *line);
void history_save(struct shell *sh);
/* Takes over what other shells have written, if the history is shared. */
void history_refresh(struct shell *sh);
/* An entry that no rule keeps out: a time stamp, a summary. */
void history_note(struct shell *sh, const char *line);

size_t history_count(const struct shell *sh);
/* 0 is the oldest. */
const char *history_entry(const struct shell *sh, size_t at);

/* ±inc_append, ±share, ±duplicates; false when the word is none of them. */
bool history_option(struct shell *sh, const char *word);

/*
 * Replaces !!, !$, !^, !0 and !* outside double quotes. Appends the result to out.
 */
void history_expand(const struct shell *sh, const char *line, struct buf *out);

#endif
