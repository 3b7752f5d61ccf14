/* Execution of the syntax tree. */
#ifndef ION_EVAL_H
#define ION_EVAL_H

#include "shell.h"

#include <time.h>

enum flow {
    FLOW_NEXT,
    FLOW_BREAK,
    FLOW_CONTINUE,
    FLOW_RETURN,
    FLOW_FATAL /* sh->failure says why */
};

/* Statements joined by next, with their tags. */
enum flow run_stmts(struct shell *sh, const struct stmt *s);
/* Only the first of them. */
enum flow run_one(struct shell *sh, const struct stmt *s);

/* The variable CMD_DURATION: whole seconds since duration_start was called. */
time_t duration_start(void);
void duration_set(struct shell *sh, time_t began);

/* pipeline.c: 0, or -1 when it failed fatally. Sets the status. */
int run_pipeline(struct shell *sh, const struct stmt *s);

/* alias.c: true when a member is an alias; then everything is done and *result is the outcome. */
bool run_aliases(struct shell *sh, const struct stmt *s, int *result);
/* The pipeline as it stands, aliases not looked up. */
int run_pipeline_plain(struct shell *sh, const struct pipeline *pl);

/*
 * source.c: runs text statement by statement. `name` and the number of its first line are for
 * messages; `name` may be null. 0, or -1 when
 * a fatal error ended it, which is left in sh->failure.
 */
int run_text(struct shell *sh, const char *text, size_t len, const char *name, unsigned line);
/* The same for a whole input (a prompt's line, eval, source, -c): sets CMD_DURATION. */
int run_input(struct shell *sh, const char *text, size_t len, const char *name);
/*
 * True when more lines could complete the text: an open block, quote, bracket or operator. The
 * number of open blocks goes to *blocks, which may be null.
 */
bool text_is_incomplete(const char *text, size_t len, unsigned *blocks);
/* True when no further lines could make the text right: where and why. */
bool text_is_wrong(const char *text, size_t len, struct pos *pos, struct buf *why);
/* Parses without running; -1 with the first error stored as a failure. */
int text_check(struct shell *sh, const char *text, size_t len, const char *name);
/* Runs a file; -1 also when it cannot be read (errno in *error, otherwise 0 there). */
int run_file(struct shell *sh, const char *path, int *error);

/* call.c: calls of functions. The arguments are values owned by the callee. */
struct call {
    struct unit *unit;
    const struct fn_def *def;
    unsigned depth; /* of the binding */
    struct value *args;
};
/* The function a name stands for; false when it stands for none. */
bool call_find(struct shell *sh, const char *name, struct call *call);
bool call_find_symbol(struct shell *sh, const struct symbol *symbol, struct call *call);
/* Evaluates arguments from source words, or from texts; -1 with the failure stored. */
int call_take_words(struct shell *sh, struct call *call, const struct word *words, size_t count);
int call_take_texts(struct shell *sh, struct call *call, char *const *texts, size_t count);
/* Releases a call with its arguments that is not to be run. */
void call_drop(struct call *call);
/* Runs it and releases the arguments; -1 when it failed fatally. */
int call_run(struct shell *sh, struct call *call);
/* Calls a function without parameters if it exists; false when it does not. */
bool call_hook(struct shell *sh, const char *name, const char *arg);

#endif
