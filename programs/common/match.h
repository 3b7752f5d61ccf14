/*
 * Matching lines against patterns, for grep. Big blocks of lines are searched as a whole, so that a
 * line without a match costs no call of its own.
 */
#ifndef COMMON_MATCH_H
#define COMMON_MATCH_H

#include <stdbool.h>
#include <stddef.h>

struct matcher {
    bool extended, fixed, ignore_case;
    bool word, line; /* only matches that are whole words, whole lines */
    struct pattern *patterns;
    size_t count, cap;
};

/* Where in a text a match lies. */
struct match {
    size_t start, end;
};

/* Each line of the text is one more pattern. */
void match_add(struct matcher *m, const char *text, size_t len);

/* After the last pattern and the last setting. Ends the program when a pattern is not well formed.
 */
void match_compile(struct matcher *m);

/* The leftmost, then longest match at `from` or later in a line (without its end). */
bool match_find(const struct matcher *m, const char *line, size_t len, size_t from,
                struct match *out);

/* Whether there is one. */
bool match_has(const struct matcher *m, const char *line, size_t len);

/* To be called before match_next_line gets another block. */
void match_new_block(struct matcher *m);

/*
 * The first line of a block of whole lines, [p, end), that has a match, with its length; null when
 * none has. In one block p must not go back.
 */
const char *match_next_line(struct matcher *m, const char *p, const char *end, size_t *len);

#endif
