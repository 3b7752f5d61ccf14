/*
 * A queue of packets: bytes that are read no farther than to where a packet ends, each with a tag.
 * An empty packet counts.
 */
#ifndef PTYD_QUEUE_H
#define PTYD_QUEUE_H

#include "umk/abi/types.h"

#define QUEUE_PACKETS 64u
#define QUEUE_BYTES 65536u

struct packet {
    struct packet *next;
    u32 start, len; /* what is left: data[start] up to data[len] */
    u32 size;       /* of data */
    u8 tag;
    u8 data[];
};

struct queue {
    struct packet *first, *last;
    u32 count;
    u32 bytes; /* of all packets together */
};

/* No packet more should be put into it. */
bool queue_full(const struct queue *q);
/* A packet of its own; false: out of memory. len is at most QUEUE_BYTES. */
bool queue_put(struct queue *q, u8 tag, const void *data, size_t len);
/* Bytes that may share a packet with others of their tag; false: out of memory. */
bool queue_append(struct queue *q, u8 tag, const void *data, size_t len);
/* Moves up to len bytes of the first packet; the packet goes with its last byte. */
size_t queue_take(struct queue *q, void *to, size_t len);
void queue_clear(struct queue *q);

#endif
