/*
 * Removing, renaming and linking: what changes the names of files that are there. All checks come
 * before the first change.
 */
#include "servers/ramfs/fs.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

#include <string.h>

#define STICKY 01000u

/* Where the call at hand leads; large, and there is one thread. */
static struct place to;

/* May a name be taken out of its directory? */
static i64 may_remove(const struct cred *who, const struct entry *e)
{
    if (!fs_permits(e->dir, who, WANT_WRITE | WANT_EXEC))
        return -EACCES;
    if ((e->dir->mode & STICKY) && !fs_owns(e->dir, who) && !fs_owns(e->inode, who))
        return -EPERM;
    return 0;
}

i64 fs_unlink(struct fs *fs, const struct cred *who, struct inode *dir, const char *path,
              size_t len, u32 flags)
{
    i64 result = fs_find(fs, who, dir, path, len, false, &to);
    if (result < 0)
        return result;
    if (!to.inode)
        return -ENOENT;
    if (!to.entry)
        return to.inode == fs->root ? -EBUSY : -EINVAL;
    bool is_dir = inode_is(to.inode, MODE_DIR);
    if (flags & RX_AT_REMOVEDIR) {
        if (!is_dir)
            return -ENOTDIR;
        if (to.inode->dir.count)
            return -ENOTEMPTY;
    } else if (is_dir) {
        return -EISDIR;
    } else if (to.must_be_dir) {
        return -ENOTDIR;
    }
    result = may_remove(who, to.entry);
    if (result < 0)
        return result;
    dir_remove(fs, to.entry);
    return 0;
}

/* Is `dir` the directory `top`, or below it? */
static bool is_below(const struct inode *dir, const struct inode *top)
{
    while (dir != top && dir->links)
        dir = dir->links->dir;
    return dir == top;
}

/* May `from` go to where `to` is, in the place of what may be there? */
static i64 may_replace(const struct cred *who, const struct entry *from)
{
    bool from_dir = inode_is(from->inode, MODE_DIR);
    if (to.must_be_dir && !from_dir)
        return -ENOTDIR;
    if (!to.dir)
        return -EBUSY; /* the root, "." or ".." */
    if (to.dir->nlink == 0)
        return -ENOENT;
    if (!fs_permits(to.dir, who, WANT_WRITE | WANT_EXEC))
        return -EACCES;
    if (from_dir && is_below(to.dir, from->inode))
        return -EINVAL;
    if (!to.entry)
        return 0;
    bool to_dir = inode_is(to.inode, MODE_DIR);
    if (to_dir && !from_dir)
        return -EISDIR;
    if (!to_dir && from_dir)
        return -ENOTDIR;
    if (to_dir && to.inode->dir.count)
        return -ENOTEMPTY;
    return may_remove(who, to.entry);
}

i64 fs_rename(struct fs *fs, const struct cred *who, struct inode *inode, u64 entry,
              const char *path, size_t len)
{
    if (inode == fs->root)
        return -EBUSY;
    struct entry *from = fs_entry(inode, entry);
    if (!from)
        return -ENOENT;
    i64 result = fs_find(fs, who, fs->root, path, len, false, &to);
    if (result < 0)
        return result;
    if (to.inode == inode && to.entry)
        return 0; /* two names of one file: POSIX does nothing */
    result = may_remove(who, from);
    if (result >= 0)
        result = may_replace(who, from);
    if (result < 0)
        return result;
    /* The new name first: it is what can fail, though not where it takes the place, and so the
     * space, of another. The name keeps its id, so that open files know it. */
    u64 id = from->id;
    inode_get(inode);
    if (to.entry)
        dir_remove(fs, to.entry);
    result = dir_add(fs, to.dir, to.name, to.name_len, inode);
    if (result >= 0) {
        inode->links->id = id;
        struct entry *old = inode->links->next_link;
        while (old != from)
            old = old->next_link;
        u32 nlink = inode->nlink;
        dir_remove(fs, old);
        if (inode_is(inode, MODE_DIR))
            inode->nlink = nlink;
        inode_touch(fs, inode, false);
    }
    inode_put(fs, inode);
    return result;
}

i64 fs_link(struct fs *fs, const struct cred *who, struct inode *inode, const char *path,
            size_t len)
{
    if (inode_is(inode, MODE_DIR))
        return -EPERM;
    if (inode->nlink == 0)
        return -ENOENT;
    i64 result = fs_find(fs, who, fs->root, path, len, false, &to);
    if (result < 0)
        return result;
    if (to.inode)
        return -EEXIST;
    if (to.must_be_dir || to.dir->nlink == 0)
        return -ENOENT;
    if (!fs_permits(to.dir, who, WANT_WRITE | WANT_EXEC))
        return -EACCES;
    result = dir_add(fs, to.dir, to.name, to.name_len, inode);
    if (result >= 0)
        inode_touch(fs, inode, false);
    return result;
}
