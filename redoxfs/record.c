/* Records: the pieces of a file's content, cached as they read, stored compressed where that helps.
 *
 * A dirty record holds a block that is large enough for it as it is; when it is written out and
 * turns out smaller, it goes where that fits, and the block is given back. So writing out never
 * lacks space. */
#include "redoxfs/internal.h"

#include <errno.h>
#include <lz4.h>
#include <stdlib.h>

#define PACKED_MAX 65536u  /* bytes of a compressed record, its length included */
#define GLIMPSE_MAX 16384u /* bytes for which a record is not kept at length */
#define ROOM_EXACT 32768u  /* a file's first record that small gets no more memory than it needs */

int record_unpack(const uint8_t *stored, uint32_t size, uint64_t addr, uint8_t *out, uint32_t room)
{
    uint32_t n = get16(stored), full = RFS_BLOCK << ADDR_EXPANDED(addr);
    int got;

    if (n + 2 > size || full > room)
        return -EIO;
    got = LZ4_decompress_safe((const char *)stored + 2, (char *)out, (int)n, (int)full);
    if (got < 0)
        return -EIO;
    memset(out + got, 0, full - (uint32_t)got);
    return 0;
}

static struct record *find(struct rfs *fs, struct node *n, uint64_t number)
{
    struct item *i = cache_find(&fs->cache, ITEM_RECORD, node_id(n), number);

    if (i) {
        cache_touch(&fs->cache, i);
        fold_touch(&fs->cache, (struct record *)i);
    }
    return (struct record *)i;
}

/* Room for the largest record that there can be, where more is likely to come: so that what grows
 * by small writes is not moved again and again. */
static uint32_t room_for(const struct node *n, uint64_t number, uint32_t size)
{
    return number || size > ROOM_EXACT ? RFS_BLOCK << node_record_level(n) : size;
}

static struct record *add(struct rfs *fs, struct node *n, uint64_t number, uint32_t size,
                          uint32_t room)
{
    struct item *i = cache_add(&fs->cache, ITEM_RECORD, node_id(n), number, size, room);
    struct record *r = (struct record *)i;

    if (!r)
        return NULL;
    r->node = n;
    r->after = n->records;
    if (n->records)
        n->records->before = r;
    n->records = r;
    cache_relist(&fs->cache, &n->item);
    return r;
}

static int read_stored(struct rfs *fs, struct ptr p, struct record *r)
{
    int err;

    if (!ADDR_EXPANDED(p.addr))
        return read_block(fs, p, r->item.data);
    err = read_block(fs, p, fs->scratch);
    if (!err)
        err = record_unpack(fs->scratch, RFS_BLOCK << ADDR_LEVEL(p.addr), p.addr, r->item.data,
                            r->item.size);
    if (!err)
        fold_keep(&fs->cache, r, fs->scratch, get16(fs->scratch) + 2u);
    return err;
}

int record_load(struct rfs *fs, struct node *n, uint64_t number, struct record **out)
{
    unsigned level;
    struct ptr p;
    int err;

    *out = find(fs, n, number);
    if (*out)
        return fold_open(&fs->cache, *out);
    err = map_get(fs, n, number, &p);
    if (err || is_null(p))
        return err;
    level = ADDR_EXPANDED(p.addr) ? ADDR_EXPANDED(p.addr) : ADDR_LEVEL(p.addr);
    if (level > node_record_level(n) || ADDR_LEVEL(p.addr) > LEVEL_MAX)
        return -EIO;
    *out = add(fs, n, number, RFS_BLOCK << level, RFS_BLOCK << level);
    if (!*out)
        return -ENOMEM;
    err = read_stored(fs, p, *out);
    if (err) {
        cache_drop_record(&fs->cache, *out);
        *out = NULL;
    }
    return err;
}

int record_glimpse(struct rfs *fs, struct node *n, uint64_t number, uint32_t at, uint64_t len,
                   const uint8_t **data)
{
    const struct record *r = find(fs, n, number);
    int err;

    /* Of whom this is the second time in a row, more will be wanted. */
    if (!r || r->item.data || len > GLIMPSE_MAX || at + len > r->item.size ||
        n->glimpsed == number + 1)
        return 0;
    n->glimpsed = number + 1;
    *data = fs->unfolded + at;
    err = fold_read(r, fs->unfolded);
    return err ? err : 1;
}

/* Gives the record a block of its own of that level, as large as its data, in the place of what
 * it had. Space was reserved. */
