/* Columns, see columns.h. */
#include "columns.h"

#include "io.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

/* Between columns. */
#define GAP 2

size_t text_width(const char *text)
{
    size_t width = 0;
    mbstate_t state = {0};
    while (*text) {
        wchar_t c;
        size_t n = mbrtowc(&c, text, strlen(text), &state);
        if (n == 0 || n > MB_LEN_MAX) {
            /* bytes that are no text, each of which a terminal shows as one sign */
            state = (mbstate_t){0};
            width++;
            text++;
            continue;
        }
        int columns = wcwidth(c);
        width += columns > 0 ? (size_t)columns : 0;
        text += n;
    }
    return width;
}

size_t terminal_width(void)
{
    const char *env = getenv("COLUMNS");
    long value = env ? strtol(env, NULL, 10) : 0;
    if (value > 0 && value < 10000)
        return (size_t)value;
    struct winsize ws;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
        return ws.ws_col;
    return 80;
}

static size_t cell_index(size_t row, size_t col, size_t rows, size_t cols, int across)
{
    return across ? row * cols + col : col * rows + row;
}

/* Fills widths[0..cols); the total, without the gap after the last column. */
static size_t measure(const struct cell *cells, size_t count, size_t rows, size_t cols, int across,
                      size_t *widths)
{
    size_t total = 0;
    for (size_t col = 0; col < cols; col++) {
        widths[col] = 0;
        for (size_t row = 0; row < rows; row++) {
            size_t i = cell_index(row, col, rows, cols, across);
            if (i < count && cells[i].width > widths[col])
                widths[col] = cells[i].width;
        }
        total += widths[col] + (col + 1 < cols ? GAP : 0);
    }
    return total;
}

/* Moves from one column to another with as few characters as possible, by tab stops of 8. */
static void move_to(size_t from, size_t to)
{
    while (from < to) {
        if (to / 8 > (from + 1) / 8) {
            putchar('\t');
            from += 8 - from % 8;
        } else {
            putchar(' ');
            from++;
        }
    }
}

/* How many groups of n (all in one, if n is 0) hold count cells. */
static size_t groups(size_t count, size_t n)
{
    return n ? (count + n - 1) / n : 1;
}

void print_columns(const struct cell *cells, size_t count, size_t width, int across)
{
    if (count == 0)
        return;
    size_t *widths = xmalloc(count * sizeof *widths);
    size_t most = width / (GAP + 1) + 1;
    size_t cols = count < most ? count : most;
    size_t rows;
    for (;; cols--) {
        rows = groups(count, cols);
        if (!across)
            cols = groups(count, rows);
        if (measure(cells, count, rows, cols, across, widths) < width || cols <= 1)
            break;
    }
    for (size_t row = 0; row < rows; row++) {
        size_t here = 0;
        size_t start = 0;
        for (size_t col = 0; col < cols; col++) {
            size_t i = cell_index(row, col, rows, cols, across);
            if (i >= count)
                break;
            move_to(here, start);
            fputs(cells[i].text, stdout);
            here = start + cells[i].width;
            start += widths[col] + GAP;
        }
        putchar('\n');
    }
    free(widths);
}
