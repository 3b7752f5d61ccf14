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

/* What is cached of a block that has been taken for something else is nobody's any more. */
static void drop_stale(struct rfs *fs, uint64_t index)
{
    struct item *stale = cache_find(&fs->cache, ITEM_META, index, 0);

    if (stale && !stale->dirty)
        cache_drop(&fs->cache, stale);
}

int meta_own(struct rfs *fs, struct item *i, uint8_t *slot)
{
    uint64_t index;
    int err;

    if (i->dirty)
        return 0;
    err = space_take(fs, 0, &index);
    if (err)
        return err;
    space_give(fs, i->index, 0);
    i->index = index;
    drop_stale(fs, index);
    cache_rekey(&fs->cache, i, index);
    cache_set_dirty(&fs->cache, i);
    put_ptr(slot, (struct ptr){ADDR(index, 0, 0), 0});
    return 0;
}

int meta_new(struct rfs *fs, uint8_t *slot, struct item **out)
{
    uint64_t index;
    int err = space_take(fs, 0, &index);

    if (err)
        return err;
    drop_stale(fs, index);
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
