/*
 * initfs: serves the boot archive, read-only. init starts it with the archive as descriptor 3.
 *
 * A file's id is its node's number, so open files cost nothing here. A final symbolic link is
 * answered with EXDEV, unless the link itself was asked for: the C library resolves it.
 * Mapped files (every program that runs) are copied into a memory object at the first mapping and
 * keep it.
 */
#include "redox/scheme.h"
#include "servers/initfs/tree.h"

#include <stdlib.h>
#include <string.h>

#define ARCHIVE_FD 3u
#define BLOCK_SIZE 4096u

static struct tree tree;

static u32 type_of(u64 id)
{
    return tree.nodes[id].mode & MODE_TYPE;
}

/* The archive may hold secrets (root/etc/shadow), and users see this scheme: modes count. */
static bool may_read(const struct node *n, u32 uid, u32 gid)
{
    u32 shift = uid == n->uid ? 6 : gid == n->gid ? 3 : 0;
    return uid == 0 || (n->mode >> shift & 4);
}

static i64 initfs_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                         u32 fcntl_flags, struct open_result *out)
{
    (void)fcntl_flags;
    i64 node = tree_find(&tree, (u32)dir, path, len);
    if (node == -ENOENT && (flags & RX_O_CREAT))
        return -EROFS;
    if (node < 0)
        return node;
    u32 type = type_of((u64)node);
    if ((flags & RX_O_CREAT) && (flags & RX_O_EXCL))
        return -EEXIST;
    if (type == MODE_SYMLINK && !(flags & (RX_O_SYMLINK | RX_O_NOFOLLOW)))
        return -EXDEV;
    if ((flags & RX_O_DIRECTORY) && type != MODE_DIR)
        return -ENOTDIR;
    if ((flags & RX_O_WRONLY) || (flags & RX_O_TRUNC))
        return type == MODE_DIR ? -EISDIR : -EROFS;
    if ((flags & RX_O_RDONLY) && !may_read(&tree.nodes[node], c->uid, c->gid))
        return -EACCES;
    out->id = (u64)node;
    out->flags = NEWFD_POSITIONED;
    return 0;
}

static i64 initfs_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)c;
    const struct node *n = &tree.nodes[id];
    if (type_of(id) == MODE_DIR)
        return -EISDIR;
    if (offset >= n->size)
        return 0;
    if (len > n->size - offset)
        len = n->size - offset;
    memcpy(buf, n->data + offset, len);
    return (i64)len;
}

static i64 initfs_fsize(struct scheme_ctx *c, u64 id)
{
    (void)c;
    return (i64)tree.nodes[id].size;
}

static i64 initfs_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    (void)c;
    static const char prefix[] = "/scheme/initfs/";
    size_t head = sizeof prefix - 1;
    if (len < head)
        return -ERANGE;
    memcpy(buf, prefix, head);
    i64 rest = tree_path(&tree, (u32)id, buf + head, len - head);
    return rest < 0 ? rest : (i64)head + rest;
}

static i64 initfs_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c;
    const struct node *n = &tree.nodes[id];
    *st = (struct rx_stat){.ino = id + 1,
                           .mode = (u16)n->mode,
                           .nlink = 1,
                           .uid = n->uid,
                           .gid = n->gid,
                           .size = n->size,
                           .blksize = BLOCK_SIZE,
                           .blocks = (n->size + 511) / 512,
                           .mtime = n->mtime,
                           .atime = n->mtime,
                           .ctime = n->mtime};
    return 0;
}

static i64 initfs_fstatvfs(struct scheme_ctx *c, u64 id, struct rx_statvfs *st)
{
    (void)c, (void)id;
    u64 bytes = 0;
    for (u32 i = 0; i < tree.count; i++)
        bytes += tree.nodes[i].size;
    *st = (struct rx_statvfs){.bsize = BLOCK_SIZE, .blocks = (bytes + BLOCK_SIZE - 1) / BLOCK_SIZE};
    return 0;
}

