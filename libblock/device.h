/*
 * A driver of hardware as a scheme of disks: what such drivers have in common. The driver brings
 * the disks and, behind each, a struct transfers that moves its data; several disks may share one.
 *
 * It starts with block_init, then block_transfers for each way to move data, then for each disk
 * `driver` set to its transfers and block_find_partitions, then block_publish.
 */
#ifndef LIBBLOCK_DEVICE_H
#define LIBBLOCK_DEVICE_H

#include "libblock/transfer.h"

struct block_device {
    struct disk_scheme state;
    struct scheme *scheme; /* NULL: there is none yet */
    char name[64];
    /* Takes what the device has done since the last time: transfer_done for each piece. */
    void (*look)(void *device);
    void *device;
    i64 first_result; /* of the read that block_find_partitions waits for; 1: not yet */
};

/* b stays where it is; its name is set by the caller. */
void block_init(struct block_device *b, void (*look)(void *device), void *device);
/* transfers_init for disks of b. The caller sets submit; device is that of b unless it sets that.
 */
void block_transfers(struct block_device *b, struct transfers *t, u8 *memory, u32 nslots,
                     size_t slot_size);
/* Reads the partition table, waiting for the device for at most a few seconds: 0, -ETIMEDOUT, or
 * the error of the read. */
i64 block_find_partitions(struct block_device *b, struct disk *d);
/* Makes the scheme of ndisks disks and registers it under b->name. */
i64 block_publish(struct block_device *b, struct disk *disks, u32 ndisks);

#endif
