/* A file's map: from record numbers to pointers, directly in the node or through one to four
 * levels of indirection blocks. */
#include "redoxfs/internal.h"

#include <errno.h>

static const struct {
    uint16_t at;    /* of the table in the node */
    uint16_t slots; /* in it */
    uint64_t first; /* record */
} table[MAP_DEPTHS + 1] = {
    {128, 128, 0},          {2176, 64, 128},      {3200, 32, 16512},
    {3712, 16, 2113664ull}, {3968, 8, 270549120}, {4096, 0, 34630287488ull},
};

uint64_t map_limit(void)
{
    return table[MAP_DEPTHS].first;
}

static unsigned depth_of(uint64_t record)
{
    unsigned depth = 0;

    while (record >= table[depth + 1].first)
        depth++;
    return depth;
}

/* The slot for q in a block that is depth levels above the records. */
static unsigned slot_in(uint64_t q, unsigned depth)
{
    return (unsigned)(q >> (8 * (depth - 1)) & 255);
}

static uint8_t *top_slot(struct node *n, uint64_t q, unsigned depth)
{
    return n->item.data + table[depth].at + (size_t)(q >> (8 * depth)) * PTR_SIZE;
}

int map_get(struct rfs *fs, struct node *n, uint64_t record, struct ptr *out)
{
    unsigned depth;
    uint64_t q;
    struct item *b;
    int err;

    if (record >= map_limit())
        return -EFBIG;
    depth = depth_of(record);
    q = record - table[depth].first;
    *out = get_ptr(top_slot(n, q, depth));
    for (; depth && !is_null(*out); depth--) {
        err = meta_load(fs, *out, &b);
        if (err)
            return err;
        *out = get_ptr(b->data + (size_t)slot_in(q, depth) * PTR_SIZE);
    }
    if (is_null(*out))
        *out = (struct ptr){0};
    return 0;
}

int map_own(struct rfs *fs, struct node *n, uint64_t record, uint8_t **slot)
{
    unsigned depth = depth_of(record);
    uint64_t q = record - table[depth].first;
    struct ptr seen;
    struct item *b;
    /* First of all everything is loaded, so that what follows does not fail half way. */
    int err = map_get(fs, n, record, &seen);

    if (!err)
        err = node_own(fs, n);
    if (err)
        return err;
    *slot = top_slot(n, q, depth);
    for (; depth; depth--) {
        if (is_null(get_ptr(*slot))) {
            err = meta_new(fs, *slot, &b);
            if (!err)
                node_add_blocks(n, 1);
        } else {
            err = meta_load(fs, get_ptr(*slot), &b);
            if (!err)
                err = meta_own(fs, b, *slot);
        }
        if (err)
            return op_broken(fs, err);
        *slot = b->data + (size_t)slot_in(q, depth) * PTR_SIZE;
    }
    return 0;
}

static bool empty(const struct item *b)
{
    for (unsigned i = 0; i < LIST_PTRS; i++)
        if (!is_null(get_ptr(b->data + (size_t)i * PTR_SIZE)))
            return false;
    return true;
}

/* What prune works on: the records from first to until-1. */
struct range {
    struct rfs *fs;
    struct node *n;
    uint64_t from, until;
};

static void prune_slot(const struct range *r, uint8_t *slot, unsigned depth, uint64_t first);

/* Records first and on are below the block; each of its slots spans so many. */
static void prune_children(const struct range *r, struct item *b, unsigned depth, uint64_t first)
{
    uint64_t span = 1ull << (8 * (depth - 1));

    for (unsigned i = LIST_PTRS; i-- > 0;) {
        uint64_t at = first + i * span;

        if (at < r->until && at + span > r->from)
            prune_slot(r, b->data + (size_t)i * PTR_SIZE, depth - 1, at);
    }
}

/* All that is below slot goes. A block that somebody else has given back already is not followed:
 * so damage cannot make this run for ever. */
static void prune_all(const struct range *r, uint8_t *slot, unsigned depth, uint64_t first)
{
    struct ptr p = get_ptr(slot);
    unsigned level = ADDR_LEVEL(p.addr);
    struct item *b = NULL;

    put_ptr(slot, (struct ptr){0});
    if (depth && meta_load(r->fs, p, &b)) {
        r->fs->corrupt = true;
        return;
    }
    if (level > LEVEL_MAX || (b && b->busy) || !space_give(r->fs, ADDR_INDEX(p.addr), level)) {
        r->fs->corrupt = true;
        return;
    }
    node_add_blocks(r->n, -(1 << level));
    if (b) {
        prune_children(r, b, depth, first);
        cache_drop(&r->fs->cache, b);
    }
}

static void prune_slot(const struct range *r, uint8_t *slot, unsigned depth, uint64_t first)
{
    uint64_t span = 1ull << (8 * depth);
    struct item *b;

    if (is_null(get_ptr(slot)))
        return;
    if (first >= r->from && r->until - first >= span) {
        prune_all(r, slot, depth, first);
        return;
    }
    if (meta_load(r->fs, get_ptr(slot), &b) || b->busy || meta_own(r->fs, b, slot)) {
        r->fs->corrupt = true;
        return;
    }
    b->busy = true;
    prune_children(r, b, depth, first);
    b->busy = false;
    if (empty(b)) {
        meta_discard(r->fs, b);
        node_add_blocks(r->n, -1);
        put_ptr(slot, (struct ptr){0});
    }
}

void map_prune(struct rfs *fs, struct node *n, uint64_t from, uint64_t until)
{
    struct range r = {fs, n, from, until < map_limit() ? until : map_limit()};

    for (unsigned depth = MAP_DEPTHS; depth-- > 0;) {
        uint64_t span = 1ull << (8 * depth);

        for (unsigned i = table[depth].slots; i-- > 0;) {
            uint64_t at = table[depth].first + i * span;

            if (at < r.until && at + span > from)
                prune_slot(&r, n->item.data + table[depth].at + (size_t)i * PTR_SIZE, depth, at);
        }
    }
}

static int seal_below(struct rfs *fs, uint8_t *slot, unsigned depth)
{
    struct item *b = seal_child(fs, slot);
    int err = 0;

    if (!b)
        return 0;
    /* The hashes of records were filled in when they were written. */
    for (unsigned i = 0; !err && depth > 1 && i < LIST_PTRS; i++)
        err = seal_below(fs, b->data + (size_t)i * PTR_SIZE, depth - 1);
    if (!err)
        put64(slot + 8, seal_item(fs, b));
    return err;
}

int map_seal(struct rfs *fs, struct node *n)
{
    int err = 0;

    for (unsigned depth = 1; depth < MAP_DEPTHS; depth++)
        for (unsigned i = 0; !err && i < table[depth].slots; i++)
            err = seal_below(fs, n->item.data + table[depth].at + (size_t)i * PTR_SIZE, depth);
    return err;
}
