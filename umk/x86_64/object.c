/* Memory objects; see object.h. */
#include "umk/x86_64/object.h"
#include "umk/core/core.h"
#include "umk/paging/frames.h"
#include "umk/paging/space.h"
#include "umk/x86_64/kmap.h"

struct metal_object {
    struct pages *pages;
    void *alias;
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

void object_destroy(struct object *o)
{
    struct metal_object *m = o->m;

    if (m->alias)
        vunmap(m->alias, m->pages->npages);
    pages_drop(m->pages);
    pool_put(&records, m);
    o->m = NULL;
}

static u32 frame_of(const void *pages, u64 i)
{
    return pages_frame((struct pages *)(uintptr_t)pages, i);
}

void *object_alias(struct object *o)
{
    struct metal_object *m = o->m;

    if (!m->alias && !m->pages->device)
        m->alias = vmap(m->pages->npages, frame_of, m->pages);
    return m->alias;
}

struct pages *object_pages(const struct object *o)
{
    return ((struct metal_object *)o->m)->pages;
}
