/* RedoxFS as a library: a file system on a block device that the caller passes in.
 *
 * It is portable C: no system calls, no threads, no globals; memory comes from malloc. The bytes on
 * the device are those of RedoxFS format version 8, described in docs/REDOXFS.md.
 *
 * How it works. Everything is copy on write: a block that a committed header leads to is never
 * changed in place. Operations change a cache only; many of them together are one transaction,
 * which reaches the device as a whole (data, flush, header, flush) by rfs_sync, by rfs_close, or by
 * itself between two operations when the cache fills up with what is not yet written. After a
 * crash the device holds some moment between two operations, and none older than the last rfs_sync
 * that succeeded. Each call below is atomic in this sense; a long write may be cut between records.
 *
 * What must hold: one struct rfs is used by one thread at a time, and nobody else writes to the
 * device while it is open. Nodes are named by their id (the inode number), which stays valid while
 * the node has a name or is held open by rfs_hold.
 *
 * Errors are negative errno values. EIO: the device failed or what it holds contradicts itself;
 * EROFS: opened read-only, or a write error in the middle of a commit made it so. A call that fails
 * has changed nothing, but for writes, which tell how far they came.
 */
#ifndef REDOXFS_REDOXFS_H
#define REDOXFS_REDOXFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RFS_BLOCK 4096u   /* bytes of a block; everything on the device is counted in blocks */
#define RFS_NAME_MAX 252u /* bytes of a name */
#define RFS_ROOT 1u       /* id of the root directory */

/* The types in a node's mode; the other 12 bits are the permissions. */
#define RFS_TYPE 0xF000u
#define RFS_FILE 0x8000u
#define RFS_DIR 0x4000u
#define RFS_LINK 0xA000u
#define RFS_SOCK 0xC000u

/* ---- What the caller brings ---- */

/* The device. All functions but prefetch return 0 or a negative errno. A write may be queued: then
 * a read of the same block must see it already, and its failure is reported by the next flush. So
 * may a flush be, if nothing behind it comes to the device before it is done. A read may answer
 * EAGAIN (not now), to a call that only looks: lookup, readdir, stat, hold, read, peek, fetch. The
 * call then returns EAGAIN as well and has done nothing. Buffers are aligned to 4096 bytes for
 * reads and writes of whole structures. */
struct rfs_device {
    void *ctx;
    uint64_t blocks; /* how many there are */
    int (*read)(void *ctx, uint64_t block, uint32_t count, void *buf);
    int (*write)(void *ctx, uint64_t block, uint32_t count, const void *buf); /* NULL: read-only */
    int (*flush)(void *ctx); /* all writes before it are on stable storage; NULL: nothing to do */
    void (*prefetch)(void *ctx, uint64_t block, uint32_t count); /* soon read; NULL: no interest */
    /* Writing without a copy. Memory for so many blocks, at most those of the largest record; put,
     * called next, writes to them what it holds by then, and is as good as write. place NULL: it
     * cannot; the result NULL: not now. */
    void *(*place)(void *ctx, uint64_t block, uint32_t count);
    int (*put)(void *ctx);
};

struct rfs_time {
    uint64_t sec;
    uint32_t nsec;
};

#define RFS_PROBE UINT64_MAX

struct rfs_options {
    size_t cache;   /* bytes of the cache; 0: 16 MiB; less than 2 MiB counts as 2 MiB */
    bool read_only; /* never write to the device, not even to clean up */
    bool pool;      /* the cache takes memory in pieces of 16 MiB: for a cache that is large */
    uint64_t base;  /* device block where the file system begins, or RFS_PROBE: look for it */
    const void *password; /* NULL: none */
    size_t password_len;
    void (*now)(void *ctx, struct rfs_time *out); /* the clock; NULL: times stay as they are */
    void *now_ctx;
};

/* ---- Opening and closing ---- */

struct rfs;

/* Opens the file system. dev and what opt points to may go away afterwards, dev->ctx may not.
 * Unless read-only, nodes that were deleted while open before a crash are deleted now.
 *   ENOENT        no file system is there
 *   ENOKEY        it is encrypted, and the password is missing or wrong
 *   EKEYREJECTED  a password was given and it is not encrypted */
int rfs_open(struct rfs **out, const struct rfs_device *dev, const struct rfs_options *opt);

/* Commits and lets go of everything; fs is invalid afterwards even when an error is returned. */
int rfs_close(struct rfs *fs);

