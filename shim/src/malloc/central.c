/*
 * Spans: runs of pages cut into blocks of one class, shared by all threads. A class's
 * list holds its spans that have a free block. A block is carved when it is first needed,
 * so a span's untouched pages cost no memory. A span whose last block comes back returns to the
 * page layer, unless it is its class's only one.
 */
#include "shim/src/malloc/heap.h"
#include "shim/src/internal/start.h"

#define SPAN_PAGES_MIN 4u
#define SPAN_BLOCKS_MIN 4u

struct central {
    _Alignas(64) u32 lock;
    struct span *spans;
};

static struct central centrals[CLASSES];

static u64 span_check(const struct span *s)
{
    return __umk_scramble(s) ^ 0x7370616e;
}

struct span *__umk_span_of(void *block, u32 info)
{
    uintptr_t page = ((uintptr_t)__umk_header(block)) & ~(uintptr_t)PAGE_MASK;
    struct span *s = (struct span *)(page - (uintptr_t)INFO_PAGE(info) * PAGE_SIZE);

    if (s->check != span_check(s) || s->kind != INFO_KIND(info))
        __umk_heap_fail("the record before this block was overwritten", block);
    return s;
}

static void list_insert(struct central *c, struct span *s)
{
    s->prev = NULL;
    s->next = c->spans;
    if (s->next)
        s->next->prev = s;
    c->spans = s;
}

static void list_remove(struct central *c, struct span *s)
{
    if (s->next)
        s->next->prev = s->prev;
    if (s->prev)
        s->prev->next = s->next;
    else
        c->spans = s->next;
}

static struct span *new_span(u32 class)
{
    u32 size = __umk_class_size(class);
    size_t bytes = sizeof(struct span) + SPAN_BLOCKS_MIN * size;
    u32 pages = (u32)((bytes + PAGE_MASK) / PAGE_SIZE);

    if (pages < SPAN_PAGES_MIN)
        pages = SPAN_PAGES_MIN;
    struct run *r = __umk_run_alloc(pages);
    if (!r)
        return NULL;
    struct span *s = __umk_run_start(r);
    s->check = span_check(s);
    s->run = r;
    s->free_list = 0;
    s->kind = class;
    s->block_size = size;
    s->pages = pages;
    s->blocks = (u32)((pages * PAGE_SIZE - sizeof(struct span)) / size);
    s->carved = 0;
    s->used = 0;
    return s;
}

static void *take_one(struct span *s)
{
    void *block;

    s->used++;
    if (s->free_list) {
        block = (void *)s->free_list;
        s->free_list = (uintptr_t)__umk_link_get(block);
        return block;
    }
    block = (char *)(s + 1) + (size_t)s->carved * s->block_size + HEADER;
    s->carved++;
    u32 page = (u32)(((uintptr_t)__umk_header(block) - (uintptr_t)s) / PAGE_SIZE);
    __umk_header_set(block, INFO(s->kind, page));
    return block;
}

void *__umk_central_take(u32 class, u32 *count)
{
    struct central *c = &centrals[class];
    void *list = NULL, *last = NULL;
    u32 got = 0;

    __umk_lock(&c->lock);
    while (got < *count) {
        struct span *s = c->spans;
        if (!s) {
            if (got || !(s = new_span(class)))
                break;
            list_insert(c, s);
        }
        void *block = take_one(s);
        __umk_link_set(block, NULL);
        if (last)
            __umk_link_set(last, block);
        else
            list = block;
        last = block;
        got++;
        if (s->used == s->blocks)
            list_remove(c, s);
    }
    __umk_unlock(&c->lock);
    *count = got;
    return list;
}

static void release(struct central *c, struct span *s)
{
    list_remove(c, s);
    s->check = 0;
    __umk_run_free(s->run);
}

static void give_one(struct central *c, void *block)
{
    u32 info = __umk_header_get(block);

    if (info == INFO_BAD)
        __umk_heap_fail("the header of a free block was overwritten", block);
    struct span *s = __umk_span_of(block, info);
    if (s->used == s->blocks)
        list_insert(c, s);
    __umk_link_set(block, (void *)s->free_list);
    s->free_list = (uintptr_t)block;
    s->used--;
    if (s->used == 0 && (s->next || s->prev))
        release(c, s);
}

void __umk_central_give(u32 class, void *list)
{
    struct central *c = &centrals[class];

    __umk_lock(&c->lock);
    while (list) {
        void *block = list;
        list = __umk_link_get(block);
        give_one(c, block);
    }
    __umk_unlock(&c->lock);
}

void __umk_central_trim(void)
{
    for (u32 i = 0; i < CLASSES; i++) {
        struct central *c = &centrals[i];
        __umk_lock(&c->lock);
        for (struct span *s = c->spans, *next; s; s = next) {
            next = s->next;
            if (s->used == 0)
                release(c, s);
        }
        __umk_unlock(&c->lock);
    }
}

void __umk_heap_fork(int what)
{
    if (what == 0)
        for (u32 i = 0; i < CLASSES; i++)
            __umk_lock(&centrals[i].lock);
    __umk_pages_fork(what);
    if (what != 0)
        for (u32 i = 0; i < CLASSES; i++)
            __umk_unlock(&centrals[i].lock);
}
