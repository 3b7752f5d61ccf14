/* Nodes: loading, copying on write, making and deleting them; their attributes. */
#include "redoxfs/internal.h"

#include <errno.h>

int node_load(struct rfs *fs, uint32_t id, struct node **out)
{
    struct item *i = cache_find(&fs->cache, ITEM_NODE, id, 0);
    struct ptr p;
    int err;

    if (i) {
        cache_touch(&fs->cache, i);
        *out = (struct node *)i;
        return 0;
    }
    err = tree_find(fs, id, &p);
    if (err)
        return err;
    if (ADDR_LEVEL(p.addr) || ADDR_EXPANDED(p.addr))
        return -EIO;
    i = cache_add(&fs->cache, ITEM_NODE, id, 0, RFS_BLOCK, RFS_BLOCK);
    if (!i)
        return -ENOMEM;
    err = read_block(fs, p, i->data);
    *out = (struct node *)i;
    if (!err && node_record_level(*out) > LEVEL_MAX)
        err = -EIO;
    if (err) {
        cache_drop(&fs->cache, i);
        return err;
    }
    i->index = ADDR_INDEX(p.addr);
    (*out)->orphan = fs->releases && release_has(fs, id);
    types_set(&fs->types, id, node_mode(*out));
    return 0;
}

int node_own(struct rfs *fs, struct node *n)
{
    uint8_t *slot;
    uint64_t index;
    int err;

    if (n->item.dirty)
        return 0;
    err = tree_own(fs, node_id(n), &slot);
    if (!err)
        err = space_take(fs, 0, &index);
    if (err)
        return err;
    space_give(fs, n->item.index, 0);
    n->item.index = index;
    cache_set_dirty(&fs->cache, &n->item);
    put_ptr(slot, (struct ptr){ADDR(index, 0, 0), 0});
    return 0;
}

static void put_time(uint8_t *p, struct rfs_time t)
{
    put64(p, t.sec);
    put32(p + 8, t.nsec);
}

static struct rfs_time get_time(const uint8_t *p)
{
    return (struct rfs_time){get64(p), get32(p + 8)};
}

int node_new(struct rfs *fs, const struct rfs_new *attr, struct node **out)
{
    struct rfs_time now = {0};
    uint16_t type = attr->mode & RFS_TYPE;
    uint64_t index;
    uint32_t id;
    uint8_t *slot, *d;
    struct item *i;
    int err = tree_insert(fs, &id, &slot);

    if (!err)
        err = space_take(fs, 0, &index);
    if (err)
        return err;
    i = cache_add(&fs->cache, ITEM_NODE, id, 0, RFS_BLOCK, RFS_BLOCK);
    if (!i)
        return -ENOMEM;
    if (fs->now)
        fs->now(fs->now_ctx, &now);
    i->index = index;
    d = i->data;
    memset(d, 0, RFS_BLOCK);
    put16(d + NODE_MODE, attr->mode);
    put32(d + NODE_UID, attr->uid);
    put32(d + NODE_GID, attr->gid);
    put64(d + NODE_BLOCKS, 1);
    put_time(d + NODE_CTIME, now);
    put_time(d + NODE_MTIME, now);
    put_time(d + NODE_ATIME, now);
    put32(d + NODE_RECORD_LEVEL, type == RFS_FILE ? LEVEL_MAX : 0);
    put32(d + NODE_FLAGS, type == RFS_DIR ? 0 : NODE_INLINE);
    cache_set_dirty(&fs->cache, i);
    put_ptr(slot, (struct ptr){ADDR(index, 0, 0), 0});
    types_set(&fs->types, id, attr->mode);
    *out = (struct node *)i;
    return 0;
}

void node_destroy(struct rfs *fs, struct node *n)
{
    uint64_t index;
    int err = node_own(fs, n);

    if (!err && node_type(n) != RFS_DIR && !node_inline(n)) {
        records_forget(fs, n, 0, UINT64_MAX);
        map_prune(fs, n, 0, UINT64_MAX);
    }
    if (!err)
        err = tree_remove(fs, node_id(n));
    if (err) {
        /* It stays behind without a name, for the checker to find. */
        fs->corrupt = true;
        return;
    }
    index = n->item.index;
    types_set(&fs->types, node_id(n), 0);
    cache_drop(&fs->cache, &n->item);
    space_give(fs, index, 0);
}

void node_unlinked(struct rfs *fs, struct node *n)
{
    uint32_t links = get32(n->item.data + NODE_LINKS);

    if (links > 1) {
        put32(n->item.data + NODE_LINKS, links - 1);
    } else if (n->holds && !release_add(fs, node_id(n))) {
        /* On the device its count stays 1, as upstream has it. */
        n->orphan = true;
    } else if (!n->holds) {
        node_destroy(fs, n);
    }
}

