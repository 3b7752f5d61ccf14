/*
 * Rows: the pieces of a line that fit side by side on the screen. A row is painted into a buffer,
 * with what would act on the terminal shown harmlessly.
 */
#ifndef COMMON_PAGER_ROW_H
#define COMMON_PAGER_ROW_H

#include "../io.h"

#include <stdbool.h>
#include <stddef.h>

struct row_style {
    size_t columns; /* for text, without line numbers */
    size_t shift;   /* columns of the text that are left of the screen; only with `chop` */
    bool chop;      /* a line has one row, the rest is not seen */
    bool raw;       /* sequences for colour work */
    bool all_raw;   /* everything does */
    size_t tab;
};

/* Matches to be shown: bytes of the line, rising, apart from each other. */
struct row_marks {
    const size_t (*at)[2];
    size_t count;
};

/* Where the row that begins at byte `from` ends: `len` for the line's last row. */
size_t row_end(const struct row_style *s, const char *line, size_t len, size_t from);

/* Paints the row that begins at `from`; without the end of line, with attributes reset. */
void row_paint(const struct row_style *s, const char *line, size_t len, size_t from,
               const struct row_marks *marks, struct bytes *out);

/* The text as it is searched: without colours and overstriking. At most len bytes; how many. */
size_t row_plain(const struct row_style *s, const char *line, size_t len, char *out);

#endif
