/* Laying out names on a terminal: in columns, sorted downwards or across. */
#ifndef COMMON_COLUMNS_H
#define COMMON_COLUMNS_H

#include <stddef.h>

struct cell {
    const char *text; /* as printed, with colour sequences */
    size_t width;     /* as seen, in columns */
};

/* Width of a text in terminal columns; a byte that is no text counts one. */
size_t text_width(const char *text);

/* The terminal's width, from $COLUMNS or the terminal itself; 80 when unknown. */
size_t terminal_width(void);

/* Prints the cells in as few rows as `width` allows; across: fill rows first. */
void print_columns(const struct cell *cells, size_t count, size_t width, int across);

#endif
