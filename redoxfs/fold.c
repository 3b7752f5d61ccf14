/* Records that are kept in short.
 *
 * What was stored compressed, and became much smaller by it, is kept as it was stored. Its content
 * may go then and is had again by unpacking, which takes less time than the first touch of fresh
 * memory: so a large file that can be compressed costs little memory, and the memory that is in
 * use is used again while the processor's caches still have it. Small changes to such a record wait
 * beside it and are worked in when it is written, once for all of them.
 *
 * What must hold:
 *   - a record has its content (item.data), or is kept in short, or both; a dirty one not both
 *   - only a record that is kept in short, without its content, has changes; it is dirty then
 *   - of those that are both, all are in the list, the one that was not used for longest first
 *   - content goes only in fold_trim, between operations */
#include "redoxfs/internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define WORTH 8u         /* so many times smaller it has to be: such a record unpacks fast */
#define CHANGES_SHARE 4u /* of the content's size, for what waits beside it */
#define OPEN_SHARE 16u   /* of the cache, for content that could be had by unpacking */

struct change {
    struct change *next;
    uint32_t at, len;
    uint8_t bytes[];
};

static void list_cut(struct cache *c, struct record *r)
{
    if (r->colder)
        r->colder->hotter = r->hotter;
    else
        c->coldest = r->hotter;
    if (r->hotter)
        r->hotter->colder = r->colder;
    else
        c->hottest = r->colder;
    c->open -= r->item.room;
}

static void list_put(struct cache *c, struct record *r)
{
    r->colder = c->hottest;
    r->hotter = NULL;
    if (c->hottest)
        c->hottest->hotter = r;
    else
        c->coldest = r;
    c->hottest = r;
    c->open += r->item.room;
}

static void packed_free(struct cache *c, struct record *r)
{
    free(r->packed);
    r->packed = NULL;
    c->bytes -= r->packed_len;
    r->packed_len = 0;
}

static void changes_free(struct cache *c, struct record *r)
{
    for (struct change *next, *x = r->changes; x; x = next) {
        next = x->next;
        free(x);
    }
    r->changes = r->last_change = NULL;
    cache_weigh_changes(c, r, 0);
}

void fold_free(struct cache *c, struct record *r)
{
    if (r->packed && r->item.data)
        list_cut(c, r);
    changes_free(c, r);
    packed_free(c, r);
}

static uint8_t *copy_of(const struct record *r, const uint8_t *stored, uint32_t len)
{
    uint8_t *copy = len && (uint64_t)len * WORTH <= r->item.size ? malloc(len) : NULL;

    if (copy)
        memcpy(copy, stored, len);
    return copy;
}

static void packed_set(struct cache *c, struct record *r, uint8_t *packed, uint32_t len)
{
    r->packed = packed;
    r->packed_len = len;
    c->bytes += len;
}

void fold_keep(struct cache *c, struct record *r, const uint8_t *stored, uint32_t len)
{
    uint8_t *copy = copy_of(r, stored, len);

    assert(r->item.data && !r->packed && !r->item.dirty);
    if (!copy)
        return;
    packed_set(c, r, copy, len);
    list_put(c, r);
}

void fold_forget(struct cache *c, struct record *r)
{
    if (!r->packed || !r->item.data)
        return;
    list_cut(c, r);
    packed_free(c, r);
}

void fold_touch(struct cache *c, struct record *r)
{
    if (!r->packed || !r->item.data || c->hottest == r)
        return;
    list_cut(c, r);
    list_put(c, r);
}

int fold_read(const struct record *r, uint8_t *out)
{
    uint64_t addr = ADDR(0ull, 0, level_for(r->item.size));
    int err = record_unpack(r->packed, r->packed_len, addr, out, r->item.size);

    for (const struct change *x = r->changes; !err && x; x = x->next)
        memcpy(out + x->at, x->bytes, x->len);
    return err;
}

int fold_open(struct cache *c, struct record *r)
{
    int err;

    if (r->item.data)
        return 0;
    err = cache_fill(c, &r->item);
    if (err)
        return err;
    err = fold_read(r, r->item.data);
    if (err) {
        cache_empty(c, &r->item);
        return err;
    }
    changes_free(c, r);
    if (r->item.dirty)
        packed_free(c, r);
    else
        list_put(c, r);
    return 0;
}

/* The newest change that touches the range. */
static struct change *newest_at(const struct record *r, uint32_t at, uint32_t len)
{
    struct change *found = NULL;

    for (struct change *x = r->changes; x; x = x->next) {
        if (x->at < at + len && at < x->at + x->len)
            found = x;
    }
    return found;
}

bool fold_takes(const struct record *r, uint32_t at, uint32_t len)
{
    return !r->item.data && (uint64_t)at + len <= r->item.size &&
           r->changed + len + sizeof(struct change) <= r->item.size / CHANGES_SHARE;
}

int fold_change(struct cache *c, struct record *r, uint32_t at, const void *buf, uint32_t len)
{
    struct change *x = newest_at(r, at, len);

    assert(!r->item.data && r->item.dirty);
    if (x && x->at == at && x->len == len) {
        memcpy(x->bytes, buf, len);
        return 0;
    }
    x = malloc(sizeof(*x) + len);
    if (!x)
        return -ENOMEM;
    x->next = NULL;
    x->at = at;
    x->len = len;
    memcpy(x->bytes, buf, len);
    if (r->last_change)
        r->last_change->next = x;
    else
        r->changes = x;
    r->last_change = x;
    cache_weigh_changes(c, r, r->changed + (uint32_t)sizeof(*x) + len);
    return 0;
}

int fold_renew(struct cache *c, struct record *r, const uint8_t *stored, uint32_t len)
{
    uint8_t *copy = copy_of(r, stored, len);

    if (!copy)
        return fold_open(c, r);
    changes_free(c, r);
    packed_free(c, r);
    packed_set(c, r, copy, len);
    return 0;
}

void fold_trim(struct cache *c)
{
    while (c->open > c->limit / OPEN_SHARE && c->coldest) {
        struct record *r = c->coldest;

        list_cut(c, r);
        cache_empty(c, &r->item);
    }
}
