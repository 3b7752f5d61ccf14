/*
 * Expansion: from words to arguments. Results live in the shell's temporary arena. Every function
 * that runs user code or can meet an error returns 0, or -1 with the failure stored in the shell.
 */
#ifndef ION_EXPAND_H
#define ION_EXPAND_H

#include "shell.h"

/* Arguments of a command: a word that expands to nothing gives one empty argument. */
int expand_args(struct shell *sh, const struct word *words, size_t count, struct args *out);

/* Elements of a list (array literal, for, method arguments): nothing stays nothing. */
int expand_list(struct shell *sh, const struct word *words, size_t count, struct args *out);

/* One word as one text, lists joined with blanks; null on failure. */
char *expand_text(struct shell *sh, const struct word *w);

/* The text of a single piece that is no brace or wildcard, appended to out. */
int expand_piece(struct shell *sh, const struct piece *p, struct buf *out);

/* A piece that is a list, as elements. */
bool piece_is_list(const struct piece *p);
int expand_piece_list(struct shell *sh, const struct piece *p, struct args *out);

/* --- the files of the expander --- */

/* variable.c: the text of a variable piece, without its index; null on failure. */
const char *variable_text(struct shell *sh, const struct piece *p);
/* The variable of an array piece; null, with the failure stored, when it is none. */
const struct value *variable_list(struct shell *sh, const struct piece *p);
/* ~/... for the current directory; and the shortened form of the prompt. Text in the arena. */
char *variable_swd(struct shell *sh);
char *variable_mwd(struct shell *sh);

/* color.c: the sequence for "red,bold"; false when an item is unknown. */
bool color_sequence(const char *list, struct buf *out);

/* tilde.c: the path for ~ and what follows it. */
int expand_tilde(struct shell *sh, const char *prefix, struct buf *out);
/* The home directory from the user database; $HOME when that has none. Null when unknown. */
const char *home_directory(void);

/*
 * index.c. The selectors are expanded by the caller, before it looks the value up: expanding them
 * may run code that changes the value.
 */
void index_text(const char *selector, const char *text, struct buf *out);
/* strict: arrays, whose bounds are errors; otherwise what lies outside is left out. */
int index_list(struct shell *sh, const struct args *selectors, const struct args *list, bool strict,
               struct args *out);
int index_map(struct shell *sh, const struct args *selectors, const struct map *map,
              struct args *out);

/* brace.c: all texts of a word with braces, as patterns (see glob.h) when `pattern`. */
int expand_braces(struct shell *sh, const struct word *w, bool pattern, struct args *out);

/* arith.c: the value of an expression as text; the failure is an expansion error. */
int expand_arithmetic(struct shell *sh, const char *expr, struct buf *out);

/* method.c */
int expand_method(struct shell *sh, const struct piece *p, struct buf *out);
int expand_method_list(struct shell *sh, const struct piece *p, struct args *out);

/* capture.c: runs statements with their output collected; trailing newlines removed. */
int run_captured(struct shell *sh, const struct stmt *body, struct buf *out);

#endif
