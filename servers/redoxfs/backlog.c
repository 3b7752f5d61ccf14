/* See backlog.h. */
#include "servers/redoxfs/jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* bytes written that may wait for more before they are passed on */
#define LEFT_LYING (8u * BACKLOG_SLOT)

struct waiter {
    struct waiter *next;
    u64 request, number;
    i64 result;
};

void backlog_init(struct backlog *q, const struct backlog_engine *engine, u64 limit)
{
    *q = (struct backlog){.engine = *engine, .limit = limit, .patient = true};
    for (u32 i = 0; i < BACKLOG_DEPTH; i++)
        q->pieces[i].backlog = q;
}

/* Answers */

static void answer_waiters(struct backlog *q)
{
    struct waiter **at = &q->waiters;

    while (*at) {
        struct waiter *w = *at;
        if (!q->failed && w->number > q->stable) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        q->engine.answer(q->engine.ctx, w->request, q->failed ? q->failed : w->result);
        free(w);
    }
}

i64 backlog_when_stable(struct backlog *q, u64 request, i64 result)
{
    if (q->failed)
        return q->failed;
    if (!q->first)
        return 1;
    struct waiter *w = malloc(sizeof *w);
    if (!w)
        return -ENOMEM;
    *w = (struct waiter){q->waiters, request, q->begun, result};
    q->waiters = w;
    return 0;
}

void backlog_forget(struct backlog *q, u64 request)
{
    for (struct waiter **at = &q->waiters; *at; at = &(*at)->next) {
        if ((*at)->request == request) {
            struct waiter *w = *at;
            *at = w->next;
            free(w);
            return;
        }
    }
}

/* The lists */

static void read_drop(struct backlog *q, struct job *j)
{
    struct job **at = &q->reads;

    while (*at != j)
        at = &(*at)->next;
    *at = j->next;
    q->nreads--;
    q->read_bytes -= size_of(j);
    job_free(q, j);
}

static bool read_over(const struct job *j)
{
    return !j->flying && (j->error || j->done == size_of(j));
}

static void write_drop(struct backlog *q, struct job *j)
{
    job_cut(q, j);
    q->stable = q->first ? q->first->number - 1 : q->begun;
    answer_waiters(q);
}

/* Nothing that is queued comes to the disk any more. What is under way must have ended. */
static void fail_writes(struct backlog *q)
{
    for (struct job *j = q->first, *next; j; j = next) {
        next = j->next;
        if (j->flying)
            j->error = q->failed; /* goes when it ends */
        else
            write_drop(q, j);
    }
    answer_waiters(q);
}

/* Passing on */

static struct piece *free_piece(struct backlog *q, u32 most)
{
    if (q->running >= most)
        return NULL;
    for (u32 i = 0; i < BACKLOG_DEPTH; i++) {
        if (!q->pieces[i].job)
            return &q->pieces[i];
    }
    return NULL;
}

static void job_over(struct backlog *q, struct job *j)
{
    if (j->flying)
        return;
    q->ask_again |= q->turned_away;
    if (j->op == ACT_READ) {
        if (j->stale)
            read_drop(q, j);
        return;
    }
    if (!q->failed)
        q->failed = j->error;
    write_drop(q, j);
    if (q->failed)
        fail_writes(q);
}

/* The driver is gone, and another one may come; anything else the disk has said. */
static bool passing(i64 error)
{
    return error == -ENODEV || error == -ENOENT || error == -ENOTCONN || error == -EBADF ||
           error == -ECANCELED || error == -EINTR;
}

static void piece_failed(struct backlog *q, struct job *j, i64 error)
{
    if (passing(error) || (error != -ENOSPC && !j->again))
        q->lost = true;
    else
        j->error = error == -ENOSPC ? error : -EIO;
    q->broken |= j->error != 0;
    j->again |= !passing(error);
}

static bool start(struct backlog *q, struct job *j, struct piece *p, u32 at, u32 len)
{
    *p = (struct piece){.backlog = q,
                        .at = at,
                        .len = len,
                        .buf = j->data + at,
                        .reads = j->op == ACT_READ,
                        .slot = q->shared ? j->slot : -1};
    i64 r = q->engine.start(q->engine.ctx, j->op, j->block * BACKLOG_BLOCK + at, p);

    if (r < 0) {
        /* what is under way makes room; if nothing is, trying again would go on for ever */
        if (r != -EAGAIN || !q->running)
            piece_failed(q, j, -EIO);
        return false;
    }
    p->job = j;
    j->flying++;
    q->running++;
    return true;
}

