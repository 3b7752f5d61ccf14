/*
 * What of a text is on the screen: its top row, moving it, painting. The bottom row of the screen
 * is the prompt's.
 */
#ifndef COMMON_PAGER_VIEW_H
#define COMMON_PAGER_VIEW_H

#include "row.h"
#include "search.h"
#include "text.h"

/* The row of line `line` that begins at byte `byte`. */
struct place {
    size_t line, byte;
};

struct view {
    struct pager_text *text;
    struct row_style style;
    const struct search *search;
    size_t rows, columns; /* of the screen */
    bool numbers;         /* of lines, in front */
    bool squeeze;         /* blank lines that follow each other are one */
    bool scrolls;         /* as more does it: what is seen moves up, from where the cursor was */
    bool highlight;
    struct place top;
    /* What is on the screen. */
    bool painted;
    struct place painted_top;
    size_t painted_rows;
    /* Where the rows of line `known` begin, for lines that are looked at again and again. */
    size_t *starts;
    size_t count, cap, known;
    off_t known_end; /* of that line, in the text */
    bool has_known;
};

void view_set_size(struct view *v, size_t rows, size_t columns);
/* After a change of the text, of the style or of what is highlighted. */
void view_changed(struct view *v);

/* Moves the top so many rows; how many it were. Forward stops where the end is on the screen. */
size_t view_forward(struct view *v, size_t rows);
size_t view_back(struct view *v, size_t rows);
/* The line comes to the top, but for the end of the text, which stays at the bottom. */
void view_to_line(struct view *v, size_t line);
void view_to_end(struct view *v);

/* The lines on the screen: the first, and the one behind the last; false when there is none. */
bool view_lines(struct view *v, size_t *first, size_t *behind);
/* True when the last row of the text is on the screen, or above. */
bool view_at_end(struct view *v);
/* True when the screen has room for more text. */
bool view_has_room(struct view *v);

/* Paints what changed, and the prompt, in reverse when it is a message. */
void view_paint(struct view *v, const char *prompt, bool reverse);

#endif
