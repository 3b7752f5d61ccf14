/*
 * ramfs as a scheme: requests become operations on the tree. Directories are listed and opened
 * from at any handle. A path that leaves this file system through a link is answered with EXDEV;
 * opened as a link itself, such a path gives a handle that tells where it leads.
 */
#include "servers/ramfs/handles.h"
#include "servers/ramfs/ramfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fs *fs_of(const struct scheme_ctx *c)
{
    return scheme_state(c->scheme);
}

static struct cred caller(const struct scheme_ctx *c)
{
    return (struct cred){.uid = c->uid, .gid = c->gid};
}

/* Redox's standard file calls carry no credentials: those of the open stand in for them. */
static struct cred caller_of(const struct scheme_ctx *c, const struct handle *h)
{
    return c->uid == UINT32_MAX ? h->opener : caller(c);
}

static struct inode *inode_of(u64 id)
{
    struct handle *h = handle_get(id);
    return h ? h->inode : NULL;
}

static i64 open_outside(const struct place *where, struct open_result *out)
{
    char *text = malloc(where->path_len + 1);
    struct handle *h = text ? handle_new(&out->id) : NULL;
    if (!h) {
        free(text);
        return -ENOMEM;
    }
    memcpy(text, where->path, where->path_len);
    h->outside = text;
    h->outside_len = where->path_len;
    out->flags = NEWFD_POSITIONED;
    return 0;
}

static i64 ramfs_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                        u32 fcntl_flags, struct open_result *out)
{
    (void)fcntl_flags;
    static struct place where; /* large, and there is one thread */
    struct fs *fs = fs_of(c);
    struct inode *from = inode_of(dir), *inode;
    struct cred cred = caller(c);
    u64 entry;
    if (!from)
        return -EBADF;
    u64 next_ino = fs->next_ino;
    i64 result = fs_open(fs, &cred, from, path, len, flags, &inode, &entry, &where);
    if (result == -EXDEV && (flags & RX_O_SYMLINK) && !(flags & RX_O_CREAT))
        return open_outside(&where, out);
    if (result < 0)
        return result;
    bool made = next_ino != fs->next_ino;
    struct handle *h = handle_new(&out->id);
    if (!h) {
        inode_put(fs, inode);
        return -ENOMEM;
    }
    h->inode = inode;
    h->entry = entry;
    h->opener = cred;
    h->new_link = made && inode_is(inode, MODE_SYMLINK);
    out->flags = NEWFD_POSITIONED;
    return 0;
}

static i64 ramfs_unlinkat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags)
{
    struct inode *from = inode_of(dir);
    struct cred cred = caller(c);
    return from ? fs_unlink(fs_of(c), &cred, from, path, len, flags) : -EBADF;
}

/* Copies out of a text that is not a file's content: a link's target. */
static i64 read_text(const char *text, size_t size, void *buf, size_t len, u64 offset)
{
    if (offset >= size)
        return 0;
    if (len > size - offset)
        len = size - offset;
    memcpy(buf, text + offset, len);
    return (i64)len;
}

static i64 ramfs_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)c;
    struct handle *h = handle_get(id);
    if (!h)
        return -EBADF;
    if (h->outside)
        return read_text(h->outside, h->outside_len, buf, len, offset);
    if (inode_is(h->inode, MODE_SYMLINK))
        return read_text(h->inode->target.text, h->inode->target.len, buf, len, offset);
    if (inode_is(h->inode, MODE_DIR))
        return -EISDIR;
    if (!inode_is(h->inode, MODE_FILE))
        return -EBADF;
    return data_read(&h->inode->data, buf, len, offset);
}

static i64 ramfs_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    struct fs *fs = fs_of(c);
    struct handle *h = handle_get(id);
    if (!h || !h->inode)
        return -EBADF;
    if (h->new_link)
        return fs_write_target(fs, h->inode, buf, len);
    if (!inode_is(h->inode, MODE_FILE))
        return -EBADF;
    i64 result = data_write(&h->inode->data, &fs->space, buf, len, offset);
    if (result > 0)
        inode_touch(fs, h->inode, true);
    return result;
}

