/*
 * tarfs ARCHIVE SCHEME: a tar archive as a file system that can be read. The archive is mapped, so
 * it must not be changed while it is in use.
 */
#include "libfile/refuse.h"
#include "libfile/tree.h"
#include "servers/tarfs/tar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tar archive;
static void **objects; /* by node: what was mapped of it */
static u64 archive_len;

static i64 node_lookup(struct tree *t, u64 dir, const char *name, size_t len, u64 *node)
{
    u32 found = tar_child(&archive, (u32)dir, name, len);

    (void)t;
    if (found == TAR_NONE)
        return -ENOENT;
    *node = tar_content(&archive, found);
    return 0;
}

static u32 links_of(u32 node)
{
    u32 n = 1;

    for (u32 i = 0; i < archive.count; i++)
        n += archive.nodes[i].same_as == node;
    return n;
}

static i64 node_stat(struct tree *t, u64 node, struct rx_stat *st)
{
    const struct tar_node *n = &archive.nodes[node];

    (void)t;
    *st = (struct rx_stat){.ino = node + 1,
                           .mode = (u16)n->mode,
                           .nlink = (n->mode & MODE_TYPE) == MODE_FILE ? links_of((u32)node) : 1,
                           .uid = n->uid,
                           .gid = n->gid,
                           .size = n->size,
                           .blksize = 4096,
                           .blocks = (n->size + 511) / 512,
                           .mtime = n->mtime,
                           .atime = n->mtime,
                           .ctime = n->mtime};
    return 0;
}

static i64 node_hold(struct tree *t, u64 node)
{
    (void)t, (void)node;
    return 0;
}

static void node_release(struct tree *t, u64 node)
{
    (void)t, (void)node;
}

static i64 node_read(struct tree *t, u64 node, void *buf, size_t len, u64 offset)
{
    const struct tar_node *n = &archive.nodes[node];

    (void)t;
    if (offset >= n->size)
        return 0;
    len = len < n->size - offset ? len : (size_t)(n->size - offset);
    scheme_copy(buf, n->data + offset, len);
    return (i64)len;
}

static enum dirent_kind kind_of(u32 mode)
{
    return (mode & MODE_TYPE) == MODE_DIR       ? DIRENT_DIR
           : (mode & MODE_TYPE) == MODE_SYMLINK ? DIRENT_SYMLINK
                                                : DIRENT_FILE;
}

/* `next` of an entry is the number of its node plus one; 0 stands for the first child. */
static i64 node_readdir(struct tree *t, u64 dir, struct dirent_builder *b, u64 start)
{
    u32 i = archive.nodes[dir].first_child;

    (void)t;
    if (start) {
        if (start > archive.count || archive.nodes[start - 1].parent != dir)
            return -EINVAL;
        i = archive.nodes[start - 1].next_sibling;
    }
    for (; i != TAR_NONE; i = archive.nodes[i].next_sibling) {
        const struct tar_node *n = &archive.nodes[i];
        if (!dirent_add(b, tar_content(&archive, i) + 1, i + 1, kind_of(n->mode), n->name,
                        n->name_len))
            return b->used ? 0 : -EINVAL;
    }
    return 0;
}

static i64 node_statvfs(struct tree *t, struct rx_statvfs *st)
{
    (void)t;
    *st = (struct rx_statvfs){.bsize = 4096, .blocks = (archive_len + 4095) / 4096};
    return 0;
}

/* A file's pages: a copy of what lies somewhere in the archive, made once. */
static i64 node_mmap_prep(struct tree *t, u64 node, u64 offset, u64 size, u32 flags)
{
    const struct tar_node *n = &archive.nodes[node];
    u64 len = (n->size + !n->size + PAGE_MASK) & ~(u64)PAGE_MASK;

    (void)t;
    if ((flags & RX_PROT_WRITE) && (flags & RX_MAP_SHARED))
        return -EACCES;
    if (offset >= len || size > len - offset)
        return -EINVAL;
    if (!objects[node]) {
        i64 r = scheme_object_alloc(len, &objects[node]);
        if (r < 0) {
            objects[node] = NULL;
            return r;
        }
        memcpy(objects[node], n->data, n->size);
    }
    return (i64)(uintptr_t)objects[node] + (i64)offset;
}

static void node_munmap(struct tree *t, u64 node, u64 offset, u64 size, u32 flags)
{
    (void)t, (void)node, (void)offset, (void)size, (void)flags;
}

static const struct tree_ops ops = {
    .lookup = node_lookup,
    .stat = node_stat,
    .hold = node_hold,
    .release = node_release,
    .read = node_read,
    .readdir = node_readdir,
    .statvfs = node_statvfs,
    .mmap_prep = node_mmap_prep,
    .munmap = node_munmap,
};

static void now(struct rx_timespec *out)
{
    if (rx_clock(RX_CLOCK_REALTIME, out) < 0)
        *out = (struct rx_timespec){0};
}

/* The whole file in memory: mapped where its server can do that, else read. */
static i64 load(const char *path, const u8 **bytes, size_t *len)
{
    struct rx_stat st;
    i64 fd = rx_openat(RX_AT_FDCWD, path, strlen(path), RX_O_RDONLY | RX_O_CLOEXEC, 0);
    i64 r = fd < 0 ? fd : rx_fstat((u64)fd, &st);

    if (r < 0)
        return r;
    *len = st.size;
    if (st.size == 0)
        return -EBADMSG;
    size_t at = redox_mmap_v1(NULL, (st.size + PAGE_MASK) & ~(u64)PAGE_MASK, RX_PROT_READ >> 16,
                              RX_MAP_PRIVATE, (size_t)fd, 0);
    *bytes = (const u8 *)at;
    if (RX_IS_ERR(at)) {
        u8 *copy = malloc(st.size);
        r = copy ? rx_pread((u64)fd, copy, st.size, 0) : -ENOMEM;
        if (r >= 0 && (u64)r != st.size)
            r = -EIO;
        *bytes = copy;
    }
    redox_close_v1((size_t)fd);
    return r < 0 ? r : 0;
}

int main(int argc, char **argv)
{
    static struct tree tree = {.ops = &ops, .root = 0, .now = now};
    struct scheme *scheme;
    const u8 *bytes = NULL;
    size_t len = 0;

    if (argc != 3)
        refuse("tarfs", "usage", "tarfs ARCHIVE SCHEME", EXIT_HOPELESS);
    tree.scheme = argv[2];
    i64 r = load(argv[1], &bytes, &len);
    if (r >= 0)
        r = tar_read(&archive, bytes, len);
    if (r >= 0 && !(objects = calloc(archive.count, sizeof *objects)))
        r = -ENOMEM;
    archive_len = len;
    if (r >= 0)
        r = tree_init(&tree);
    if (r >= 0)
        r = scheme_create(&tree_scheme_ops, &tree, TREE_ROOT_ID, &scheme);
    if (r >= 0)
        r = scheme_publish(scheme, argv[2]);
    if (r < 0)
        refuse("tarfs", argv[1], r == -EBADMSG ? "no tar archive, or damaged" : strerror((int)-r),
               r == -EBADMSG ? EXIT_HOPELESS : EXIT_FAULT);
    redox_setrens_v1(0, 0);
    scheme_run();
}
