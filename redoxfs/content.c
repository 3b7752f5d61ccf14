/* Content of nodes: reading, writing, changing the size. Short content lies in the node itself. */
#include "redoxfs/internal.h"

#include <errno.h>

#define AHEAD 8u   /* records that are asked for ahead of a sequential reader */
#define BEHIND 16u /* records that a sequential writer fills before they are written together */

static uint64_t record_size(const struct node *n)
{
    return (uint64_t)RFS_BLOCK << node_record_level(n);
}

static int load_file(struct rfs *fs, uint32_t id, struct node **n)
{
    int err = node_load(fs, id, n);

    if (!err && node_type(*n) == RFS_DIR)
        err = -EISDIR;
    return err;
}

/* Asks the device for what a sequential reader will want next. */
static void read_ahead(struct rfs *fs, struct node *n, uint64_t number)
{
    uint64_t records = ceil_div(node_size(n), record_size(n)), until = number + 1 + AHEAD;
    bool sequential = number == n->next_record;
    struct ptr p;

    n->next_record = number + 1;
    if (!fs->dev.prefetch || !sequential || !number)
        return;
    if (n->ahead <= number || n->ahead > until)
        n->ahead = number + 1;
    if (until > records)
        until = records;
    for (; n->ahead < until; n->ahead++) {
        if (cache_find(&fs->cache, ITEM_RECORD, node_id(n), n->ahead) ||
            map_get(fs, n, n->ahead, &p) || is_null(p))
            continue;
        fs->dev.prefetch(fs->dev.ctx, fs->base + ADDR_INDEX(p.addr), 1u << ADDR_LEVEL(p.addr));
    }
}

/* What lies at offset, which is within the content: *data and how many bytes; NULL: zeros. More
 * than `want` bytes are of no use. */
static int64_t peek(struct rfs *fs, struct node *n, uint64_t offset, uint64_t want,
                    const uint8_t **data)
{
    uint64_t left = node_size(n) - offset, size = record_size(n), at = offset % size;
    uint64_t number = offset / size;
    struct record *r;
    int err;

    if (node_inline(n)) {
        *data = offset < AREA_SIZE ? n->item.data + NODE_AREA + offset : NULL;
        return (int64_t)(*data && left > AREA_SIZE - offset ? AREA_SIZE - offset : left);
    }
    if (number >= map_limit())
        return -EIO;
    if (number != n->next_record - 1)
        read_ahead(fs, n, number);
    if (left > size - at)
        left = size - at;
    if (want > left)
        want = left;
    err = record_glimpse(fs, n, number, (uint32_t)at, want, data);
    if (err)
        return err < 0 ? err : (int64_t)want;
    err = record_load(fs, n, number, &r);
    if (err)
        return err;
    *data = NULL;
    if (!r || at >= r->item.size)
        return (int64_t)left;
    *data = r->item.data + at;
    return (int64_t)(left > r->item.size - at ? r->item.size - at : left);
}

int64_t rfs_peek(struct rfs *fs, uint32_t id, uint64_t offset, const uint8_t **data)
{
    struct node *n;
    int64_t got = op_begin(fs, false);

    if (!got)
        got = load_file(fs, id, &n);
    if (got)
        return got;
    if (offset >= node_size(n))
        return 0;
    node_accessed(fs, n);
    return peek(fs, n, offset, UINT64_MAX, data);
}

int rfs_fetch(struct rfs *fs, uint32_t id, uint64_t offset, uint64_t len)
{
    struct node *n = NULL;
    struct record *r;
    int err = op_begin(fs, false);

    if (!err)
        err = load_file(fs, id, &n);
    if (err || node_inline(n) || !len || offset >= node_size(n))
        return err;
    uint64_t size = record_size(n), first = offset / size;
    uint64_t end = len < node_size(n) - offset ? offset + len : node_size(n);
    uint64_t last = (end - 1) / size;

    if (last >= map_limit())
        return -EIO;
    if (!cache_find(&fs->cache, ITEM_RECORD, id, first))
        err = record_load(fs, n, first, &r);
    if (!err && !cache_find(&fs->cache, ITEM_RECORD, id, last))
        err = record_load(fs, n, last, &r);
    return err;
}

int64_t rfs_read(struct rfs *fs, uint32_t id, uint64_t offset, void *buf, size_t len)
{
    size_t done = 0;
    int64_t got = 0;
    struct node *n;

    while (done < len) {
        const uint8_t *data = NULL;

        got = op_begin(fs, false);
        if (!got)
            got = load_file(fs, id, &n);
        if (got || offset >= node_size(n))
            break;
        if (!done)
            node_accessed(fs, n);
        got = peek(fs, n, offset, len - done, &data);
        if (got == -EAGAIN)
            return got;
        if (got <= 0)
            break;
        if ((uint64_t)got > len - done)
            got = (int64_t)(len - done);
        if (data)
            memcpy((uint8_t *)buf + done, data, (size_t)got);
        else
            memset((uint8_t *)buf + done, 0, (size_t)got);
        done += (size_t)got;
        offset += (uint64_t)got;
    }
    return done ? (int64_t)done : got < 0 ? got : 0;
}

