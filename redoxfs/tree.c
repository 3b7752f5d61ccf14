/* The object tree: four levels of blocks lead from an id to the block of its node. */
#include "redoxfs/internal.h"

#include <errno.h>

static unsigned digit(uint32_t id, unsigned level)
{
    return id >> (8 * level) & 255;
}

static bool id_valid(uint32_t id)
{
    for (unsigned level = 0; level < TREE_LEVELS; level++)
        if (digit(id, level) >= TREE_PTRS)
            return false;
    return id != ID_NONE;
}

static bool bit(const struct item *b, unsigned i)
{
    return b->data[TREE_BITMAP + i / 8] >> i % 8 & 1;
}

static void set_bit(struct item *b, unsigned i, bool on)
{
    uint8_t *byte = &b->data[TREE_BITMAP + i / 8];
    uint8_t mask = (uint8_t)(1u << i % 8);

    *byte = (uint8_t)(on ? *byte | mask : *byte & ~mask);
}

static bool full(const struct item *b)
{
    const uint8_t *last = &b->data[TREE_BITMAP + TREE_PTRS / 8];
    const uint8_t rest = (uint8_t)((1u << TREE_PTRS % 8) - 1);

    for (const uint8_t *byte = &b->data[TREE_BITMAP]; byte < last; byte++)
        if (*byte != 0xFF)
            return false;
    return (*last & rest) == rest;
}

static uint8_t *slot_of(struct item *b, unsigned i)
{
    return b->data + (size_t)i * PTR_SIZE;
}

/* Loads the blocks on the way to id, path[level]. */
static int load_path(struct rfs *fs, uint32_t id, struct item **path)
{
    struct ptr p = get_ptr(fs->header + HDR_TREE);
    int err;

    if (!id_valid(id))
        return -ENOENT;
    for (unsigned level = TREE_LEVELS; level-- > 0;) {
        if (is_null(p))
            return -ENOENT;
        err = meta_load(fs, p, &path[level]);
        if (err)
            return err;
        p = get_ptr(slot_of(path[level], digit(id, level)));
    }
    return 0;
}

static int own_path(struct rfs *fs, uint32_t id, struct item **path)
{
    uint8_t *slot = fs->header + HDR_TREE;
    int err;

    for (unsigned level = TREE_LEVELS; level-- > 0;) {
        err = meta_own(fs, path[level], slot);
        if (err)
            return err;
        slot = slot_of(path[level], digit(id, level));
    }
    return 0;
}

int tree_find(struct rfs *fs, uint32_t id, struct ptr *out)
{
    struct item *path[TREE_LEVELS];
    int err = load_path(fs, id, path);

    if (err)
        return err;
    *out = get_ptr(slot_of(path[0], digit(id, 0)));
    return is_null(*out) ? -ENOENT : 0;
}

int tree_own(struct rfs *fs, uint32_t id, uint8_t **slot)
{
    struct item *path[TREE_LEVELS];
    int err = load_path(fs, id, path);

    if (!err)
        err = own_path(fs, id, path);
    if (!err)
        *slot = slot_of(path[0], digit(id, 0));
    return err;
}

/* The lowest id not in use below the tree block that p leads to, whose ids begin with prefix.
 * Nothing is changed. Blocks that are full against what their parents say are few, or it is
 * damage: misses counts down. */
static int find_free(struct rfs *fs, struct ptr p, unsigned level, uint32_t prefix, uint32_t *id,
                     unsigned *misses)
{
    struct item *b = NULL;
    int err;

    if (!is_null(p)) {
        err = meta_load(fs, p, &b);
        if (err)
            return err;
    }
    for (unsigned i = 0; i < TREE_PTRS; i++) {
        uint32_t here = prefix | (uint32_t)i << (8 * level);

        if (b && i % 8 == 0 && b->data[TREE_BITMAP + i / 8] == 0xFF) {
            i += 7;
            continue;
        }
        if (b && bit(b, i))
            continue;
        if (level) {
            err = find_free(fs, b ? get_ptr(slot_of(b, i)) : (struct ptr){0}, level - 1, here, id,
                            misses);
            if (err != -ENOSPC)
                return err;
            if (!(*misses)--)
                return -EIO;
        } else if (here != ID_NONE && (!b || is_null(get_ptr(slot_of(b, i))))) {
            *id = here;
            return 0;
        }
    }
    return -ENOSPC;
}

