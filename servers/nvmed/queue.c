/*
 * Submission and completion queues (NVMe 1.4, section 4). Both are memory that the controller reads
 * and writes: positions, and which commands are under way, are kept here alone.
 */
#include "servers/nvmed/nvme.h"
#include "umk/abi/errno.h"

#include <string.h>

void queue_init(struct nvme_queue *q, u8 *submissions, u8 *completions, volatile u8 *bells,
                u32 stride)
{
    *q = (struct nvme_queue){.submissions = submissions,
                             .completions = completions,
                             .tail_bell = bells,
                             .head_bell = bells + stride,
                             .phase = 1};
}

i64 queue_add(struct nvme_queue *q, struct nvme_command *c, u32 id)
{
    if (id >= NVME_ENTRIES || q->out >> id & 1 ||
        __builtin_popcount(q->out) == (int)NVME_ENTRIES - 1)
        return -EIO;
    q->out |= 1u << id;
    c->head |= id << 16;
    memcpy(q->submissions + q->tail * sizeof *c, c, sizeof *c);
    q->tail = (u16)((q->tail + 1) % NVME_ENTRIES);
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* the command before the bell */
    hw_write32(q->tail_bell, 0, q->tail);
    return 0;
}

i64 queue_take(struct nvme_queue *q, u32 *id, u32 *status)
{
    const u8 *at = q->completions + q->head * sizeof(struct nvme_completion);
    /* command and status in one word, the last of the entry that the controller writes */
    u32 word =
        __atomic_load_n((const u32 *)(const void *)(at + offsetof(struct nvme_completion, command)),
                        __ATOMIC_ACQUIRE);

    if ((word >> 16 & 1) != q->phase)
        return 0;
    *id = word & 0xFFFF;
    *status = word >> 17;
    if (*id >= NVME_ENTRIES || !(q->out >> *id & 1))
        return -EIO;
    q->out &= ~(1u << *id);
    q->head = (u16)((q->head + 1) % NVME_ENTRIES);
    q->phase ^= q->head == 0;
    hw_write32(q->head_bell, 0, q->head);
    return 1;
}