/* Owns the node. Once more after whatever may have committed in between. */
static int own(struct rfs *fs, struct node *n, bool spare)
{
    int err = n->item.dirty ? 0 : space_reserve(fs, TREE_COST(1) + MAP_COST, 0, spare);

    return err ? err : node_own(fs, n);
}

static void set_size(struct rfs *fs, struct node *n, uint64_t size)
{
    put64(n->item.data + NODE_SIZE, size);
    node_touch(fs, n);
}

/* From content in the node to records. */
static int convert(struct rfs *fs, struct node *n)
{
    uint64_t size = node_size(n);
    uint32_t kept = (uint32_t)(size < AREA_SIZE ? size : AREA_SIZE);
    uint8_t bytes[AREA_SIZE], *area = n->item.data + NODE_AREA;
    uint32_t flags = get32(n->item.data + NODE_FLAGS);
    /* More than it takes, so that writing the record need not commit while it is nowhere. */
    int err = space_reserve(fs, 2 * (TREE_COST(1) + MAP_COST) + 8, 0, true);

    if (!err)
        err = node_own(fs, n);
    if (err)
        return err;
    memcpy(bytes, area, kept);
    memset(area, 0, AREA_SIZE);
    put32(n->item.data + NODE_FLAGS, flags & ~NODE_INLINE);
    err = kept ? record_write(fs, n, 0, 0, bytes, kept) : 0;
    if (err) {
        put32(n->item.data + NODE_FLAGS, flags);
        memcpy(area, bytes, kept);
    }
    return err;
}

/* Before a file grows: what lies behind its end, left there by others, must not show up. Only the
 * last record, and those up to the new end, can hold any. */
static int clear_behind(struct rfs *fs, struct node *n, uint64_t end)
{
    uint64_t size = node_size(n), record = record_size(n), at = size % record;
    uint64_t first = ceil_div(size, record), until = ceil_div(end, record), number = first;
    struct item *i = cache_find(&fs->cache, ITEM_RECORD, node_id(n), size / record);
    struct ptr p = {0};
    int err = 0;

    if (at && !(i && ((struct record *)i)->tail_zero))
        err = record_cut(fs, n, size / record, (uint32_t)at);
    /* Mostly there is nothing, which a look at a few records tells. */
    for (; !err && is_null(p) && number < until && number < first + 16; number++)
        err = map_get(fs, n, number, &p);
    if (err || (is_null(p) && number == until))
        return err;
    err = own(fs, n, true);
    if (err)
        return err;
    records_forget(fs, n, first, until);
    map_prune(fs, n, first, until);
    return 0;
}

static int grow(struct rfs *fs, struct node *n, uint64_t size)
{
    uint64_t old = node_size(n);
    int err;

    if (node_inline(n)) {
        if (old < AREA_SIZE)
            memset(n->item.data + NODE_AREA + old, 0, AREA_SIZE - old);
        if (size >= AREA_SIZE && (err = convert(fs, n)))
            return err;
    } else {
        err = clear_behind(fs, n, size);
        if (err)
            return err;
    }
    err = own(fs, n, true);
    if (!err)
        set_size(fs, n, size);
    return err;
}

static int shrink(struct rfs *fs, struct node *n, uint64_t size)
{
    uint64_t record = record_size(n);
    int err = 0;

    if (node_inline(n)) {
        if (size < AREA_SIZE)
            memset(n->item.data + NODE_AREA + size, 0, AREA_SIZE - size);
    } else {
        if (size % record)
            err = record_cut(fs, n, size / record, (uint32_t)(size % record));
        /* Growing clears what lies behind the end: on a full disk this can wait. */
        if (err == -ENOSPC)
            err = own(fs, n, false);
        if (err)
            return err;
        records_forget(fs, n, ceil_div(size, record), UINT64_MAX);
        map_prune(fs, n, ceil_div(size, record), UINT64_MAX);
    }
    set_size(fs, n, size);
    return 0;
}

int content_resize(struct rfs *fs, struct node *n, uint64_t size)
{
    uint64_t old = node_size(n);
    int err;

    if (node_type(n) == RFS_DIR)
        return -EISDIR;
    if (size > map_limit() * record_size(n) || size > INT64_MAX)
        return -EFBIG;
    err = space_reserve(fs, TREE_COST(1) + MAP_COST, 0, size > old);
    if (!err)
        err = node_own(fs, n);
    if (err || size == old)
        return err;
    return size > old ? grow(fs, n, size) : shrink(fs, n, size);
}

/* A sequential writer has filled so many records: they go to the device, side by side, so that the
 * writer and the device work at the same time. */
