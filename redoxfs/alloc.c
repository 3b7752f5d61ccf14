/* Which blocks are free, taken and let go.
 *
 * A block is in one of four sets or in none (in use). A transaction takes blocks from free; what it
 * gives back of its own is free again at once; what the committed state used waits in let until the
 * commit, and then in hold until the header of that commit is on stable storage: only then nothing
 * that a crash could lead back to needs it any more. */
#include "redoxfs/internal.h"

#include <errno.h>
#include <stdlib.h>

#define CHAIN_MAX (1u << 22) /* log blocks that are believed */

static int replay_entry(struct rfs *fs, uint64_t blocks, const uint8_t *p)
{
    uint64_t index = get64(p), raw = get64(p + 8);
    bool give = raw >> 63 == 0;
    uint64_t count = give ? raw : 0 - raw;
    int err;

    if (!count)
        return 0;
    if (index < FIRST_BLOCK || index >= blocks || count > blocks - index)
        return -EIO;
    err = give ? extents_add(&fs->free, index, count) : extents_remove(&fs->free, index, count);
    return err == -EEXIST || err == -ENOENT ? -EIO : err;
}

/* Collects the chain, newest first, and turns it around. */
static int read_chain(struct rfs *fs, uint64_t **hashes)
{
    struct ptr p = get_ptr(fs->header + HDR_ALLOC);
    uint32_t room = 0;
    int err = 0;

    fs->log_blocks = 0;
    do {
        if (is_null(p) || ADDR_LEVEL(p.addr) || ADDR_EXPANDED(p.addr) ||
            fs->log_blocks == CHAIN_MAX)
            return -EIO;
        if (fs->log_blocks == room) {
            uint64_t *log, *more;

            room = room ? room * 2 : 16;
            log = realloc(fs->log, room * sizeof(*log));
            if (log)
                fs->log = log;
            more = realloc(*hashes, room * sizeof(*more));
            if (more)
                *hashes = more;
            if (!log || !more)
                return -ENOMEM;
        }
        (*hashes)[fs->log_blocks] = p.hash;
        fs->log[fs->log_blocks++] = ADDR_INDEX(p.addr);
        err = read_block(fs, p, fs->log_tail);
        if (err)
            return err;
        p = get_ptr(fs->log_tail);
    } while (!is_null(p));
    for (uint32_t i = 0, j = fs->log_blocks - 1; i < j; i++, j--) {
        uint64_t index = fs->log[i], hash = (*hashes)[i];

        fs->log[i] = fs->log[j];
        (*hashes)[i] = (*hashes)[j];
        fs->log[j] = index;
        (*hashes)[j] = hash;
    }
    return 0;
}

int space_replay(struct rfs *fs)
{
    uint64_t blocks = get64(fs->header + HDR_SIZE) / RFS_BLOCK;
    uint64_t *hashes = NULL, start, len;
    int err = read_chain(fs, &hashes);

    for (uint32_t b = 0; !err && b < fs->log_blocks; b++) {
        err = read_block(fs, (struct ptr){ADDR(fs->log[b], 0, 0), hashes[b]}, fs->log_tail);
        for (unsigned e = 1; !err && e <= LOG_ENTRIES; e++)
            err = replay_entry(fs, blocks, fs->log_tail + (size_t)e * LOG_ENTRY_SIZE);
    }
    /* The device may be shorter than the file system says. */
    while (!err && extents_next(&fs->free, fs->blocks, &start, &len)) {
        uint64_t from = start < fs->blocks ? fs->blocks : start;

        err = extents_remove(&fs->free, from, start + len - from);
    }
    free(hashes);
    return err;
}

static void note_failure(struct rfs *fs, int err)
{
    if (err && !fs->failed)
        fs->failed = err;
}

int space_take(struct rfs *fs, unsigned level, uint64_t *index)
{
    if (!extents_fit(&fs->free, level, index))
        return -ENOSPC;
    note_failure(fs, extents_remove(&fs->free, *index, 1ull << level));
    note_failure(fs, extents_add(&fs->taken, *index, 1ull << level));
    fs->changed = true;
    return fs->failed;
}

bool space_give(struct rfs *fs, uint64_t index, unsigned level)
{
    uint64_t n = 1ull << level;
    bool used = true;

    if (index < FIRST_BLOCK || index >= fs->blocks || n > fs->blocks - index) {
        used = false;
    } else if (extents_all(&fs->taken, index, n)) {
        note_failure(fs, extents_remove(&fs->taken, index, n));
        note_failure(fs, extents_add(&fs->free, index, n));
    } else if (extents_any(&fs->taken, index, n) || extents_any(&fs->free, index, n) ||
               extents_any(&fs->let, index, n) || extents_any(&fs->hold, index, n)) {
        /* Somebody else thinks that it is free already: better lost than used twice. */
        used = false;
    } else {
        note_failure(fs, extents_add(&fs->let, index, n));
        fs->changed = true;
    }
    if (!used)
        fs->corrupt = true;
    return used;
}

void space_shrink(struct rfs *fs, uint64_t index, unsigned from, unsigned to)
{
    uint64_t keep = 1ull << to, n = (1ull << from) - keep;

    note_failure(fs, extents_remove(&fs->taken, index + keep, n));
    note_failure(fs, extents_add(&fs->free, index + keep, n));
}

uint64_t space_left(const struct rfs *fs)
{
    return fs->free.total + fs->let.total + fs->hold.total;
}

/* Blocks that the commit of what is going on will take for itself. */
static uint64_t commit_cost(const struct rfs *fs, uint64_t blocks)
{
    uint64_t entries = LOG_ENTRIES + fs->taken.runs + fs->let.runs + 2 * blocks;

    return entries / LOG_ENTRIES + 3 + (fs->releases + 1) / RELEASE_IDS + 1;
}

int space_reserve(struct rfs *fs, uint64_t blocks, unsigned level, bool spare)
{
    uint64_t reserve = fs->blocks / 64 < 16 ? 16 : fs->blocks / 64 > 256 ? 256 : fs->blocks / 64;
    int err;

    for (int round = 0; round < 2; round++) {
        uint64_t need = blocks + (1ull << level) + commit_cost(fs, blocks + 1);
        uint64_t index;

        if (spare)
            need += reserve;
        if (fs->free.total >= need && extents_fit(&fs->free, level, &index))
            return 0;
        if (!fs->let.total && !fs->hold.total)
            break;
        err = commit(fs, COMMIT_SYNC);
        if (err)
            return err;
    }
    return -ENOSPC;
}
