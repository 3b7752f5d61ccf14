/*
 * The cursor over source text: bytes, blanks, comments, line continuation, positions and the first
 * error. All parsing goes through it, so every construct agrees on what a blank or a newline is.
 *
 * After an error the cursor stands at the end for good: the callers need no checks on the way out.
 */
#ifndef ION_LEXER_H
#define ION_LEXER_H

#include "mem.h"
#include "syntax.h"

enum error_class { ERROR_NONE, ERROR_SYNTAX, ERROR_BLOCK };

struct lexer {
    const char *text;
    size_t len;
    size_t at;
    unsigned line;
    size_t line_start;
    bool bad_byte; /* text[len] is no UTF-8 and cannot be read */

    unsigned blank_newlines; /* inside [ ], $( ), @( ): a newline is a blank */
    unsigned parens;         /* inside $( ), @( ): a `)` ends the statement */

    unsigned blocks; /* `if`, `while` and so on that are open here */

    enum error_class failed;
    bool incomplete; /* more text could have made it right */
    unsigned open;   /* blocks that were open at the error */
    struct pos error_pos;
    struct buf message;
};

/* The text stays the caller's and must live as long as the lexer. Lines count from `line`. */
void lex_start(struct lexer *l, const char *text, size_t len, unsigned line);
void lex_end(struct lexer *l);

/* The byte at the cursor, -1 at the end. A backslash-newline is stepped over first. */
int lex_peek(struct lexer *l);
/* The byte `n` places on, as it stands; -1 beyond the end. */
int lex_ahead(const struct lexer *l, size_t n);
void lex_skip(struct lexer *l, size_t n);
/* True, and steps over it, when the text at the cursor begins with `s`. */
bool lex_take(struct lexer *l, const char *s);

/* Steps over blanks and comments; with newlines where these are blanks. */
void lex_blanks(struct lexer *l);
/* The same, newlines included. */
void lex_lines(struct lexer *l);

struct pos lex_pos(const struct lexer *l);

/* True when no further word can follow in this statement: end, newline, `;`, && or ||, or `)`. */
bool lex_statement_ends(struct lexer *l);

/* True when the keyword stands here, followed by a blank or the end of the statement. */
bool lex_at_keyword(struct lexer *l, const char *word);
bool lex_take_keyword(struct lexer *l, const char *word);

bool lex_is_blank(int c);

/* Bytes of the name at the cursor, 0 when none begins here. */
size_t lex_name(struct lexer *l);

/* Records the error unless there is one already, and moves the cursor to the end. */
__attribute__((format(printf, 3, 4))) void lex_fail(struct lexer *l, enum error_class failed,
                                                    const char *fmt, ...);
/* As lex_fail for something that the end of the text cut off. */
__attribute__((format(printf, 3, 4))) void lex_unfinished(struct lexer *l, enum error_class failed,
                                                          const char *fmt, ...);

/* To try and step back. */
struct lex_state {
    size_t at;
    unsigned line;
    size_t line_start;
};
struct lex_state lex_save(const struct lexer *l);
void lex_restore(struct lexer *l, struct lex_state s);

#endif