/* Lets go of everything without writing: what was not committed is lost, as in a crash. */
void rfs_abandon(struct rfs *fs);

/* Commits: all that was done before it is on stable storage when it returns 0. Costs nothing when
 * nothing has changed since the last one. */
int rfs_sync(struct rfs *fs);

/* The same, but for who need not know when: the header may come to stable storage only with the
 * next commit, and what this one let go of is not used again before. */
int rfs_commit(struct rfs *fs);

/* Whether there is anything that a crash would lose. */
bool rfs_dirty(const struct rfs *fs);

/* For who wants to do other things while much content is written, before rfs_sync has to: passes
 * content that is not written yet to the device, the oldest first, about `most` bytes of it.
 * Returns the bytes that are left, or an error. */
int64_t rfs_write_out(struct rfs *fs, uint64_t most);
uint64_t rfs_unwritten(const struct rfs *fs);      /* bytes; 0 when nothing is written any more */
uint64_t rfs_unwritten_meta(const struct rfs *fs); /* the same, of all that is no content */
/* Whether unwritten content takes so much of the cache that soon a write has to write it out. */
bool rfs_crowded(const struct rfs *fs);

/* From now on the cache keeps to so many bytes, as far as nothing waits to be written; less than
 * 2 MiB counts as 2 MiB. */
void rfs_limit(struct rfs *fs, size_t cache);

/* Lets go of memory that the cache has not used since the call before. True: it pays to call it
 * once more, in a second or two. */
bool rfs_rest(struct rfs *fs);

struct rfs_info {
    uint8_t uuid[16];
    uint64_t base;       /* device block of the file system's first block */
    uint64_t size;       /* bytes from there */
    uint64_t generation; /* of the newest header: number of commits */
    uint64_t blocks;     /* size / RFS_BLOCK */
    uint64_t free;       /* blocks that can be used, those freed but not yet committed included */
    uint64_t cache;      /* bytes of memory in use by the cache */
    bool encrypted;
    bool read_only;
};
void rfs_info(const struct rfs *fs, struct rfs_info *out);

/* ---- Names ---- */

/* Names are len bytes, UTF-8, not terminated. EINVAL: empty, "." or "..", not UTF-8, or with '/',
 * ':' or NUL; ENAMETOOLONG. */
int rfs_lookup(struct rfs *fs, uint32_t dir, const char *name, size_t len, uint32_t *id);

struct rfs_new {
    uint16_t mode; /* type and permissions */
    uint32_t uid, gid;
};
/* Makes an empty node and its name. EEXIST, ENOTDIR, ENOSPC. */
int rfs_create(struct rfs *fs, uint32_t dir, const char *name, size_t len,
               const struct rfs_new *attr, uint32_t *id);
int rfs_symlink(struct rfs *fs, uint32_t dir, const char *name, size_t len, const char *target,
                size_t target_len, const struct rfs_new *attr, uint32_t *id);
/* A further name. EPERM for directories. */
int rfs_link(struct rfs *fs, uint32_t id, uint32_t dir, const char *name, size_t len);

enum rfs_unlink {
    RFS_UNLINK_NODE, /* whatever is no directory: EISDIR */
    RFS_UNLINK_DIR,  /* an empty directory: ENOTDIR, ENOTEMPTY */
};
/* Removes a name; with the last one the node goes, at once or when it is no longer held. */
int rfs_unlink(struct rfs *fs, uint32_t dir, const char *name, size_t len, enum rfs_unlink what);

#define RFS_NOREPLACE 1u /* EEXIST instead of replacing the target */
/* Moves a name, replacing what has the new one as POSIX rename() does: ENOTDIR, EISDIR, ENOTEMPTY;
 * EINVAL when a directory would come to lie below itself. */
int rfs_rename(struct rfs *fs, uint32_t from_dir, const char *from, size_t from_len,
               uint32_t to_dir, const char *to, size_t to_len, unsigned flags);

struct rfs_entry {
    uint32_t id;
    uint16_t mode; /* of the node it names; only the type counts. 0 when the node is damaged */
    uint8_t len;
    const char *name; /* valid during the call only */
    uint64_t next;    /* cursor that goes on behind this entry; at least 16, less than 2^63 */
};
/* Calls each for the entries from *cursor on (0: from the start; there is no "." or ".."), until it
 * returns something other than 0 or there are no more. Returns the last value of each, or an error.
 * The caller takes the cursor from the last entry it accepted. A cursor stays good while the
 * directory changes: what is in it all the time is listed exactly once. each must not call the
 * library. */
