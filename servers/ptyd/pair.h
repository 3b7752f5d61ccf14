/*
 * A pair: a terminal without hardware. What is written to the master passes the line discipline
 * and is read from the slave; what is written to the slave is read from the master, in packets or
 * as it is. Nothing here knows of schemes, requests or clocks; the server gives pair_signal.
 */
#ifndef PTYD_PAIR_H
#define PTYD_PAIR_H

#include "servers/ptyd/queue.h"
#include "umk/abi/tty.h"

#define EDIT_MAX 4096u /* bytes of a line that is being typed; more are dropped */

/* Tags of packets to the master, the first byte of what it reads. */
#define OUT_DATA 0u
#define OUT_SYNC 1u /* the slave called fsync */

/* Tags of packets to the slave. */
#define IN_LINE                                                                                 \
    0u            /* a line with its end; or bytes of a mode without lines, which may be joined \
                   */
#define IN_EOF 1u /* what was typed before VEOF; empty: end of file */

struct pair {
    struct rx_termios termios;
    struct rx_winsize winsize;
    struct queue in;   /* to the slave */
    struct queue out;  /* to the master */
    u8 edit[EDIT_MAX]; /* the line being typed, in canonical mode */
    u32 edit_len;
    bool literal; /* the next byte means itself (VLNEXT) */
    bool stopped; /* output waits (VSTOP, TCOOFF) */
    bool plain;   /* the master reads no packets: bytes without tags */
    u32 masters;  /* open files of each side */
    u32 slaves;
    bool slave_seen; /* a slave has been open once */
};

enum pair_wait {
    WAIT_LONG,  /* the caller comes again when there is more */
    WAIT_NEVER, /* a non-blocking read */
    WAIT_OVER,  /* VTIME has passed: what is there is the answer */
};

/* Sends a signal to the terminal's foreground group; the server has it. */
void pair_signal(struct pair *p, u32 sig);

void pair_init(struct pair *p);
void pair_free(struct pair *p);

/* Bytes typed. Result: how many were taken; fewer when the input is full. */
size_t pair_type(struct pair *p, const u8 *data, size_t len);
/* Bytes written by a program. Result: how many were taken; 0: the output is full. */
size_t pair_print(struct pair *p, const u8 *data, size_t len);
bool pair_sync(struct pair *p);
/* Output that is not a program's, also when the output is full. */
void pair_echo(struct pair *p, const u8 *data, size_t len);

/* A packet for the master: its tag and data in buf; plain: bytes. -EAGAIN: none; -EINVAL: len is
 * too small. */
i64 pair_master_read(struct pair *p, u8 *buf, size_t len);
bool pair_master_ready(const struct pair *p);
/* Output that has not been read yet is dropped by a change. */
void pair_set_plain(struct pair *p, bool plain);

/* Input for the slave. -EAGAIN: it has to wait; 0: end of file, or nothing came in time. */
i64 pair_slave_read(struct pair *p, u8 *buf, size_t len, enum pair_wait wait);
bool pair_slave_ready(const struct pair *p);
/* Tenths of a second after which a waiting read is over, counted from the last byte that was typed
 * or else from the read's beginning; 0: never. */
u32 pair_timeout(const struct pair *p, bool *from_input);

void pair_set_termios(struct pair *p, const struct rx_termios *t);
/* Queues as tcflush numbers them: 0 input, 1 output, 2 both. -EINVAL: no such queue. */
i64 pair_flush(struct pair *p, i32 which);
/* Actions as tcflow numbers them. */
i64 pair_flow(struct pair *p, i32 action);

#endif
