/* Open files of a tree's scheme. Id TREE_ROOT_ID is the root, which is never closed. */
#ifndef LIBFILE_HANDLES_H
#define LIBFILE_HANDLES_H

#include "libfile/tree.h"

struct handle {
    struct entry
        *entry;    /* held, and its node with it; NULL: free, or a link that leads elsewhere */
    u64 node;      /* what was opened: a name may come to lead to another */
    u16 type;      /* of the node */
    bool new_link; /* a symbolic link being made: writing sets its target */
    struct cred opener;
    char *outside; /* where such a link leads, outside_len bytes; else NULL */
    size_t outside_len;
    u32 next_free;
};

/* Zeroed, for the caller to fill in. NULL: out of memory. */
struct handle *handle_new(u64 *id);
/* NULL: there is no such open file. What comes of the root's id stays until the next call. */
struct handle *handle_get(struct tree *t, u64 id);
void handle_free(u64 id);

#endif
