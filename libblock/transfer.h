/*
 * Between the disk scheme and a driver of hardware: requests of any length become pieces that go
 * through slots, which are memory that the device reads and writes. So no device ever knows a
 * client's memory, and a cancelled request leaves a slot busy and nothing else.
 */
#ifndef LIBBLOCK_TRANSFER_H
#define LIBBLOCK_TRANSFER_H

#include "libblock/disk_scheme.h"

#define SLOTS_MAX 16u

struct transfer {
    struct transfer *next; /* in waiting */
    struct disk *disk;
    enum disk_op op;
    u64 offset; /* of the disk, at the start of the request */
    u8 *buf;    /* NULL: cancelled */
    size_t len, done, piece;
    u64 request; /* of the scheme */
};

struct transfers {
    struct transfers *others; /* of this program */
    u32 nslots;
    size_t slot_size; /* a multiple of every block size */
    u8 *slot[SLOTS_MAX];
    struct transfer *busy[SLOTS_MAX]; /* NULL: free */
    struct transfer *waiting;         /* first of a list */
    bool writes_through;              /* the device has no cache to flush */
    /* Starts a piece of a request with slot i: 0, or a negative errno. */
    i64 (*submit)(void *device, u32 slot, struct disk *d, enum disk_op op, u64 offset, size_t len);
    void *device;
    /* The result of a whole request. */
    void (*answer)(void *asker, u64 request, i64 result);
    void *asker;
};

/* Cuts the slots out of memory. submit, device, answer and asker are set by the caller. t stays
 * where it is, for good. */
void transfers_init(struct transfers *t, u8 *memory, u32 nslots, size_t slot_size);
/* As struct disk_scheme has it: SCHEME_PARKED, -ENOMEM, or what submit says. A flush of a device
 * that writes through: 0. */
i64 transfer_start(struct transfers *t, struct disk *d, enum disk_op op, u64 offset, void *buf,
                   size_t len, u64 request);
/* The piece in a slot is done; result 0 or a negative errno. Of a free slot: ignored. */
void transfer_done(struct transfers *t, u32 slot, i64 result);
/* True: it was under way here; it is not answered and its memory is not touched any more. */
bool transfer_cancel(struct transfers *t, u64 request);
/* The same, in whichever transfers of the program it is. */
bool transfers_cancel(u64 request);
/* Ends all that is under way with an error: the device is gone or was reset. */
void transfer_fail_all(struct transfers *t, i64 error);

#endif