static enum dirent_kind kind_of(const struct node *n)
{
    u32 type = n->mode & MODE_TYPE;
    return type == MODE_DIR       ? DIRENT_DIR
           : type == MODE_FILE    ? DIRENT_FILE
           : type == MODE_SYMLINK ? DIRENT_SYMLINK
                                  : DIRENT_UNKNOWN;
}

/* `next` of an entry is the number of its node plus one; 0 stands for the first child. */
static i64 initfs_getdents(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start)
{
    (void)c;
    if (type_of(id) != MODE_DIR)
        return -ENOTDIR;
    u32 i = tree.nodes[id].first_child;
    if (start) {
        if (start > tree.count || tree.nodes[start - 1].parent != id)
            return -EINVAL;
        i = tree.nodes[start - 1].next_sibling;
    }
    for (; i != TREE_NONE; i = tree.nodes[i].next_sibling) {
        const struct node *n = &tree.nodes[i];
        if (!dirent_add(b, i + 1, i + 1, kind_of(n), n->name, n->name_len))
            return b->used ? 0 : -EINVAL;
    }
    return 0;
}

static size_t object_size(const struct node *n)
{
    size_t size = n->size ? n->size : 1;
    return (size + PAGE_MASK) & ~(size_t)PAGE_MASK;
}

static i64 initfs_mmap_prep(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    (void)c;
    struct node *n = &tree.nodes[id];
    if (type_of(id) != MODE_FILE)
        return -ENODEV;
    if ((flags & RX_PROT_WRITE) && (flags & RX_MAP_SHARED))
        return -EPERM;
    if (offset >= object_size(n) || size > object_size(n) - offset)
        return -EINVAL;
    if (!n->object) {
        i64 result = scheme_object_alloc(object_size(n), &n->object);
        if (result < 0) {
            n->object = NULL;
            return result;
        }
        memcpy(n->object, n->data, n->size);
    }
    return (i64)(uintptr_t)n->object + (i64)offset;
}

static i64 initfs_munmap(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    (void)c, (void)id, (void)offset, (void)size, (void)flags;
    return 0;
}

static i64 initfs_unlinkat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags)
{
    (void)c, (void)flags;
    i64 node = tree_find(&tree, (u32)dir, path, len);
    return node < 0 ? node : -EROFS;
}

static i64 initfs_fevent(struct scheme_ctx *c, u64 id, u32 mask)
{
    (void)c, (void)id, (void)mask;
    return -EPERM; /* files are always ready */
}

static const struct scheme_ops ops = {
    .openat = initfs_openat,
    .unlinkat = initfs_unlinkat,
    .read = initfs_read,
    .fsize = initfs_fsize,
    .fpath = initfs_fpath,
    .fstat = initfs_fstat,
    .fstatvfs = initfs_fstatvfs,
    .getdents = initfs_getdents,
    .mmap_prep = initfs_mmap_prep,
    .munmap = initfs_munmap,
    .fevent = initfs_fevent,
};

/* The archive, mapped for good. */
static i64 map_archive(const u8 **base, size_t *len)
{
    struct rx_stat st;
    i64 result = rx_fstat(ARCHIVE_FD, &st);
    if (result < 0)
        return result;
    size_t at = redox_mmap_v1(NULL, (st.size + PAGE_MASK) & ~(u64)PAGE_MASK, RX_PROT_READ >> 16,
                              RX_MAP_SHARED, ARCHIVE_FD, 0);
    if (RX_IS_ERR(at))
        return (i64)at;
    *base = (const u8 *)at;
    *len = st.size;
    return 0;
}

int main(void)
{
    const u8 *archive = NULL;
    size_t len = 0;
    struct scheme *scheme;
    i64 result = map_archive(&archive, &len);
    if (result < 0)
        rx_panic("initfs: descriptor 3 is no boot archive");
    if (tree_build(&tree, archive, len) < 0)
        rx_panic("initfs: the boot archive is damaged");
    result = scheme_create(&ops, NULL, TREE_ROOT, &scheme);
    if (result >= 0)
        result = scheme_publish(scheme, "initfs");
    if (result < 0)
        rx_panic("initfs: cannot make the scheme");
    redox_setrens_v1(0, 0); /* nothing more to open but memory */
    scheme_run();
}
