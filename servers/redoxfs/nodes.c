/* The library's nodes as those of a tree; see libfile/tree.h for what each operation must do. */
#include "servers/redoxfs/redoxfs.h"

#include <string.h>

static struct volume *volume_of(const struct tree *t)
{
    return t->fs;
}

static struct rfs *rfs_of(const struct tree *t)
{
    return volume_of(t)->rfs;
}

static void node_begin(struct tree *t, bool patient)
{
    volume_of(t)->device.backlog.patient = patient;
}

/* From here on the request waits for the disk: it changes something. */
static struct rfs *to_change(const struct tree *t)
{
    volume_of(t)->device.backlog.patient = true;
    return rfs_of(t);
}

static i64 later(i64 r)
{
    return r == -EAGAIN ? TREE_LATER : r;
}

/* A result, after which there is something to write unless it is an error. */
static i64 changed(struct tree *t, i64 result)
{
    if (result >= 0)
        volume_changed(volume_of(t));
    return result;
}

static i64 node_lookup(struct tree *t, u64 dir, const char *name, size_t len, u64 *node)
{
    u32 id;
    i64 r = rfs_lookup(rfs_of(t), (u32)dir, name, len, &id);

    if (r >= 0)
        *node = id;
    return later(r);
}

static i64 node_stat(struct tree *t, u64 node, struct rx_stat *st)
{
    struct rfs_stat s;
    i64 r = rfs_stat(rfs_of(t), (u32)node, &s);

    if (r < 0)
        return later(r);
    *st = (struct rx_stat){.ino = s.id,
                           .mode = s.mode,
                           .nlink = s.links,
                           .uid = s.uid,
                           .gid = s.gid,
                           .size = s.size,
                           .blksize = RFS_BLOCK,
                           .blocks = s.blocks * (RFS_BLOCK / 512),
                           .mtime = s.mtime.sec,
                           .mtime_nsec = s.mtime.nsec,
                           .atime = s.atime.sec,
                           .atime_nsec = s.atime.nsec,
                           .ctime = s.ctime.sec,
                           .ctime_nsec = s.ctime.nsec};
    return 0;
}

static i64 node_hold(struct tree *t, u64 node)
{
    return later(rfs_hold(rfs_of(t), (u32)node));
}

static void node_release(struct tree *t, u64 node)
{
    maps_forget(volume_of(t), (u32)node, 0);
    rfs_release(to_change(t), (u32)node);
    if (rfs_dirty(rfs_of(t)))
        volume_changed(volume_of(t));
}

