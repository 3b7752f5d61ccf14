/* Mapped files; see redoxfs.h. Objects of one file do not overlap. */
#include "servers/redoxfs/redoxfs.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((u64)1 << 40)
#define BUCKETS 64u
#define LOOK_NS 1000000000ull
/* Looking for what clients have written takes at most one part in so many of the time. */
#define LOOK_SHARE 20u

struct map {
    struct map *next; /* in its bucket */
    u32 node;         /* held */
    u8 *object;
    u64 start, end; /* which bytes of the file it holds; whole pages */
    u64 mapped;     /* bytes of mappings that were handed out and not given back */
    bool written;   /* it may hold what the file does not have yet */
    u64 used;       /* when it was used last, by a count of uses */
};

static struct map *table[BUCKETS]; /* by node */
static u64 all_bytes;              /* of their objects */
static u64 uses;
static i64 look_timer = -1; /* set while anything is `written` */

static u64 page_up(u64 n)
{
    return (n + PAGE_MASK) & ~(u64)PAGE_MASK;
}

/* The file's object after m, or its first. */
static struct map *next_of(u32 node, const struct map *m)
{
    struct map *next = m ? m->next : table[node % BUCKETS];

    while (next && next->node != node)
        next = next->next;
    return next;
}

/* The object after m of all that there are, or the first. */
static struct map *next_of_all(const struct map *m)
{
    if (m && m->next)
        return m->next;
    for (u32 i = m ? m->node % BUCKETS + 1 : 0; i < BUCKETS; i++) {
        if (table[i])
            return table[i];
    }
    return NULL;
}

/* Nobody would miss it. */
static bool is_idle(const struct map *m)
{
    return !m->mapped && !m->written;
}

static struct map *holding(u32 node, u64 start, u64 end)
{
    struct map *m = next_of(node, NULL);

    while (m && (start < m->start || end > m->end))
        m = next_of(node, m);
    return m;
}

/* An object came or went: the cache makes room for it, or has it back. */
static void share_memory(struct volume *v)
{
    u64 least = v->cache / 4;

    rfs_limit(v->rfs, all_bytes < v->cache - least ? v->cache - all_bytes : least);
}

static void drop(struct volume *v, struct map *m)
{
    struct map **at = &table[m->node % BUCKETS];

    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    scheme_object_free(m->object, m->end - m->start);
    all_bytes -= m->end - m->start;
    share_memory(v);
    rfs_release(v->rfs, m->node);
    free(m);
}

/* Gives up what was used longest ago of what nobody maps, until no more than that is left. */
static void trim(struct volume *v, u64 bytes, u32 count)
{
    for (;;) {
        struct map *oldest = NULL;
        u64 idle_bytes = 0;
        u32 idle = 0;
        for (struct map *m = next_of_all(NULL); m; m = next_of_all(m)) {
            if (!is_idle(m))
                continue;
            idle++;
            idle_bytes += m->end - m->start;
            if (!oldest || m->used < oldest->used)
                oldest = m;
        }
        if (!oldest || (idle_bytes <= bytes && idle <= count))
            return;
        drop(v, oldest);
    }
}

/* Bytes that may still be mapped in a new object; for programs there are more. */
static u64 room(const struct volume *v, bool program)
{
    u64 most = v->cache / 4 * (program ? 3 : 2), used = 0;
    u32 most_objects = MAPS_MOST + (program ? MAPS_MOST_MORE : 0), count = 0;

    for (const struct map *m = next_of_all(NULL); m; m = next_of_all(m)) {
        used += is_idle(m) ? 0 : m->end - m->start;
        count += !is_idle(m);
    }
    return used < most && count < most_objects ? most - used : 0;
}

static bool overlaps_used(u32 node, u64 start, u64 end)
{
    for (const struct map *m = next_of(node, NULL); m; m = next_of(node, m)) {
        if (!is_idle(m) && m->start < end && m->end > start)
            return true;
    }
    return false;
}

static void drop_overlapping(struct volume *v, u32 node, u64 start, u64 end)
{
    struct map *next;

    for (struct map *m = next_of(node, NULL); m; m = next) {
        next = next_of(node, m);
        if (m->start < end && m->end > start)
            drop(v, m);
    }
}

/* Makes room for a mapping that no object holds: says what the new object is to hold, the whole
 * file if that may be. */
