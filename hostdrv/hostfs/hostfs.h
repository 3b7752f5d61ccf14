/*
 * The parts of the driver that shows directories of the host as schemes.
 *
 *     hostfs.c   the program: shares from the command line, confinement
 *     nodes.c    files of the host in use, each by a descriptor of its own
 *     files.c    the operations of a tree on them
 *     maps.c     mappings
 *
 * Nothing leads out of a shared directory: libfile resolves paths and links itself and asks for one
 * name in one directory at a time, which is looked up without following a link; a node is a
 * descriptor, so it cannot become another file between two calls. Landlock, where the host has
 * it, holds the whole driver to its directories besides.
 */
#ifndef HOSTDRV_HOSTFS_HOSTFS_H
#define HOSTDRV_HOSTFS_HOSTFS_H

#include <sys/stat.h>

#include "libfile/tree.h"

struct share {
    struct tree tree;
    char name[64];
    bool read_only;
};

struct node {
    u64 id; /* index and generation */
    struct node *next;
    u64 dev, ino;
    int path_fd; /* O_PATH; -1: the place is free */
    int io_fd;   /* -1: not open for reading or writing */
    bool io_writes;
    bool new_link; /* made without a target yet, in directory dir as name */
    u64 dir;
    char *name;
    u32 refs;
    u32 mode;
    u8 *object; /* a copy for mappings, of the file as of object_time; NULL: none */
    u64 object_len;
    struct timespec object_time;
};

/* The node that a descriptor (O_PATH, taken over) stands for. NULL: out of memory. */
struct node *node_for(int path_fd, const struct stat *st);
/* The node stands for another file from now on, which no node stands for yet: by its descriptor
 * (O_PATH, taken over). */
int node_becomes(struct node *n, int path_fd);
/* NULL: there is no such node. */
struct node *node_by_id(u64 id);
void node_hold(struct node *n);
void node_drop(struct node *n);
/* A descriptor to read from, or to write to. -errno. */
int node_open(struct node *n, bool write);
/* "/proc/self/fd/N" of the node, for calls that take a path only. */
const char *node_path(const struct node *n, char buf[32]);

/* Mappings (maps.c). */
i64 host_mmap_prep(struct tree *t, u64 id, u64 offset, u64 size, u32 flags);
void host_munmap(struct tree *t, u64 id, u64 offset, u64 size, u32 flags);
void node_unmap(struct node *n);

extern const struct tree_ops host_ops, host_ops_read_only;

#endif
