/* The cache: a hash table of items, and lists of them by age.
 *
 * Clean items are in one list, least recently used first; dirty ones in a list per kind. A clean
 * node that is held or has cached records is in no list, so that it stays. */
#include "redoxfs/internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define RECORDS_IN_PIECE 128u /* 16 MiB */
#define BLOCKS_IN_PIECE 256u  /* 1 MiB */
/* Bytes of pieces that may be not in use, beyond the limit. */
#define SPARE_MOST ((uint64_t)RECORDS_IN_PIECE * RECORD_MAX + BLOCKS_IN_PIECE * RFS_BLOCK)

static size_t struct_size(enum item_kind kind)
{
    return kind == ITEM_NODE     ? sizeof(struct node)
           : kind == ITEM_RECORD ? sizeof(struct record)
                                 : sizeof(struct item);
}

/* What of it has to be written when it is dirty. */
static uint64_t weight(const struct item *i)
{
    return i->room + (i->kind == ITEM_RECORD ? ((const struct record *)i)->changed : 0);
}

static uint64_t cost(const struct item *i)
{
    const struct record *r = (const struct record *)i;

    return struct_size(i->kind) + weight(i) + (i->kind == ITEM_RECORD ? r->packed_len : 0);
}

static uint64_t bucket_of(const struct cache *c, unsigned kind, uint64_t key, uint64_t number)
{
    uint64_t x = (key * 4 + kind) * 0x9e3779b97f4a7c15ull + number * 0xff51afd7ed558ccdull;

    x ^= x >> 32;
    return (x * 0xc4ceb9fe1a85ec53ull >> 20) & (c->buckets - 1);
}

int cache_init(struct cache *c, uint64_t limit, bool pooled)
{
    *c = (struct cache){.limit = limit, .buckets = 1024};
    if (pooled) {
        c->pool = pool_make(RECORD_MAX, RECORDS_IN_PIECE);
        c->blocks = pool_make(RFS_BLOCK, BLOCKS_IN_PIECE);
    }
    while (c->buckets < limit / 4096 && c->buckets < 1u << 22)
        c->buckets *= 2;
    c->table = calloc(c->buckets, sizeof(struct item *));
    return c->table && (!pooled || (c->pool && c->blocks)) ? 0 : -ENOMEM;
}

static bool data_make(struct cache *c, struct item *i, uint32_t room)
{
    struct pool *p = room == RECORD_MAX ? c->pool : room == RFS_BLOCK ? c->blocks : NULL;

    i->home = NULL;
    i->data = p ? pool_take(p, &i->home) : block_alloc(room);
    i->room = room;
    return i->data != NULL;
}

static void data_free(struct item *i)
{
    if (i->home)
        pool_give(i->home);
    else
        free(i->data);
}

void cache_free(struct cache *c)
{
    for (uint64_t b = 0; c->table && b < c->buckets; b++)
        while (c->table[b]) {
            struct item *i = c->table[b];

            c->table[b] = i->chain;
            if (i->kind == ITEM_RECORD)
                fold_free(c, (struct record *)i);
            data_free(i);
            free(i);
        }
    pool_free(c->pool);
    pool_free(c->blocks);
    free(c->table);
    c->table = NULL;
}

static void list_put(struct item_list *l, struct item *i)
{
    i->prev = l->last;
    i->next = NULL;
    if (l->last)
        l->last->next = i;
    else
        l->first = i;
    l->last = i;
    i->listed = true;
}

static void list_cut(struct item_list *l, struct item *i)
{
    if (i->prev)
        i->prev->next = i->next;
    else
        l->first = i->next;
    if (i->next)
        i->next->prev = i->prev;
    else
        l->last = i->prev;
    i->listed = false;
}

static struct item_list *list_of(struct cache *c, const struct item *i)
{
    return i->dirty ? &c->dirty[i->kind] : &c->clean;
}

/* Whether a clean item must stay. */
static bool needed(const struct item *i)
{
    const struct node *n = (const struct node *)i;

    return i->kind == ITEM_NODE && (n->holds || n->records);
}

struct item *cache_find(struct cache *c, enum item_kind kind, uint64_t key, uint64_t number)
{
    struct item *i = c->table[bucket_of(c, kind, key, number)];

    while (i && (i->key != key || i->number != number || i->kind != kind))
        i = i->chain;
    return i;
}

static void chain_in(struct cache *c, struct item *i)
{
    struct item **b = &c->table[bucket_of(c, i->kind, i->key, i->number)];

    i->chain = *b;
    *b = i;
}

static void chain_out(struct cache *c, struct item *i)
{
    struct item **b = &c->table[bucket_of(c, i->kind, i->key, i->number)];

    while (*b != i)
        b = &(*b)->chain;
    *b = i->chain;
}