static i64 ramfs_fsize(struct scheme_ctx *c, u64 id)
{
    (void)c;
    struct inode *n = inode_of(id);
    if (!n)
        return -EBADF;
    return inode_is(n, MODE_FILE)  ? (i64)n->data.size
           : inode_is(n, MODE_DIR) ? (i64)n->dir.count
                                   : 0;
}

static i64 ramfs_fchmod(struct scheme_ctx *c, u64 id, u32 mode)
{
    struct handle *h = handle_get(id);
    if (!h || !h->inode)
        return -EBADF;
    struct cred cred = caller_of(c, h);
    return fs_chmod(fs_of(c), &cred, h->inode, mode);
}

static i64 ramfs_fchown(struct scheme_ctx *c, u64 id, u32 uid, u32 gid)
{
    struct handle *h = handle_get(id);
    if (!h || !h->inode)
        return -EBADF;
    struct cred cred = caller_of(c, h);
    return fs_chown(fs_of(c), &cred, h->inode, uid, gid);
}

static i64 ramfs_futimens(struct scheme_ctx *c, u64 id, const struct rx_timespec times[2])
{
    struct handle *h = handle_get(id);
    if (!h || !h->inode)
        return -EBADF;
    struct cred cred = caller_of(c, h);
    return fs_utimens(fs_of(c), &cred, h->inode, times);
}

static i64 ramfs_fevent(struct scheme_ctx *c, u64 id, u32 mask)
{
    (void)c, (void)id, (void)mask;
    return -EPERM; /* files are always ready */
}

static i64 ramfs_flink(struct scheme_ctx *c, u64 id, const char *path, size_t len)
{
    struct inode *n = inode_of(id);
    struct cred cred = caller(c);
    return n ? fs_link(fs_of(c), &cred, n, path, len) : -EBADF;
}

static i64 ramfs_frename(struct scheme_ctx *c, u64 id, const char *path, size_t len)
{
    struct handle *h = handle_get(id);
    struct cred cred = caller(c);
    return h && h->inode ? fs_rename(fs_of(c), &cred, h->inode, h->entry, path, len) : -EBADF;
}

static i64 ramfs_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    struct handle *h = handle_get(id);
    if (!h || !h->inode)
        return -EBADF;
    int head = snprintf(buf, len, "/scheme/%s/", fs_of(c)->scheme);
    if (head < 0 || (size_t)head > len)
        return -ERANGE;
    i64 rest = fs_path(h->inode, h->entry, buf + head, len - (size_t)head);
    return rest < 0 ? rest : head + rest;
}

static i64 ramfs_relpathat(struct scheme_ctx *c, u64 dir, u64 id, char *buf, size_t len)
{
    (void)c;
    struct handle *h = handle_get(id), *d = handle_get(dir);
    if (!h || !d || !h->inode || !d->inode)
        return -EBADF;
    return inode_is(d->inode, MODE_DIR) ? fs_relative_path(d->inode, h->inode, h->entry, buf, len)
                                        : -ENOTDIR;
}

static i64 ramfs_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c;
    struct handle *h = handle_get(id);
    if (!h)
        return -EBADF;
    if (h->outside)
        *st = (struct rx_stat){
            .mode = MODE_SYMLINK | 0777, .nlink = 1, .size = h->outside_len, .blksize = 4096};
    else
        fs_stat(h->inode, st);
    return 0;
}

static i64 ramfs_fstatvfs(struct scheme_ctx *c, u64 id, struct rx_statvfs *st)
{
    const struct space *s = &fs_of(c)->space;
    if (!handle_get(id))
        return -EBADF;
    u64 left = space_left(s) / PAGE_SIZE;
    *st = (struct rx_statvfs){
        .bsize = PAGE_SIZE, .blocks = s->limit / PAGE_SIZE, .bfree = left, .bavail = left};
    return 0;
}

