/*
 * A queue of fixed-size entries in memory shared by two processes, one of which
 * produces and the other consumes: what a ring is made of, for either side.
 *
 *     0       head: next to consume. Bit 31: the consumer sleeps
 *     128     tail: next to produce. Bit 31: the producer sleeps
 *     256     entries, a power of two of them
 *
 * Indices run over 31 bits; a slot is the index modulo the number of entries.
 *
 * The other side is not trusted. What defines the queue (size, own index) is kept in private
 * memory; the other side's index is read once, and a distance greater than the queue
 * makes the queue broken (-EIO). An entry is copied out before anybody looks at it.
 */
#ifndef LIBREDOX_REDOX_QUEUE_H
#define LIBREDOX_REDOX_QUEUE_H

#include "umk/abi/types.h"

#define QUEUE_HEAD_OFFSET 0u
#define QUEUE_TAIL_OFFSET 128u
#define QUEUE_ENTRIES_OFFSET 256u
#define QUEUE_SLEEPS 0x80000000u
#define QUEUE_INDEX_MASK 0x7FFFFFFFu

struct shared_queue {
    u8 *memory; /* borrowed */
    u32 entry_size;
    u32 count; /* a power of two */
    u32 own;   /* the index this side writes: tail of the producer, head of the consumer */
    u32 taken; /* producer: slots handed out and not yet published */
};

/* Takes up the queue in size bytes at memory (8-aligned), as its producer or its consumer.
 * -EINVAL: no entry fits, or the entry size is 0. */
i64 queue_attach(struct shared_queue *q, void *memory, size_t size, u32 entry_size, bool producer);

/* Producer: the next free slot, in *slot. -ENOSPC: full, -EIO: broken. */
i64 queue_take(struct shared_queue *q, void **slot);
/* Producer: makes the slots taken visible and wakes the consumer. Result: their number. */
u32 queue_publish(struct shared_queue *q);
/* Producer: waits until there is room. 0, -EIO, -EINTR. */
i64 queue_wait_room(struct shared_queue *q);

/* Consumer: copies the oldest entry. -RX_EWOULDBLOCK: empty, -EIO: broken. */
i64 queue_peek(const struct shared_queue *q, void *entry);
/* Consumer: gives the oldest entry's slot back and wakes the producer. Only after a peek. */
void queue_pop(struct shared_queue *q);
/* Consumer: waits until there is an entry. 0, -EIO, -EINTR. */
i64 queue_wait_entry(struct shared_queue *q);

#endif
