/*
 * Partition tables: GPT (UEFI specification, chapter 5) and MBR. A table is what whoever wrote the
 * disk says: every number is checked against the disk before it is used.
 */
#ifndef LIBBLOCK_PARTITION_H
#define LIBBLOCK_PARTITION_H

#include "umk/abi/types.h"

#define PARTITIONS_MAX 128u

/* In bytes; lies within the disk, is not empty, and starts and ends at block boundaries. */
struct partition {
    u64 start, len;
};

/* The disk to look at. read gives len bytes at offset: 0, or a negative errno. Both are multiples
 * of the block size. */
struct partition_disk {
    u32 block_size; /* power of two, 512 to 4096 */
    u64 size;       /* bytes */
    i64 (*read)(void *ctx, u64 offset, void *buf, size_t len);
    void *ctx;
};

/*
 * Puts the partitions into out: the GPT's entries in use if there is a valid one (its copy at the
 * disk's end counts as well), else the MBR's four. Their numbers are their places in out; entries
 * that do not fit the disk are left out. Containers of logical partitions are not looked into.
 * Result: how many; 0: no table; or what read returned, -ENOMEM.
 */
i64 partitions_find(const struct partition_disk *disk, struct partition out[PARTITIONS_MAX]);

#endif
