/* Pools of fixed-size records; see pool.h. */
#include "umk/core/pool.h"
#include "umk/core/core.h"
#include "umk/core/process.h"
#include "umk/core/scheme.h"

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

static struct payer *payer_of(const struct pool *p, void *record)
{
    return (struct payer *)(void *)((char *)record + p->size - sizeof(struct payer));
}

/* Its count of p's records. */
static u32 *account(struct pool *p, struct process *payer)
{
    if (!p->id)
        p->id = ++core.npools;
    core_assert(p->id < POOLS_MAX);
    return &payer->charged[p->id];
}

static bool serves(const struct process *p)
{
    return p == core.init || (is_root(p) && !list_empty(&p->schemes));
}

static bool may_have_more(struct pool *p, struct process *asks)
{
    if (!asks)
        return p->live < p->max;
    return *account(p, asks) < p->max / 8 && p->live < p->max - (serves(asks) ? 0 : p->max / 16);
}

static void charge(struct pool *p, void *record, struct process *payer)
{
    if (!payer)
        return;
    *payer_of(p, record) = (struct payer){payer->pid, (u32)payer->serial};
    ++*account(p, payer);
}

static void discharge(struct pool *p, void *record)
{
    const struct payer *of = payer_of(p, record);
    struct process *payer = of->pid ? core.by_pid[of->pid] : NULL;

    if (payer && (u32)payer->serial == of->serial)
        --*account(p, payer);
}

void *pool_get(struct pool *p)
{
    void **record;

    if (p->fail_in && --p->fail_in == 0)
        return NULL;
    if (!may_have_more(p, core.asking))
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
    charge(p, record, core.asking);
    return record;
}

void pool_put(struct pool *p, void *record)
{
    void **r = record;

    core_assert(p->live > 0);
    discharge(p, record);
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
    p->live = p->made = p->id = 0;
    p->fail_in = 0;
}
