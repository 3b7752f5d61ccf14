/* Split virtqueues; see virtqueue.h. */
#include "libhw/virtqueue.h"
#include "umk/abi/errno.h"

#include <string.h>

#define DESC_NEXT 1u
#define DESC_WRITE 2u
#define RING_HEADER 4u /* flags, index */
#define USED_ENTRY 8u

u32 virtq_available(const struct virtq *q)
{
    return q->size * (u32)sizeof(struct virtq_desc);
}

static u16 *available(const struct virtq *q)
{
    return (u16 *)(void *)(q->memory + virtq_available(q));
}

void virtq_init(struct virtq *q, void *memory, u16 size)
{
    memset(q, 0, sizeof *q);
    q->memory = memory;
    q->size = q->nfree = size;
    for (u16 i = 0; i < size; i++)
        q->next[i] = (u16)(i + 1);
}

i64 virtq_add(struct virtq *q, const struct virtq_segment *segments, u32 n, u64 token)
{
    u16 head = q->free, at = head;

    if (n == 0 || n > q->nfree)
        return -ENOSPC;
    for (u32 i = 0; i < n; i++) {
        const struct virtq_desc d = {
            .address = segments[i].address,
            .len = segments[i].len,
            .flags =
                (u16)((i + 1 < n ? DESC_NEXT : 0) | (segments[i].device_writes ? DESC_WRITE : 0)),
            .next = i + 1 < n ? q->next[at] : 0,
        };
        memcpy(q->memory + at * sizeof d, &d, sizeof d);
        if (i + 1 < n)
            at = q->next[at];
    }
    q->free = q->next[at];
    q->nfree = (u16)(q->nfree - n);
    q->length[head] = (u16)n;
    q->token[head] = token;
    u16 *ring = available(q);
    ring[2 + q->published % q->size] = head;
    q->published++;
    /* pairs: the device reads the index, then the entry and what it leads to */
    __atomic_store_n(&ring[1], q->published, __ATOMIC_SEQ_CST);
    return 0;
}

static void give_back(struct virtq *q, u16 head)
{
    u16 last = head;

    for (u16 i = 1; i < q->length[head]; i++)
        last = q->next[last];
    q->nfree = (u16)(q->nfree + q->length[head]);
    q->length[head] = 0;
    q->next[last] = q->free;
    q->free = head;
}

i64 virtq_take(struct virtq *q, u64 *token)
{
    const u8 *used = q->memory + VIRTQ_USED;
    /* pairs: the device writes the entry and the data, then the index */
    u16 index = __atomic_load_n((const u16 *)(const void *)(used + 2), __ATOMIC_ACQUIRE);
    u32 head;

    if (index == q->seen)
        return 0;
    if ((u16)(index - q->seen) > q->size)
        return -EIO;
    head = __atomic_load_n(
        (const u32 *)(const void *)(used + RING_HEADER + q->seen % q->size * USED_ENTRY),
        __ATOMIC_RELAXED);
    if (head >= q->size || !q->length[head])
        return -EIO;
    q->seen++;
    *token = q->token[head];
    give_back(q, (u16)head);
    return 1;
}