/* As much of a read or write as there is room for; true: all of it. */
static bool pass_on(struct backlog *q, struct job *j, u32 most)
{
    if (!job_place(q, j))
        return false;
    u32 largest = q->shared && j->slot >= 0 ? RUN * BACKLOG_SLOT : BACKLOG_PIECE;
    while (!j->error && !q->lost && j->asked < size_of(j)) {
        u32 left = size_of(j) - j->asked, len = left < largest ? left : largest;
        struct piece *p = free_piece(q, most);
        if (!p || !start(q, j, p, j->asked, len))
            return false;
        j->asked += len;
    }
    return !q->lost;
}

static bool is_being_written(const struct backlog *q, const struct job *j)
{
    for (u32 i = 0; i < BACKLOG_DEPTH; i++) {
        const struct job *o = q->pieces[i].job;
        if (o && o != j && o->op == ACT_WRITE && overlaps(o, j->block, j->count))
            return true;
    }
    return false;
}

static void pass_on_writes(struct backlog *q)
{
    for (struct job *j; (j = q->todo); q->todo = j->next) {
        if (j->op == ACT_FLUSH) {
            struct piece *p = j == q->first && !j->begun ? free_piece(q, BACKLOG_DEPTH) : NULL;
            if (p)
                j->begun = start(q, j, p, 0, 0);
            return;
        }
        if ((j->asked == 0 && is_being_written(q, j)) || !pass_on(q, j, BACKLOG_WRITES))
            return;
    }
}

/* What is under way has ended, for nothing: it is begun again, or given up. False: not yet. */
static bool revive(struct backlog *q, bool wait)
{
    i64 r = q->engine.reopen(q->engine.ctx, wait);

    if (r == -EAGAIN)
        return false;
    q->lost = false;
    for (struct job *j = q->reads, *next; j; j = next) {
        next = j->next;
        if (r < 0 && !read_over(j))
            j->error = -EIO;
        if (!read_over(j))
            j->asked = j->done = 0;
        else
            job_over(q, j);
    }
    if (r < 0 && q->first) {
        q->failed = -EIO;
        fail_writes(q);
    }
    for (struct job *j = q->first; j; j = j->next) {
        j->asked = j->done = 0;
        j->begun = false;
    }
    q->todo = q->first;
    return true;
}

/* Jobs that could not even be begun. True: there was one. */
static bool drop_broken(struct backlog *q)
{
    for (struct job *j = q->broken ? q->first : NULL; j; j = j->next) {
        if (j->error && !j->flying) {
            job_over(q, j);
            return true;
        }
    }
    q->broken = false;
    return false;
}

void backlog_poke(struct backlog *q)
{
    q->lying = 0;
    do {
        if (q->lost && (q->running || !revive(q, false)))
            return;
        for (struct job *j = q->reads; j && !q->lost; j = j->next)
            pass_on(q, j, BACKLOG_DEPTH);
        if (!q->lost && !q->failed)
            pass_on_writes(q);
    } while (drop_broken(q) || q->lost);
}

void backlog_finished(struct piece *p, i64 result)
{
    struct backlog *q = p->backlog;
    struct job *j = p->job;

    p->job = NULL;
    q->running--;
    j->flying--;
    if (result < 0 || (result == 0 && p->len)) {
        piece_failed(q, j, result);
    } else if (result < p->len) {
        j->done += (u32)result;
        if (q->lost || !start(q, j, p, p->at + (u32)result, p->len - (u32)result))
            q->lost = true; /* all of it once more */
    } else {
        j->done += p->len;
    }
    if (j->error || (j->op != ACT_FLUSH ? j->done == size_of(j) : result >= 0))
        job_over(q, j);
    backlog_poke(q);
}

static void wait_some(struct backlog *q)
{
    if (q->lying)
        backlog_poke(q);
    if (q->lost && !q->running) {
        revive(q, true);
        backlog_poke(q);
    } else {
        q->engine.wait(q->engine.ctx);
    }
}

/* Reading */

/* From the newest queued write that has all of it. 1: copied; 0: nothing is queued of it; -EAGAIN:
 * some of it is, and must come to the disk first. */
static i64 read_queued(const struct backlog *q, u64 block, u32 count, void *buf)
{
    const struct job *newest = NULL;

    for (const struct job *j = q->first; j; j = j->next) {
        if (j->op == ACT_WRITE && overlaps(j, block, count))
            newest = j;
    }
    if (!newest)
        return 0;
    if (newest->block > block || newest->block + newest->count < block + count)
        return -EAGAIN;
    memcpy(buf, newest->data + (block - newest->block) * BACKLOG_BLOCK,
           (size_t)count * BACKLOG_BLOCK);
    return 1;
}