int tree_insert(struct rfs *fs, uint32_t *id, uint8_t **slot)
{
    struct item *path[TREE_LEVELS] = {0};
    struct ptr p = get_ptr(fs->header + HDR_TREE);
    uint8_t *at = fs->header + HDR_TREE;
    unsigned misses = 4096;
    int err = find_free(fs, p, TREE_LEVELS - 1, 0, id, &misses);

    /* All that exists is in the cache now: what fails from here on is memory only. */
    for (unsigned level = TREE_LEVELS; !err && level-- > 0;) {
        p = get_ptr(at);
        if (is_null(p)) {
            err = meta_new(fs, at, &path[level]);
        } else {
            err = meta_load(fs, p, &path[level]);
            if (!err)
                err = meta_own(fs, path[level], at);
        }
        if (!err)
            at = slot_of(path[level], digit(*id, level));
    }
    if (err)
        return err;
    *slot = at;
    set_bit(path[0], digit(*id, 0), true);
    if (*id <= 255)
        set_bit(path[0], 0, true);
    for (unsigned level = 1; level < TREE_LEVELS; level++)
        set_bit(path[level], digit(*id, level), full(path[level - 1]));
    return 0;
}

static bool empty(const struct item *b)
{
    for (unsigned i = 0; i < TREE_PTRS; i++)
        if (!is_null(get_ptr(b->data + (size_t)i * PTR_SIZE)))
            return false;
    return true;
}

int tree_remove(struct rfs *fs, uint32_t id)
{
    struct item *path[TREE_LEVELS];
    bool gone = true;
    int err = load_path(fs, id, path);

    if (!err)
        err = own_path(fs, id, path);
    if (err)
        return err;
    for (unsigned level = 0; level < TREE_LEVELS; level++) {
        set_bit(path[level], digit(id, level), false);
        if (!gone)
            continue;
        put_ptr(slot_of(path[level], digit(id, level)), (struct ptr){0});
        gone = level + 1 < TREE_LEVELS && empty(path[level]);
        if (gone)
            meta_discard(fs, path[level]);
    }
    return 0;
}

/* Fills in the hashes of the dirty nodes of a lowest block. */
static int seal_nodes(struct rfs *fs, struct item *b, uint32_t prefix)
{
    for (unsigned i = 0; i < TREE_PTRS; i++) {
        uint8_t *slot = slot_of(b, i);
        struct item *node;
        int err;

        if (is_null(get_ptr(slot)))
            continue;
        node = cache_find(&fs->cache, ITEM_NODE, prefix | i, 0);
        if (!node || !node->dirty || node->round == fs->seal_round)
            continue;
        err = node_seal(fs, (struct node *)node);
        if (err)
            return err;
        put64(slot + 8, seal_item(fs, node));
    }
    return 0;
}

static int seal_level(struct rfs *fs, struct item *b, unsigned level, uint32_t prefix)
{
    if (!level)
        return seal_nodes(fs, b, prefix);
    for (unsigned i = 0; i < TREE_PTRS; i++) {
        uint8_t *slot = slot_of(b, i);
        struct item *child;
        int err;

        child = seal_child(fs, slot);
        if (!child)
            continue;
        err = seal_level(fs, child, level - 1, prefix | (uint32_t)i << (8 * level));
        if (err)
            return err;
        put64(slot + 8, seal_item(fs, child));
    }
    return 0;
}

int tree_seal(struct rfs *fs)
{
    uint8_t *slot = fs->header + HDR_TREE;
    struct item *top = seal_child(fs, slot);
    int err;

    if (!top)
        return 0;
    err = seal_level(fs, top, TREE_LEVELS - 1, 0);
    if (!err)
        put64(slot + 8, seal_item(fs, top));
    return err;
}
