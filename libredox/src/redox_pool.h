/*
 * Which parts of a ring's buffer pool are in use. The record is private memory; of the
 * pool itself, which a server can write, only sizes and offsets are known here.
 */
#ifndef LIBREDOX_REDOX_POOL_H
#define LIBREDOX_REDOX_POOL_H

#include "umk/abi/types.h"

struct buffer_pool {
    u32 granule; /* bytes; buffers are whole granules */
    u32 count;   /* granules */
    u32 next;    /* where the last search ended */
    u64 *used;   /* bit per granule: part of a buffer */
    u64 *last;   /* bit per granule: the last of its buffer */
};

/* Bytes that the record of a pool takes. */
size_t pool_record_size(u32 pool_size, u32 granule);
/* record: zeroed, pool_record_size bytes, borrowed. */
void pool_init(struct buffer_pool *p, u32 pool_size, u32 granule, void *record);
/* Offset of a buffer of len bytes, aligned; -ENOSPC. align: a power of two. */
i64 pool_alloc(struct buffer_pool *p, u32 len, u32 align);
/* -EINVAL: no buffer starts at offset. */
i64 pool_free(struct buffer_pool *p, u64 offset);

#endif