static int own(struct rfs *fs, struct node *n, struct record *r, unsigned level)
{
    struct ptr old;
    uint64_t index;
    uint8_t *slot;
    int err;

    if (r->item.dirty && r->item.level == level)
        return 0;
    /* The large block first: single ones must not break up the only one there is. */
    err = space_take(fs, level, &index);
    if (err)
        return err;
    err = map_own(fs, n, r->item.number, &slot);
    if (err) {
        space_give(fs, index, level);
        return err;
    }
    old = get_ptr(slot);
    if (!is_null(old)) {
        space_give(fs, ADDR_INDEX(old.addr), ADDR_LEVEL(old.addr));
        node_add_blocks(n, -(1 << ADDR_LEVEL(old.addr)));
    }
    put_ptr(slot, (struct ptr){ADDR(index, level, 0), 0});
    node_add_blocks(n, 1 << level);
    r->item.index = index;
    r->item.level = (uint8_t)level;
    fold_forget(&fs->cache, r);
    cache_set_dirty(&fs->cache, &r->item);
    return 0;
}

static bool all_zero(const uint8_t *p, uint32_t len)
{
    return !len || (!p[0] && !memcmp(p, p + 1, len - 1));
}

/* Zeros from `from` on, but for the len bytes at at, which are about to be written. */
static void clear_around(struct record *r, uint32_t from, uint32_t at, uint32_t len)
{
    uint8_t *data = r->item.data;

    if (from < at)
        memset(data + from, 0, at - from);
    if (from < at + len)
        from = at + len;
    if (from < r->item.size)
        memset(data + from, 0, r->item.size - from);
}

/* The cached record that a write of len bytes at at goes into, with room for it; *out is NULL when
 * nothing needs to be written. Of the bytes from *had on, those to be written are not initialised.
 */
static int prepare(struct rfs *fs, struct node *n, uint64_t number, uint32_t at, const void *buf,
                   uint32_t len, struct record **out, uint32_t *had)
{
    uint32_t want = RFS_BLOCK << level_for((uint64_t)at + len);
    struct record *r;
    int err = record_load(fs, n, number, &r);

    *out = NULL;
    if (err)
        return err;
    if (!r) {
        if (all_zero(buf, len))
            return 0;
        r = add(fs, n, number, want, room_for(n, number, want));
        if (!r)
            return -ENOMEM;
        r->tail_zero = true;
        *had = 0;
    } else {
        *had = r->item.size;
        if (r->item.size >= want && !r->item.dirty && !memcmp(r->item.data + at, buf, len))
            return 0;
        if (r->item.size < want) {
            fold_forget(&fs->cache, r);
            err = cache_resize(&fs->cache, &r->item, want, room_for(n, number, want));
        }
        if (err)
            return err;
    }
    clear_around(r, *had, at, len);
    *out = r;
    return 0;
}

/* A small write that waits beside a record that is kept in short. */
static int write_folded(struct rfs *fs, struct record *r, uint32_t at, const void *buf,
                        uint32_t len)
{
    unsigned level = level_for(r->item.size);
    int err = 0;

    if (!r->item.dirty) {
        err = space_reserve(fs, TREE_COST(1) + MAP_COST, level, true);
        if (!err)
            err = own(fs, r->node, r, level);
    }
    return err ? err : fold_change(&fs->cache, r, at, buf, len);
}

int record_write(struct rfs *fs, struct node *n, uint64_t number, uint32_t at, const void *buf,
                 uint32_t len)
{
    struct record *r = find(fs, n, number);
    unsigned level;
    uint32_t had;
    bool hole;
    int err;

    if (r && fold_takes(r, at, len))
        return write_folded(fs, r, at, buf, len);
    err = prepare(fs, n, number, at, buf, len, &r, &had);

    if (err || !r)
        return err;
    level = level_for(r->item.size);
    if (!r->item.dirty || r->item.level != level) {
        err = space_reserve(fs, TREE_COST(1) + MAP_COST, level, true);
        if (!err)
            err = own(fs, n, r, level);
        if (err) {
            struct ptr p;

            /* What was made for this write only must not stand for a hole. */
            hole = !r->item.dirty && (map_get(fs, n, number, &p) || is_null(p));
            if (hole)
                cache_drop_record(&fs->cache, r);
            else
                clear_around(r, had, 0, 0);
            return err;
        }
    }
    memcpy(r->item.data + at, buf, len);
    return 0;
}

int record_cut(struct rfs *fs, struct node *n, uint64_t number, uint32_t len)
{
    unsigned level = level_for(len);
    uint32_t size = RFS_BLOCK << level;
    struct record *r;
    int err = record_load(fs, n, number, &r);

    if (err || !r || r->item.size < len)
        return err;
    if (r->item.size <= size && all_zero(r->item.data + len, r->item.size - len)) {
        r->tail_zero = true;
        return 0;
    }
    if (r->item.size < size)
        level = level_for(r->item.size);
    err = space_reserve(fs, TREE_COST(1) + MAP_COST, level, false);
    if (!err)
        err = own(fs, n, r, level);
    if (err) {
        r->tail_zero = false;
        return err;
    }
    if (r->item.size > size && cache_resize(&fs->cache, &r->item, size, size))
        return op_broken(fs, -ENOMEM);
    memset(r->item.data + len, 0, r->item.size - len);
    r->tail_zero = true;
    return 0;
}

