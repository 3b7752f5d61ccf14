/*
 * Descriptor tables. A half grows by chunks of FD_CHUNK slots, made at the first use of a
 * slot in them. first_free is a lower bound, so the lowest free slot is found from there.
 */
#include "umk/core/kschemes.h"
#include "umk/core/spare.h"

struct fd_chunk {
    struct fd_slot slots[FD_CHUNK];
};
struct pool fd_chunk_pool = POOL_INIT(fd_chunk, 1u << 16);

static struct fd_half *half_of(struct fd_table *t, u64 fd)
{
    return &t->half[(fd & RX_FD_UPPER) != 0];
}

/* The slot, which may be free; NULL when the index is out of range or the chunk was never made. */
struct fd_slot *fd_slot(const struct fd_table *t, u64 fd)
{
    const struct fd_half *h = &t->half[(fd & RX_FD_UPPER) != 0];
    u64 i = fd & ~RX_FD_UPPER;

    if (i >= RX_FD_MAX || !h->chunks[i / FD_CHUNK])
        return NULL;
    return &h->chunks[i / FD_CHUNK][i % FD_CHUNK];
}

static bool in_use(const struct fd_table *t, u64 fd)
{
    const struct fd_slot *s = fd_slot(t, fd);

    return s && s->desc;
}

struct desc *fd_lookup(struct fd_table *t, u64 fd)
{
    struct fd_slot *s = fd_slot(t, fd);

    if (!s || !s->desc)
        return NULL;
    return t->spare && fd == t->spare_fd && !spare_settle(t, s) ? NULL : s->desc;
}

static struct fd_slot *slot_make(struct fd_table *t, u64 fd)
{
    struct fd_half *h = half_of(t, fd);
    u64 i = fd & ~RX_FD_UPPER;

    if (i >= RX_FD_MAX)
        return NULL;
    if (!h->chunks[i / FD_CHUNK]) {
        struct fd_chunk *c = pool_get(&fd_chunk_pool);
        if (!c)
            return NULL;
        h->chunks[i / FD_CHUNK] = c->slots;
    }
    if (i >= h->end)
        h->end = (u32)i + 1;
    return &h->chunks[i / FD_CHUNK][i % FD_CHUNK];
}

i64 fd_install(struct fd_table *t, u64 from, struct desc *d, bool cloexec)
{
    struct fd_half *h = half_of(t, from);
    u64 upper = from & RX_FD_UPPER;
    u64 low = from & ~RX_FD_UPPER;
    u64 i = low > h->first_free ? low : h->first_free;
    u64 end = upper ? RX_FD_MAX : t->limit;
    struct fd_slot *s;

    if (t->open >= RX_FD_MAX)
        return -EMFILE;
    while (i < end && in_use(t, upper | i))
        i++;
    if (i >= end || !(s = slot_make(t, upper | i)))
        return -EMFILE;
    s->desc = d;
    s->flags = cloexec ? RX_FD_CLOEXEC : 0;
    if (low <= h->first_free)
        h->first_free = (u32)i + 1;
    t->open++;
    return (i64)(upper | i);
}

i64 fd_replace(struct fd_table *t, u64 fd, struct desc *d, bool cloexec, struct desc **old)
{
    struct fd_slot *s;

    if ((fd & ~RX_FD_UPPER) >= RX_FD_MAX)
        return -EBADF;
    s = slot_make(t, fd);
    if (!s)
        return -EMFILE;
    *old = s->desc;
    if (!s->desc)
        t->open++;
    s->desc = d;
    s->flags = cloexec ? RX_FD_CLOEXEC : 0;
    return (i64)fd;
}

/* Empties a slot that is in use. */
static struct desc *slot_empty(struct fd_table *t, u64 fd)
{
    struct fd_slot *s = fd_slot(t, fd);
    struct fd_half *h = half_of(t, fd);
    struct desc *d = s->desc;

    s->desc = NULL;
    t->open--;
    if ((fd & ~RX_FD_UPPER) < h->first_free)
        h->first_free = (u32)(fd & ~RX_FD_UPPER);
    return d;
}

struct desc *fd_take(struct fd_table *t, u64 fd)
{
    return fd_lookup(t, fd) ? slot_empty(t, fd) : NULL;
}

struct desc *fd_take_spare(struct fd_table *t)
{
    return slot_empty(t, t->spare_fd);
}

u64 fd_next(struct fd_table *t, u64 fd)
{
    for (u64 upper = fd & RX_FD_UPPER;; upper = RX_FD_UPPER, fd = RX_FD_UPPER) {
        const struct fd_half *h = &t->half[upper != 0];

        for (u64 i = fd & ~RX_FD_UPPER; i < h->end; i++)
            if (fd_lookup(t, upper | i))
                return upper | i;
        if (upper)
            return RX_FD_NONE;
    }
}

i64 fd_copy_all(struct fd_table *to, struct fd_table *from)
{
    for (u64 fd = fd_next(from, 0); fd != RX_FD_NONE; fd = fd_next(from, fd + 1)) {
        struct fd_slot *src = fd_slot(from, fd);
        struct fd_slot *dst;

        if (src->flags & RX_FD_CLOFORK)
            continue;
        dst = slot_make(to, fd);
        if (!dst)
            return -ENOMEM;
        desc_get(src->desc);
        pipe_held_elsewhere(src->desc);
        *dst = *src;
        to->open++;
    }
    return 0;
}

void fd_table_free_chunks(struct fd_table *t)
{
    for (u32 upper = 0; upper < 2; upper++)
        for (u32 i = 0; i < RX_FD_MAX / FD_CHUNK; i++)
            if (t->half[upper].chunks[i]) {
                pool_put(&fd_chunk_pool, t->half[upper].chunks[i]);
                t->half[upper].chunks[i] = NULL;
            }
    t->half[0].end = t->half[1].end = 0;
    t->half[0].first_free = t->half[1].first_free = 0;
}
