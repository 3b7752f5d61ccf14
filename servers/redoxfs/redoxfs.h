/*
 * The parts of the file-system server.
 *
 *     redoxfs.c   the program
 *     device.c    the disk, through the disk scheme; survives the death of its driver
 *     backlog.c    what is under way to and from the disk
 *     password.c  of an encrypted file system
 *     search.c    finding the disk with a file system of a given UUID
 *     nodes.c     the library's nodes as those of a tree (libfile)
 *     maps.c      mapped files: contents in memory objects
 *     writeback.c when what has changed is written
 */
#ifndef SERVERS_REDOXFS_REDOXFS_H
#define SERVERS_REDOXFS_REDOXFS_H

#include "libfile/tree.h"
#include "redoxfs/redoxfs.h"
#include "servers/redoxfs/backlog.h"

struct device {
    char path[256]; /* of the disk or partition */
    u64 fd;
    u32 tries; /* to open it anew */
    struct backlog backlog;
    /* these three are set before it is opened; answer: as of struct backlog_engine, gets the device
     */
    bool read_only;
    u64 backlog_limit;
    void (*answer)(void *device, u64 request, i64 result);
    struct rfs_device rfs; /* for the library; ctx is this record */
};

/* Opens a disk; one that is not there yet is waited for, wait_ms at most. -EROFS does not come: a
 * disk that cannot be written is opened for reading. */
i64 device_open(struct device *d, const char *path, u32 wait_ms);
void device_close(struct device *d);

#define UUID_LEN 16u
/* "xxxxxxxx-xxxx-...": 8-4-4-4-12 hexadecimal digits. */
bool uuid_parse(const char *text, u8 uuid[UUID_LEN]);
/* Looks through all schemes disk* for the file system; d is open then. -ENOENT. */
i64 device_search(struct device *d, const u8 uuid[UUID_LEN], u64 base);

#define PASSWORD_MAX 255u
/* One line of a file, or of the console; its length. -ENOKEY: there is none. */
i64 password_from_file(const char *path, char *password, size_t size);
i64 password_ask(bool again, char *password, size_t size);

struct sync;

struct writeback {
    i64 timer;         /* -1: not set */
    bool running;      /* content is being written, and then all is committed */
    bool durable;      /* and is on stable storage then */
    bool held;         /* a writer was told to come later */
    u64 owed;          /* bytes of it that were there when the newest of these came */
    struct sync *sync; /* who waits for the commit, oldest first */
};

/* What the server knows of its file system; tree.fs points here. */
struct volume {
    struct rfs *rfs;
    size_t cache; /* bytes, for the library's cache and what is mapped */
    struct device device;
    struct tree tree;
    struct scheme *scheme;
    struct writeback writeback;
};

extern const struct tree_ops volume_ops;

/* ---- Writing back (writeback.c) ----
 *
 * Content goes to the disk a little in each turn of the main loop, as far as the disk keeps up, and
 * others are served in between; what is left for the commit is little. Who writes faster than the
 * disk is held back, and nobody else is.
 */
void writeback_init(struct volume *v);
/* Something has changed: it is written within two seconds. */
void volume_changed(struct volume *v);
/* Answers the request with result when all that has changed is on stable storage, and of mapped
 * files what the node has, or all of them for 0. SCHEME_PARKED, the result at once, or an error. */
i64 writeback_sync(struct volume *v, u32 node, u64 request, i64 result);
void writeback_cancel(struct volume *v, u64 request);
/* Whether a write has to come later; it is tried again in time. */
bool writeback_holds(struct volume *v);
/* A turn of the main loop. True: something was done. */
bool writeback_turn(struct volume *v);

/* ---- Mapped files (maps.c) ----
 *
 * The first mapping of a file copies its content into a memory object, which clients map: the whole
 * file, or where that would be too much, the pages that are asked for. From then on the object and
 * the file say the same, but for what clients write into the object: that is found by comparing, at
 * fsync, at the end of a mapping, and every second while somebody maps it for writing.
 *
 * Objects take at most half of volume.cache, and with those of programs (mapped with RX_PROT_EXEC)
 * at most three quarters: whoever maps large files keeps nobody from starting a program. There are
 * at most MAPS_MOST in use, and MAPS_MOST_MORE of programs. What they take, the library's cache
 * gives up. An object that nobody maps any more is kept for the next time, within these bounds and
 * those below, and is the first to go. One whose content could not be written, because the disk is
 * full, is kept until it can be.
 */
#define MAPS_KEPT ((u64)12 << 20)
#define MAPS_KEPT_COUNT 256u
#define MAPS_MOST 4096u
#define MAPS_MOST_MORE 256u

/* Address of the bytes. -ENOMEM: beyond the bounds; -EBUSY: a part of the range is mapped already,
 * by an object that does not hold the rest. */
i64 maps_prepare(struct volume *v, u32 node, u64 offset, u64 size, u32 flags);
void maps_ended(struct volume *v, u32 node, u64 offset, u64 size, bool flush);
/* Whether the node has an object: if not, the next three need not be called. */
bool maps_any(u32 node);
/* Bytes that an object has at offset, at most *len of which are copied; -1: ask the file for them,
 * but for no more than the new *len. size: of the file. */
i64 maps_read(u32 node, u64 size, void *buf, size_t *len, u64 offset);
void maps_written(u32 node, u64 old_size, const void *buf, size_t len, u64 offset);
void maps_truncated(u32 node, u64 old_size, u64 size);
/* Writes what clients have changed in the node, or for 0 in all of them. The first error. */
i64 maps_flush(struct volume *v, u32 node);
/* Forgets objects that nobody maps, if the node has no more than so many names. */
void maps_forget(struct volume *v, u32 node, u32 links);

#endif
