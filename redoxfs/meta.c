/* Metadata blocks in the cache: loading, and copying on write. */
#include "redoxfs/internal.h"

#include <errno.h>

int meta_load(struct rfs *fs, struct ptr p, struct item **out)
{
    struct item *i;
    int err;

    if (is_null(p) || ADDR_LEVEL(p.addr) || ADDR_EXPANDED(p.addr))
        return -EIO;
    i = cache_find(&fs->cache, ITEM_META, ADDR_INDEX(p.addr), 0);
    if (i) {
        /* The pointer to a dirty block is marked by hash 0; any other is not its parent's. */
        if (p.hash != (i->dirty ? 0 : i->hash))
            return -EIO;
        cache_touch(&fs->cache, i);
        *out = i;
        return 0;
    }
    i = cache_add(&fs->cache, ITEM_META, ADDR_INDEX(p.addr), 0, RFS_BLOCK, RFS_BLOCK);
    if (!i)
        return -ENOMEM;
    err = read_block(fs, p, i->data);
    if (err) {
        cache_drop(&fs->cache, i);
        return err;
    }
    i->index = i->key;
    i->hash = p.hash;
    *out = i;
    return 0;
}

/* Key of a block that nobody finds any more. */
#define KEY_LOST (1ull << 63)

/* A new block. If it is cached as one that is in use, damage has made the allocator think that it
 * is free. The operation that is going on may hold what is cached: it stays until the cache needs
 * room, but whoever wants to change it hears of it. */
static int take_block(struct rfs *fs, uint64_t *index)
{
    int err = space_take(fs, 0, index);
    struct item *other = err ? NULL : cache_find(&fs->cache, ITEM_META, *index, 0);

    if (!other)
        return err;
    fs->corrupt = true;
    if (other->dirty)
        return op_broken(fs, -EIO);
    cache_rekey(&fs->cache, other, *index | KEY_LOST);
    return 0;
}

int meta_own(struct rfs *fs, struct item *i, uint8_t *slot)
{
    uint64_t index;
    int err;

    if (i->dirty)
        return 0;
    err = take_block(fs, &index);
    if (err)
        return err;
    if (i->key & KEY_LOST)
        return op_broken(fs, -EIO);
    space_give(fs, i->index, 0);
    i->index = index;
    cache_rekey(&fs->cache, i, index);
    cache_set_dirty(&fs->cache, i);
    put_ptr(slot, (struct ptr){ADDR(index, 0, 0), 0});
    return 0;
}

int meta_new(struct rfs *fs, uint8_t *slot, struct item **out)
{
    uint64_t index;
    int err = take_block(fs, &index);

    if (err)
        return err;
    *out = cache_add(&fs->cache, ITEM_META, index, 0, RFS_BLOCK, RFS_BLOCK);
    if (!*out)
        return -ENOMEM;
    (*out)->index = index;
    memset((*out)->data, 0, RFS_BLOCK);
    cache_set_dirty(&fs->cache, *out);
    put_ptr(slot, (struct ptr){ADDR(index, 0, 0), 0});
    return 0;
}

void meta_discard(struct rfs *fs, struct item *i)
{
    space_give(fs, i->index, 0);
    cache_drop(&fs->cache, i);
}
