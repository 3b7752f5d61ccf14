/* Opening and closing a file system. */
#include "redoxfs/internal.h"

#include <errno.h>
#include <stdlib.h>

#define CACHE_DEFAULT (16u << 20)
#define CACHE_LEAST (2u << 20)

static int unlock(struct rfs *fs, const struct rfs_options *opt)
{
    bool encrypted = header_encrypted(fs->header);

    if (!encrypted)
        return opt->password ? -EKEYREJECTED : 0;
    if (!opt->password)
        return -ENOKEY;
    return crypt_open(&fs->crypt, fs->header, opt->password, opt->password_len);
}

static void destroy(struct rfs *fs)
{
    cache_free(&fs->cache);
    types_free(&fs->types);
    extents_free(&fs->free);
    extents_free(&fs->taken);
    extents_free(&fs->let);
    extents_free(&fs->hold);
    crypt_free(fs->crypt);
    free(fs->scratch);
    free(fs->scratch2);
    free(fs->unfolded);
    free(fs->log);
    free(fs->release);
    free(fs->release_chain);
    free(fs);
}

static uint64_t at_least(size_t cache)
{
    return cache < CACHE_LEAST ? CACHE_LEAST : cache;
}

void rfs_limit(struct rfs *fs, size_t cache)
{
    fs->cache.limit = at_least(cache);
    cache_trim(&fs->cache);
    if (fs->cache.pool &&
        pool_bytes(fs->cache.pool) + pool_bytes(fs->cache.blocks) > fs->cache.limit) {
        pool_age(fs->cache.pool, true);
        pool_age(fs->cache.blocks, true);
    }
}

bool rfs_rest(struct rfs *fs)
{
    bool records = fs->cache.pool && pool_age(fs->cache.pool, false);
    bool blocks = fs->cache.blocks && pool_age(fs->cache.blocks, false);

    return records || blocks;
}

static int start(struct rfs *fs, const struct rfs_options *opt)
{
    int err = cache_init(&fs->cache, at_least(opt->cache ? opt->cache : CACHE_DEFAULT), opt->pool);

    fs->types.limit = fs->cache.limit / 16;
    fs->scratch = block_alloc(RECORD_MAX + RFS_BLOCK);
    fs->scratch2 = block_alloc(RECORD_MAX + RFS_BLOCK);
    fs->unfolded = block_alloc(RECORD_MAX);
    if (!err && (!fs->scratch || !fs->scratch2 || !fs->unfolded))
        err = -ENOMEM;
    if (!err)
        err = header_find(fs, opt->base);
    if (!err)
        err = unlock(fs, opt);
    if (!err)
        err = space_replay(fs);
    if (!err)
        err = release_read(fs);
    if (err || fs->read_only || !fs->releases)
        return err;
    err = release_all(fs);
    return err ? err : commit(fs, COMMIT_SYNC);
}

int rfs_open(struct rfs **out, const struct rfs_device *dev, const struct rfs_options *opt)
{
    struct rfs *fs = calloc(1, sizeof(*fs));
    int err;

    if (!fs)
        return -ENOMEM;
    fs->dev = *dev;
    fs->read_only = opt->read_only || !dev->write;
    fs->now = opt->now;
    fs->now_ctx = opt->now_ctx;
    fs->synced = true;
    err = start(fs, opt);
    if (err)
        destroy(fs);
    else
        *out = fs;
    return err;
}

int rfs_close(struct rfs *fs)
{
    int err = 0;

    if (!fs->read_only) {
        if (fs->failed)
            err = -EROFS;
        else
            err = commit(fs, fs->log_blocks > 4 ? COMMIT_SQUASH : COMMIT_SYNC);
        /* Upstream writes when it opens such a generation, even for reading only. */
        if (!err && get64(fs->header + HDR_GENERATION) % 1024 == 0) {
            fs->changed = true;
            err = commit(fs, COMMIT_SYNC);
        }
    }
    destroy(fs);
    return err;
}

void rfs_abandon(struct rfs *fs)
{
    destroy(fs);
}

void rfs_info(const struct rfs *fs, struct rfs_info *out)
{
    *out = (struct rfs_info){.base = fs->base,
                             .size = get64(fs->header + HDR_SIZE),
                             .generation = get64(fs->header + HDR_GENERATION),
                             .blocks = get64(fs->header + HDR_SIZE) / RFS_BLOCK,
                             .free = space_left(fs),
                             .cache = fs->cache.bytes,
                             .encrypted = fs->crypt != NULL,
                             .read_only = fs->read_only || fs->failed};
    memcpy(out->uuid, fs->header + HDR_UUID, sizeof(out->uuid));
}