static i64 make_room(struct volume *v, u32 node, u64 size, bool program, u64 *start, u64 *end)
{
    u64 whole = page_up(*end > size ? *end : size), most = room(v, program);

    if (overlaps_used(node, *start, *end))
        return -EBUSY; /* it cannot grow in the hands of others */
    if (whole <= most && !overlaps_used(node, 0, whole)) {
        *start = 0;
        *end = whole;
    }
    if (*end - *start > most)
        return -ENOMEM;
    drop_overlapping(v, node, *start, *end);
    trim(v, most - (*end - *start), MAPS_KEPT_COUNT);
    return 0;
}

static i64 read_range(struct rfs *fs, u32 node, u8 *to, u64 start, u64 end)
{
    while (start < end) {
        i64 n = rfs_read(fs, node, start, to, end - start);
        if (n <= 0)
            return n;
        to += n;
        start += (u64)n;
    }
    return 0;
}

static i64 make(struct volume *v, u32 node, u64 start, u64 end, struct map **out)
{
    struct map *m = calloc(1, sizeof *m);
    void *object = NULL;

    if (!m)
        return -ENOMEM;
    all_bytes += end - start;
    share_memory(v);
    i64 r = scheme_object_alloc(end - start, &object);
    if (r >= 0)
        r = read_range(v->rfs, node, object, start, end);
    if (r >= 0)
        r = rfs_hold(v->rfs, node);
    if (r < 0) {
        if (object)
            scheme_object_free(object, end - start);
        all_bytes -= end - start;
        share_memory(v);
        free(m);
        return r;
    }
    struct map **bucket = &table[node % BUCKETS];
    *m = (struct map){.next = *bucket, .node = node, .object = object, .start = start, .end = end};
    *bucket = m;
    *out = m;
    return 0;
}

static void look(void *arg);

/* Has look() called after a while, if there is something to look for. */
static void look_later(struct volume *v, u64 wait_ns)
{
    struct rx_timespec t;
    const struct map *m = next_of_all(NULL);

    while (m && !m->written)
        m = next_of_all(m);
    if (m && look_timer < 0 && rx_clock(RX_CLOCK_MONOTONIC, &t) >= 0)
        look_timer = rx_timer((u64)t.sec * 1000000000 + (u64)t.nsec + wait_ns, look, v);
}

i64 maps_prepare(struct volume *v, u32 node, u64 offset, u64 size, u32 flags)
{
    struct rfs_stat st;

    if (offset > FILE_MAX || size > FILE_MAX - offset || offset % PAGE_SIZE || size == 0)
        return -EINVAL;
    i64 r = rfs_stat(v->rfs, node, &st);
    if (r < 0)
        return r;
    u64 end = page_up(offset + size);
    struct map *m = holding(node, offset, end);
    if (!m) {
        u64 from = offset, to = end;
        r = make_room(v, node, st.size, flags & RX_PROT_EXEC, &from, &to);
        if (r >= 0)
            r = make(v, node, from, to, &m);
        if (r < 0)
            return r;
    }
    m->mapped += end - offset;
    m->used = ++uses;
    if ((flags & RX_MAP_SHARED) && (flags & RX_PROT_WRITE)) {
        m->written = true;
        look_later(v, LOOK_NS);
    }
    return (i64)(uintptr_t)(m->object + (offset - m->start));
}

/* Writes the page at a place in the file, n bytes of it, if it differs. */
static i64 flush_page(struct volume *v, const struct map *m, u64 at, size_t n)
{
    static const u8 zeros[PAGE_SIZE];
    const u8 *page = m->object + (at - m->start), *was;
    i64 there = rfs_peek(v->rfs, m->node, at, &was);

    if (there < 0 || (there >= (i64)n && memcmp(page, was ? was : zeros, n) == 0))
        return there;
    i64 wrote = rfs_write(v->rfs, m->node, at, page, n);
    return wrote >= 0 && (size_t)wrote < n ? -ENOSPC : wrote;
}

/* What cannot be written stays in the object, for the next time. */
static i64 flush(struct volume *v, struct map *m)
{
    struct rfs_stat st;
    i64 r = m->written ? rfs_stat(v->rfs, m->node, &st) : 0;

    if (!m->written || r < 0)
        return r;
    u64 end = st.size < m->end ? st.size : m->end;
    for (u64 at = m->start; at < end && r >= 0; at += PAGE_SIZE)
        r = flush_page(v, m, at, end - at < PAGE_SIZE ? (size_t)(end - at) : PAGE_SIZE);
    if (r >= 0)
        m->written = m->mapped > 0; /* who maps it may write on */
    return r < 0 ? r : 0;
}

