/*
 * A tree as a scheme: open files, and requests that become operations on the tree. Directories are
 * listed and opened from at any handle. A path that leaves this file system through a link is
 * answered with EXDEV; opened as a link itself, such a path gives a handle that tells where it
 * leads.
 */
#include "libfile/handles.h"
#include "umk/abi/sockets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every request comes by here first. */
static struct tree *tree_of(const struct scheme_ctx *c)
{
    struct tree *t = scheme_state(c->scheme);

    if (t->ops->begin)
        t->ops->begin(t, c->nonblock);
    return t;
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

/* A handle on a node; NULL: there is none. */
static struct handle *on_node(const struct scheme_ctx *c, u64 id)
{
    struct handle *h = handle_get(tree_of(c), id);

    return h && h->entry ? h : NULL;
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

static i64 file_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                       u32 fcntl_flags, struct open_result *out)
{
    static struct place where; /* large, and there is one thread */
    struct tree *t = tree_of(c);
    struct handle *from = on_node(c, dir);
    struct cred cred = caller(c);
    bool made;

    (void)fcntl_flags;
    if (!from)
        return -EBADF;
    i64 r = tree_open(t, &cred, from->entry, path, len, flags, &made, &where);
    if (r == -EXDEV && (flags & RX_O_SYMLINK) && !(flags & RX_O_CREAT))
        r = open_outside(&where, out);
    else if (r >= 0) {
        struct handle *h = handle_new(&out->id);
        if (h) {
            u32 type = flags & RX_O_DIRECTORY ? MODE_DIR
                       : flags & RX_O_SYMLINK ? MODE_SYMLINK
                                              : MODE_FILE;
            h->entry = where.entry;
            h->node = where.entry->node;
            h->type = made ? (u16)type : where.st.mode & MODE_TYPE;
            h->new_link = made && h->type == MODE_SYMLINK;
            h->opener = cred;
            where.entry = NULL; /* the hold is the handle's now */
            out->flags = NEWFD_POSITIONED;
        } else {
            t->ops->release(t, where.entry->node);
            r = -ENOMEM;
        }
    }
    place_done(&where);
    return r;
}

static void file_on_close(struct scheme *s, u64 id)
{
    struct tree *t = scheme_state(s);
    struct handle *h = id ? handle_get(t, id) : NULL;

    if (!h)
        return;
    if (h->entry) {
        t->ops->release(t, h->node);
        entry_put(h->entry);
    }
    handle_free(id);
}

static i64 file_unlinkat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags)
{
    struct handle *from = on_node(c, dir);
    struct cred cred = caller(c);

    return from ? tree_unlink(tree_of(c), &cred, from->entry, path, len, flags) : -EBADF;
}

static i64 read_text(const char *text, size_t size, void *buf, size_t len, u64 offset)
{
    if (offset >= size)
        return 0;
    if (len > size - offset)
        len = size - offset;
    memcpy(buf, text + offset, len);
    return (i64)len;
}

static i64 file_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    struct tree *t = tree_of(c);
    struct handle *h = handle_get(t, id);

    if (!h)
        return -EBADF;
    if (h->outside)
        return read_text(h->outside, h->outside_len, buf, len, offset);
    if (h->type == MODE_DIR)
        return -EISDIR;
    if (h->type != MODE_FILE && h->type != MODE_SYMLINK)
        return -EBADF;
    i64 r = t->ops->read(t, h->node, buf, len, offset);
    return r == TREE_LATER ? wait_for_transfer(c, h->node, false, buf, len, offset) : r;
}

static i64 write_target(struct tree *t, const struct handle *h, const void *buf, size_t len)
{
    struct rx_stat st;
    i64 r = t->ops->stat(t, h->node, &st);

    if (r < 0)
        return r;
    if (st.size > TREE_TARGET_MAX || len > TREE_TARGET_MAX - st.size)
        return -ENAMETOOLONG;
    if (len && memchr(buf, 0, len))
        return -EINVAL;
    return t->ops->write(t, h->node, buf, len, st.size);
}

static i64 file_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    struct tree *t = tree_of(c);
    struct handle *h = on_node(c, id);

    if (!h || (!h->new_link && h->type != MODE_FILE))
        return -EBADF;
    if (!t->ops->write)
        return -EROFS;
    if (h->new_link)
        return write_target(t, h, buf, len);
    /* where an append goes is known now, and must not be later */
    if (t->ops->begin && (c->open_flags & RX_O_APPEND))
        t->ops->begin(t, true);
    i64 r = t->ops->write(t, h->node, buf, len, offset);
    if (r == TREE_LATER) /* the buffer of a write is not written to */
        return wait_for_transfer(c, h->node, true, (void *)(uintptr_t)buf, len, offset);
    return r > 0 && (c->open_flags & RX_O_FSYNC) && t->ops->sync
               ? t->ops->sync(t, h->node, c->request, r)
               : r;
}

