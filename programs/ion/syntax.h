/*
 * The syntax tree. The parser makes one `unit` for each top-level statement; everything in the
 * tree lives in the unit's arena, is never changed after parsing, and goes when the last reference
 * to the unit does (a function keeps the unit it was defined in).
 */
#ifndef ION_SYNTAX_H
#define ION_SYNTAX_H

#include "mem.h"
#include "symbol.h"

struct stmt;
struct word;

struct pos {
    unsigned line; /* from 1 */
    unsigned col;  /* in bytes, from 1 */
};

enum piece_kind {
    PIECE_TEXT,      /* text */
    PIECE_GLOB,      /* text: one active wildcard: * ** ? or [class] */
    PIECE_TILDE,     /* text: what stands between ~ and / */
    PIECE_VAR,       /* $name; text, symbol, name_space, index */
    PIECE_ARRAY,     /* @name; text, symbol, index */
    PIECE_RUN,       /* $(body), index */
    PIECE_RUN_LIST,  /* @(body), index */
    PIECE_CALL,      /* $text(words), index; words[0] is the subject */
    PIECE_CALL_LIST, /* @text(words), index */
    PIECE_ARITH,     /* $((text)) */
    PIECE_LIST,      /* [words], index */
    PIECE_BRACES     /* {words} */
};

struct piece {
    enum piece_kind kind;
    bool quoted; /* stands in double quotes, or is quoted text */
    const char *text;
    struct symbol *symbol;
    const char *name_space; /* "super::super" and the like, or null */
    struct word *index;     /* selectors, or null */
    size_t index_count;
    struct word *words;
    size_t count;
    struct stmt *body;
};

struct word {
    struct piece *pieces;
    size_t count;
    const char *raw; /* source text, for messages and for lookups by the unexpanded word */
    struct pos pos;
    bool has_glob;
    bool has_braces;
    bool quoted; /* any part was in quotes */
};

/* The text of a word that is nothing but one plain, unquoted text; else null. */
const char *word_plain(const struct word *w);

/* True for a word that is exactly one array literal without index. */
bool word_is_list(const struct word *w);

enum tag { TAG_NONE, TAG_AND, TAG_OR };

enum stmt_kind {
    STMT_PIPELINE,
    STMT_LET,
    STMT_EXPORT,
    STMT_IF,
    STMT_WHILE,
    STMT_FOR,
    STMT_MATCH,
    STMT_FN,
    STMT_BREAK,
    STMT_CONTINUE,
    STMT_RETURN,
    STMT_NOT,
    STMT_AND,
    STMT_OR,
    STMT_TIME,
    STMT_ENV /* NAME=VALUE statement */
};

enum streams { STREAM_OUT = 1, STREAM_ERR = 2, STREAM_BOTH = 3 };

enum redirect_kind { REDIRECT_WRITE, REDIRECT_APPEND, REDIRECT_READ, REDIRECT_TEXT };

struct redirect {
    enum redirect_kind kind;
    enum streams streams; /* of the two writing kinds */
    struct word word;
};

struct command {
    struct word *words;
    size_t count;
    struct redirect *redirects;
    size_t redirect_count;
    struct symbol *symbol; /* of a plain first word, else null */
    enum streams pipe;     /* what goes into the next member; of the last member 0 */
};

enum background { FOREGROUND, BACKGROUND, DISOWNED };

struct pipeline {
    struct command *commands;
    size_t count;
    enum background background;
    const char *raw;
};

/* Types of let and of parameters; see types.h for what they accept. */
enum type_kind {
    TYPE_ANY,
    TYPE_STR,
    TYPE_BOOL,
    TYPE_INT,
    TYPE_FLOAT,
    TYPE_ARRAY,
    TYPE_HMAP,
    TYPE_BMAP
};

struct type {
    enum type_kind kind;
    struct type *of; /* elements of arrays and maps */
};

enum assign_op {
    ASSIGN_SET,
    ASSIGN_DEFAULT,
    ASSIGN_ADD,
    ASSIGN_SUB,
    ASSIGN_MUL,
    ASSIGN_DIV,
    ASSIGN_INT_DIV,
    ASSIGN_POW,
    ASSIGN_APPEND,
    ASSIGN_PREPEND,
    ASSIGN_REMOVE
};

struct key {
    const char *name; /* as written; may be no valid name */
    struct symbol *symbol;
    struct word *index; /* one selector, or null */
    struct type *type;  /* never null */
};

struct assign {
    struct key *keys;
    size_t key_count;
    bool has_op;
    enum assign_op op;
    struct word *values;
    size_t value_count;
};

struct branch {
    struct stmt *cond; /* a chain by next */
    struct stmt *body;
};

struct match_case {
    struct word *pattern; /* null matches always */
    struct symbol *bind;  /* or null */
    struct stmt *guard;   /* or null */
    struct stmt *body;
};

struct param {
    struct symbol *symbol;
    struct type *type;
};

struct fn_def {
    struct symbol *symbol;
    struct param *params;
    size_t param_count;
    const char *description; /* or null */
    struct stmt *body;
};

struct stmt {
    enum stmt_kind kind;
    enum tag tag;
    bool guarded; /* its failure is looked at: part of a condition, or before && and || */
    struct pos pos;
    struct stmt *next;
    union {
        struct pipeline pipeline;
        struct assign assign; /* LET, EXPORT */
        struct {
            struct branch *branches;
            size_t count;
            struct stmt *otherwise;
        } choice;           /* IF */
        struct branch loop; /* WHILE */
        struct {
            struct symbol **names; /* null for _ */
            size_t name_count;
            struct word *words;
            size_t word_count;
            struct stmt *body;
        } each; /* FOR */
        struct {
            struct word *subject;
            size_t subject_count;
            struct match_case *cases;
            size_t count;
        } match;
        struct fn_def *fn;
        struct {
            struct word *words;
            size_t count;
        } ret;
        struct stmt *child; /* NOT, AND, OR, TIME; null when alone */
        struct {
            const char *name;
            struct word value;
            struct stmt *child;
        } env;
    };
};

struct unit {
    struct arena arena;
    unsigned refs;
    struct stmt *body;
};

struct unit *unit_new(void);
struct unit *unit_ref(struct unit *u);
void unit_drop(struct unit *u);

#endif