static i64 ramfs_fsync(struct scheme_ctx *c, u64 id)
{
    (void)c;
    return handle_get(id) ? 0 : -EBADF;
}

static i64 ramfs_ftruncate(struct scheme_ctx *c, u64 id, u64 len)
{
    struct fs *fs = fs_of(c);
    struct inode *n = inode_of(id);
    if (!n || !(c->open_flags & RX_O_WRONLY))
        return -EBADF;
    if (!inode_is(n, MODE_FILE))
        return -EINVAL;
    i64 result = data_truncate(&n->data, &fs->space, len);
    if (result >= 0)
        inode_touch(fs, n, true);
    return result;
}

static enum dirent_kind kind_of(const struct inode *n)
{
    return inode_is(n, MODE_DIR)       ? DIRENT_DIR
           : inode_is(n, MODE_FILE)    ? DIRENT_FILE
           : inode_is(n, MODE_SYMLINK) ? DIRENT_SYMLINK
                                       : DIRENT_UNKNOWN;
}

/* Cookies start at 1, so `next` of an entry is its own cookie plus one and 0 is the beginning. */
static i64 ramfs_getdents(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start)
{
    (void)c;
    struct inode *dir = inode_of(id);
    if (!dir)
        return -EBADF;
    if (!inode_is(dir, MODE_DIR))
        return -ENOTDIR;
    if (!(c->open_flags & RX_O_RDONLY))
        return -EBADF;
    for (struct entry *e = dir_next(dir, start); e; e = dir_next(dir, e->cookie + 1)) {
        if (!dirent_add(b, e->inode->ino, e->cookie + 1, kind_of(e->inode), e->name, e->name_len))
            return b->used ? 0 : -EINVAL;
    }
    return 0;
}

static i64 ramfs_mmap_prep(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    struct fs *fs = fs_of(c);
    struct inode *n = inode_of(id);
    if (!n || !(c->open_flags & RX_O_RDONLY))
        return -EBADF;
    if (!inode_is(n, MODE_FILE))
        return -ENODEV;
    if ((flags & RX_MAP_SHARED) && (flags & RX_PROT_WRITE) && !(c->open_flags & RX_O_WRONLY))
        return -EACCES;
    return data_map(&n->data, &fs->space, offset, size);
}

static i64 ramfs_munmap(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    struct fs *fs = fs_of(c);
    (void)offset;
    struct inode *n = inode_of(id);
    if (!n || !inode_is(n, MODE_FILE))
        return -EBADF;
    data_unmap(&n->data, size);
    if (flags & RX_MUNMAP_NEEDS_SYNC)
        inode_touch(fs, n, true);
    return 0;
}

static u64 ramfs_inode(struct scheme_ctx *c, u64 id)
{
    (void)c;
    struct inode *n = inode_of(id);
    return n ? n->ino : 0;
}

static void ramfs_on_close(struct scheme *s, u64 id)
{
    struct handle *h = id ? handle_get(id) : NULL;
    if (!h)
        return;
    struct inode *n = h->inode;
    handle_free(id);
    if (n)
        inode_put(scheme_state(s), n);
}

const struct scheme_ops ramfs_ops = {
    .openat = ramfs_openat,
    .unlinkat = ramfs_unlinkat,
    .read = ramfs_read,
    .write = ramfs_write,
    .fsize = ramfs_fsize,
    .fchmod = ramfs_fchmod,
    .fchown = ramfs_fchown,
    .fevent = ramfs_fevent,
    .flink = ramfs_flink,
    .frename = ramfs_frename,
    .fpath = ramfs_fpath,
    .fstat = ramfs_fstat,
    .fstatvfs = ramfs_fstatvfs,
    .fsync = ramfs_fsync,
    .ftruncate = ramfs_ftruncate,
    .futimens = ramfs_futimens,
    .getdents = ramfs_getdents,
    .relpathat = ramfs_relpathat,
    .mmap_prep = ramfs_mmap_prep,
    .munmap = ramfs_munmap,
    .inode = ramfs_inode,
    .on_close = ramfs_on_close,
};