int rfs_readdir(struct rfs *fs, uint32_t dir, uint64_t cursor,
                int (*each)(void *ctx, const struct rfs_entry *entry), void *ctx);

/* ---- Nodes ---- */

struct rfs_stat {
    uint32_t id;
    uint16_t mode;
    uint32_t uid, gid;
    uint32_t links; /* 0: deleted, but held */
    uint64_t size;
    uint64_t blocks;       /* of RFS_BLOCK bytes, the node's own included */
    struct rfs_time ctime; /* of creation */
    struct rfs_time mtime, atime;
};
int rfs_stat(struct rfs *fs, uint32_t id, struct rfs_stat *out);

#define RFS_SET_MODE 1u
#define RFS_SET_UID 2u
#define RFS_SET_GID 4u
#define RFS_SET_SIZE 8u /* files only: EISDIR, EINVAL */
#define RFS_SET_ATIME 16u
#define RFS_SET_MTIME 32u
#define RFS_SET_CTIME 64u
/* Sets the fields of *value that mask names, all or none; of the mode the permissions only. */
int rfs_setattr(struct rfs *fs, uint32_t id, const struct rfs_stat *value, unsigned mask);

/* Keeps the node alive while it has no name. Each hold is ended by one release. */
int rfs_hold(struct rfs *fs, uint32_t id);
int rfs_release(struct rfs *fs, uint32_t id);

/* ---- Content ---- */

/* Returns the number of bytes read, 0 at or behind the end. A link's content is its target. EISDIR
 * for directories. */
int64_t rfs_read(struct rfs *fs, uint32_t id, uint64_t offset, void *buf, size_t len);

/* Shows content without copying: *data is what lies at offset, in the cache, valid until the next
 * call. Returns how many bytes are there (up to a whole record of 128 KiB), 0 at the end; *data is
 * NULL when they are all zero and stored nowhere. */
int64_t rfs_peek(struct rfs *fs, uint32_t id, uint64_t offset, const uint8_t **data);

/* Sees to it that what a write of len bytes at offset changes in part is in the cache: 0, EAGAIN,
 * or what is wrong with it. */
int rfs_fetch(struct rfs *fs, uint32_t id, uint64_t offset, uint64_t len);

/* Returns the number of bytes written, less than len only when space or the device gave out in
 * between. What lies between the old end and offset becomes zero. */
int64_t rfs_write(struct rfs *fs, uint32_t id, uint64_t offset, const void *buf, size_t len);

/* Frees what the whole blocks of the range occupy and makes it zero; the size does not change.
 * ENOSPC: it is partly done, for a record of which a part stays has to be written anew. */
int rfs_punch(struct rfs *fs, uint32_t id, uint64_t offset, uint64_t len);

/* ---- Making, checking and changing whole file systems ---- */

struct rfs_format {
    uint8_t uuid[16];      /* random, version 4 */
    struct rfs_time time;  /* of creation, for the root directory */
    const void *reserved;  /* put in front of the file system: a boot loader */
    uint64_t reserved_len; /* bytes, rounded up to blocks */
    const void *password;  /* NULL: not encrypted */
    size_t password_len;
    uint8_t salt[16]; /* these three: random, used with a password only */
    uint8_t key[2][16];
};
/* Makes an empty file system that fills the device. ENOSPC: less than 265 blocks are left. */
int rfs_format(const struct rfs_device *dev, const struct rfs_format *format);

/* Changes the size to new_size bytes, rounded down to blocks. ENOSPC: blocks behind the new end are
 * in use (*smallest tells what would do; may be NULL); EINVAL: larger than the device. Commits. */
int rfs_resize(struct rfs *fs, uint64_t new_size, uint64_t *smallest);

/* Looks at every structure and checksum. report is called with a sentence for each fault, with done
 * and total blocks now and then (sentence NULL). Returns the number of faults or an error that kept
 * it from looking. Writes nothing. */
struct rfs_check {
    void (*report)(void *ctx, const char *sentence, uint64_t done, uint64_t total);
    void *ctx;
};
int64_t rfs_check(const struct rfs_device *dev, const struct rfs_options *opt,
                  const struct rfs_check *check);

#endif
