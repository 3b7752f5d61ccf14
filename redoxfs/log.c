/* The allocation log: how the set of free blocks is kept on the device.
 *
 * A commit rewrites the newest block of the chain together with its own changes, as runs: what it
 * took, then what it let go. A squash writes the whole free set anew and drops the chain. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

/* The entries that are being written, and where they go. */
struct writer {
    struct rfs *fs;
    uint64_t *block; /* the new log blocks */
    uint32_t blocks, at;
    uint32_t filled; /* entries in buf */
    struct ptr previous;
    uint8_t *buf;
    int err;
};

static void finish_block(struct writer *w)
{
    if (w->err)
        return;
    put_ptr(w->buf, w->previous);
    w->previous = (struct ptr){ADDR(w->block[w->at], 0, 0), seahash(w->buf, RFS_BLOCK)};
    w->err = write_block(w->fs, w->block[w->at], 1, w->buf);
    memcpy(w->fs->log_tail, w->buf, RFS_BLOCK);
    memset(w->buf, 0, RFS_BLOCK);
    w->at++;
    w->filled = 0;
}

static void put_entry(struct writer *w, uint64_t index, uint64_t count)
{
    uint8_t *p;

    if (w->filled == LOG_ENTRIES)
        finish_block(w);
    p = w->buf + (size_t)(w->filled + 1) * LOG_ENTRY_SIZE;
    put64(p, index);
    put64(p + 8, count);
    w->filled++;
}

static void put_set(struct writer *w, const struct extents *set, bool taken)
{
    uint64_t start, len;

    for (uint64_t at = 0; extents_next(set, at, &start, &len); at = start + len)
        put_entry(w, start, taken ? 0 - len : len);
}

/* All that will be free after this commit. */
static int free_after(const struct rfs *fs, struct extents *out)
{
    const struct extents *sets[] = {&fs->free, &fs->hold, &fs->let};
    uint64_t start, len;
    int err = 0;

    for (unsigned s = 0; s < 3; s++)
        for (uint64_t at = 0; !err && extents_next(sets[s], at, &start, &len); at = start + len)
            err = extents_add(out, start, len);
    return err;
}

/* Entries of the newest block that say something, moved to its front. */
static uint32_t kept_entries(uint8_t *tail)
{
    uint32_t kept = 0;

    for (unsigned e = 1; e <= LOG_ENTRIES; e++) {
        const uint8_t *p = tail + (size_t)e * LOG_ENTRY_SIZE;

        if (get64(p + 8))
            memmove(tail + (size_t)++kept * LOG_ENTRY_SIZE, p, LOG_ENTRY_SIZE);
    }
    return kept;
}

/* Takes log blocks until all entries have room; taking one may add an entry. */
static int take_blocks(struct rfs *fs, struct writer *w, uint32_t kept, bool squash)
{
    uint32_t room = 0;
    uint64_t entries;
    int err;

    do {
        if (w->blocks == room) {
            uint64_t *more;

            room = room ? room * 2 : 4;
            more = realloc(w->block, room * sizeof(*more));
            if (!more)
                return -ENOMEM;
            w->block = more;
        }
        err = space_take(fs, 0, &w->block[w->blocks]);
        if (err)
            return err;
        w->blocks++;
        /* A block more than needed is harmless, so runs that will merge may be counted twice. */
        entries = squash ? (uint64_t)fs->free.runs + fs->hold.runs + fs->let.runs
                         : (uint64_t)kept + fs->taken.runs + fs->let.runs;
    } while ((uint64_t)w->blocks * LOG_ENTRIES < entries);
    return 0;
}

/* The chain is from now on what was written. */
static int adopt(struct rfs *fs, struct writer *w, bool squash)
{
    uint32_t before = squash ? 0 : fs->log_blocks - 1;
    uint64_t *log = realloc(fs->log, ((size_t)before + w->blocks) * sizeof(*log));

    if (!log)
        return -ENOMEM;
    memcpy(log + before, w->block, w->blocks * sizeof(*log));
    fs->log = log;
    fs->log_blocks = before + w->blocks;
    put_ptr(fs->header + HDR_ALLOC, w->previous);
    return 0;
}

int log_write(struct rfs *fs, bool squash)
{
    struct writer w = {.fs = fs, .buf = fs->scratch};
    struct extents after = {0};
    uint32_t kept = squash ? 0 : kept_entries(fs->log_tail);
    int err;

    if (squash)
        for (uint32_t b = 0; b < fs->log_blocks; b++)
            space_give(fs, fs->log[b], 0);
    else
        space_give(fs, fs->log[fs->log_blocks - 1], 0);
    err = take_blocks(fs, &w, kept, squash);
    if (!err && squash)
        err = free_after(fs, &after);
    if (err)
        goto out;
    memset(w.buf, 0, RFS_BLOCK);
    if (squash) {
        put_set(&w, &after, false);
    } else {
        w.previous = get_ptr(fs->log_tail);
        memcpy(w.buf + LOG_ENTRY_SIZE, fs->log_tail + LOG_ENTRY_SIZE,
               (size_t)kept * LOG_ENTRY_SIZE);
        w.filled = kept;
        put_set(&w, &fs->taken, true);
        put_set(&w, &fs->let, false);
    }
    while (w.at < w.blocks)
        finish_block(&w);
    err = w.err ? w.err : adopt(fs, &w, squash);
out:
    extents_free(&after);
    free(w.block);
    return err;
}
