/*
 * Files of the file system and the names they have.
 *
 * An entry is a name in a directory; an inode lists all entries that lead to it. An inode lives
 * while it has an entry or somebody holds it (inode_get, inode_put); the root always lives.
 */
#ifndef RAMFS_INODE_H
#define RAMFS_INODE_H

#include "servers/ramfs/data.h"
#include "umk/abi/records.h"

#define NAME_LEN_MAX 255u
#define TARGET_LEN_MAX 4095u

struct fs;
struct inode;

struct entry {
    struct inode *dir, *inode;
    struct entry *next_in_bucket;
    struct entry *next_link; /* next name of the same inode */
    u64 id;                  /* never used twice; stays when the entry is renamed */
    u64 cookie;              /* place in the directory's order */
    u32 hash;
    u32 name_len;
    char name[];
};

/* Entries by name, and in an order that getdents can resume: ascending cookies, removed ones
 * leave a slot without entry until the order is packed. */
struct dir {
    struct entry **buckets;
    size_t nbuckets, count;
    struct slot {
        u64 cookie;
        struct entry *entry;
    } * order;
    size_t norder, order_space;
    u64 next_cookie;
};

struct inode {
    u64 ino;
    u32 mode; /* with MODE_TYPE */
    u32 uid, gid;
    u32 nlink; /* as stat reports it; 0: gone from every directory */
    u32 holds;
    struct rx_timespec atime, mtime, ctime;
    struct entry *links;
    union {
        struct data data; /* MODE_FILE */
        struct dir dir;   /* MODE_DIR */
        struct {          /* MODE_SYMLINK */
            char *text;
            size_t len;
        } target;
    };
};

struct fs {
    struct inode *root;
    struct space space;
    u64 next_ino, next_entry;
    u64 ninodes;
    const char *scheme; /* name, for paths */
    void (*now)(struct rx_timespec *t);
};

/* Makes the root, rwxr-xr-x of uid 0. fs->space, scheme and now are set by the caller. */
i64 fs_init(struct fs *fs);
/* For tests: frees everything; nothing may be held. */
void fs_free(struct fs *fs);

static inline bool inode_is(const struct inode *n, u32 type)
{
    return (n->mode & 0xF000u) == type;
}

/* A new inode, held once. -ENOSPC, -ENOMEM. */
i64 inode_new(struct fs *fs, u32 mode, u32 uid, u32 gid, struct inode **out);
void inode_get(struct inode *n);
void inode_put(struct fs *fs, struct inode *n);
/* Sets ctime, and mtime too when the content has changed. */
void inode_touch(const struct fs *fs, struct inode *n, bool content);

/* The entry of that name, or NULL. */
struct entry *dir_find(const struct inode *dir, const char *name, size_t len);
/* Adds a name for inode; counts its link, and the directory's. -ENOSPC, -ENOMEM. */
i64 dir_add(struct fs *fs, struct inode *dir, const char *name, size_t len, struct inode *inode);
/* Removes a name; the inode goes when it was the last and nobody holds it. */
void dir_remove(struct fs *fs, struct entry *e);
/* The first entry with a cookie of at least `from`, or NULL. */
struct entry *dir_next(const struct inode *dir, u64 from);

#endif
