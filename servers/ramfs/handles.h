/*
 * Open files of the scheme: a table by id. Id 0 is the root, which is never closed.
 */
#ifndef RAMFS_HANDLES_H
#define RAMFS_HANDLES_H

#include "servers/ramfs/fs.h"

struct handle {
    struct inode *inode; /* held; NULL: a free place, or a link that leads elsewhere */
    u64 entry;           /* id of the name it was opened by */
    struct cred opener;
    bool new_link; /* a symbolic link being made: writing sets its target */
    char *outside; /* where such a link leads, outside_len bytes; else NULL */
    size_t outside_len;
    u32 next_free;
};

/* A new handle; fields are the caller's to fill. NULL: out of memory. */
struct handle *handle_new(u64 *id);
/* NULL: there is no such open file. */
struct handle *handle_get(u64 id);
void handle_free(u64 id);

#endif