static struct job *read_find(const struct backlog *q, u64 block, u32 count)
{
    for (struct job *j = q->reads; j; j = j->next) {
        if (j->block == block && j->count == count && !j->stale)
            return j;
    }
    return NULL;
}

/* Room for one more: what was read ahead for nobody goes, the oldest first, and for a reader that
 * wants to have it also what others have not come for. */
static bool make_room(struct backlog *q, u32 count, bool ahead)
{
    while (q->nreads >= BACKLOG_READS ||
           q->read_bytes + (u64)count * BACKLOG_BLOCK > BACKLOG_READ_BYTES) {
        struct job *j = q->reads;
        while (j && !(read_over(j) && j->ahead))
            j = j->next;
        if (!j && !ahead) {
            for (j = q->reads; j && !read_over(j);)
                j = j->next;
        }
        if (!j)
            return false;
        read_drop(q, j);
    }
    return true;
}

static struct job *read_begin(struct backlog *q, u64 block, u32 count, bool ahead)
{
    struct job *j = make_room(q, count, ahead) ? job_new(q, ACT_READ, block, count) : NULL;
    struct job **at = &q->reads;

    if (!j)
        return NULL;
    j->ahead = ahead;
    while (*at)
        at = &(*at)->next;
    *at = j;
    q->nreads++;
    q->read_bytes += size_of(j);
    backlog_poke(q);
    return j;
}

i64 backlog_read(struct backlog *q, u64 block, u32 count, void *buf)
{
    for (;;) {
        i64 queued = read_queued(q, block, count, buf);
        if (queued > 0)
            return 0;
        struct job *j = queued < 0 ? NULL : read_find(q, block, count);
        if (!queued && !j)
            j = read_begin(q, block, count, false);
        if (j && read_over(j)) {
            i64 error = j->error;
            if (!error)
                memcpy(buf, j->data, size_of(j));
            read_drop(q, j);
            return error;
        }
        if (j)
            j->ahead = false;
        if (q->lying)
            backlog_poke(q);
        if (!j && !q->running && !q->lost)
            return queued < 0 ? -EIO : -ENOMEM;
        if (!q->patient) {
            q->turned_away = true;
            return -EAGAIN;
        }
        wait_some(q);
    }
}

void backlog_prefetch(struct backlog *q, u64 block, u32 count)
{
    for (const struct job *j = q->first; j; j = j->next) {
        if (j->op == ACT_WRITE && overlaps(j, block, count))
            return;
    }
    if (!read_find(q, block, count))
        read_begin(q, block, count, true);
}

/* Writing */

static void forget_reads(struct backlog *q, u64 block, u32 count)
{
    for (struct job *j = q->reads, *next; j; j = next) {
        next = j->next;
        if (!overlaps(j, block, count))
            continue;
        j->stale = true;
        if (read_over(j))
            read_drop(q, j);
    }
}

static i64 append(struct backlog *q, struct job *j)
{
    if (!j)
        return -ENOMEM;
    j->number = ++q->begun;
    j->prev = q->last;
    if (q->last)
        q->last->next = j;
    else
        q->first = j;
    q->last = j;
    if (!q->todo)
        q->todo = j;
    q->bytes += size_of(j);
    q->lying += size_of(j);
    if (j->op == ACT_FLUSH || q->lying >= LEFT_LYING)
        backlog_poke(q);
    return q->failed;
}

u8 *backlog_place(struct backlog *q, u64 block, u32 count)
{
    while (!q->failed && q->first && q->bytes + (u64)count * BACKLOG_BLOCK > q->limit)
        wait_some(q);
    if (q->failed)
        return NULL;
    forget_reads(q, block, count);
    q->unflushed = true;
    u8 *place = q->last ? job_join(q, q->last, block, count) : NULL;
    if (place) {
        q->lying += (u64)count * BACKLOG_BLOCK;
        return place;
    }
    q->placed = job_new(q, ACT_WRITE, block, count);
    return q->placed ? q->placed->data : NULL;
}

i64 backlog_put(struct backlog *q)
{
    struct job *j = q->placed;

    q->placed = NULL;
    return j ? append(q, j) : 0;
}

i64 backlog_write(struct backlog *q, u64 block, u32 count, const void *buf)
{
    u8 *place = backlog_place(q, block, count);

    if (!place)
        return q->failed ? q->failed : -ENOMEM;
    memcpy(place, buf, (size_t)count * BACKLOG_BLOCK);
    return backlog_put(q);
}

i64 backlog_flush(struct backlog *q)
{
    if (q->failed || !q->unflushed)
        return q->failed;
    i64 r = append(q, job_new(q, ACT_FLUSH, 0, 0));
    if (r == 0)
        q->unflushed = false;
    return r;
}
