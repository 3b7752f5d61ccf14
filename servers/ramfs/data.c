/* File contents; see data.h. */
#include "servers/ramfs/data.h"
#include "umk/abi/errno.h"

#include <stdlib.h>
#include <string.h>

/* gcc 12 takes memory for lost that is stored through a pointer. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

#define FIRST_CAP 512u
#define LATER_CAP ((u64)128 << 10) /* first size of chunks after the first */

static u64 min(u64 a, u64 b)
{
    return a < b ? a : b;
}

u64 space_left(const struct space *s)
{
    u64 left = s->limit - s->used;
    return s->left ? min(left, s->left()) : left;
}

i64 space_take(struct space *s, u64 n)
{
    if (n > s->limit - s->used)
        return -ENOSPC;
    if (s->unasked + n >= SPACE_UNASKED) {
        if (n > space_left(s))
            return -ENOSPC;
        s->unasked = 0;
    } else {
        s->unasked += n;
    }
    s->used += n;
    return 0;
}

void space_give(struct space *s, u64 n)
{
    s->used -= n;
}

/* Bytes at offset, at most len, that lie together: *n of them; NULL: a hole of *n bytes. */
static u8 *find(const struct data *d, u64 offset, u64 len, u64 *n)
{
    if (offset < d->object_len) {
        *n = min(len, d->object_len - offset);
        return d->object + offset;
    }
    u64 i = offset >> CHUNK_SHIFT, within = offset & (CHUNK_SIZE - 1);
    *n = min(len, CHUNK_SIZE - within);
    if (i >= d->nchunks || within >= d->chunks[i].cap)
        return NULL;
    *n = min(*n, d->chunks[i].cap - within);
    return d->chunks[i].bytes + within;
}

static void plain_copy(void *to, const void *from, size_t len)
{
    memcpy(to, from, len);
}

void (*data_copy)(void *to, const void *from, size_t len) = plain_copy;

i64 data_read(const struct data *d, void *buf, size_t len, u64 offset)
{
    if (offset >= d->size)
        return 0;
    len = min(len, d->size - offset);
    for (u64 done = 0, n; done < len; done += n) {
        const u8 *from = find(d, offset + done, len - done, &n);
        if (from)
            data_copy((u8 *)buf + done, from, n);
        else
            memset((u8 *)buf + done, 0, n);
    }
    return (i64)len;
}

static i64 grow_table(struct data *d, struct space *s, u64 n)
{
    u64 want = d->nchunks * 2 > n ? d->nchunks * 2 : n;
    u64 more = (want - d->nchunks) * sizeof *d->chunks;
    i64 result = space_take(s, more);
    if (result < 0)
        return result;
    struct chunk *chunks = realloc(d->chunks, want * sizeof *chunks);
    if (!chunks) {
        space_give(s, more);
        return -ENOMEM;
    }
    memset(chunks + d->nchunks, 0, more);
    d->chunks = chunks;
    d->nchunks = want;
    return 0;
}

/* Small files grow in powers of two; what comes after the first chunk grows in two steps. Fresh
 * zeroed memory of this size is not touched before it is written to. */
static u64 next_cap(const struct chunk *c, u64 need, bool first)
{
    u64 cap = first ? FIRST_CAP : LATER_CAP;
    if (c->cap)
        cap = first ? c->cap * 2 : CHUNK_SIZE;
    while (cap < need)
        cap = first ? cap * 2 : CHUNK_SIZE;
    return cap;
}

static i64 grow_chunk(struct chunk *c, struct space *s, u64 need, bool first)
{
    u64 cap = next_cap(c, need, first);
    i64 result = space_take(s, cap - c->cap);
    if (result < 0)
        return result;
    u8 *bytes = calloc(1, cap);
    if (!bytes) {
        space_give(s, cap - c->cap);
        return -ENOMEM;
    }
    if (c->cap)
        memcpy(bytes, c->bytes, c->cap);
    free(c->bytes);
    c->bytes = bytes;
    c->cap = cap;
    return 0;
}

