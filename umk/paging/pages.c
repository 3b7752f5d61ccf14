/* The pages of a memory object; see pages.h. */
#include "umk/paging/pages.h"
#include "umk/paging/frames.h"
#include "umk/paging/memory.h"

#define PER_NODE_BITS 10u
#define PER_NODE (1u << PER_NODE_BITS)

void pages_init(struct pages *p, u64 npages)
{
    memset(p, 0, sizeof(*p));
    p->npages = npages;
    p->levels = 1;
    p->refs = 1;
    while (npages > 1ull << (PER_NODE_BITS * p->levels))
        p->levels++;
}

static u32 *slots(u32 node)
{
    return frame_bytes(node);
}

/* The leaf entry of a page, NULL: not there (or, with make, no memory for a node). */
static u32 *entry(struct pages *p, u64 index, bool make)
{
    u32 *at = &p->root;

    if (index >= p->npages)
        return NULL;
    for (u32 level = p->levels; level > 0; level--) {
        if (!*at) {
            if (!make || !(*at = frame_take_zeroed()))
                return NULL;
        }
        at = &slots(*at)[index >> (PER_NODE_BITS * (level - 1)) & (PER_NODE - 1)];
    }
    return at;
}

u32 pages_frame(struct pages *p, u64 index)
{
    u32 *e = entry(p, index, true);

    if (e && !*e) {
        *e = frame_take_zeroed();
        if (*e && p->charged)
            frame_charge(*e);
    }
    return e ? *e : FRAME_NONE;
}

u32 pages_peek(const struct pages *p, u64 index)
{
    const u32 *e = entry((struct pages *)(uintptr_t)p, index, false);

    return e ? *e : FRAME_NONE;
}

i64 pages_put(struct pages *p, u64 index, u32 frame)
{
    u32 *e = entry(p, index, true);

    if (!e)
        return -ENOMEM;
    if (*e)
        return -EEXIST;
    *e = frame;
    if (p->charged)
        frame_charge(frame);
    return 0;
}

static void each_node(u32 node, u32 level, void (*fn)(u32 frame, void *arg), void *arg)
{
    fn(node, arg);
    for (u32 i = 0; i < PER_NODE && level > 0; i++)
        if (slots(node)[i])
            each_node(slots(node)[i], level - 1, fn, arg);
}

void pages_each(const struct pages *p, void (*fn)(u32 frame, void *arg), void *arg)
{
    if (p->root)
        each_node(p->root, p->levels, fn, arg);
}

static void discharge(u32 frame, void *arg)
{
    (void)arg;
    frame_discharge(frame);
}

void pages_discharge(struct pages *p)
{
    p->charged = false;
    pages_each(p, discharge, NULL);
}

static void clear_node(u32 node, u32 level)
{
    for (u32 i = 0; i < PER_NODE; i++) {
        u32 f = slots(node)[i];

        if (f && level > 1)
            clear_node(f, level - 1);
        else if (f)
            frame_put(f);
    }
    frame_put(node);
}

void pages_clear(struct pages *p)
{
    if (p->root)
        clear_node(p->root, p->levels);
    p->root = FRAME_NONE;
}
