/*
 * From text to the syntax tree. parse.c has the statements, parse_block.c the blocks, parse_let.c
 * the heads of let and export, parse_word.c the words.
 */
#ifndef ION_PARSER_H
#define ION_PARSER_H

#include "lexer.h"
#include "syntax.h"

struct parser {
    struct lexer lex;
    struct arena *arena; /* of the unit being made */
    unsigned depth;      /* of nesting; bounded, since the parser recurses */
    enum tag next_tag;   /* the operator before the next top-level statement */
};

enum parse_result { PARSE_STATEMENT, PARSE_END, PARSE_ERROR };

void parse_start(struct parser *p, const char *text, size_t len, unsigned line);
void parse_finish(struct parser *p);

/*
 * The next top-level statement, blocks whole. On PARSE_STATEMENT *out is a new unit; after
 * PARSE_ERROR p->lex says what and where, and nothing more can be had.
 */
enum parse_result parse_next(struct parser *p, struct unit **out);

/* --- between the parser's files --- */

/* Where a word ends depends on where it stands. */
enum word_context {
    WORD_COMMAND,  /* at blanks and at the operators & | < > ^> ^| */
    WORD_VALUE,    /* let, for, match, case, return: at blanks */
    WORD_LIST,     /* in [ ]: at blanks and ] */
    WORD_ELEMENT,  /* in { }: at , and } */
    WORD_ARGUMENT, /* in a method's ( ): at blanks and ) */
};

/* The word at the cursor; must not be called where no word can start. */
struct word parse_word(struct parser *p, enum word_context context);

/* All words up to the end of the statement; false when there is none. */
bool parse_values(struct parser *p, struct word **words, size_t *count);

/* One statement, without tags. */
struct stmt *parse_statement(struct parser *p);
/* Statements joined by && and ||, the first one included: conditions and guards. */
struct stmt *parse_chain(struct parser *p);

enum stop { STOP_NONE, STOP_END, STOP_ELSE, STOP_CASE, STOP_PAREN };

/*
 * Statements up to, not including, what ends the list: `end`, and if wanted `else` and `case`, or
 * the `)` of a substitution. Says which; at the end of the text STOP_NONE.
 */
enum stop parse_list(struct parser *p, struct stmt **out, bool in_parens);

/* Each is called behind its keyword and returns the statement, null on error. */
struct stmt *parse_if(struct parser *p, struct pos pos);
struct stmt *parse_while(struct parser *p, struct pos pos);
struct stmt *parse_for(struct parser *p, struct pos pos);
struct stmt *parse_match(struct parser *p, struct pos pos);
struct stmt *parse_fn(struct parser *p, struct pos pos);
struct stmt *parse_let(struct parser *p, struct pos pos, enum stmt_kind kind);

/* A type such as hmap[[int]] at the cursor; fails and returns null when it is none. */
struct type *parse_type(struct parser *p);

struct stmt *stmt_new(struct parser *p, enum stmt_kind kind, struct pos pos);

/* Nesting: false, with an error, when too deep. Every true is paired with parse_leave. */
bool parse_enter(struct parser *p);
void parse_leave(struct parser *p);

#endif
