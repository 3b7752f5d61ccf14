/*
 * Regular expressions. A pattern becomes a tree (parse.c), the tree a program for a
 * nondeterministic automaton (compile.c). search.c runs all of its states at once, in time
 * proportional to program times text, and finds the leftmost longest match; automaton.c says before
 * that, in time proportional to the text, whether there is one. Where the groups of
 * that match lie is then decided on the tree (submatch.c) by POSIX's rule: each part, from the
 * left, takes as much as the rest permits. Only back-references need backtracking (backtrack.c).
 */
#ifndef SHIM_REGEX_REGEX_H
#define SHIM_REGEX_REGEX_H

#include <regex.h>
#include <stdatomic.h>
#include "shim/src/internal/thread.h"

#define NODES_MAX 60000u
#define DEPTH_MAX 200 /* of groups within groups */
#define NONE UINT32_MAX

enum node_kind {
    NODE_EMPTY,
    NODE_CHAR, /* value: the character, folded when case is ignored */
    NODE_ANY,
    NODE_SET,    /* value: index of the set */
    NODE_ASSERT, /* value: enum assertion */
    NODE_CAT,    /* children in order */
    NODE_ALT,    /* children are alternatives */
    NODE_STAR,   /* one child */
    NODE_GROUP,  /* one child; value: number */
    NODE_BACKREF,
};

enum assertion {
    ASSERT_LINE_START,
    ASSERT_LINE_END,
    ASSERT_WORD_START,
    ASSERT_WORD_END,
    ASSERT_WORD_EDGE,
    ASSERT_NO_WORD_EDGE,
    ASSERT_TEXT_START,
    ASSERT_TEXT_END,
};

struct node {
    u8 kind;
    bool has_group; /* a group lies within */
    u32 value;
    u32 first, next; /* child and sibling: indices or NONE */
    u32 begin, end;  /* its part of the program */
};

enum op {
    OP_CHAR,
    OP_ANY,
    OP_SET,
    OP_ASSERT,
    OP_SPLIT,    /* to x or y */
    OP_JUMP,     /* to x */
    OP_SAVE,     /* value: slot of a group's start or end */
    OP_MARK,     /* value: slot that remembers where a loop's body began */
    OP_PROGRESS, /* to x, unless nothing was consumed since the mark */
    OP_BACKREF,
    OP_MATCH,
};

struct inst {
    u8 op;
    u32 value, x, y;
};

struct range {
    u32 first, last;
};

struct set {
    u64 ascii[2]; /* final answer for characters below 128 */
    struct range *ranges;
    u32 nranges;
    u32 classes; /* bit i: class number i + 1 of <wctype.h> */
    bool invert;
};

struct regex {
    struct node *nodes;
    u32 nnodes, nodes_room;
    struct inst *program;
    u32 ninsts, insts_room;
    struct set *sets;
    u32 nsets, sets_room;
    u32 root;
    u32 ngroups; /* without the whole match */
    u32 nmarks;
    int flags;
    bool bytes; /* compiled in the C locale: each byte is a character */
    bool has_backref;
    bool filter; /* a match begins with a byte of first_bytes */
    u64 first_bytes[4];
    atomic_flag busy; /* somebody uses the automaton */
    struct automaton *automaton;
};

/* The text being searched; positions are byte offsets. */
struct subject {
    const struct regex *re;
    const u8 *text;
    size_t len;
    size_t from; /* where the search begins; what is before is seen by assertions */
    int flags;   /* REG_NOTBOL, REG_NOTEOL */
};

/* parse.c: results are REG_* errors */
int __umk_regex_parse(struct regex *re, const char *pattern) __umk_hidden;
u32 __umk_regex_node(struct regex *re, enum node_kind kind, u32 value) __umk_hidden;
/* bracket.c: p is after the bracket and is moved behind the set; *index is its number. */
int __umk_regex_bracket(struct regex *re, const char **p, u32 *index) __umk_hidden;
/* One of the classes \w and \s, or its complement, as a set. */
int __umk_regex_class_set(struct regex *re, const char *name, bool underscore, bool invert,
                          u32 *index) __umk_hidden;
bool __umk_set_has(const struct regex *re, const struct set *set, u32 c) __umk_hidden;
/* compile.c */
int __umk_regex_compile(struct regex *re) __umk_hidden;

/* text.c: the character at p (a byte that is no character stands for itself, beyond Unicode). */
u32 __umk_regex_char(const struct regex *re, const u8 *p, const u8 *end, size_t *len) __umk_hidden;
bool __umk_regex_is_word(u32 c) __umk_hidden; /* as \w has it */
u32 __umk_regex_fold(const struct regex *re, u32 c) __umk_hidden;
bool __umk_regex_word_before(const struct subject *s, size_t pos) __umk_hidden;
bool __umk_regex_assert(const struct subject *s, enum assertion a, size_t pos) __umk_hidden;
/* Whether an instruction that consumes a character takes c. */
bool __umk_regex_takes(const struct regex *re, const struct inst *i, u32 c) __umk_hidden;

/*
 * automaton.c: whether there is a match. Where there is, none begins before *from, which is not far
 * before the first one. Undecided: no memory, or somebody else uses it.
 */
enum regex_found { REGEX_FOUND, REGEX_NONE, REGEX_UNDECIDED };
enum regex_found __umk_regex_automaton(const struct subject *s, size_t *from) __umk_hidden;
void __umk_regex_automaton_free(struct automaton *a) __umk_hidden;

/* search.c: the leftmost longest match that begins at `from` or later. REG_NOMATCH, REG_ESPACE. */
int __umk_regex_search(const struct subject *s, size_t from, size_t *start,
                       size_t *end) __umk_hidden;
/*
 * Runs a node's part of the program over text[from..to]: bit p of out is set when it can end at
 * from + p. False: no memory.
 */
bool __umk_regex_ends(const struct subject *s, const struct node *n, size_t from, size_t to,
                      u64 *out) __umk_hidden;
/*
 * Backwards: bit p of out is set when the node can match from `from + p` to a position in targets,
 * within text[from..to].
 */
bool __umk_regex_starts(const struct subject *s, const struct node *n, size_t from, size_t to,
                        const u64 *targets, u64 *out) __umk_hidden;
/* submatch.c: m[0] is set; fills the other groups. */
int __umk_regex_submatch(const struct subject *s, regmatch_t *m, size_t nmatch) __umk_hidden;
/* backtrack.c */
int __umk_regex_backtrack(const struct subject *s, regmatch_t *m, size_t nmatch) __umk_hidden;

#endif
