/* Mapped files; see redoxfs.h. */
#include "servers/redoxfs/redoxfs.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((u64)1 << 40)

struct map {
    struct map *next;
    u32 node; /* held */
    u8 *object;
    u64 len;
    u64 mapped;   /* bytes of mappings that were handed out and not given back */
    bool written; /* clients may write into it */
    u64 used;     /* when it was used last, by a count of uses */
};

static struct map *maps; /* few: programs that run, and files that are mapped */
static u64 all_bytes;    /* of their objects */
static u64 idle_bytes;   /* of those that nobody maps */
static u64 uses;

static struct map *find(u32 node)
{
    struct map *m = maps;

    while (m && m->node != node)
        m = m->next;
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
    struct map **at = &maps;

    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    if (!m->mapped)
        idle_bytes -= m->len;
    all_bytes -= m->len;
    share_memory(v);
    scheme_object_free(m->object, m->len);
    rfs_release(v->rfs, m->node);
    free(m);
}

/* Gives up what was used longest ago of what nobody maps. */
static void trim(struct volume *v)
{
    while (idle_bytes > MAPS_KEPT) {
        struct map *oldest = NULL;
        for (struct map *m = maps; m; m = m->next) {
            if (!m->mapped && (!oldest || m->used < oldest->used))
                oldest = m;
        }
        drop(v, oldest);
    }
}

static i64 read_all(struct rfs *fs, u32 node, u8 *to, u64 len)
{
    for (u64 done = 0; done < len;) {
        i64 n = rfs_read(fs, node, done, to + done, len - done);
        if (n <= 0)
            return n;
        done += (u64)n;
    }
    return 0;
}

static i64 make(struct volume *v, u32 node, u64 size, u64 len, struct map **out)
{
    struct map *m = calloc(1, sizeof *m);
    void *object;

    if (!m)
        return -ENOMEM;
    i64 r = scheme_object_alloc(len, &object);
    if (r < 0) {
        free(m);
        return r;
    }
    r = read_all(v->rfs, node, object, size);
    if (r >= 0)
        r = rfs_hold(v->rfs, node);
    if (r < 0) {
        scheme_object_free(object, len);
        free(m);
        return r;
    }
    *m = (struct map){.next = maps, .node = node, .object = object, .len = len};
    maps = m;
    idle_bytes += len;
    all_bytes += len;
    share_memory(v);
    *out = m;
    return 0;
}

i64 maps_prepare(struct volume *v, u32 node, u64 offset, u64 size, u32 flags)
{
    struct map *m = find(node);
    struct rfs_stat st;

    if (offset > FILE_MAX || size > FILE_MAX - offset || offset % PAGE_SIZE)
        return -EINVAL;
    i64 r = rfs_stat(v->rfs, node, &st);
    if (r < 0)
        return r;
    u64 end = offset + size;
    if (m && end > m->len) {
        if (m->mapped)
            return -EBUSY; /* it cannot grow in the hands of others */
        drop(v, m);
        m = NULL;
    }
    if (!m) {
        u64 len = end > st.size ? end : st.size;
        r = make(v, node, st.size, (len + PAGE_MASK) & ~(u64)PAGE_MASK, &m);
        if (r < 0)
            return r;
    }
    if (!m->mapped)
        idle_bytes -= m->len;
    m->mapped += size;
    m->used = ++uses;
    if ((flags & RX_MAP_SHARED) && (flags & RX_PROT_WRITE)) {
        m->written = true;
        volume_changed(v);
    }
    return (i64)(uintptr_t)(m->object + offset);
}

/* Writes the pages in which the object differs from the file. */
static i64 flush(struct volume *v, struct map *m)
{
    struct rfs_stat st;
    i64 r = rfs_stat(v->rfs, m->node, &st);

    if (!m->written || r < 0)
        return r;
    u64 end = st.size < m->len ? st.size : m->len;
    static const u8 zeros[PAGE_SIZE];
    for (u64 at = 0; at < end && r >= 0; at += PAGE_SIZE) {
        size_t n = end - at < PAGE_SIZE ? (size_t)(end - at) : PAGE_SIZE;
        const u8 *was;
        i64 there = rfs_peek(v->rfs, m->node, at, &was);
        if (there < 0)
            return there;
        if (there >= (i64)n && memcmp(m->object + at, was ? was : zeros, n) == 0)
            continue;
        r = rfs_write(v->rfs, m->node, at, m->object + at, n);
    }
    m->written = m->mapped > 0; /* who maps it may write on */
    return r < 0 ? r : 0;
}

i64 maps_flush(struct volume *v)
{
    i64 first = 0;

    for (struct map *m = maps; m; m = m->next) {
        i64 r = flush(v, m);
        if (r < 0 && !first)
            first = r;
    }
    return first;
}

void maps_ended(struct volume *v, u32 node, u64 size, bool wants_flush)
{
    struct map *m = find(node);
    struct rfs_stat st;

    if (!m || !m->mapped)
        return;
    m->mapped -= size < m->mapped ? size : m->mapped;
    if (wants_flush || !m->mapped) {
        flush(v, m);
        if (rfs_dirty(v->rfs))
            volume_changed(v);
    }
    if (m->mapped)
        return;
    m->used = ++uses;
    idle_bytes += m->len;
    if (rfs_stat(v->rfs, node, &st) < 0 || st.links == 0)
        drop(v, m);
    else
        trim(v);
}

i64 maps_read(u32 node, u64 size, void *buf, size_t len, u64 offset)
{
    const struct map *m = maps ? find(node) : NULL;

    if (!m)
        return -1;
    if (!buf)
        return 0;
    u64 end = size < m->len ? size : m->len;
    if (offset >= end)
        return offset >= size ? 0 : -1;
    size_t n = len < end - offset ? len : (size_t)(end - offset);
    scheme_copy(buf, m->object + offset, n);
    return (i64)n;
}

/* Clients may have written behind the file's end: before it grows that is wiped out. */
static void clean_tail(const struct map *m, u64 old_size, u64 new_size)
{
    u64 end = new_size < m->len ? new_size : m->len;

    if (end > old_size)
        memset(m->object + old_size, 0, end - old_size);
}

void maps_written(u32 node, u64 old_size, const void *buf, size_t len, u64 offset)
{
    const struct map *m = find(node);

    if (!m)
        return;
    clean_tail(m, old_size, offset);
    if (offset < m->len)
        memcpy(m->object + offset, buf, len < m->len - offset ? len : m->len - offset);
}

void maps_truncated(u32 node, u64 old_size, u64 size)
{
    const struct map *m = maps ? find(node) : NULL;

    if (!m)
        return;
    clean_tail(m, old_size, size);
    if (size < m->len)
        memset(m->object + size, 0, m->len - size);
}

void maps_forget(struct volume *v, u32 node)
{
    struct map *m = maps ? find(node) : NULL;
    struct rfs_stat st;

    if (m && !m->mapped && (rfs_stat(v->rfs, node, &st) < 0 || st.links <= 1))
        drop(v, m);
}