static int write_behind(struct rfs *fs, struct node *n, uint64_t offset)
{
    uint64_t number = offset / record_size(n);
    int err = 0;

    if (offset != n->next_written || offset % record_size(n) || number % BEHIND || !number)
        return 0;
    for (uint64_t i = number - BEHIND; !err && i < number; i++)
        err = record_flush(fs, n, i);
    return err;
}

/* One record's part of a write; the file is a whole one after each. */
static int64_t write_part(struct rfs *fs, struct node *n, uint64_t offset, const void *buf,
                          size_t len)
{
    uint64_t record = record_size(n), at = offset % record, size = node_size(n);
    int err = 0;

    if (len > record - at)
        len = (size_t)(record - at);
    if (node_inline(n)) {
        uint8_t *area = n->item.data + NODE_AREA;

        if (offset + len < AREA_SIZE) {
            if (offset > size)
                memset(area + size, 0, (size_t)(offset - size));
            memcpy(area + offset, buf, len);
            set_size(fs, n, offset + len > size ? offset + len : size);
            return (int64_t)len;
        }
        err = convert(fs, n);
    }
    if (!err)
        err = write_behind(fs, n, offset);
    if (!err && offset + len > size)
        err = clear_behind(fs, n, offset + len);
    if (!err)
        err = record_write(fs, n, offset / record, (uint32_t)at, buf, (uint32_t)len);
    if (!err)
        err = own(fs, n, true);
    if (err)
        return err;
    set_size(fs, n, offset + len > size ? offset + len : size);
    n->next_written = offset + len;
    return (int64_t)len;
}

int64_t content_write(struct rfs *fs, struct node *n, uint64_t offset, const void *buf, size_t len)
{
    int64_t err;

    if (offset > INT64_MAX || len > INT64_MAX - offset ||
        ceil_div(offset + len, record_size(n)) > map_limit())
        return -EFBIG;
    err = own(fs, n, true);
    return err ? err : write_part(fs, n, offset, buf, len);
}

int64_t rfs_write(struct rfs *fs, uint32_t id, uint64_t offset, const void *buf, size_t len)
{
    size_t done = 0;
    struct node *n;
    int64_t put = 0;

    do {
        put = op_begin(fs, true);
        if (!put)
            put = load_file(fs, id, &n);
        if (!put && len)
            put = content_write(fs, n, offset + done, (const uint8_t *)buf + done, len - done);
        if (put > 0)
            done += (size_t)put;
    } while (put > 0 && done < len);
    return done ? (int64_t)done : put;
}

/* Zeros in one record, where there is any content. */
static int zero_part(struct rfs *fs, struct node *n, uint64_t offset, uint64_t len)
{
    static const uint8_t zeros[RFS_BLOCK];
    uint64_t record = record_size(n), number = offset / record, at = offset % record;
    struct record *r;
    int err = record_load(fs, n, number, &r);

    if (err || !r || at >= r->item.size)
        return err;
    if (len > r->item.size - at)
        len = r->item.size - at;
    for (uint64_t done = 0; !err && done < len; done += RFS_BLOCK) {
        uint64_t step = len - done < RFS_BLOCK ? len - done : RFS_BLOCK;

        err = record_write(fs, n, number, (uint32_t)(at + done), zeros, (uint32_t)step);
    }
    return err;
}

static int punch(struct rfs *fs, struct node *n, uint64_t offset, uint64_t end)
{
    uint64_t record = record_size(n), first = ceil_div(offset, record), last = end / record;
    int err = 0;

    if (end == node_size(n))
        last = ceil_div(end, record);
    if (first > last)
        return zero_part(fs, n, offset, end - offset);
    if (offset % record)
        err = zero_part(fs, n, offset, record - offset % record);
    if (!err && last * record < end)
        err = zero_part(fs, n, last * record, end - last * record);
    if (!err)
        err = own(fs, n, false);
    if (err || first == last)
        return err;
    records_forget(fs, n, first, last);
    map_prune(fs, n, first, last);
    return 0;
}

int rfs_punch(struct rfs *fs, uint32_t id, uint64_t offset, uint64_t len)
{
    struct node *n;
    uint64_t end;
    int err = op_begin(fs, true);

    if (!err)
        err = load_file(fs, id, &n);
    if (err)
        return err;
    end = len > node_size(n) || offset > node_size(n) - len ? node_size(n) : offset + len;
    if (offset >= end)
        return 0;
    err = own(fs, n, false);
    if (!err && !node_inline(n)) {
        err = punch(fs, n, offset, end);
        if (!err)
            err = own(fs, n, false);
    }
    if (err)
        return err;
    if (node_inline(n) && offset < AREA_SIZE)
        memset(n->item.data + NODE_AREA + offset, 0,
               (size_t)((end < AREA_SIZE ? end : AREA_SIZE) - offset));
    node_touch(fs, n);
    return 0;
}
