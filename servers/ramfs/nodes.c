/* The file system's inodes as the nodes of a tree (libfile/tree.h): a node is its inode's address,
 * which libfile knows only while the inode has a name or is held. */
#include "servers/ramfs/ramfs.h"

static struct fs *fs_of(const struct tree *t)
{
    return t->fs;
}

static struct inode *inode_of(u64 node)
{
    return (struct inode *)(uintptr_t)node;
}

u64 node_of(const struct inode *n)
{
    return (u64)(uintptr_t)n;
}

static i64 node_lookup(struct tree *t, u64 dir, const char *name, size_t len, u64 *node)
{
    const struct name *found = dir_find(inode_of(dir), name, len);

    (void)t;
    if (found)
        *node = node_of(found->inode);
    return found ? 0 : -ENOENT;
}

static i64 node_stat(struct tree *t, u64 node, struct rx_stat *st)
{
    const struct inode *n = inode_of(node);
    u64 size = 0, footprint = 0;

    (void)t;
    if (inode_is(n, MODE_FILE)) {
        size = n->data.size;
        footprint = data_footprint(&n->data);
    } else if (inode_is(n, MODE_SYMLINK)) {
        size = n->target.len;
    }
    *st = (struct rx_stat){.ino = n->ino,
                           .mode = (u16)n->mode,
                           .nlink = n->nlink,
                           .uid = n->uid,
                           .gid = n->gid,
                           .size = size,
                           .blksize = 4096,
                           .blocks = (footprint + 511) / 512,
                           .mtime = (u64)n->mtime.sec,
                           .mtime_nsec = (u32)n->mtime.nsec,
                           .atime = (u64)n->atime.sec,
                           .atime_nsec = (u32)n->atime.nsec,
                           .ctime = (u64)n->ctime.sec,
                           .ctime_nsec = (u32)n->ctime.nsec};
    return 0;
}

static i64 node_rights(struct tree *t, u64 node, struct rights *r)
{
    const struct inode *n = inode_of(node);

    (void)t;
    *r = (struct rights){.uid = n->uid, .gid = n->gid, .nlink = n->nlink, .mode = n->mode};
    return 0;
}

static i64 node_hold(struct tree *t, u64 node)
{
    (void)t;
    inode_get(inode_of(node));
    return 0;
}

static void node_release(struct tree *t, u64 node)
{
    inode_put(fs_of(t), inode_of(node));
}

static i64 node_read(struct tree *t, u64 node, void *buf, size_t len, u64 offset)
{
    const struct inode *n = inode_of(node);

    (void)t;
    return inode_is(n, MODE_SYMLINK) ? target_read(n, buf, len, offset)
                                     : data_read(&n->data, buf, len, offset);
}

static enum dirent_kind kind_of(const struct inode *n)
{
    return inode_is(n, MODE_DIR)       ? DIRENT_DIR
           : inode_is(n, MODE_FILE)    ? DIRENT_FILE
           : inode_is(n, MODE_SYMLINK) ? DIRENT_SYMLINK
           : inode_is(n, MODE_SOCK)    ? DIRENT_SOCK
                                       : DIRENT_UNKNOWN;
}

/* Cookies start at 1, so `next` of an entry is its own cookie plus one and 0 is the beginning. */
static i64 node_readdir(struct tree *t, u64 dir, struct dirent_builder *b, u64 start)
{
    const struct inode *d = inode_of(dir);

    (void)t;
    for (struct name *e = dir_next(d, start); e; e = dir_next(d, e->cookie + 1)) {
        if (!dirent_add(b, e->inode->ino, e->cookie + 1, kind_of(e->inode), e->text, e->len))
            return b->used ? 0 : -EINVAL;
    }
    return 0;
}

static i64 node_statvfs(struct tree *t, struct rx_statvfs *st)
{
    const struct space *s = &fs_of(t)->space;
    u64 left = space_left(s) / PAGE_SIZE;

    *st = (struct rx_statvfs){
        .bsize = PAGE_SIZE, .blocks = s->limit / PAGE_SIZE, .bfree = left, .bavail = left};
    return 0;
}

static i64 node_create(struct tree *t, u64 dir, const char *name, size_t len, u32 mode,
                       const struct cred *owner, u64 *node)
{
    struct inode *n;
    i64 r = dir_make(fs_of(t), inode_of(dir), name, len, mode, owner->uid, owner->gid, &n);

    if (r < 0)
        return r;
    *node = node_of(n);
    inode_put(fs_of(t), n); /* its name keeps it */
    return 0;
}

