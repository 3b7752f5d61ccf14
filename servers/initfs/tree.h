/*
 * The tree of an archive: one node per file, directory and symbolic link, found by path. Nodes
 * are numbered from 0, the root; a number is a file's inode and its id towards the scheme library.
 * File contents stay in the archive.
 */
#ifndef INITFS_TREE_H
#define INITFS_TREE_H

#include "umk/abi/types.h"

#define TREE_ROOT 0u
#define TREE_NONE UINT32_MAX

struct node {
    const char *name; /* not NUL-terminated; leads into the archive */
    u32 name_len;
    u32 parent;
    u32 first_child, last_child, next_sibling; /* TREE_NONE: none */
    u32 next_in_bucket;
    u32 mode, uid, gid, mtime;
    const u8 *data;
    size_t size;
    void *object; /* the copy that is mapped, NULL: not made yet */
};

struct tree {
    struct node *nodes;
    u32 count, space;
    u32 *buckets; /* heads of lists of nodes, by hash of (parent, name) */
    u32 nbuckets;
};

/*
 * Builds the tree of an archive. Directories that have no record of their own are made (0755
 * root); records of the same path replace each other. -EBADMSG: damaged archive, -ENOMEM.
 */
i64 tree_build(struct tree *t, const u8 *archive, size_t len);
/*
 * The node at a path, relative to directory `dir` unless it begins with '/'. ".." stops at the
 * root. A final link is not followed. Result: node or -ENOENT, -ENOTDIR, -EOPNOTSUPP for a link
 * in the middle.
 */
i64 tree_find(const struct tree *t, u32 dir, const char *path, size_t len);
/* The node's path without leading '/'. Result: length, -ERANGE if it does not fit. */
i64 tree_path(const struct tree *t, u32 node, char *buf, size_t size);
void tree_free(struct tree *t);

#endif
