/*
 * Buffers of a ring's pool: two bit maps over granules. The search goes on where the
 * last one ended, so that it costs little while buffers come and go in order.
 */
#include "umk/abi/errno.h"
#include "redox_pool.h"

static bool get_bit(const u64 *map, u32 i)
{
    return map[i / 64] >> (i % 64) & 1;
}

static void set_bit(u64 *map, u32 i)
{
    map[i / 64] |= 1ull << (i % 64);
}

static void clear_bit(u64 *map, u32 i)
{
    map[i / 64] &= ~(1ull << (i % 64));
}

static size_t map_words(u32 count)
{
    return ((size_t)count + 63) / 64;
}

size_t pool_record_size(u32 pool_size, u32 granule)
{
    return 2 * map_words(pool_size / granule) * sizeof(u64);
}

void pool_init(struct buffer_pool *p, u32 pool_size, u32 granule, void *record)
{
    *p = (struct buffer_pool){.granule = granule, .count = pool_size / granule, .used = record};
    p->last = p->used + map_words(p->count);
}

/* The first run of n free granules in [from, to) at a multiple of step; to when there is none. */
static u32 find_run(const struct buffer_pool *p, u32 from, u32 to, u32 n, u32 step)
{
    for (u32 at = from; at < to && n <= p->count - at;) {
        u32 len = 0;
        while (len < n && !get_bit(p->used, at + len))
            len++;
        if (len == n)
            return at;
        u32 behind = at + len + 1;
        u32 skip = (behind + step - 1) / step * step;
        if (skip < behind)
            break;
        at = skip;
    }
    return to;
}

i64 pool_alloc(struct buffer_pool *p, u32 len, u32 align)
{
    u32 n = len / p->granule + (len % p->granule != 0);
    u32 step = align > p->granule ? align / p->granule : 1;
    if (n == 0 || n > p->count)
        return -ENOSPC;
    u32 from = (p->next + step - 1) / step * step;
    u32 at = p->count;
    if (from < p->count)
        at = find_run(p, from, p->count, n, step);
    if (at == p->count)
        at = find_run(p, 0, p->count, n, step);
    if (at == p->count)
        return -ENOSPC;
    for (u32 i = 0; i < n; i++)
        set_bit(p->used, at + i);
    set_bit(p->last, at + n - 1);
    p->next = at + n < p->count ? at + n : 0;
    return (i64)at * p->granule;
}

i64 pool_free(struct buffer_pool *p, u64 offset)
{
    if (offset % p->granule != 0 || offset / p->granule >= p->count)
        return -EINVAL;
    u32 at = (u32)(offset / p->granule);
    bool starts = at == 0 || !get_bit(p->used, at - 1) || get_bit(p->last, at - 1);
    if (!get_bit(p->used, at) || !starts)
        return -EINVAL;
    while (!get_bit(p->last, at))
        clear_bit(p->used, at++);
    clear_bit(p->used, at);
    clear_bit(p->last, at);
    return 0;
}
