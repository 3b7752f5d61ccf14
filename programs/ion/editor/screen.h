/*
 * What is on the screen while a line is edited. The whole picture is painted anew at each change;
 * it is a few hundred bytes, written at once. Works out where the cursor is by itself and asks the
 * terminal nothing.
 */
#ifndef ION_EDITOR_SCREEN_H
#define ION_EDITOR_SCREEN_H

#include "terminal.h"

struct picture {
    const char *above;  /* whole rows over the prompt, or null */
    const char *prompt; /* escape sequences count as nothing; only its last row is painted again */
    const char *text;
    size_t len;
    size_t cursor;
    const char *color; /* escape sequence for the text, or null */
    const char *ghost; /* shown behind the text in yellow, or null */
    const char *below; /* a row under the text, or null */
};

struct screen {
    struct terminal_size size;
    unsigned cursor_row; /* of the cursor, counted from the first row of the picture */
    struct buf out;
};

/* Begins on a row of its own: what stands unfinished on the row is marked and left alone. */
void screen_start(struct screen *s, const char *prompt);
void screen_paint(struct screen *s, const struct picture *p);
/* The picture stays, the cursor goes to the row behind it. */
void screen_finish(struct screen *s, const struct picture *p);
/* Takes the picture away, so that something else can be written; a paint brings it back. */
void screen_hide(struct screen *s);
/* The window has another size: rows are broken elsewhere now. */
void screen_resize(struct screen *s, const struct picture *p);
void screen_clear(struct screen *s);
void screen_free(struct screen *s);

/* Columns of a text with its escape sequences left out. */
size_t screen_width(const char *text, size_t len);

#endif
