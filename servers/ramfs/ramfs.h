/* What the files of ramfs's scheme side share. */
#ifndef RAMFS_RAMFS_H
#define RAMFS_RAMFS_H

#include "redox/scheme.h"
#include "servers/ramfs/fs.h"

extern const struct scheme_ops ramfs_ops;

/*
 * Copies the tree at a path of another scheme into the root directory: files, directories and
 * symbolic links with their modes and owners. Blocks; for use before the scheme is published.
 * What cannot be copied is an error.
 */
i64 populate(struct fs *fs, const char *path);

#endif
