/*
 * The parts of the disk driver.
 *
 *     disk.c     the program: disks from the command line, their partitions, the scheme
 *     engine.c   requests to Linux: io_uring
 *     overlay.c  snapshots: what was written lies in a file of its own
 */
#ifndef HOSTDRV_DISK_DISK_H
#define HOSTDRV_DISK_DISK_H

#include "libblock/disk_scheme.h"

struct overlay;

struct image {
    int fd;
    u32 align; /* of addresses, offsets and lengths: the host file is open without its cache */
    struct overlay *overlay; /* NULL: no snapshot */
};

/* Engine */

/* Whom to tell. */
typedef void engine_done(u64 request, i64 result);

/* Sets io_uring up for the files given, and nothing else: no other file, no other operation. 0 or
 * a negative errno. */
int engine_open(const int *fds, unsigned n, engine_done *done);
/* The descriptor that becomes readable when something is done. */
int engine_bell(void);
/* Starts an operation on files[file]; SCHEME_PARKED, or -ENOMEM when too many are under way. */
i64 engine_start(unsigned file, enum disk_op op, u64 offset, void *buf, size_t len, u64 request);
/* Passes on what was started and reports what is done. True: there was something. */
bool engine_poll(void);
/* Waits for that request, and reports what is done meanwhile, but not the request. */
void engine_forget(u64 request);
/* Waits for what is under way. */
void engine_drain(void);

/* Overlay: blocks of OVERLAY_BLOCK bytes */

#define OVERLAY_BLOCK 4096u

/* For an image of size bytes; what an earlier driver wrote there is found again. NULL: no memory,
 * or the file is of no use. */
struct overlay *overlay_open(int fd, u64 size);
/* Reads or writes at once. Bytes, or a negative errno. base: the image's own file. */
i64 overlay_io(struct overlay *o, int base, bool write, u64 offset, u8 *buf, size_t len);

#endif
