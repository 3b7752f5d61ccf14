/* Page tables; see table.h. */
#include "umk/paging/table.h"
#include "umk/paging/frames.h"
#include "umk/paging/memory.h"

#define LEVELS 4u
#define PER_TABLE 512u
#define USER_SLOTS 256u /* of the top level: the lower half */
#define LINK (ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USER)

static u64 *entries(u32 frame)
{
    return frame_bytes(frame);
}

static u32 shift_of(u32 level)
{
    return 12 + 9 * (level - 1);
}

i64 table_init(struct table *t, void (*changed)(struct table *t, u64 address, u64 old))
{
    t->root = frame_take_zeroed();
    t->changed = changed;
    return t->root ? 0 : -ENOMEM;
}

/* The leaf entry's place, NULL: a table on the way is missing (or, with make, no memory). */
static u64 *leaf(const struct table *t, u64 address, bool make)
{
    u32 node = t->root;

    for (u32 level = LEVELS; level > 1; level--) {
        u64 *e = &entries(node)[address >> shift_of(level) & (PER_TABLE - 1)];

        if (!(*e & ENTRY_PRESENT)) {
            u32 f = make ? frame_take_zeroed() : FRAME_NONE;

            if (!f)
                return NULL;
            /* pairs: another processor walks the tables by itself, and finds zeros */
            __atomic_store_n(e, (u64)f * PAGE_SIZE | LINK, __ATOMIC_RELEASE);
        }
        node = entry_frame(*e);
    }
    return &entries(node)[address >> 12 & (PER_TABLE - 1)];
}

u64 table_get(const struct table *t, u64 address)
{
    const u64 *e = address < USER_END ? leaf(t, address, false) : NULL;

    return e ? *e : 0;
}

static void put_entry(u64 e)
{
    if ((e & ENTRY_PRESENT) && !(e & ENTRY_DEVICE))
        frame_put(entry_frame(e));
}

i64 table_set(struct table *t, u64 address, u64 entry)
{
    u64 *e = leaf(t, address, entry != 0);
    u64 old;

    paging_assert(address < USER_END);
    if (!e)
        return entry ? -ENOMEM : 0;
    old = *e;
    /* pairs: another processor walks the tables by itself */
    __atomic_store_n(e, entry, __ATOMIC_RELEASE);
    if (old & ENTRY_PRESENT)
        t->changed(t, address, old);
    put_entry(old);
    return 0;
}

/* The level at which the way to an address ends: 0 when its page is present. */
static u32 missing_level(const struct table *t, u64 address)
{
    u32 node = t->root;

    for (u32 level = LEVELS; level > 0; level--) {
        u64 e = entries(node)[address >> shift_of(level) & (PER_TABLE - 1)];

        if (!(e & ENTRY_PRESENT))
            return level;
        node = entry_frame(e);
    }
    return 0;
}

u64 table_next(const struct table *t, u64 from, u64 to)
{
    if (to > USER_END)
        to = USER_END;
    while (from < to) {
        u32 level = missing_level(t, from);
        u64 step = level ? 1ull << shift_of(level) : 0;

        if (!level)
            return from;
        from = (from & ~(step - 1)) + step;
    }
    return to;
}

static void each_node(u32 node, u32 level, u32 n, void (*fn)(u32 frame, void *arg), void *arg)
{
    fn(node, arg);
    for (u32 i = 0; i < n && level > 1; i++)
        if (entries(node)[i] & ENTRY_PRESENT)
            each_node(entry_frame(entries(node)[i]), level - 1, PER_TABLE, fn, arg);
}

void table_each(const struct table *t, void (*fn)(u32 frame, void *arg), void *arg)
{
    if (t->root)
        each_node(t->root, LEVELS, USER_SLOTS, fn, arg);
}

static void destroy_node(struct table *t, u32 node, u32 level, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        u64 e = entries(node)[i];

        if (!(e & ENTRY_PRESENT))
            continue;
        if (level > 1)
            destroy_node(t, entry_frame(e), level - 1, PER_TABLE);
        else
            put_entry(e);
    }
    frame_put(node);
}

void table_destroy(struct table *t)
{
    if (t->root)
        destroy_node(t, t->root, LEVELS, USER_SLOTS);
    t->root = FRAME_NONE;
}
