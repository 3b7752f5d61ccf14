/*
 * What the queue between file system and disk consists of, and the memory of it: slots of the
 * transfer memory, or buffers of its own. What must hold stands in backlog.h.
 */
#ifndef SERVERS_REDOXFS_JOBS_H
#define SERVERS_REDOXFS_JOBS_H

#include "servers/redoxfs/backlog.h"

#define JOINED (BACKLOG_SLOT / BACKLOG_BLOCK) /* blocks of a slot */
/* Slots that lie side by side for writes that do: what a disk gets at once, the more the better. */
#define RUN 8u

struct job {
    struct job *next, *prev; /* prev: of writes and flushes */
    enum disk_act op;
    u64 block;
    u32 count, room; /* blocks; that there is memory for */
    u32 asked, done; /* bytes */
    u32 flying;      /* pieces */
    bool begun;      /* of a flush */
    bool stale;      /* a read of what was written since */
    bool ahead;      /* nobody has asked for it yet */
    bool again;      /* it has failed once */
    i64 error;
    u64 number;
    i32 slot; /* the first one of data, room / JOINED in all; -1: it is in memory of its own */
    u8 *data;
};

static inline u32 size_of(const struct job *j)
{
    return j->count * BACKLOG_BLOCK;
}

static inline bool overlaps(const struct job *j, u64 block, u32 count)
{
    return j->block < block + count && block < j->block + j->count;
}

/* In no list yet. NULL: no memory. */
struct job *job_new(struct backlog *q, enum disk_act op, u64 block, u32 count);
void job_free(struct backlog *q, struct job *j);
/* Takes a write or flush from the list and frees it. */
void job_cut(struct backlog *q, struct job *j);
/* What lies right behind a write on the disk joins it, if nothing of it was passed on yet and there
 * is room: many small writes are few requests to the disk. Where the bytes go; NULL: it does not.
 */
u8 *job_join(struct backlog *q, struct job *j, u64 block, u32 count);
/* It is this job's turn: true when it lies where the driver has it, or there is no such place. */
bool job_place(struct backlog *q, struct job *j);

#endif
