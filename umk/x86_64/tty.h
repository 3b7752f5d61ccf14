/*
 * A terminal on a bare line: what a host's terminal driver does for a program on the host. Lines
 * are edited and echoed here and handed on when they are complete, control characters become
 * signals, or none of that: as its settings have it (POSIX, General Terminal Interface). Portable:
 * no hardware, no clock; so VTIME counts for nothing, and a read returns as soon as there is a
 * byte.
 */
#ifndef UMK_X86_64_TTY_H
#define UMK_X86_64_TTY_H

#include "umk/abi/tty.h"

#define TTY_LINE 1024u
#define TTY_INPUT 8192u

struct tty {
    struct rx_termios settings;
    /* output of the terminal's own: echo */
    void (*echo)(const u8 *bytes, size_t len);
    u8 line[TTY_LINE]; /* being edited */
    u32 line_len;
    bool literal;        /* the next byte is taken as it is */
    u8 input[TTY_INPUT]; /* complete, not read yet: a ring */
    u32 head, tail;      /* free running */
    bool ended;          /* the end of input comes after what is in the ring */
};

/* The usual settings: lines are edited. */
void tty_init(struct tty *t, void (*echo)(const u8 *bytes, size_t len));
/* Flags that are not kept to here are left out. What is of a line is input when lines go. */
void tty_set(struct tty *t, const struct rx_termios *settings);
/* A newline goes out as carriage return and newline. */
bool tty_maps_newline(const struct tty *t);
/* A byte from the line. Result: a signal to be sent, or 0. */
u32 tty_byte(struct tty *t, u8 c);
/* Input without any of that. False: no room. */
bool tty_raw(struct tty *t, u8 c);
/* Bytes to read; 0: the end of input; -EAGAIN. */
i64 tty_read(struct tty *t, u8 *buf, size_t len);
/* Room for a whole line more. */
bool tty_has_room(const struct tty *t);
/* Whether a reader would get something. */
bool tty_ready(const struct tty *t);

#endif