i64 maps_flush(struct volume *v, u32 node)
{
    struct rfs_stat st;
    struct map *next;
    i64 first = 0;

    for (struct map *m = node ? next_of(node, NULL) : next_of_all(NULL); m; m = next) {
        next = node ? next_of(node, m) : next_of_all(m);
        i64 r = flush(v, m);
        if (r < 0 && !first)
            first = r;
        /* for nobody: what could not be written keeps the space of a file that is gone */
        if (!m->mapped && rfs_stat(v->rfs, m->node, &st) == 0 && st.links == 0)
            drop(v, m);
    }
    return first;
}

/* Clients write without telling anybody: now and then what they have mapped is compared. */
static void look(void *arg)
{
    struct volume *v = arg;
    struct rx_timespec from, to;
    bool timed = rx_clock(RX_CLOCK_MONOTONIC, &from) >= 0;

    look_timer = -1;
    v->device.backlog.patient = true;
    maps_flush(v, 0); /* an error shows at fsync, which tries again */
    if (rfs_dirty(v->rfs))
        volume_changed(v);
    timed = timed && rx_clock(RX_CLOCK_MONOTONIC, &to) >= 0;
    u64 took = timed ? (u64)(to.sec - from.sec) * 1000000000 + (u64)to.nsec - (u64)from.nsec : 0;
    look_later(v, took * LOOK_SHARE > LOOK_NS ? took * LOOK_SHARE : LOOK_NS);
}

void maps_ended(struct volume *v, u32 node, u64 offset, u64 size, bool wants_flush)
{
    struct rfs_stat st;

    if (offset > FILE_MAX || size > FILE_MAX - offset)
        return;
    u64 end = page_up(offset + size);
    struct map *m = holding(node, offset, end);
    if (!m || !m->mapped)
        return;
    m->mapped -= end - offset < m->mapped ? end - offset : m->mapped;
    if (wants_flush || !m->mapped) {
        flush(v, m);
        if (rfs_dirty(v->rfs))
            volume_changed(v);
    }
    if (m->mapped)
        return;
    m->used = ++uses;
    if (rfs_stat(v->rfs, node, &st) < 0 || st.links == 0)
        drop(v, m);
    else
        trim(v, MAPS_KEPT, MAPS_KEPT_COUNT);
}

bool maps_any(u32 node)
{
    return next_of(node, NULL) != NULL;
}

i64 maps_read(u32 node, u64 size, void *buf, size_t *len, u64 offset)
{
    const struct map *first = NULL; /* that ends behind offset */

    for (const struct map *m = next_of(node, NULL); m; m = next_of(node, m)) {
        if (m->end > offset && (!first || m->start < first->start))
            first = m;
    }
    if (!first)
        return -1;
    if (offset < first->start) {
        *len = *len < first->start - offset ? *len : (size_t)(first->start - offset);
        return -1;
    }
    u64 end = size < first->end ? size : first->end;
    if (offset >= end)
        return 0;
    size_t n = *len < end - offset ? *len : (size_t)(end - offset);
    scheme_copy(buf, first->object + (offset - first->start), n);
    return (i64)n;
}

/* Makes what an object has from one place of the file to another zero. */
static void wipe(const struct map *m, u64 from, u64 to)
{
    from = from > m->start ? from : m->start;
    to = to < m->end ? to : m->end;
    if (from < to)
        memset(m->object + (from - m->start), 0, to - from);
}

/* Clients may have written behind the file's end: before it grows that is wiped out. */
void maps_written(u32 node, u64 old_size, const void *buf, size_t len, u64 offset)
{
    for (const struct map *m = next_of(node, NULL); m; m = next_of(node, m)) {
        u64 from = offset > m->start ? offset : m->start;
        u64 to = offset + len < m->end ? offset + len : m->end;
        wipe(m, old_size, offset);
        if (from < to)
            memcpy(m->object + (from - m->start), (const u8 *)buf + (from - offset), to - from);
    }
}

void maps_truncated(u32 node, u64 old_size, u64 size)
{
    for (const struct map *m = next_of(node, NULL); m; m = next_of(node, m))
        wipe(m, old_size < size ? old_size : size, UINT64_MAX);
}

void maps_forget(struct volume *v, u32 node, u32 links)
{
    struct rfs_stat st;
    struct map *next;

    for (struct map *m = next_of(node, NULL); m; m = next) {
        next = next_of(node, m);
        if (!m->mapped && (rfs_stat(v->rfs, node, &st) < 0 || st.links == 0 ||
                           (st.links <= links && !m->written)))
            drop(v, m);
    }
}
