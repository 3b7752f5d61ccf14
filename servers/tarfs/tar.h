/*
 * A tar archive in memory as a tree: POSIX ustar, with pax and GNU records for long names. Nothing
 * is copied but names. Every number of the archive is checked before it is used.
 */
#ifndef TARFS_TAR_H
#define TARFS_TAR_H

#include "umk/abi/types.h"
#include "umk/abi/flags.h"

#define TAR_NONE UINT32_MAX

struct tar_node {
    u32 parent, first_child, last_child, next_sibling;
    u32 same_as; /* a further name of another node: that one; TAR_NONE */
    u32 name_len;
    char *name; /* owned */
    u32 mode;   /* with type */
    u32 uid, gid;
    u64 mtime;
    const u8 *data; /* of a file; the target of a link */
    u64 size;
};

struct tar {
    struct tar_node *nodes; /* nodes[0] is the root */
    u32 count, room;
};

/* Reads an archive, which must stay. 0; -EBADMSG: it is damaged or no archive; -ENOMEM. Free it in
 * any case. */
i64 tar_read(struct tar *t, const u8 *archive, size_t len);
void tar_free(struct tar *t);
/* The child of that name, or TAR_NONE. */
u32 tar_child(const struct tar *t, u32 dir, const char *name, size_t len);
/* The node that holds what a name stands for. */
u32 tar_content(const struct tar *t, u32 node);

#endif
