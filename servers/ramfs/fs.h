/*
 * What programs do with names: finding, opening, making, removing, renaming, linking, with
 * permissions as POSIX has them (the caller's class only; uid 0 passes).
 */
#ifndef RAMFS_FS_H
#define RAMFS_FS_H

#include "servers/ramfs/inode.h"

struct cred {
    u32 uid, gid;
};

#define WANT_READ 4u
#define WANT_WRITE 2u
#define WANT_EXEC 1u

bool fs_permits(const struct inode *n, const struct cred *who, u32 want);
bool fs_owns(const struct inode *n, const struct cred *who);

/* Where a path leads. */
struct place {
    struct inode *dir;   /* that the last name is in; NULL: the path is the root itself or ".." */
    struct entry *entry; /* NULL: there is no such name in dir */
    struct inode *inode; /* what is there; NULL as entry, but for dir == NULL */
    const char *name;    /* the last name, within path (see below) */
    size_t name_len;
    bool must_be_dir;    /* the path ends in '/' */
    char path[2 * 4096]; /* the path with the links resolved so far; after -EXDEV: the absolute path
                            outside of this file system, path_len bytes */
    size_t path_len;
};

/*
 * Finds a path, relative to dir unless it begins with '/'. follow says whether a final symbolic
 * link is followed. Result: 0, also when only the last name is missing (entry NULL); -ENOENT,
 * -ENOTDIR, -EACCES, -ELOOP, -ENAMETOOLONG; -EXDEV: a link leads out of this file system.
 */
i64 fs_find(struct fs *fs, const struct cred *who, struct inode *dir, const char *path, size_t len,
            bool follow, struct place *out);

/*
 * Opens, and with RX_O_CREAT makes, a file; RX_O_* flags. *out is held for the caller, *entry is
 * the id of the name it was opened by (0: the root). With -EXDEV, where->path tells where to.
 */
i64 fs_open(struct fs *fs, const struct cred *who, struct inode *dir, const char *path, size_t len,
            u32 flags, struct inode **out, u64 *entry, struct place *where);
/* flags: RX_AT_REMOVEDIR for directories. */
i64 fs_unlink(struct fs *fs, const struct cred *who, struct inode *dir, const char *path,
              size_t len, u32 flags);
/* The name with the id `entry` of inode gets the given path, from the root. */
i64 fs_rename(struct fs *fs, const struct cred *who, struct inode *inode, u64 entry,
              const char *path, size_t len);
/* Another name for inode. */
i64 fs_link(struct fs *fs, const struct cred *who, struct inode *inode, const char *path,
            size_t len);
i64 fs_chmod(struct fs *fs, const struct cred *who, struct inode *n, u32 mode);
i64 fs_chown(struct fs *fs, const struct cred *who, struct inode *n, u32 uid, u32 gid);
i64 fs_utimens(struct fs *fs, const struct cred *who, struct inode *n,
               const struct rx_timespec times[2]);
/* Appends to the text of a symbolic link. */
i64 fs_write_target(struct fs *fs, struct inode *link, const char *text, size_t len);
/* Path of inode from the root, without leading '/', by its name `entry` if it still has that.
 * Result: length; -ENOENT: it has no name any more, -ERANGE. */
i64 fs_path(const struct inode *n, u64 entry, char *buf, size_t size);
/* Path of inode relative to directory dir, with ".." where needed; errors as fs_path. */
i64 fs_relative_path(const struct inode *dir, const struct inode *n, u64 entry, char *buf,
                     size_t size);
void fs_stat(const struct inode *n, struct rx_stat *st);
/* The name of inode with that id, or NULL. */
struct entry *fs_entry(const struct inode *n, u64 id);

#endif
