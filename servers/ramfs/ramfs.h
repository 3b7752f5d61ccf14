/*
 * A file system in memory, below libfile, which knows paths, permissions and open files.
 *
 *     ramfs.c      the program
 *     populate.c   beginning as a copy of another tree
 *     nodes.c      inodes as nodes of a tree
 *     inode.c      inodes; dir.c the names in a directory; data.c what is in a file
 */
#ifndef RAMFS_RAMFS_H
#define RAMFS_RAMFS_H

#include "libfile/tree.h"
#include "servers/ramfs/inode.h"

extern const struct tree_ops ramfs_ops;
u64 node_of(const struct inode *n);

/*
 * Copies the tree at a path of another scheme into the root directory: files, directories and
 * symbolic links with their modes and owners. Blocks; for use before the scheme is published.
 * What cannot be copied is an error.
 */
i64 populate(struct fs *fs, const char *path);

#endif
