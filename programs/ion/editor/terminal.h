/*
 * The terminal itself: raw mode for as long as lines are edited, its size, its bytes. In raw mode
 * the shell's signals (a new window size, a child's end) come only while terminal_read waits, which
 * they end: none is lost between a look at what they brought and the wait.
 */
#ifndef ION_EDITOR_TERMINAL_H
#define ION_EDITOR_TERMINAL_H

#include "../mem.h"

struct terminal_size {
    unsigned rows;
    unsigned columns;
};

/* True when standard input and output are a terminal that understands cursor movements. */
bool terminal_is_usable(void);

/* Raw mode on and off, where it is not so already; false when the terminal cannot. What was typed
 * before is there for terminal_read, an end of file (Ctrl-D) as that key. */
bool terminal_enter(void);
void terminal_leave(void);

/* The size as it is now; never less than 1 by 2. */
struct terminal_size terminal_size(void);

/* Bytes read; 0 at the end, -1 when a signal came instead. */
long terminal_read(char *out, size_t len);

/* True once after the window has changed its size. */
bool terminal_resized(void);

void terminal_write(const char *text, size_t len);

#endif
