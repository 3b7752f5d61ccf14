/*
 * The keys of sort: which part of a line counts, and how two such parts compare. The lines stay
 * where they were read.
 */
#ifndef COMMON_SORT_KEY_H
#define COMMON_SORT_KEY_H

#include <stdbool.h>
#include <stddef.h>

struct line {
    const char *text;
    size_t len;
    const char *key; /* its part that the first key names, see key_find */
    size_t key_len;
};

enum how { BY_TEXT, BY_NUMBER, BY_FLOAT, BY_HUMAN, BY_MONTH, BY_VERSION, BY_CHANCE };

struct key {
    size_t start_field, start_char; /* from 0 */
    size_t end_field, end_char;     /* end_field 0: to the end of the line; chars from 1, 0 whole */
    bool has_end;
    enum how how;
    bool skip_start, skip_end, dictionary, fold, printing, reverse;
    bool has_order; /* own ordering letters: the global ones do not apply */
};

/* The character between fields; -1: they begin with blanks. */
extern int key_separator;

/* To be called before any BY_CHANCE. */
void key_seed(void);

/* The part of a line that the key names. */
const char *key_find(const struct key *k, const char *text, size_t len, size_t *key_len);

/* Less than, equal to or greater than 0, as two such parts compare. */
int key_compare(const struct key *k, const char *a, size_t a_len, const char *b, size_t b_len);

/* Byte by byte; the shorter comes first. */
int text_compare(const char *a, size_t a_len, const char *b, size_t b_len);

/* True when the key is the bytes of the line as they stand. */
bool key_is_plain(const struct key *k);

/*
 * Sorts lines by their bytes, fast: 0, or -1 with the lines as they were, when there is no memory
 * or the input is one that it would be slow at. Equal lines are the same, so that their order does
 * not show.
 */
int sort_text(struct line *lines, size_t count);

#endif
