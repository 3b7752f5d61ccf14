/*
 * The driver's side of a split virtqueue (virtio 1.2, section 2.7), for every transport. The memory
 * is shared with the device, which may write anything anywhere in it: so what the driver must know
 * again (which chains are out, how they hang together) is kept here and never read back.
 */
#ifndef LIBHW_VIRTQUEUE_H
#define LIBHW_VIRTQUEUE_H

#include "umk/abi/types.h"

#define VIRTQ_MAX 64u
/* Memory for a queue of VIRTQ_MAX entries; descriptors and available ring, then the used ring at a
 * page of its own, where devices before virtio 1.0 expect it. */
#define VIRTQ_BYTES 8192u
#define VIRTQ_USED 4096u

struct virtq_desc {
    u64 address;
    u32 len;
    u16 flags, next;
};

struct virtq_segment {
    u64 address; /* physical */
    u32 len;
    bool device_writes;
};

struct virtq {
    u8 *memory;
    u16 size; /* a power of two, VIRTQ_MAX at most */
    u16 free, nfree;
    u16 published, seen; /* our own copies of the available and used index */
    u16 next[VIRTQ_MAX];
    u16 length[VIRTQ_MAX]; /* of the chain that begins here and is out; 0: none */
    u64 token[VIRTQ_MAX];
};

/* memory: VIRTQ_BYTES, zeroed, aligned to a page; stays the caller's. */
void virtq_init(struct virtq *q, void *memory, u16 size);
/* Offset of the available ring in the memory. */
u32 virtq_available(const struct virtq *q);
/* Gives a chain to the device; token is the caller's name for it. -ENOSPC: not now. */
i64 virtq_add(struct virtq *q, const struct virtq_segment *segments, u32 n, u64 token);
/* Takes back one chain: 1, and its token; 0: there is none; -EIO: the device breaks the rules, and
 * nothing it says can be believed until it has been reset. */
i64 virtq_take(struct virtq *q, u64 *token);

#endif