static i64 count_entries(struct tree *t, u64 dir)
{
    static u8 list[4096]; /* there is one thread */
    struct rx_dirent e = {.next = 0};
    i64 n = 0;

    for (;;) {
        struct dirent_builder b = {.buf = list, .len = sizeof list};
        i64 r = t->ops->readdir(t, dir, &b, e.next);
        if (r < 0 || b.used == 0)
            return r < 0 ? r : n;
        for (size_t at = 0; at < b.used; at += e.reclen, n++)
            memcpy(&e, list + at, RX_DIRENT_HEADER);
    }
}

/* Of a directory: how many entries it has, if it may be listed. */
static i64 file_fsize(struct scheme_ctx *c, u64 id)
{
    struct tree *t = tree_of(c);
    struct handle *h = on_node(c, id);
    struct rx_stat st;

    if (!h)
        return -EBADF;
    if (h->type == MODE_DIR)
        return c->open_flags & RX_O_RDONLY ? count_entries(t, h->node) : 0;
    i64 r = t->ops->stat(t, h->node, &st);
    return r < 0 ? r : h->type == MODE_FILE ? (i64)st.size : 0;
}

static i64 file_fchmod(struct scheme_ctx *c, u64 id, u32 mode)
{
    struct handle *h = on_node(c, id);

    if (!h)
        return -EBADF;
    struct cred cred = caller_of(c, h);
    return tree_chmod(tree_of(c), &cred, h->node, mode);
}

static i64 file_fchown(struct scheme_ctx *c, u64 id, u32 uid, u32 gid)
{
    struct handle *h = on_node(c, id);

    if (!h)
        return -EBADF;
    struct cred cred = caller_of(c, h);
    return tree_chown(tree_of(c), &cred, h->node, uid, gid);
}

static i64 file_futimens(struct scheme_ctx *c, u64 id, const struct rx_timespec times[2])
{
    struct handle *h = on_node(c, id);

    if (!h)
        return -EBADF;
    struct cred cred = caller_of(c, h);
    return tree_utimens(tree_of(c), &cred, h->node, times);
}

static i64 file_fevent(struct scheme_ctx *c, u64 id, u32 mask)
{
    (void)c, (void)id, (void)mask;
    return -EPERM; /* files are always ready */
}

static i64 file_flink(struct scheme_ctx *c, u64 id, const char *path, size_t len)
{
    struct handle *h = on_node(c, id);
    struct cred cred = caller(c);

    return h ? tree_link(tree_of(c), &cred, h->node, path, len) : -EBADF;
}

static i64 file_frename(struct scheme_ctx *c, u64 id, const char *path, size_t len)
{
    struct handle *h = on_node(c, id);
    struct cred cred = caller(c);

    return h ? tree_rename(tree_of(c), &cred, h->entry, path, len) : -EBADF;
}

static i64 file_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    struct tree *t = tree_of(c);
    struct handle *h = on_node(c, id);

    if (!h)
        return -EBADF;
    int head = snprintf(buf, len, "/scheme/%s/", t->scheme);
    if (head < 0 || (size_t)head > len)
        return -ERANGE;
    i64 rest = entry_path(t, h->entry, buf + head, len - (size_t)head);
    return rest < 0 ? rest : head + rest;
}

static i64 file_relpathat(struct scheme_ctx *c, u64 dir, u64 id, char *buf, size_t len)
{
    struct tree *t = tree_of(c);
    struct handle *h = on_node(c, id);

    if (!h)
        return -EBADF;
    struct entry *e = h->entry; /* the root's handle is one and the same record */
    struct handle *d = on_node(c, dir);
    if (!d)
        return -EBADF;
    return d->type == MODE_DIR ? entry_relative_path(t, d->entry, e, buf, len) : -ENOTDIR;
}

static i64 file_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    struct tree *t = tree_of(c);
    struct handle *h = handle_get(t, id);

    if (!h)
        return -EBADF;
    if (!h->outside)
        return t->ops->stat(t, h->node, st);
    *st = (struct rx_stat){
        .mode = MODE_SYMLINK | 0777, .nlink = 1, .size = h->outside_len, .blksize = 4096};
    return 0;
}