void node_add_blocks(struct node *n, int64_t blocks)
{
    uint64_t old = get64(n->item.data + NODE_BLOCKS);

    if (blocks < 0 && old < (uint64_t)-blocks + 1)
        blocks = 1 - (int64_t)old;
    put64(n->item.data + NODE_BLOCKS, old + (uint64_t)blocks);
}

static bool later(struct rfs_time a, struct rfs_time b)
{
    return a.sec != b.sec ? a.sec > b.sec : a.nsec > b.nsec;
}

void node_touch(struct rfs *fs, struct node *n)
{
    struct rfs_time now;

    if (!fs->now)
        return;
    fs->now(fs->now_ctx, &now);
    if (later(now, get_time(n->item.data + NODE_MTIME)))
        put_time(n->item.data + NODE_MTIME, now);
}

void node_accessed(struct rfs *fs, struct node *n)
{
    struct rfs_time now, old = get_time(n->item.data + NODE_ATIME);

    if (!fs->now || fs->read_only || fs->failed)
        return;
    fs->now(fs->now_ctx, &now);
    if (now.sec <= old.sec || now.sec - old.sec <= 3600)
        return;
    if (!space_reserve(fs, TREE_COST(1), 0, true) && !node_own(fs, n))
        put_time(n->item.data + NODE_ATIME, now);
}

int node_seal(struct rfs *fs, struct node *n)
{
    if (node_type(n) == RFS_DIR)
        return dir_seal(fs, n);
    return node_inline(n) ? 0 : map_seal(fs, n);
}

int rfs_stat(struct rfs *fs, uint32_t id, struct rfs_stat *out)
{
    struct node *n;
    const uint8_t *d;
    int err = op_begin(fs, false);

    if (!err)
        err = node_load(fs, id, &n);
    if (err)
        return err;
    d = n->item.data;
    *out = (struct rfs_stat){.id = id,
                             .mode = get16(d + NODE_MODE),
                             .uid = get32(d + NODE_UID),
                             .gid = get32(d + NODE_GID),
                             .links = n->orphan ? 0 : get32(d + NODE_LINKS),
                             .size = get64(d + NODE_SIZE),
                             .blocks = get64(d + NODE_BLOCKS),
                             .ctime = get_time(d + NODE_CTIME),
                             .mtime = get_time(d + NODE_MTIME),
                             .atime = get_time(d + NODE_ATIME)};
    return 0;
}

static void set_fields(uint8_t *d, const struct rfs_stat *v, unsigned mask)
{
    if (mask & RFS_SET_MODE)
        put16(d + NODE_MODE, (uint16_t)((get16(d + NODE_MODE) & RFS_TYPE) | (v->mode & 0xFFFu)));
    if (mask & RFS_SET_UID)
        put32(d + NODE_UID, v->uid);
    if (mask & RFS_SET_GID)
        put32(d + NODE_GID, v->gid);
    if (mask & RFS_SET_ATIME)
        put_time(d + NODE_ATIME, v->atime);
    if (mask & RFS_SET_MTIME)
        put_time(d + NODE_MTIME, v->mtime);
    if (mask & RFS_SET_CTIME)
        put_time(d + NODE_CTIME, v->ctime);
}

int rfs_setattr(struct rfs *fs, uint32_t id, const struct rfs_stat *value, unsigned mask)
{
    struct node *n;
    int err = op_begin(fs, true);

    if (!err)
        err = node_load(fs, id, &n);
    if (!err && (mask & RFS_SET_SIZE))
        err = content_resize(fs, n, value->size);
    if (!err)
        err = space_reserve(fs, TREE_COST(1), 0, false);
    if (!err)
        err = node_own(fs, n);
    if (!err)
        set_fields(n->item.data, value, mask);
    return err;
}

int rfs_hold(struct rfs *fs, uint32_t id)
{
    struct node *n;
    int err = op_begin(fs, false);

    if (!err)
        err = node_load(fs, id, &n);
    if (!err && n->holds == UINT32_MAX)
        err = -EINVAL;
    if (err)
        return err;
    n->holds++;
    cache_relist(&fs->cache, &n->item);
    return 0;
}

int rfs_release(struct rfs *fs, uint32_t id)
{
    struct item *i = cache_find(&fs->cache, ITEM_NODE, id, 0);
    struct node *n = (struct node *)i;
    int err = 0;

    if (!n || !n->holds)
        return -EINVAL;
    if (n->holds == 1 && n->orphan) {
        err = op_begin(fs, true);
        if (!err)
            err = space_reserve(fs, TREE_COST(1) + MAP_COST, 0, false);
    }
    n->holds--;
    if (n->orphan && !n->holds && !err) {
        release_drop(fs, id);
        node_destroy(fs, n);
    } else {
        cache_relist(&fs->cache, i);
    }
    return err;
}
