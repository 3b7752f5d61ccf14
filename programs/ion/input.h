/* Lines from a descriptor, for the prompt and for scripts on standard input. */
#ifndef ION_INPUT_H
#define ION_INPUT_H

#include "mem.h"

struct input {
    int fd;
    bool shared; /* commands read from it, too: never take more than a line */
    char block[4096];
    size_t at;
    size_t len;
};

enum input_result { INPUT_LINE, INPUT_END, INPUT_INTERRUPTED };

void input_start(struct input *in, int fd);

/* Appends one line with its newline, if it has one. */
enum input_result input_line(struct input *in, struct buf *line);

/* One line without its newline, taken byte by byte; false at the end or when a signal came. */
bool input_bytes(int fd, struct buf *line);

#endif