/* Where to write at offset: *n bytes of at most len; NULL with the reason in *err. */
static u8 *provide(struct data *d, struct space *s, u64 offset, u64 len, u64 *n, i64 *err)
{
    if (offset < d->object_len)
        return find(d, offset, len, n);
    u64 i = offset >> CHUNK_SHIFT, within = offset & (CHUNK_SIZE - 1);
    u64 need = min(CHUNK_SIZE, within + len);
    *err = i < d->nchunks ? 0 : grow_table(d, s, i + 1);
    if (*err < 0)
        return NULL;
    struct chunk *c = &d->chunks[i];
    if (need > c->cap)
        *err = grow_chunk(c, s, need, i == 0);
    return *err < 0 ? NULL : find(d, offset, len, n);
}

/* Those who have the file mapped may have written behind its end: before it grows to new_size
 * that is wiped out. */
static void clean_tail(struct data *d, u64 new_size)
{
    u64 end = min(new_size, d->object_len);
    if (end > d->size)
        memset(d->object + d->size, 0, end - d->size);
}

i64 data_write(struct data *d, struct space *s, const void *buf, size_t len, u64 offset)
{
    if (offset >= DATA_MAX || len > DATA_MAX - offset)
        return -EFBIG;
    clean_tail(d, offset);
    u64 done = 0, n;
    i64 err = 0;
    u8 *to;
    while (done < len && (to = provide(d, s, offset + done, len - done, &n, &err)) != NULL) {
        memcpy(to, (const u8 *)buf + done, n);
        done += n;
    }
    if (done == 0)
        return err;
    if (offset + done > d->size)
        d->size = offset + done;
    return (i64)done;
}

static void free_chunk(struct chunk *c, struct space *s)
{
    free(c->bytes);
    space_give(s, c->cap);
    *c = (struct chunk){0};
}

i64 data_truncate(struct data *d, struct space *s, u64 size)
{
    if (size > DATA_MAX)
        return -EFBIG;
    clean_tail(d, size);
    if (size < d->size) {
        u64 first = size >> CHUNK_SHIFT, within = size & (CHUNK_SIZE - 1);
        for (u64 i = first + (within != 0); i < d->nchunks; i++)
            free_chunk(&d->chunks[i], s);
        if (first < d->nchunks && within && within < d->chunks[first].cap)
            memset(d->chunks[first].bytes + within, 0, d->chunks[first].cap - within);
        if (size < d->object_len)
            memset(d->object + size, 0, d->object_len - size);
    }
    d->size = size;
    return 0;
}

/* Moves the whole content into an object of len bytes (page multiple, not below the size). */
static i64 move_to_object(struct data *d, struct space *s, u64 len)
{
    void *object;
    i64 result = space_take(s, len);
    if (result < 0)
        return result;
    result = s->object_alloc(len, &object);
    if (result < 0) {
        space_give(s, len);
        return result;
    }
    data_read(d, object, len, 0);
    for (u64 i = 0; i < d->nchunks; i++)
        free_chunk(&d->chunks[i], s);
    if (d->object) {
        s->object_free(d->object, d->object_len);
        space_give(s, d->object_len);
    }
    d->object = object;
    d->object_len = len;
    return 0;
}

i64 data_map(struct data *d, struct space *s, u64 offset, u64 len)
{
    if (offset > DATA_MAX || len > DATA_MAX - offset)
        return -EFBIG;
    if (offset + len > d->object_len) {
        if (d->mapped)
            return -EBUSY;
        u64 end = offset + len > d->size ? offset + len : d->size;
        i64 result = move_to_object(d, s, (end + PAGE_MASK) & ~(u64)PAGE_MASK);
        if (result < 0)
            return result;
    }
    d->mapped += len;
    return (i64)(uintptr_t)(d->object + offset);
}

void data_unmap(struct data *d, u64 len)
{
    d->mapped -= min(len, d->mapped);
}

u64 data_footprint(const struct data *d)
{
    u64 bytes = d->object_len;
    for (u64 i = 0; i < d->nchunks; i++)
        bytes += d->chunks[i].cap;
    return bytes;
}

void data_free(struct data *d, struct space *s)
{
    for (u64 i = 0; i < d->nchunks; i++)
        free_chunk(&d->chunks[i], s);
    space_give(s, d->nchunks * sizeof *d->chunks);
    free(d->chunks);
    if (d->object) {
        s->object_free(d->object, d->object_len);
        space_give(s, d->object_len);
    }
    *d = (struct data){0};
}