static i64 node_link(struct tree *t, u64 node, u64 dir, const char *name, size_t len)
{
    i64 r = dir_add(fs_of(t), inode_of(dir), name, len, inode_of(node));

    if (r >= 0)
        inode_touch(fs_of(t), inode_of(node), false);
    return r;
}

static i64 node_unlink(struct tree *t, u64 dir, const char *name, size_t len, bool is_dir)
{
    struct name *e = dir_find(inode_of(dir), name, len);

    if (!e)
        return -ENOENT;
    if (is_dir && e->inode->dir.count)
        return -ENOTEMPTY;
    dir_remove(fs_of(t), e);
    return 0;
}

static i64 node_rename(struct tree *t, u64 dir, const char *name, size_t len, u64 to_dir,
                       const char *to_name, size_t to_len)
{
    struct fs *fs = fs_of(t);
    struct name *from = dir_find(inode_of(dir), name, len);
    struct name *there = dir_find(inode_of(to_dir), to_name, to_len);

    if (!from)
        return -ENOENT;
    struct inode *n = from->inode;
    u32 nlink = n->nlink; /* of a directory: what it has below it goes with it */
    if (there && inode_is(there->inode, MODE_DIR) && there->inode->dir.count)
        return -ENOTEMPTY;
    /* The new name first: it is what can fail, though not where it takes the place, and so the
     * space, of another. */
    if (there)
        dir_remove(fs, there);
    i64 r = dir_add(fs, inode_of(to_dir), to_name, to_len, n);
    if (r >= 0) {
        inode_get(n);
        dir_remove(fs, from);
        if (inode_is(n, MODE_DIR))
            n->nlink = nlink;
        inode_touch(fs, n, false);
        inode_put(fs, n);
    }
    return r;
}

static i64 node_setattr(struct tree *t, u64 node, const struct rx_stat *value, u32 mask)
{
    struct fs *fs = fs_of(t);
    struct inode *n = inode_of(node);
    i64 r = mask & TREE_SET_SIZE ? data_truncate(&n->data, &fs->space, value->size) : 0;

    if (r < 0)
        return r;
    inode_touch(fs, n, mask & TREE_SET_SIZE);
    if (mask & TREE_SET_MODE)
        n->mode = (n->mode & MODE_TYPE) | (value->mode & MODE_PERM);
    if (mask & TREE_SET_UID)
        n->uid = value->uid;
    if (mask & TREE_SET_GID)
        n->gid = value->gid;
    if (mask & TREE_SET_ATIME)
        n->atime = (struct rx_timespec){.sec = (i64)value->atime, .nsec = (i32)value->atime_nsec};
    if (mask & TREE_SET_MTIME)
        n->mtime = (struct rx_timespec){.sec = (i64)value->mtime, .nsec = (i32)value->mtime_nsec};
    return 0;
}

static i64 node_write(struct tree *t, u64 node, const void *buf, size_t len, u64 offset)
{
    struct fs *fs = fs_of(t);
    struct inode *n = inode_of(node);
    i64 r = inode_is(n, MODE_SYMLINK) ? target_append(fs, n, buf, len)
                                      : data_write(&n->data, &fs->space, buf, len, offset);

    if (r > 0)
        inode_touch(fs, n, true);
    return r;
}

static i64 node_mmap_prep(struct tree *t, u64 node, u64 offset, u64 size, u32 flags)
{
    (void)flags;
    return data_map(&inode_of(node)->data, &fs_of(t)->space, offset, size);
}

static void node_munmap(struct tree *t, u64 node, u64 offset, u64 size, u32 flags)
{
    struct inode *n = inode_of(node);

    (void)offset;
    data_unmap(&n->data, size);
    if (flags & RX_MUNMAP_NEEDS_SYNC)
        inode_touch(fs_of(t), n, true);
}

const struct tree_ops ramfs_ops = {
    .lookup = node_lookup,
    .stat = node_stat,
    .rights = node_rights,
    .hold = node_hold,
    .release = node_release,
    .read = node_read,
    .readdir = node_readdir,
    .statvfs = node_statvfs,
    .create = node_create,
    .link = node_link,
    .unlink = node_unlink,
    .rename = node_rename,
    .setattr = node_setattr,
    .write = node_write,
    .mmap_prep = node_mmap_prep,
    .munmap = node_munmap,
};
