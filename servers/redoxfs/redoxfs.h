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
void console_say(const char *text, size_t len);

/* What the server knows of its file system; tree.fs points here. */
struct volume {
    struct rfs *rfs;
    size_t cache; /* bytes, for the library's cache and what is mapped */
    struct device device;
    struct tree tree;
    struct scheme *scheme;
    i64 timer; /* for writing back; -1: not set */
};

extern const struct tree_ops volume_ops;
/* Something has changed: it is written within WRITE_BACK_NS. */
void volume_changed(struct volume *v);
/* Queues everything for writing, mapped files included. */
i64 volume_sync(struct volume *v);

/* ---- Mapped files (maps.c) ----
 *
 * The first mapping of a file moves its whole content into a memory object, which clients map.
 * From then on the object and the file say the same, but for what clients write into the object:
 * maps_flush finds that by comparing. An object that nobody maps any more is kept for the next
 * time, as long as all of those together stay below MAPS_KEPT. The library's cache gives up what
 * objects take, down to a quarter of it.
 */
#define MAPS_KEPT ((u64)12 << 20)

i64 maps_prepare(struct volume *v, u32 node, u64 offset, u64 size, u32 flags);
void maps_ended(struct volume *v, u32 node, u64 size, bool flush);
/* Bytes of the object at offset, at most len of which are copied; -1: ask the file. size: of the
 * file. */
i64 maps_read(u32 node, u64 size, void *buf, size_t len, u64 offset);
void maps_written(u32 node, u64 old_size, const void *buf, size_t len, u64 offset);
void maps_truncated(u32 node, u64 old_size, u64 size);
/* Writes what clients have changed in mapped files. */
i64 maps_flush(struct volume *v);
/* The node may be about to go: forgets an object that nobody maps. */
void maps_forget(struct volume *v, u32 node);

#endif
