/*
 * Files of the file system and the names they have.
 *
 * An inode lives while it has a name in a directory or somebody holds it (inode_get, inode_put);
 * the root always lives.
 */
#ifndef RAMFS_INODE_H
#define RAMFS_INODE_H

#include "servers/ramfs/data.h"
#include "umk/abi/records.h"

struct fs;
struct inode;

/* A name in a directory. */
struct name {
    struct inode *dir, *inode;
    struct name *next_in_bucket;
    u64 cookie; /* place in the directory's order */
    u32 hash;
    u32 len;
    char text[];
};

/* Names, and in an order that getdents can resume: ascending cookies, removed ones
 * leave a slot without name until the order is packed. */
struct dir {
    struct name **buckets;
    size_t nbuckets, count;
    struct slot {
        u64 cookie;
        struct name *name;
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
    union {
        struct data data; /* MODE_FILE */
        struct dir dir;   /* MODE_DIR */
        struct {          /* MODE_SYMLINK */
            char *text;
            size_t len;
        } target;
    }; /* nothing: MODE_SOCK */
};

struct fs {
    struct inode *root;
    struct space space;
    u64 next_ino;
    u64 ninodes;
    void (*now)(struct rx_timespec *t);
};

/* Makes the root, rwxr-xr-x of uid 0. fs->space and now are set by the caller. */
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

/* Of a symbolic link. Bytes read; target_append: len, or -ENOSPC, -ENOMEM. */
i64 target_read(const struct inode *link, void *buf, size_t len, u64 offset);
i64 target_append(struct fs *fs, struct inode *link, const char *text, size_t len);

/* The name, or NULL. */
struct name *dir_find(const struct inode *dir, const char *name, size_t len);
/* Adds a name for inode; counts its link, and the directory's. -ENOSPC, -ENOMEM. */
i64 dir_add(struct fs *fs, struct inode *dir, const char *name, size_t len, struct inode *inode);
/* A new inode with a name, held for the caller. -ENOSPC, -ENOMEM. */
i64 dir_make(struct fs *fs, struct inode *dir, const char *name, size_t len, u32 mode, u32 uid,
             u32 gid, struct inode **out);
/* Removes a name; the inode goes when it was the last and nobody holds it. */
void dir_remove(struct fs *fs, struct name *e);
/* The first name with a cookie of at least `from`, or NULL. */
struct name *dir_next(const struct inode *dir, u64 from);

#endif