static i64 file_fstatvfs(struct scheme_ctx *c, u64 id, struct rx_statvfs *st)
{
    struct tree *t = tree_of(c);

    return handle_get(t, id) ? t->ops->statvfs(t, st) : -EBADF;
}

static i64 file_fsync(struct scheme_ctx *c, u64 id)
{
    struct tree *t = tree_of(c);
    struct handle *h = handle_get(t, id);

    if (!h)
        return -EBADF;
    return h->entry && t->ops->sync ? t->ops->sync(t, h->node, c->request, 0) : 0;
}

static void file_on_cancel(struct scheme *s, u64 request)
{
    struct tree *t = scheme_state(s);

    if (!wait_cancel(s, request) && !socket_cancel(t, request) && t->ops->cancel)
        t->ops->cancel(t, request);
    scheme_answer(s, request, -ECANCELED);
}

static i64 file_ftruncate(struct scheme_ctx *c, u64 id, u64 len)
{
    struct tree *t = tree_of(c);
    struct handle *h = on_node(c, id);
    const struct rx_stat st = {.size = len};

    if (!h || !(c->open_flags & RX_O_WRONLY))
        return -EBADF;
    if (h->type != MODE_FILE)
        return -EINVAL;
    return len > INT64_MAX ? -EFBIG : t->ops->setattr(t, h->node, &st, TREE_SET_SIZE);
}

static i64 file_getdents(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start)
{
    struct tree *t = tree_of(c);
    struct handle *h = on_node(c, id);

    if (!h)
        return -EBADF;
    if (h->type != MODE_DIR)
        return -ENOTDIR;
    if (!(c->open_flags & RX_O_RDONLY))
        return -EBADF;
    return t->ops->readdir(t, h->node, b, start);
}

static i64 file_mmap_prep(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    struct tree *t = tree_of(c);
    struct handle *h = on_node(c, id);

    if (!h || !(c->open_flags & RX_O_RDONLY))
        return -EBADF;
    if (h->type != MODE_FILE || !t->ops->mmap_prep)
        return -ENODEV;
    if ((flags & RX_MAP_SHARED) && (flags & RX_PROT_WRITE) && !(c->open_flags & RX_O_WRONLY))
        return -EACCES;
    return t->ops->mmap_prep(t, h->node, offset, size, flags);
}

static i64 file_munmap(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    struct tree *t = tree_of(c);
    struct handle *h = on_node(c, id);

    if (!h || h->type != MODE_FILE)
        return -EBADF;
    t->ops->munmap(t, h->node, offset, size, flags);
    return 0;
}

static i64 file_on_sendfd(struct scheme_ctx *c, u64 id, size_t n, u64 meta)
{
    struct tree *t = tree_of(c);
    const struct handle *h = on_node(c, id);

    if (!h)
        return -EBADF;
    return h->type == MODE_DIR ? socket_bind(c, t, h->entry, n, (u32)meta & MODE_PERM) : -ENOTDIR;
}

/* Who only looks at a socket's name has not been asked whether he may connect to it. */
static i64 file_call(struct scheme_ctx *c, u64 id, void *payload, size_t len, const u64 meta[3])
{
    struct tree *t = tree_of(c);
    const struct handle *h = on_node(c, id);

    if (!h)
        return -EBADF;
    if (meta[0] != FS_CALL_CONNECT)
        return -EINVAL;
    if (h->type != MODE_SOCK)
        return -EOPNOTSUPP;
    return c->open_flags & RX_O_WRONLY ? socket_token(c, t, h->node, payload, len) : -EBADF;
}

static u64 file_inode(struct scheme_ctx *c, u64 id)
{
    struct handle *h = on_node(c, id);

    return h ? h->node : 0;
}

const struct scheme_ops tree_scheme_ops = {
    .openat = file_openat,
    .unlinkat = file_unlinkat,
    .read = file_read,
    .write = file_write,
    .fsize = file_fsize,
    .fchmod = file_fchmod,
    .fchown = file_fchown,
    .fevent = file_fevent,
    .flink = file_flink,
    .frename = file_frename,
    .fpath = file_fpath,
    .fstat = file_fstat,
    .fstatvfs = file_fstatvfs,
    .fsync = file_fsync,
    .ftruncate = file_ftruncate,
    .futimens = file_futimens,
    .getdents = file_getdents,
    .relpathat = file_relpathat,
    .call = file_call,
    .on_sendfd = file_on_sendfd,
    .mmap_prep = file_mmap_prep,
    .munmap = file_munmap,
    .inode = file_inode,
    .on_close = file_on_close,
    .on_cancel = file_on_cancel,
};
