/*
 * When what has changed is written; see redoxfs.h.
 *
 * A run passes unwritten content to the queue to the disk, as long as that has room, and ends with
 * a commit. fsync and the timer begin one, and much unwritten content or metadata. For a run
 * that fsync waits for, writers are held back as soon as all that was unwritten at the beginning is
 * with the disk: so it ends.
 */
#include "servers/redoxfs/redoxfs.h"

#include <stdlib.h>

#define WRITE_BACK_NS 2000000000ull
#define RECORD 131072u
#define TURN 4u                 /* records in a turn of the loop */
#define FEW ((u64)1 << 20)      /* bytes that a commit writes on its own */
#define HEADROOM (16u * RECORD) /* in the queue, for what a write may pass to it */
/* Metadata that is committed when there is so much: a commit is one step. */
#define META_MOST ((u64)8 << 20)
#define META_SHARE 8u /* of the cache, if that is less */

struct sync {
    struct sync *next;
    u64 request;
    i64 result;
};

void writeback_init(struct volume *v)
{
    v->writeback = (struct writeback){.timer = -1};
}

static bool has_room(const struct backlog *q, u64 bytes)
{
    return !q->bytes || q->bytes + bytes <= q->limit;
}

/* Whether it is time for a commit: it would not have to wait for the disk, or gets too large. */
static bool commit_fits(const struct volume *v)
{
    u64 content = rfs_unwritten(v->rfs), meta = rfs_unwritten_meta(v->rfs);

    return content <= FEW && (meta > 2 * META_MOST || has_room(&v->device.backlog, content + meta));
}

/* Answering */

static void answer_one(struct volume *v, u64 request, i64 result)
{
    i64 r = backlog_when_stable(&v->device.backlog, request, result);

    if (r)
        scheme_answer(v->scheme, request, r > 0 ? result : r);
}

static void answer_all(struct volume *v, i64 r)
{
    struct writeback *w = &v->writeback;

    while (w->sync) {
        struct sync *s = w->sync;
        w->sync = s->next;
        if (r < 0)
            scheme_answer(v->scheme, s->request, r);
        else
            answer_one(v, s->request, s->result);
        free(s);
    }
}

static i64 add_sync(struct writeback *w, u64 request, i64 result)
{
    struct sync *s = malloc(sizeof *s), **at = &w->sync;

    if (!s)
        return -ENOMEM;
    *s = (struct sync){.request = request, .result = result};
    while (*at)
        at = &(*at)->next;
    *at = s;
    return SCHEME_PARKED;
}

void writeback_cancel(struct volume *v, u64 request)
{
    for (struct sync **at = &v->writeback.sync; *at; at = &(*at)->next) {
        if ((*at)->request == request) {
            struct sync *s = *at;
            *at = s->next;
            free(s);
            return;
        }
    }
    backlog_forget(&v->device.backlog, request);
}

/* Runs */

static void end_run(struct volume *v)
{
    struct writeback *w = &v->writeback;
    i64 r = w->durable ? rfs_sync(v->rfs) : rfs_commit(v->rfs);

    w->running = w->durable = false;
    answer_all(v, r);
    if (rfs_dirty(v->rfs))
        volume_changed(v);
}

/* True: it is not the disk that it waits for. */
static bool go_on(struct volume *v)
{
    struct writeback *w = &v->writeback;
    i64 left = (i64)rfs_unwritten(v->rfs), before;

    for (u32 i = 0; i < TURN && left > (i64)FEW; i++) {
        if (!has_room(&v->device.backlog, HEADROOM))
            return i > 0;
        before = left;
        left = rfs_write_out(v->rfs, RECORD);
        u64 written = left < before && left >= 0 ? (u64)(before - left) : 0;
        w->owed -= written < w->owed ? written : w->owed;
    }
    if (left >= 0 && !commit_fits(v))
        return left > (i64)FEW;
    end_run(v);
    return true;
}

/* durable: all is on stable storage at its end. */
static void begin_run(struct volume *v, bool durable)
{
    v->writeback.running = true;
    v->writeback.durable |= durable;
    v->writeback.owed = rfs_unwritten(v->rfs);
}

/* Whether writing would take what is wanted for other things, or keep a run from its end. */
static bool too_fast(const struct volume *v)
{
    const struct writeback *w = &v->writeback;
    const struct backlog *q = &v->device.backlog;

    return !q->failed && (rfs_crowded(v->rfs) || !has_room(q, HEADROOM) || (w->sync && !w->owed));
}

bool writeback_holds(struct volume *v)
{
    if (v->device.backlog.patient || !too_fast(v))
        return false;
    if (!v->writeback.running && rfs_crowded(v->rfs))
        begin_run(v, false);
    v->writeback.held = true;
    return true;
}

bool writeback_turn(struct volume *v)
{
    struct writeback *w = &v->writeback;
    struct backlog *q = &v->device.backlog;
    bool any = false;

    if (w->running) {
        q->patient = true;
        any = go_on(v);
    }
    if (w->held && q->bytes <= q->limit / 2 && !too_fast(v)) {
        w->held = false;
        tree_wake(v->scheme);
        any = true;
    }
    return any;
}

i64 writeback_sync(struct volume *v, u32 node, u64 request, i64 result)
{
    i64 flushed = maps_flush(v, node);

    if (v->writeback.running || !commit_fits(v)) {
        begin_run(v, true);
        return flushed < 0 ? flushed : add_sync(&v->writeback, request, result);
    }
    i64 r = rfs_sync(v->rfs);
    if (r >= 0)
        r = flushed;
    if (r >= 0)
        r = backlog_when_stable(&v->device.backlog, request, result);
    return r < 0 ? r : r > 0 ? result : SCHEME_PARKED;
}

/* The timer */

static void write_back(void *arg)
{
    struct volume *v = arg;

    v->writeback.timer = -1;
    v->device.backlog.patient = true;
    /* an error shows at the next fsync: the library then says it again */
    if (rfs_dirty(v->rfs))
        begin_run(v, true);
    if (rfs_rest(v->rfs))
        volume_changed(v);
}

void volume_changed(struct volume *v)
{
    struct rx_timespec t;
    u64 most = v->cache / META_SHARE < META_MOST ? v->cache / META_SHARE : META_MOST;

    if (!v->writeback.running && rfs_unwritten_meta(v->rfs) > most)
        begin_run(v, false);
    if (v->writeback.timer >= 0 || rx_clock(RX_CLOCK_MONOTONIC, &t) < 0)
        return;
    v->writeback.timer =
        rx_timer((u64)t.sec * 1000000000 + (u64)t.nsec + WRITE_BACK_NS, write_back, v);
}
