/*
 * Pipes' records, shared by pipe.c (what the scheme does) and pipe_ring.c (two processes' way past
 * the kernel).
 */
#ifndef UMK_CORE_SCHEMES_PIPE_H
#define UMK_CORE_SCHEMES_PIPE_H

#include "umk/core/kschemes.h"

#define PIPE_SIZE 65536u
#define PIPE_FDS 64u

struct pipe_buffer {
    u8 bytes[PIPE_SIZE];
};

/* An end as its process sees it: who asked for a ring, where that lies, and whether it knows. */
struct pipe_end {
    u32 pid; /* 0: nobody asked */
    u32 place;
    bool placed, told;
};

enum { READ_END, WRITE_END };

struct pipe {
    struct desc *reader, *writer; /* NULL: that end is gone, or not yet made */
    bool had_writer;
    u32 pins;                /* who works on it and must not lose it on the way */
    struct pipe_buffer *buf; /* made at the first write */
    u32 start, len;
    struct list readers, writers, fd_readers; /* waiting contexts */
    struct desc *fds[PIPE_FDS];
    u32 nfds;
    u32 carried;         /* how often an end of it travels in a pipe */
    struct object *ring; /* the bytes are there, and none here; NULL: they are here */
    bool had_ring;       /* a pipe gets one in its life */
    struct pipe_end end[2];
};

static inline bool is_reader(const struct desc *d)
{
    return d->number == READ_END;
}

/* pipe.c: memory for the bytes; false: there is none. */
bool pipe_buffer_make(struct pipe *p);

/* pipe_ring.c. Before an operation on end d by the kernel's way. True: the process is told to take
 * the ring instead (-ENOTCONN and the binding in ret[0]); otherwise the bytes are here. */
bool pipe_ring_told(struct context *c, struct desc *d);
/* The bytes come back; both sides turn to the kernel from now on. */
void pipe_ring_end(struct pipe *p);

#endif
