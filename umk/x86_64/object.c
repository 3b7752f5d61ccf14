/* Memory objects; see object.h. */
#include "umk/x86_64/object.h"
#include "umk/core/core.h"
#include "umk/paging/frames.h"
#include "umk/paging/space.h"
#include "umk/x86_64/kmap.h"

struct metal_object {
    struct pages *pages;
    void *alias;
    u64 alias_pages;
};

static struct pool records = POOL_INIT(metal_object, 1u << 20);

i64 object_create(struct object *o)
{
    struct metal_object *m = pool_get(&records);

    if (!m)
        return -ENOMEM;
    m->pages = pages_new(o->size / PAGE_SIZE);
    if (!m->pages) {
        pool_put(&records, m);
        return -ENOMEM;
    }
    m->pages->charged = true;
    o->m = m;
    return 0;
}

i64 object_adopt(struct object *o, u64 physical, u64 len)
{
    struct metal_object *m;
    i64 err;

    o->size = page_up(len);
    o->refs = 1;
    if ((err = object_create(o)))
        return err;
    m = o->m;
    for (u64 i = 0; i < o->size / PAGE_SIZE && !err; i++)
        err = pages_put(m->pages, i, (u32)(physical / PAGE_SIZE + i));
    return err;
}

i64 object_device(struct object *o, u64 physical, enum memory_cache cache)
{
    struct metal_object *m;
    i64 err;

    /* page 0 stands for "no device", and nothing but the firmware's is there */
    if (physical == 0 || is_ram(physical, physical + o->size))
        return -EACCES;
    if ((err = object_create(o)))
        return err;
    m = o->m;
    m->pages->device = physical;
    m->pages->cache = cache == MEMORY_UC ? CACHE_UC : cache == MEMORY_WC ? CACHE_WC : CACHE_WB;
    return 0;
}

/* The smallest run that holds it; what is too much goes back. */
i64 object_contiguous(struct object *o)
{
    u64 n = o->size / PAGE_SIZE;
    u32 order = 0, first;
    i64 err;

    while (order < FRAME_ORDERS && 1ull << order < n)
        order++;
    if (order == FRAME_ORDERS || !(first = frames_take(order)))
        return -ENOMEM;
    for (u64 i = n; i < 1ull << order; i++)
        frame_put((u32)(first + i));
    memset(frame_bytes(first), 0, o->size);
    o->refs = 1;
    err = object_create(o);
    for (u64 i = 0; i < n; i++) {
        if (!err)
            err = pages_put(((struct metal_object *)o->m)->pages, i, (u32)(first + i));
        if (err)
            frame_put((u32)(first + i));
    }
    if (err && o->m)
        object_destroy(o);
    return err;
}

void object_destroy(struct object *o)
{
    struct metal_object *m = o->m;

    if (m->alias)
        vunmap(m->alias, m->alias_pages);
    if (m->pages->refs > 1) /* clients keep channels whose server has died */
        pages_discharge(m->pages);
    pages_drop(m->pages);
    pool_put(&records, m);
    o->m = NULL;
}

static u32 frame_of(const void *pages, u64 i)
{
    return pages_frame((struct pages *)(uintptr_t)pages, i);
}

void *object_alias(struct object *o, u64 len)
{
    struct metal_object *m = o->m;

    if (!m->alias && !m->pages->device) {
        m->alias_pages = page_up(len) / PAGE_SIZE;
        m->alias = vmap(m->alias_pages, frame_of, m->pages);
    }
    return m->alias;
}

struct pages *object_pages(const struct object *o)
{
    return ((struct metal_object *)o->m)->pages;
}
