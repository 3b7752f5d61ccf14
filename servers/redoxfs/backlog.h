/*
 * What stands between the file system library, which wants its device to answer at once, and a disk
 * that takes its time.
 *
 * Writes and flushes are copied, answered at once, and passed on in order: writes beside each
 * other, a flush when all before it is done, nothing behind it before it is done itself. So a crash
 * finds on the disk what it would find had each been waited for. A write that fails for good, and
 * all that come behind it, are lost; every later one fails.
 *
 * Reads come from what is queued, from what was read ahead, or from the disk. An impatient reader
 * is told EAGAIN instead of waiting; `ask_again` says when to ask again.
 *
 * When the disk goes away (its driver was killed), all that is under way is begun again with the
 * next one.
 *
 * Copies lie in slots of the transfer memory that is shared with the disk's driver, if there is one
 * (backlog_window), and come to the disk from there. What finds no slot free waits in memory of
 * its own, and is copied once more when it is its turn.
 *
 * Owns the copies. What must hold: two writes of one block are never under way together, and no
 * read is kept that a later write has made old. Behind a write without a slot none has one, as
 * long as it was not passed on: so the slots are always with those whose turn comes first.
 */
#ifndef SERVERS_REDOXFS_BACKLOG_H
#define SERVERS_REDOXFS_BACKLOG_H

#include "umk/abi/types.h"

#define BACKLOG_DEPTH 32u                 /* requests to the disk under way */
#define BACKLOG_WRITES 24u                /* of them for writing; reads always find room */
#define BACKLOG_PIECE 65536u              /* bytes of one, without transfer memory */
#define BACKLOG_SLOT 131072u              /* bytes of a slot */
#define BACKLOG_SLOTS 32u                 /* in all of the transfer memory */
#define BACKLOG_READ_SLOTS 8u             /* of them, for reads; the others are for writes */
#define BACKLOG_READS 64u                 /* that wait, or were not fetched yet */
#define BACKLOG_READ_BYTES ((u64)4 << 20) /* in those */
#define BACKLOG_BLOCK 4096u

enum disk_act { ACT_READ, ACT_WRITE, ACT_FLUSH };

struct backlog;
struct job;

/* A request to the disk. */
struct piece {
    struct backlog *backlog;
    struct job *job; /* NULL: not in use */
    u32 at, len;     /* bytes of the job */
    u8 *buf;         /* where they are */
    bool reads;      /* into buf */
    i32 slot;        /* where buf is in the transfer memory: from that one on; -1: elsewhere */
};

/* How the queue reaches the disk. */
struct backlog_engine {
    void *ctx;
    /* Begins; backlog_finished is called later with what came of it. Negative errno: it cannot be;
     * -EAGAIN: not now. What p says of its buffer holds until then. */
    i64 (*start)(void *ctx, enum disk_act op, u64 offset, struct piece *p);
    /* Waits until backlog_finished was called. */
    void (*wait)(void *ctx);
    /* Nothing is under way: looks for the disk again. 0; -EAGAIN, unless `wait`: not yet, and
     * backlog_poke will be called; else it does not come back. */
    i64 (*reopen)(void *ctx, bool wait);
    /* Whoever asked by backlog_when_stable hears this. */
    void (*answer)(void *ctx, u64 request, i64 result);
};

struct waiter;
struct buffer;

struct backlog {
    struct backlog_engine engine;
    struct job *first, *last; /* writes and flushes */
    struct job *todo;         /* the first of them that was not passed on whole; NULL: none */
    struct job *placed;       /* a write that waits for backlog_put; NULL: none */
    struct job *reads;        /* oldest first */
    u32 nreads;
    u64 read_bytes;
    u64 bytes, limit;     /* of queued writes */
    u64 lying;            /* bytes that were queued since anything was passed on */
    u64 begun, stable;    /* numbers of the newest job, and of the one up to which all are done */
    u8 *window;           /* transfer memory; NULL: none */
    bool shared;          /* the driver of now has it, too */
    u32 slots;            /* bits: in use */
    u32 unslotted;        /* writes that were not passed on and have no slot */
    struct buffer *spare; /* memory for copies, kept for the next ones */
    u32 nspare;
    bool broken;      /* there may be a write that failed and is not under way */
    bool unflushed;   /* something was written since the newest flush */
    bool lost;        /* the disk went away */
    bool patient;     /* a read may wait */
    bool turned_away; /* somebody was told EAGAIN */
    bool ask_again;   /* something was finished since: they may ask again; theirs to clear */
    i64 failed;       /* negative errno: nothing is written any more */
    u32 running;
    struct piece pieces[BACKLOG_DEPTH];
    struct waiter *waiters;
};

/* limit: bytes of writes that are kept waiting before the next one has to wait itself. */
void backlog_init(struct backlog *q, const struct backlog_engine *engine, u64 limit);
/* Lets go of its memory; nothing is queued any more. */
void backlog_close(struct backlog *q);
/* Transfer memory of BACKLOG_SLOTS slots, shared: with the driver of now. A second time, when
 * nothing is under way, what was in the first lies in this one at the same places. */
void backlog_window(struct backlog *q, u8 *window, bool shared);
/* Blocks of BACKLOG_BLOCK bytes; at most a slot's. 0; -EIO; -EAGAIN only when not patient. */
i64 backlog_read(struct backlog *q, u64 block, u32 count, void *buf);
/* Somebody will read that soon. */
void backlog_prefetch(struct backlog *q, u64 block, u32 count);
/* 0, or what has failed before. What is written is passed on at the next flush or backlog_poke at
 * the latest. */
i64 backlog_write(struct backlog *q, u64 block, u32 count, const void *buf);
/* The same in two steps: where the bytes are to be put (NULL: it failed, or there is no memory),
 * and that they are there. Nothing else is asked in between. */
u8 *backlog_place(struct backlog *q, u64 block, u32 count);
i64 backlog_put(struct backlog *q);
i64 backlog_flush(struct backlog *q);
/* Answers the request when all that was queued is done. 1: it is already; -ENOMEM, or what failed.
 */
i64 backlog_when_stable(struct backlog *q, u64 request, i64 result);
/* The request is not to be answered. */
void backlog_forget(struct backlog *q, u64 request);

/* For the engine: bytes moved or negative errno. */
void backlog_finished(struct piece *p, i64 result);
/* Goes on with what is to be done. */
void backlog_poke(struct backlog *q);

#endif
