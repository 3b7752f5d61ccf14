/*
 * The content of a regular file: large contiguous chunks, so that reads and writes are a few
 * memcpys, and nothing for holes. Once a file is mapped its first bytes move to a memory
 * object, and reads and writes go there: that keeps mapping and file the same thing.
 *
 * Known limit: while a file is mapped, a mapping that reaches beyond the object is refused (EBUSY).
 */
#ifndef RAMFS_DATA_H
#define RAMFS_DATA_H

#include "umk/abi/types.h"

#define CHUNK_SHIFT 20u
#define CHUNK_SIZE ((u64)1 << CHUNK_SHIFT)
#define DATA_MAX ((u64)1 << 40) /* largest file */

/* What the whole file system may hold, and where mapped memory comes from. */
struct space {
    u64 limit, used; /* bytes */
    /* bytes that the system has left for files, programs' share apart; NULL: nobody knows. Asked
     * once for every SPACE_UNASKED bytes taken */
    u64 (*left)(void);
    u64 unasked;
    i64 (*object_alloc)(size_t len, void **out); /* zeroed, page-aligned */
    i64 (*object_free)(void *p, size_t len);
};

#define SPACE_UNASKED ((u64)256 << 10)

/* -ENOSPC when n more bytes do not fit. */
i64 space_take(struct space *s, u64 n);
/* Bytes that may still be taken. */
u64 space_left(const struct space *s);
void space_give(struct space *s, u64 n);

struct chunk {
    u8 *bytes; /* NULL: a hole */
    u64 cap;   /* bytes there; what lies beyond reads as zero */
};

/* Zeroed: an empty file. Bytes at or beyond `size` are zero, in chunks and in the object. */
struct data {
    u64 size;
    struct chunk *chunks;
    u64 nchunks;
    u8 *object; /* holds the bytes below object_len; NULL: never mapped */
    u64 object_len;
    u64 mapped; /* bytes of mappings that were handed out and not given back */
};

/* How data_read copies: memcpy, unless the server knows better for its clients. */
extern void (*data_copy)(void *to, const void *from, size_t len);

/* Both return bytes moved; a write may be short when space runs out, and is -ENOSPC or -EFBIG
 * when nothing was written. */
i64 data_read(const struct data *d, void *buf, size_t len, u64 offset);
i64 data_write(struct data *d, struct space *s, const void *buf, size_t len, u64 offset);
/* -EFBIG */
i64 data_truncate(struct data *d, struct space *s, u64 size);
/* Address of the bytes from offset on, contiguous for len bytes. -EBUSY, -ENOMEM, -ENOSPC. */
i64 data_map(struct data *d, struct space *s, u64 offset, u64 len);
void data_unmap(struct data *d, u64 len);
/* Bytes of memory in use. */
u64 data_footprint(const struct data *d);
void data_free(struct data *d, struct space *s);

#endif
