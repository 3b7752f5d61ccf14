/*
 * The disk scheme (docs/STORAGE.md): what every disk driver shows the system. `N` is disk N, `NpM`
 * its partition M; the root lists both. Positioned reads and writes of whole blocks.
 *
 * The driver brings the disks and moves the data. Owned here: open files, the limits of partitions,
 * and who may have what open: a disk or a partition is open once, and a disk and its partitions
 * exclude each other.
 */
#ifndef LIBBLOCK_DISK_SCHEME_H
#define LIBBLOCK_DISK_SCHEME_H

#include "libblock/partition.h"
#include "redox/scheme.h"

struct disk {
    u64 size;       /* bytes, a multiple of block_size */
    u32 block_size; /* power of two, 512 to 4096 */
    bool read_only;
    void *driver; /* the driver's own */
    struct partition parts[PARTITIONS_MAX];
    u32 nparts;
    u32 opened; /* of the disk as a whole */
    u32 part_opened[PARTITIONS_MAX];
};

enum disk_op { DISK_READ, DISK_WRITE, DISK_FLUSH };

struct disk_scheme {
    struct disk *disks;
    u32 ndisks;
    const char *name; /* of the scheme, for paths */
    /*
     * Starts an operation at a byte offset of the disk, which lies within it and is aligned, as len
     * is. Result: bytes, or a negative errno; or SCHEME_PARKED, when scheme_answer(request) will
     * tell. buf is the request's. DISK_FLUSH: what was answered before is on stable storage.
     */
    i64 (*start)(struct disk *d, enum disk_op op, u64 offset, void *buf, size_t len, u64 request);
    /* the request, if it is under way, must not touch its buffer any more when this returns */
    void (*cancel)(u64 request);
};

/* The root's id for scheme_create, whose state is the struct disk_scheme. */
#define DISK_SCHEME_ROOT 0u
extern const struct scheme_ops disk_scheme_ops;

#endif