struct item *cache_add(struct cache *c, enum item_kind kind, uint64_t key, uint64_t number,
                       uint32_t size, uint32_t room)
{
    struct item *i = calloc(1, struct_size(kind));

    if (!i)
        return NULL;
    if (!data_make(c, i, room)) {
        free(i);
        return NULL;
    }
    i->kind = (uint8_t)kind;
    i->key = key;
    i->number = number;
    i->size = size;
    chain_in(c, i);
    list_put(&c->clean, i);
    c->items++;
    c->bytes += cost(i);
    return i;
}

static void count_dirty(struct cache *c, const struct item *i, uint64_t more)
{
    *(i->kind == ITEM_RECORD ? &c->dirty_records : &c->dirty_meta) += more;
}

void cache_drop(struct cache *c, struct item *i)
{
    if (i->kind == ITEM_RECORD)
        fold_free(c, (struct record *)i);
    if (i->listed)
        list_cut(list_of(c, i), i);
    if (i->dirty)
        count_dirty(c, i, -weight(i));
    chain_out(c, i);
    c->items--;
    c->bytes -= cost(i);
    data_free(i);
    free(i);
}

void cache_touch(struct cache *c, struct item *i)
{
    if (i->dirty || !i->listed || c->clean.last == i)
        return;
    list_cut(&c->clean, i);
    list_put(&c->clean, i);
}

void cache_rekey(struct cache *c, struct item *i, uint64_t key)
{
    chain_out(c, i);
    i->key = key;
    chain_in(c, i);
}

int cache_resize(struct cache *c, struct item *i, uint32_t size, uint32_t room)
{
    if (size > i->room) {
        struct item old = *i;

        if (!data_make(c, i, room)) {
            *i = old;
            return -ENOMEM;
        }
        memcpy(i->data, old.data, i->size);
        data_free(&old);
        c->bytes += (uint64_t)i->room - old.room;
        if (i->dirty)
            count_dirty(c, i, (uint64_t)i->room - old.room);
    }
    i->size = size;
    return 0;
}

int cache_fill(struct cache *c, struct item *i)
{
    if (!data_make(c, i, i->size)) {
        i->room = 0;
        return -ENOMEM;
    }
    c->bytes += i->room;
    if (i->dirty)
        count_dirty(c, i, i->room);
    return 0;
}

void cache_empty(struct cache *c, struct item *i)
{
    if (i->dirty)
        count_dirty(c, i, -(uint64_t)i->room);
    data_free(i);
    i->data = NULL;
    i->home = NULL;
    c->bytes -= i->room;
    i->room = 0;
}

void cache_weigh_changes(struct cache *c, struct record *r, uint32_t changed)
{
    uint64_t more = (uint64_t)changed - r->changed;

    c->bytes += more;
    if (r->item.dirty)
        count_dirty(c, &r->item, more);
    r->changed = changed;
}

void cache_set_dirty(struct cache *c, struct item *i)
{
    if (i->dirty)
        return;
    if (i->listed)
        list_cut(&c->clean, i);
    i->dirty = true;
    list_put(&c->dirty[i->kind], i);
    count_dirty(c, i, weight(i));
}

void cache_set_clean(struct cache *c, struct item *i)
{
    if (!i->dirty)
        return;
    list_cut(&c->dirty[i->kind], i);
    count_dirty(c, i, -weight(i));
    i->dirty = false;
    if (!needed(i))
        list_put(&c->clean, i);
}

void cache_relist(struct cache *c, struct item *i)
{
    if (i->dirty || i->listed == !needed(i))
        return;
    if (i->listed)
        list_cut(&c->clean, i);
    else
        list_put(&c->clean, i);
}

void cache_drop_record(struct cache *c, struct record *r)
{
    struct node *n = r->node;

    assert(n);
    if (r->before)
        r->before->after = r->after;
    else
        n->records = r->after;
    if (r->after)
        r->after->before = r->before;
    cache_relist(c, &n->item);
    cache_drop(c, &r->item);
}

/* What was used longest ago goes; there is something. */
static void evict(struct cache *c)
{
    struct item *i = c->clean.first;

    assert(i->listed && !i->dirty && !i->prev);
    if (i->kind == ITEM_RECORD)
        cache_drop_record(c, (struct record *)i);
    else
        cache_drop(c, i);
}

/* More memory is held than there may be: pieces of the pools of which little is in use. */
static bool holds_too_much(const struct cache *c)
{
    return c->pool &&
           c->bytes + pool_spare(c->pool) + pool_spare(c->blocks) > c->limit + SPARE_MOST;
}

void cache_trim(struct cache *c)
{
    fold_trim(c);
    while (c->bytes > c->limit && c->clean.first)
        evict(c);
    while (holds_too_much(c)) {
        if (pool_vacant(c->pool))
            pool_age(c->pool, true);
        else if (pool_vacant(c->blocks))
            pool_age(c->blocks, true);
        else if (c->clean.first)
            evict(c);
        else
            break;
    }
}
