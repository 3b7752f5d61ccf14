/*
 * The text being edited: where the cursor is, how to get from one place to another, changes and
 * their undoing. Knows nothing of keys and screens.
 *
 * Places are byte offsets and always lie between two grapheme clusters.
 */
#ifndef ION_EDITOR_LINE_H
#define ION_EDITOR_LINE_H

#include "../mem.h"

struct line_state;

struct line {
    struct buf text;
    size_t cursor;
    struct line_state *undo; /* older states, the newest last */
    size_t undo_count;
    size_t undo_bytes;
    bool typing; /* the newest change was typed text, to which more may be added */
};

void line_free(struct line *l);
/* A new, empty text without a past. */
void line_reset(struct line *l);

/* Replaces everything, cursor at the end; can be undone. */
void line_set(struct line *l, const char *text, size_t len);
/* At the cursor, which goes behind it. `typed` texts that follow each other are undone together. */
void line_insert(struct line *l, const char *text, size_t len, bool typed);
/* Removes the bytes from..to; the cursor goes to `from`. */
void line_remove(struct line *l, size_t from, size_t to);
/* False when there is nothing to undo. */
bool line_undo(struct line *l);
/* Back to the oldest state. */
void line_revert(struct line *l);

/* The next and the previous place; the ends stay. */
size_t line_next(const struct line *l, size_t at);
size_t line_prev(const struct line *l, size_t at);

/* Words are separated by blanks; a blank behind a backslash belongs to its word. */
size_t line_word_next(const struct line *l, size_t at);
size_t line_word_prev(const struct line *l, size_t at);

/* Start and end of the row that `at` is in: texts can have newlines. */
size_t line_row_start(const struct line *l, size_t at);
size_t line_row_end(const struct line *l, size_t at);

#endif
