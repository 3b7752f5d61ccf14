/* Listing a directory, in an order that does not change while the directory does.
 *
 * The order is that of the entries' cursors: the name's hash, then more bits of it, then a number
 * that tells apart those few that are equal in both. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

#define CURSOR_FIRST 16u /* below are left to callers, for "." and ".." */

struct listed {
    uint64_t key;     /* cursor without the number, and without CURSOR_FIRST */
    const char *name; /* in the cache, which keeps its blocks during an operation */
    uint32_t id;
    uint8_t len;
};

struct listing {
    struct rfs *fs;
    uint64_t from; /* keys below are done */
    int (*each)(void *ctx, const struct rfs_entry *entry);
    void *ctx;
    struct listed *batch;
    uint32_t count, room;
    uint64_t budget;
};

/* Key: hash in bits 31..62, more of it in bits 8..30, a number in bits 0..7. */
static uint64_t key_of(const char *name, size_t len)
{
    uint64_t full = seahash(name, len);

    return (uint64_t)name_hash_of(full) << 31 | (full >> 41) << 8;
}

static uint32_t hash_in(uint64_t key)
{
    return (uint32_t)(key >> 31);
}

static int by_key(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;

    return x->key < y->key ? -1 : x->key > y->key;
}

static int add_entry(struct listing *l, const struct entry_ref *e, uint64_t key)
{
    struct listed *new;

    if (l->count == l->room) {
        uint32_t room = l->room ? l->room * 2 : 128;

        new = realloc(l->batch, room * sizeof(*new));
        if (!new)
            return -ENOMEM;
        l->batch = new;
        l->room = room;
    }
    l->batch[l->count++] = (struct listed){key, e->name, e->id, e->len};
    return 0;
}

/* 0: the node is damaged. */
static int mode_of(struct rfs *fs, uint32_t id, uint16_t *mode)
{
    struct node *n;
    int err;

    *mode = types_get(&fs->types, id);
    if (*mode)
        return 0;
    err = node_load(fs, id, &n);

    *mode = err ? 0 : node_mode(n);
    return err == -EAGAIN ? err : 0;
}

/* Hands out the entries of the batch whose hash is at most until. */
static int emit(struct listing *l, uint32_t until)
{
    uint32_t done = 0;
    uint64_t before = UINT64_MAX;
    unsigned number = 0;
    int got = 0;

    if (!l->count)
        return 0;
    qsort(l->batch, l->count, sizeof(*l->batch), by_key);
    for (; !got && done < l->count && hash_in(l->batch[done].key) <= until; done++) {
        const struct listed *e = &l->batch[done];
        struct rfs_entry out = {.id = e->id, .len = e->len, .name = e->name};
        uint64_t cursor;

        number = e->key == before && number < 255 ? number + 1 : 0;
        before = e->key;
        cursor = (e->key | number) + CURSOR_FIRST;
        if (cursor < l->from)
            continue;
        out.next = cursor + 1;
        got = mode_of(l->fs, e->id, &out.mode);
        if (!got)
            got = l->each(l->ctx, &out);
    }
    memmove(l->batch, l->batch + done, (size_t)(l->count - done) * sizeof(*l->batch));
    l->count -= done;
    return got;
}

static int list_entries(struct listing *l, struct ptr p)
{
    uint32_t from = (uint32_t)((l->from < CURSOR_FIRST ? 0 : l->from - CURSOR_FIRST) >> 31);
    uint32_t most = 0, at = 0;
    struct entry_ref e;
    struct item *list;
    int err = dirlist_load(l->fs, p, &list);

    while (!err && dirlist_next(list->data, &at, &e, false)) {
        uint64_t key = key_of(e.name, e.len);

        if (hash_in(key) > most)
            most = hash_in(key);
        if (hash_in(key) >= from)
            err = add_entry(l, &e, key);
    }
    if (err)
        return err;
    /* What is smaller than all that can still come is complete. */
    if (most)
        err = emit(l, most - 1);
    return err;
}

static int list_block(struct listing *l, struct ptr p, unsigned depth)
{
    uint32_t from = (uint32_t)((l->from < CURSOR_FIRST ? 0 : l->from - CURSOR_FIRST) >> 31);
    struct item *b;
    int got;

    if (!l->budget--)
        return -EIO;
    if (!depth)
        return list_entries(l, p);
    got = htree_load(l->fs, p, &b);
    for (unsigned i = 0; !got && i < htree_used(b->data); i++) {
        const uint8_t *e = b->data + (size_t)i * HENTRY_SIZE;

        if (get32(e) >= from)
            got = list_block(l, get_ptr(e + 4), depth - 1);
    }
    return got;
}

int dir_list(struct rfs *fs, uint32_t dir, uint64_t cursor,
             int (*each)(void *ctx, const struct rfs_entry *entry), void *ctx)
{
    struct listing l = {.fs = fs, .from = cursor, .each = each, .ctx = ctx, .budget = fs->blocks};
    unsigned depth;
    struct node *d;
    int got = node_load(fs, dir, &d);

    if (!got)
        got = dir_depth(d, &depth);
    if (got)
        return got == -ENOENT && !node_load(fs, dir, &d) ? 0 : got;
    got = list_block(&l, get_ptr(d->item.data + DIR_TOP), depth);
    if (!got)
        got = emit(&l, UINT32_MAX);
    free(l.batch);
    return got;
}

int rfs_readdir(struct rfs *fs, uint32_t dir, uint64_t cursor,
                int (*each)(void *ctx, const struct rfs_entry *entry), void *ctx)
{
    int err = op_begin(fs, false);

    return err ? err : dir_list(fs, dir, cursor, each, ctx);
}
