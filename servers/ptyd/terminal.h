/*
 * The server's terminals: pairs, each with its number, owner, foreground group and open files.
 *
 * A terminal lives as long as any file of it is open; its number is free after that. A slave can be
 * opened only while there is a master. Handlers do not wake other requests themselves (that would
 * nest them without bound): they say which side has something to look at, and the loop does it.
 */
#ifndef PTYD_TERMINAL_H
#define PTYD_TERMINAL_H

#include "redox/scheme.h"
#include "servers/ptyd/pair.h"

#define TERMINALS_MAX 256u /* numbers are below */

enum side { SIDE_MASTER, SIDE_SLAVE, SIDE_CONTROL, SIDES };

struct terminal {
    struct pair pair; /* first: pair_signal gets at the terminal by it */
    u32 number;
    u32 uid, gid, mode; /* who may open the slave */
    bool locked;        /* its number is not told (ptlock) */
    u32 group;          /* foreground group, 0: none */
    u32 session;        /* of who has set it, and that one's user */
    u32 group_uid;
    u64 typed_at; /* monotonic ns of the last input */
    u64 reader;   /* the request that VTIME runs for, and since when */
    u64 reads_since;
    i64 timer; /* negative: none */
    struct file *files[SIDES];
    u32 refs;        /* files */
    u32 news[SIDES]; /* events for each side that the loop has to tell */
    struct terminal *next_news;
    bool has_news;
};

/* An open file of the server. */
struct file {
    struct terminal *terminal;
    struct file *next; /* of the same side */
    enum side side;
    bool of_master; /* SIDE_CONTROL: made from a master */
    u32 control;    /* SIDE_CONTROL: enum control */
    u64 id;
};

/* A new pair; its first file must follow, or terminal_release. Negative: -ENOSPC, -ENOMEM. */
i64 terminal_new(u32 uid, u32 gid, struct terminal **out);
struct terminal *terminal_find(u32 number);
/* Frees a terminal without files. */
void terminal_release(struct terminal *t);

/* A new open file; NULL: out of memory. */
struct file *file_open(struct terminal *t, enum side side);
struct file *file_find(u64 id);
void file_close(struct file *f);

/* What a file is ready for: EVENT_READ, EVENT_WRITE. */
u32 file_ready(const struct file *f);

/* The side may have become ready for that. */
void terminal_news(struct terminal *t, enum side side, u32 events);
/* Tells all of it; false: there was nothing. */
bool terminal_tell(struct scheme *s);

#endif
