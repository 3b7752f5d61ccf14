/* Commits: how what operations left in the cache becomes the newest state on the device.
 *
 * Everything new lies in blocks that no committed state uses, so the order is: all blocks, a flush,
 * the header. The flush before a header also makes the header before it stable, and only then is
 * reused what that one let go. A write error after anything of this has begun leaves in doubt what
 * is on the device; nothing is written any more then. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

#define FULL_EIGHTHS 4u    /* of the cache: unwritten content that a write has to write out */
#define CROWDED_EIGHTHS 3u /* and what is nearly so much */
#define RUNS_MAX 65536u    /* of taken and let blocks, before a commit makes them few */

uint64_t seal_item(struct rfs *fs, struct item *i)
{
    i->hash = seahash(i->data, RFS_BLOCK);
    i->round = fs->seal_round;
    return i->hash;
}

struct item *seal_child(struct rfs *fs, uint8_t *slot)
{
    struct ptr p = get_ptr(slot);
    struct item *i;

    if (is_null(p) || p.hash)
        return NULL;
    i = cache_find(&fs->cache, ITEM_META, ADDR_INDEX(p.addr), 0);
    if (!i || !i->dirty)
        return NULL;
    if (i->round == fs->seal_round) {
        put64(slot + 8, i->hash);
        return NULL;
    }
    return i;
}

static int by_index(const void *a, const void *b)
{
    const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;

    return x->index < y->index ? -1 : x->index > y->index;
}

/* All dirty metadata in the order of its places; NULL and *n > 0: no memory. */
static struct item **dirty_meta(struct rfs *fs, size_t *n)
{
    const struct cache *c = &fs->cache;
    struct item **all;

    *n = c->dirty_meta / RFS_BLOCK;
    all = malloc((*n + 1) * sizeof(struct item *));
    if (!all)
        return NULL;
    *n = 0;
    for (unsigned kind = ITEM_META; kind <= ITEM_NODE; kind++)
        for (struct item *i = c->dirty[kind].first; i; i = i->next)
            all[(*n)++] = i;
    qsort(all, *n, sizeof(struct item *), by_index);
    return all;
}

/* Writes what lies side by side at once. */
static int write_meta(struct rfs *fs, struct item **all, size_t n)
{
    int err = 0;

    for (size_t i = 0, run; !err && i < n; i += run) {
        for (run = 0; run < 1u << LEVEL_MAX && i + run < n; run++) {
            /* One that no parent led to: its hash is nowhere. */
            if (all[i + run]->round != fs->seal_round)
                return -EIO;
            if (all[i + run]->index != all[i]->index + run)
                break;
            memcpy(fs->scratch + run * RFS_BLOCK, all[i + run]->data, RFS_BLOCK);
        }
        err = write_block(fs, all[i]->index, (uint32_t)run, fs->scratch);
    }
    return err;
}

static int write_new(struct rfs *fs, bool squash)
{
    struct item **all;
    size_t n;
    int err = records_flush(fs, 0);

    if (!err)
        err = release_write(fs);
    if (!err)
        err = log_write(fs, squash);
    fs->seal_round++;
    if (!err)
        err = tree_seal(fs);
    if (err)
        return err;
    all = dirty_meta(fs, &n);
    if (!all)
        return -ENOMEM;
    err = write_meta(fs, all, n);
    free(all);
    return err;
}

static int write_header(struct rfs *fs)
{
    put64(fs->header + HDR_GENERATION, get64(fs->header + HDR_GENERATION) + 1);
    header_finish(fs->header, fs->crypt);
    return header_write(fs, fs->header);
}

/* The header is written: what was new is now what is. */
static int settle(struct rfs *fs)
{
    for (unsigned kind = ITEM_META; kind <= ITEM_NODE; kind++)
        while (fs->cache.dirty[kind].first)
            cache_set_clean(&fs->cache, fs->cache.dirty[kind].first);
    extents_free(&fs->taken);
    fs->changed = false;
    fs->synced = false;
    return extents_move(&fs->hold, &fs->let);
}

static int make_stable(struct rfs *fs)
{
    int err = flush_device(fs);

    if (!err)
        err = extents_move(&fs->free, &fs->hold);
    if (!err)
        fs->synced = true;
    return err;
}

/* A log much longer than its squashed form costs time at the next mount. */
static bool log_too_long(const struct rfs *fs)
{
    uint64_t runs = (uint64_t)fs->free.runs + fs->hold.runs + fs->let.runs;
    uint64_t squashed = runs / LOG_ENTRIES + 1;

    return fs->log_blocks > 2 * squashed + 16 && fs->free.total > 2 * squashed + 64;
}

int commit(struct rfs *fs, enum commit how)
{
    int err = 0;

    if (fs->failed)
        return -EROFS;
    if (fs->read_only)
        return 0;
    if (!fs->changed && how != COMMIT_SQUASH) {
        if (how == COMMIT_LAZY || fs->synced)
            return 0;
        err = make_stable(fs);
        return err ? op_broken(fs, err) : 0;
    }
    err = write_new(fs, how == COMMIT_SQUASH || log_too_long(fs));
    if (!err)
        err = make_stable(fs);
    if (!err)
        err = write_header(fs);
    if (!err)
        err = settle(fs);
    if (!err && how != COMMIT_LAZY)
        err = make_stable(fs);
    return op_broken(fs, err);
}

int op_broken(struct rfs *fs, int err)
{
    if (err && !fs->failed)
        fs->failed = err;
    return err;
}

int op_begin(struct rfs *fs, bool writes)
{
    struct cache *c = &fs->cache;
    int err = 0;

    if (writes && (fs->read_only || fs->failed))
        return -EROFS;
    if (fs->failed) {
        cache_trim(c);
        return 0;
    }
    if (c->dirty_meta > c->limit / 4 || fs->taken.runs + fs->let.runs > RUNS_MAX)
        err = commit(fs, COMMIT_LAZY);
    else if (c->dirty_records > c->limit / 8 * FULL_EIGHTHS)
        err = records_flush(fs, c->limit / 4);
    cache_trim(c);
    return writes ? err : 0;
}

uint64_t rfs_unwritten(const struct rfs *fs)
{
    return fs->failed ? 0 : fs->cache.dirty_records;
}

uint64_t rfs_unwritten_meta(const struct rfs *fs)
{
    return fs->failed ? 0 : fs->cache.dirty_meta;
}

bool rfs_crowded(const struct rfs *fs)
{
    return rfs_unwritten(fs) > fs->cache.limit / 8 * CROWDED_EIGHTHS;
}

int64_t rfs_write_out(struct rfs *fs, uint64_t most)
{
    uint64_t dirty = fs->cache.dirty_records;
    int err = fs->failed ? -EROFS : records_flush(fs, dirty > most ? dirty - most : 0);

    return err ? err : (int64_t)fs->cache.dirty_records;
}

int rfs_sync(struct rfs *fs)
{
    return commit(fs, COMMIT_SYNC);
}

int rfs_commit(struct rfs *fs)
{
    return commit(fs, COMMIT_LAZY);
}

bool rfs_dirty(const struct rfs *fs)
{
    return !fs->read_only && !fs->failed && (fs->changed || !fs->synced);
}