/* Objects of mappings may have some parts of the range, and the file has the others. */
static i64 read_mapped(struct tree *t, u32 node, u8 *buf, size_t len, u64 offset)
{
    struct rfs_stat st;
    size_t done = 0;
    i64 n = rfs_stat(rfs_of(t), node, &st);

    while (n >= 0 && done < len) {
        size_t part = len - done;
        n = maps_read(node, st.size, buf + done, &part, offset + done);
        if (n < 0)
            n = rfs_read(rfs_of(t), node, offset + done, buf + done, part);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return done ? (i64)done : n;
}

static i64 node_read(struct tree *t, u64 node, void *buf, size_t len, u64 offset)
{
    return later(maps_any((u32)node) ? read_mapped(t, (u32)node, buf, len, offset)
                                     : rfs_read(rfs_of(t), (u32)node, offset, buf, len));
}

static i64 node_write(struct tree *t, u64 node, const void *buf, size_t len, u64 offset)
{
    bool mapped = maps_any((u32)node);
    struct rfs_stat st = {0};
    i64 r = mapped ? rfs_stat(rfs_of(t), (u32)node, &st) : 0;

    if (r < 0)
        return later(r);
    if (writeback_holds(volume_of(t)))
        return TREE_LATER;
    if (rfs_fetch(rfs_of(t), (u32)node, offset, len) == -EAGAIN)
        return TREE_LATER;
    i64 n = rfs_write(to_change(t), (u32)node, offset, buf, len);
    if (n > 0 && mapped)
        maps_written((u32)node, st.size, buf, (size_t)n, offset);
    return n > 0 ? changed(t, n) : n;
}

struct listing {
    struct dirent_builder *b;
    bool full;
};

static enum dirent_kind kind_of(u16 mode)
{
    switch (mode & RFS_TYPE) {
    case RFS_DIR:
        return DIRENT_DIR;
    case RFS_FILE:
        return DIRENT_FILE;
    case RFS_LINK:
        return DIRENT_SYMLINK;
    case RFS_SOCK:
        return DIRENT_SOCK;
    default:
        return DIRENT_UNKNOWN;
    }
}

static int list_entry(void *ctx, const struct rfs_entry *e)
{
    struct listing *l = ctx;

    l->full = !dirent_add(l->b, e->id, e->next, kind_of(e->mode), e->name, e->len);
    return l->full;
}

static i64 node_readdir(struct tree *t, u64 dir, struct dirent_builder *b, u64 start)
{
    struct listing l = {.b = b};
    i64 r = rfs_readdir(rfs_of(t), (u32)dir, start, list_entry, &l);

    if (r == -EAGAIN && b->used)
        r = 0; /* as far as it came */
    return r < 0 ? later(r) : l.full && b->used == 0 ? -EINVAL : 0;
}

static i64 node_statvfs(struct tree *t, struct rx_statvfs *st)
{
    struct rfs_info info;

    rfs_info(rfs_of(t), &info);
    *st = (struct rx_statvfs){
        .bsize = RFS_BLOCK, .blocks = info.blocks, .bfree = info.free, .bavail = info.free};
    return 0;
}

static i64 node_create(struct tree *t, u64 dir, const char *name, size_t len, u32 mode,
                       const struct cred *owner, u64 *node)
{
    const struct rfs_new attr = {.mode = (u16)mode, .uid = owner->uid, .gid = owner->gid};
    u32 id;
    i64 r = rfs_create(to_change(t), (u32)dir, name, len, &attr, &id);

    if (r >= 0)
        *node = id;
    return changed(t, r);
}

static i64 node_link(struct tree *t, u64 node, u64 dir, const char *name, size_t len)
{
    return changed(t, rfs_link(to_change(t), (u32)node, (u32)dir, name, len));
}

/* What has that name may go with it. */
static void forget_name(struct tree *t, u64 dir, const char *name, size_t len)
{
    u32 id;

    if (rfs_lookup(rfs_of(t), (u32)dir, name, len, &id) == 0)
        maps_forget(volume_of(t), id, 1);
}

static i64 node_unlink(struct tree *t, u64 dir, const char *name, size_t len, bool is_dir)
{
    if (!is_dir)
        forget_name(t, dir, name, len);
    return changed(t, rfs_unlink(to_change(t), (u32)dir, name, len,
                                 is_dir ? RFS_UNLINK_DIR : RFS_UNLINK_NODE));
}

static i64 node_rename(struct tree *t, u64 dir, const char *name, size_t len, u64 to_dir,
                       const char *to_name, size_t to_len)
{
    forget_name(t, to_dir, to_name, to_len);
    return changed(t,
                   rfs_rename(to_change(t), (u32)dir, name, len, (u32)to_dir, to_name, to_len, 0));
}

static i64 node_setattr(struct tree *t, u64 node, const struct rx_stat *value, u32 mask)
{
    struct rfs_stat old, s = {.mode = value->mode,
                              .uid = value->uid,
                              .gid = value->gid,
                              .size = value->size,
                              .mtime = {value->mtime, value->mtime_nsec},
                              .atime = {value->atime, value->atime_nsec}};
    unsigned what =
        (mask & TREE_SET_MODE ? RFS_SET_MODE : 0) | (mask & TREE_SET_UID ? RFS_SET_UID : 0) |
        (mask & TREE_SET_GID ? RFS_SET_GID : 0) | (mask & TREE_SET_SIZE ? RFS_SET_SIZE : 0) |
        (mask & TREE_SET_ATIME ? RFS_SET_ATIME : 0) | (mask & TREE_SET_MTIME ? RFS_SET_MTIME : 0);
    i64 r = rfs_stat(to_change(t), (u32)node, &old);

    if (r >= 0)
        r = rfs_setattr(to_change(t), (u32)node, &s, what);
    if (r >= 0 && (mask & TREE_SET_SIZE))
        maps_truncated((u32)node, old.size, value->size);
    return changed(t, r);
}

static i64 node_sync(struct tree *t, u64 node, u64 request, i64 result)
{
    struct rfs_stat st;
    i64 r = rfs_stat(to_change(t), (u32)node, &st);

    if (r < 0)
        return r;
    /* a transaction is committed as a whole; by way of a directory so is what is mapped */
    u32 mapped = (st.mode & RFS_TYPE) == RFS_FILE ? (u32)node : 0;
    return writeback_sync(volume_of(t), mapped, request, result);
}

static void node_cancel(struct tree *t, u64 request)
{
    writeback_cancel(volume_of(t), request);
}

static i64 node_mmap_prep(struct tree *t, u64 node, u64 offset, u64 size, u32 flags)
{
    to_change(t);
    return maps_prepare(volume_of(t), (u32)node, offset, size, flags);
}

static void node_munmap(struct tree *t, u64 node, u64 offset, u64 size, u32 flags)
{
    to_change(t);
    maps_ended(volume_of(t), (u32)node, offset, size, flags & RX_MUNMAP_NEEDS_SYNC);
}

const struct tree_ops volume_ops = {
    .begin = node_begin,
    .lookup = node_lookup,
    .stat = node_stat,
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
    .sync = node_sync,
    .cancel = node_cancel,
    .mmap_prep = node_mmap_prep,
    .munmap = node_munmap,
};
