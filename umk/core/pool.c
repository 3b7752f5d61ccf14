/* Pools of fixed-size records; see pool.h. */
#include "umk/core/pool.h"
#include "umk/core/core.h"

void (*pool_watch)(void *record, u32 size, bool free);

static void pool_grow(struct pool *p)
{
    size_t pages = p->size > PAGE_SIZE / 4 ? (4 * (size_t)p->size + PAGE_SIZE - 1) / PAGE_SIZE : 1;
    size_t count = pages * PAGE_SIZE / p->size;
    char *mem = core.machine->pages(pages);

    if (!mem)
        return;
    for (size_t i = 0; i < count; i++) {
        void **record = (void **)(void *)(mem + i * p->size);
        *record = p->free;
        p->free = record;
    }
    p->made += (u32)count;
}

void *pool_get(struct pool *p)
{
    void **record;

    if (p->fail_in && --p->fail_in == 0)
        return NULL;
    if (p->live >= p->max)
        return NULL;
    if (!p->free)
        pool_grow(p);
    record = p->free;
    if (!record)
        return NULL;
    if (pool_watch)
        pool_watch(record, p->size, false);
    p->free = *record;
    p->live++;
    memset(record, 0, p->size);
    return record;
}

void pool_put(struct pool *p, void *record)
{
    void **r = record;

    core_assert(p->live > 0);
    /* enough to make use after free show, little enough to cost nothing */
    memset(record, 0xdd, min_u64(p->size, 256));
    *r = p->free;
    p->free = r;
    p->live--;
    if (pool_watch)
        pool_watch(record, p->size, true);
}

void pool_reset(struct pool *p)
{
    p->free = NULL;
    p->live = p->made = 0;
    p->fail_in = 0;
}
