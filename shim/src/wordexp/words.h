/*
 * wordexp's work in three steps: the expander turns the text into bytes, each with a mark that says
 * how it came about; the splitter cuts them into fields; the last step expands patterns and removes
 * the marks.
 */
#ifndef SHIM_WORDEXP_WORDS_H
#define SHIM_WORDEXP_WORDS_H

#include <wordexp.h>
#include "shim/src/internal/result.h"

enum mark {
    MARK_PLAIN,    /* stood there: no field splitting, but patterns */
    MARK_QUOTED,   /* neither */
    MARK_EXPANDED, /* the result of an expansion: splitting and patterns */
    MARK_NULL,     /* no byte, but something was quoted here: a field exists */
    MARK_BREAK,    /* no byte: white space in the text, a field ends */
};

struct marked {
    char *bytes;
    u8 *marks;
    size_t len, room;
};

struct expansion {
    const char *p; /* what is still to be read */
    int flags;     /* WRDE_* */
    struct marked out;
};

/* All return 0 or WRDE_*. */
int __umk_words_put(struct marked *m, char c, enum mark mark) __umk_hidden;
int __umk_words_text(struct marked *m, const char *s, size_t n, enum mark mark) __umk_hidden;
/* Expands up to an unquoted byte of `stop`, or the end. */
int __umk_words_expand(struct expansion *e, const char *stop) __umk_hidden;
/* At a dollar sign or a backquote; quoted: within double quotes. */
int __umk_words_dollar(struct expansion *e, bool quoted) __umk_hidden;
/* An integer expression of n bytes, with the shell's variables. */
int __umk_words_arithmetic(const char *s, size_t n, long *out) __umk_hidden;

#endif