void records_forget(struct rfs *fs, struct node *n, uint64_t from, uint64_t until)
{
    struct record *next;

    for (struct record *r = n->records; r; r = next) {
        next = r->after;
        if (r->item.number >= from && r->item.number < until)
            cache_drop_record(&fs->cache, r);
    }
}

/* Compresses into scratch; returns the level that the result needs, or level when it is no
 * smaller. */
static unsigned pack(struct rfs *fs, const uint8_t *content, unsigned level)
{
    uint32_t room = level ? (RFS_BLOCK << (level - 1)) : 0, total;
    int n;

    if (!level)
        return level;
    if (room > PACKED_MAX)
        room = PACKED_MAX;
    n = LZ4_compress_default((const char *)content, (char *)fs->scratch + 2,
                             (int)(RFS_BLOCK << level), (int)room - 2);
    if (n <= 0)
        return level;
    put16(fs->scratch, (uint16_t)n);
    total = RFS_BLOCK << level_for((uint64_t)n + 2);
    memset(fs->scratch + 2 + n, 0, total - 2 - (uint32_t)n);
    return level_for(total);
}

/* Where a packed record goes: as far in front as it fits, so that what is written in a row lies in
 * a row; else it stays in its large block. */
static uint64_t place_packed(struct rfs *fs, const struct item *i, unsigned packed)
{
    uint64_t index;

    return space_take(fs, packed, &index) ? i->index : index;
}

/* The block of a record that was written, packed, at index. */
static void settle_block(struct rfs *fs, struct record *r, uint64_t index, unsigned packed)
{
    struct item *i = &r->item;

    if (index == i->index)
        space_shrink(fs, index, i->level, packed);
    else
        space_give(fs, i->index, i->level);
    i->index = index;
    node_add_blocks(r->node, (1 << packed) - (1 << i->level));
}

/* The content of a dirty record, as it is to be written; it is valid until the next call. */
static int content_of(struct rfs *fs, const struct record *r, const uint8_t **out)
{
    *out = r->item.data ? r->item.data : fs->unfolded;
    return r->item.data ? 0 : fold_read(r, fs->unfolded);
}

/* Writes the record as it is in scratch, on `packed` levels, or as it is. */
static int store(struct rfs *fs, struct record *r, unsigned packed)
{
    struct item *i = &r->item;
    unsigned level = i->level;
    const uint8_t *from = packed < level ? fs->scratch : i->data;
    uint64_t index = i->index, hash;
    uint8_t *slot;
    int err = map_own(fs, r->node, i->number, &slot);

    if (err)
        return err;
    if (packed < level)
        index = place_packed(fs, i, packed);
    err = write_hashed(fs, index, 1u << packed, from, &hash);
    if (err) {
        if (index != i->index)
            space_give(fs, index, packed);
        return err;
    }
    if (packed < level)
        settle_block(fs, r, index, packed);
    put_ptr(slot, (struct ptr){ADDR(i->index, packed, packed < level ? level : 0), hash});
    cache_set_clean(&fs->cache, i);
    return 0;
}

static int flush_record(struct rfs *fs, struct record *r)
{
    const uint8_t *content;
    unsigned packed;
    uint32_t len;
    int err = content_of(fs, r, &content);

    if (err)
        return err;
    packed = pack(fs, content, r->item.level);
    len = packed < r->item.level ? get16(fs->scratch) + 2u : 0;
    if (!r->item.data)
        err = fold_renew(&fs->cache, r, fs->scratch, len);
    if (!err)
        err = store(fs, r, packed);
    if (!err && r->item.data)
        fold_keep(&fs->cache, r, fs->scratch, len);
    return err;
}

int record_flush(struct rfs *fs, struct node *n, uint64_t number)
{
    struct record *r = (struct record *)cache_find(&fs->cache, ITEM_RECORD, node_id(n), number);

    return r && r->item.dirty ? flush_record(fs, r) : 0;
}

int records_flush(struct rfs *fs, uint64_t keep)
{
    struct item_list *dirty = &fs->cache.dirty[ITEM_RECORD];
    int err = 0;

    while (!err && dirty->first && fs->cache.dirty_records > keep)
        err = flush_record(fs, (struct record *)dirty->first);
    return err;
}
