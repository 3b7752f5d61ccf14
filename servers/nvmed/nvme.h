/*
 * An NVMe controller: its registers, its two pairs of queues and the memory for data.
 *
 *     controller.c   start, administration
 *     queue.c        submission and completion queues
 */
#ifndef SERVERS_NVMED_NVME_H
#define SERVERS_NVMED_NVME_H

#include "libblock/device.h"
#include "libhw/hw.h"
#include "redox/scheme.h"

#define NAMESPACES_MAX 16u
#define NVME_SLOTS 8u
#define NVME_SLOT ((size_t)64 << 10)
#define NVME_ENTRIES 16u /* of a queue; more than there are slots */
#define NVME_PAGE 4096u

enum nvme_op { NVME_FLUSH = 0, NVME_WRITE = 1, NVME_READ = 2 };

struct nvme_command {
    u32 head; /* opcode, identifier << 16 */
    u32 namespace;
    u64 reserved, metadata, data[2];
    u32 words[6]; /* from the tenth on */
};

struct nvme_completion {
    u32 result, reserved;
    u16 queue_head, queue;
    u16 command, status; /* bit 0 of status changes with each round */
};

/* A submission queue and its completion queue. */
struct nvme_queue {
    u8 *submissions, *completions;
    volatile u8 *tail_bell, *head_bell;
    u16 tail, head;
    u16 phase;
    u32 out; /* a bit for each command that is under way */
};

struct nvme_namespace {
    u64 blocks;
    u32 block_size;
};

struct nvme {
    struct hw_function function;
    volatile u8 *registers;
    struct hw_memory memory;
    struct nvme_queue admin, io;
    u64 irq;
    u32 namespaces;
    bool broken; /* switched off */
};

/* Resets the controller and makes it ready. v stays where it is. */
i64 nvme_open(struct nvme *v, const char *name);
/* -ENOENT: there is none of that number; -EINVAL: it is of a kind that disks cannot be. */
i64 nvme_namespace(struct nvme *v, u32 n, struct nvme_namespace *out);
u8 *nvme_slot(const struct nvme *v, u32 slot);
/* Starts an operation with the data of a slot: 0, -EIO. */
i64 nvme_submit(struct nvme *v, u32 slot, u32 n, enum nvme_op op, u64 block, u32 count,
                u32 block_size);
/* One operation that is done: 1; 0: there is none; -EIO: the controller broke the rules (once). */
i64 nvme_take(struct nvme *v, u32 *slot, i64 *result);
void nvme_stop(struct nvme *v);

/* queue.c. id is below NVME_ENTRIES and not under way. */
void queue_init(struct nvme_queue *q, u8 *submissions, u8 *completions, volatile u8 *bells,
                u32 stride);
i64 queue_add(struct nvme_queue *q, struct nvme_command *c, u32 id);
i64 queue_take(struct nvme_queue *q, u32 *id, u32 *status);

#endif
