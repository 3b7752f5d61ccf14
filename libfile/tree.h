/*
 * What file systems have in common: paths, links, permissions, names, open files, and all of that
 * as a scheme. A file system brings the operations on its nodes; it never sees a path.
 *
 *     entry.c    names in use, and the paths they make
 *     walk.c     from a path to a node
 *     open.c     opening and making, attributes
 *     names.c    removing, renaming, linking
 *     scheme.c   requests; handles.c open files
 *     wait.c     requests that wait for the file system
 *     sockets.c  names of Unix sockets, and the sockets behind them
 *     socket_requests.c   requests that ask these sockets for something
 *
 * A node is a number that the file system chose. A node that this library holds (ops->hold) stays,
 * also when it has no name any more, until it is released.
 */
#ifndef LIBFILE_TREE_H
#define LIBFILE_TREE_H

#include "redox/scheme.h"

#define TREE_NAME_MAX 255u
#define TREE_TARGET_MAX 4095u

struct tree;

struct cred {
    u32 uid, gid;
};

/* What of a node's status says who may do what with it. */
struct rights {
    u32 uid, gid, nlink;
    u32 mode; /* with type */
};

/* Fields that setattr is to set. */
#define TREE_SET_MODE 1u /* permissions only */
#define TREE_SET_UID 2u
#define TREE_SET_GID 4u
#define TREE_SET_SIZE 8u
#define TREE_SET_ATIME 16u
#define TREE_SET_MTIME 32u

/* What lookup, stat, rights, hold, read and readdir may answer instead of waiting, having done
 * nothing: the request is tried again from its start when tree_wake is called. So may write. */
#define TREE_LATER SCHEME_RETRY

/*
 * Results are values or negative errno. Names were looked at: they are not empty, not "." or "..",
 * and have no '/'. Permissions were checked. NULL for all that change something: read-only.
 */
struct tree_ops {
    /* NULL, or called before each request. patient: TREE_LATER is no answer to it. Nor is it after
     * any operation of the same request that has changed something */
    void (*begin)(struct tree *t, bool patient);
    i64 (*lookup)(struct tree *t, u64 dir, const char *name, size_t len, u64 *node);
    i64 (*stat)(struct tree *t, u64 node, struct rx_stat *st);
    i64 (*rights)(struct tree *t, u64 node, struct rights *r); /* the same; NULL: by stat */
    i64 (*hold)(struct tree *t, u64 node);
    void (*release)(struct tree *t, u64 node);
    /* NULL, or called when the node gets a name in use, and when that ends. A node that lookup or
     * create has returned must stay until the next call of either even without one */
    void (*named)(struct tree *t, u64 node);
    void (*unnamed)(struct tree *t, u64 node);
    /* of a file, or the target of a link */
    i64 (*read)(struct tree *t, u64 node, void *buf, size_t len, u64 offset);
    /* start: 0, or the `next` of the last entry received. Stops when dirent_add returns false;
     * -EINVAL when not even one fits */
    i64 (*readdir)(struct tree *t, u64 dir, struct dirent_builder *b, u64 start);
    i64 (*statvfs)(struct tree *t, struct rx_statvfs *st);

    /* mode with type: an empty file, directory or link, or the name of a socket (-EOPNOTSUPP: not
     * here) */
    i64 (*create)(struct tree *t, u64 dir, const char *name, size_t len, u32 mode,
                  const struct cred *owner, u64 *node);
    i64 (*link)(struct tree *t, u64 node, u64 dir, const char *name, size_t len);
    /* an empty directory, or anything else: the type was checked; ENOTEMPTY is found here */
    i64 (*unlink)(struct tree *t, u64 dir, const char *name, size_t len, bool is_dir);
    /* replaces what has the new name, if the types fit (checked); ENOTEMPTY is found here */
    i64 (*rename)(struct tree *t, u64 dir, const char *name, size_t len, u64 to_dir,
                  const char *to_name, size_t to_len);
    i64 (*setattr)(struct tree *t, u64 node, const struct rx_stat *value, u32 mask);
    i64 (*write)(struct tree *t, u64 node, const void *buf, size_t len, u64 offset);
    /* NULL: there is no disk. Result, an error, or SCHEME_PARKED: the request is answered with
     * result later, unless `cancel` is called for it */
    i64 (*sync)(struct tree *t, u64 node, u64 request, i64 result);
    void (*cancel)(struct tree *t, u64 request);

    /* as of struct scheme_ops; NULL: files cannot be mapped */
    i64 (*mmap_prep)(struct tree *t, u64 node, u64 offset, u64 size, u32 flags);
    void (*munmap)(struct tree *t, u64 node, u64 offset, u64 size, u32 flags);
};

struct entry;
struct waiting;
struct kept_socket;
struct socket_request;

struct tree {
    const struct tree_ops *ops;
    void *fs;           /* the file system's own */
    const char *scheme; /* name, for paths */
    u64 root;           /* node */
    void (*now)(struct rx_timespec *out);
    /* names change by this library's operations only: it may remember where they lead */
    bool names_are_ours;
    struct entry *root_entry; /* from here on the library's own */
    struct entry *idle_oldest, *idle_newest;
    u32 known; /* entries */
    struct waiting *waiting;
    struct kept_socket *sockets;
    u32 socket_count;
    struct socket_request *socket_requests;
};

/* Sets the library's fields. -ENOMEM. */
i64 tree_init(struct tree *t);

/* The scheme; its state is the struct tree, its root's id is TREE_ROOT_ID. */
#define TREE_ROOT_ID 0u
extern const struct scheme_ops tree_scheme_ops;

/* Tries again what was told TREE_LATER. */
void tree_wake(struct scheme *s);

/* ---- Requests that wait (wait.c) ----
 *
 * Reads and writes wait here and not in the scheme library, so that the open file's position goes
 * on behind them at once and the next piece of a long transfer finds its place.
 */
/* Keeps a read or write of a node. SCHEME_PARKED or -ENOMEM. */
i64 wait_for_transfer(const struct scheme_ctx *c, u64 node, bool write, void *buf, size_t len,
                      u64 offset);
/* True: it was one of these, and is not any more. */
bool wait_cancel(struct scheme *s, u64 request);

/* ---- Names in use (entry.c) ---- */

/* For tables of names. */
static inline u32 tree_name_hash(const char *name, size_t len)
{
    const u64 odd = 0x9E3779B97F4A7C15u;
    u64 hash = len * odd, word;

    for (; len >= sizeof word; len -= sizeof word, name += sizeof word) {
        __builtin_memcpy(&word, name, sizeof word);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
    }
    for (word = 0; len; len--)
        word = word << 8 | (u8)*name++;
    hash = (hash ^ word) * odd;
    return (u32)(hash >> 32);
}

/* A name by which something is open or reached. It stays the same when it is moved. */
struct entry {
    struct tree *tree;
    struct entry *parent; /* held; NULL: the root, or the name is gone */
    struct entry *next;
    struct entry *older, *newer; /* among those that nobody uses */
    u64 node;
    u32 refs; /* 0: idle */
    u32 hash;
    u32 len;
    char *name; /* first_name, until it is moved */
    char first_name[];
};

/* The entry of that name, held for the caller; NULL: none is in use. For trees whose names are
 * ours. */
struct entry *entry_find(const struct entry *parent, const char *name, size_t len);
/* The same, made if need be; NULL: out of memory. */
struct entry *entry_get(struct tree *t, struct entry *parent, const char *name, size_t len,
                        u64 node);
void entry_hold(struct entry *e);
void entry_put(struct entry *e);
/* Entries that nobody uses are kept no longer. */
void entry_forget_idle(struct tree *t);
/* The name has been removed, or leads elsewhere. */
void entry_gone(struct entry *e);
/* Makes e the entry of another name, which it takes from whoever has it. Out of memory: e is gone.
 */
void entry_moved(struct entry *e, struct entry *parent, const char *name, size_t len);
/* Path of e from the root, without leading '/'. Length; -ENOENT: the name is gone; -ERANGE. */
i64 entry_path(const struct tree *t, const struct entry *e, char *buf, size_t size);
/* Path of e from the directory `dir`, with ".." where needed. Errors as entry_path. */
i64 entry_relative_path(const struct tree *t, const struct entry *dir, const struct entry *e,
                        char *buf, size_t size);

/* ---- Paths (walk.c) ---- */

#define WANT_READ 4u
#define WANT_WRITE 2u
#define WANT_EXEC 1u
i64 tree_rights(struct tree *t, u64 node, struct rights *r);
bool tree_permits(const struct rights *r, const struct cred *who, u32 want);
bool tree_owns(const struct rights *r, const struct cred *who);
static inline struct rights rights_of(const struct rx_stat *st)
{
    return (struct rights){.uid = st->uid, .gid = st->gid, .nlink = st->nlink, .mode = st->mode};
}
static inline bool mode_is(u32 mode, u32 type)
{
    return (mode & MODE_TYPE) == type;
}

/* Where a path leads. */
struct place {
    struct entry *dir;    /* that the last name is in, held; NULL: the path is the root or ".." */
    struct rights dir_st; /* valid with dir */
    struct entry *entry;  /* what is there, held; NULL: there is no such name in dir */
    struct rights st;     /* valid with entry */
    const char *name;     /* the last name, within path */
    size_t name_len;
    bool must_be_dir;           /* the path ends in '/' */
    char path[2 * RX_PATH_MAX]; /* with the links resolved so far; after -EXDEV: the absolute
                                   path outside of this file system, path_len bytes */
    size_t path_len;
};

/*
 * Finds a path, relative to dir unless it begins with '/'. follow: whether a final link is
 * followed. 0, also when only the last name is missing; -ENOENT, -ENOTDIR, -EACCES, -ELOOP,
 * -ENAMETOOLONG; -EXDEV: a link leads out of this file system. In any case place_done follows.
 */
i64 tree_walk(struct tree *t, const struct cred *who, struct entry *dir, const char *path,
              size_t len, bool follow, struct place *out);
void place_done(struct place *p);
/* May a name be added where `at` found none? -ENOENT: the directory has been removed; -EACCES. */
i64 place_may_add(const struct place *at, const struct cred *who);

/* ---- Operations (open.c, names.c) ---- */

/* Opens, and with RX_O_CREAT makes, what is at a path: where->entry, whose node is held for the
 * caller then. *made: it is new. In any case place_done follows. */
i64 tree_open(struct tree *t, const struct cred *who, struct entry *dir, const char *path,
              size_t len, u32 flags, bool *made, struct place *where);
i64 tree_chmod(struct tree *t, const struct cred *who, u64 node, u32 mode);
i64 tree_chown(struct tree *t, const struct cred *who, u64 node, u32 uid, u32 gid);
i64 tree_utimens(struct tree *t, const struct cred *who, u64 node,
                 const struct rx_timespec times[2]);
/* flags: RX_AT_REMOVEDIR for directories. */
i64 tree_unlink(struct tree *t, const struct cred *who, struct entry *dir, const char *path,
                size_t len, u32 flags);
/* The name e gets the given path, from the root. */
i64 tree_rename(struct tree *t, const struct cred *who, struct entry *e, const char *path,
                size_t len);
/* Another name for a node. */
i64 tree_link(struct tree *t, const struct cred *who, u64 node, const char *path, size_t len);

/* ---- Names of Unix sockets (sockets.c, socket_requests.c) ----
 *
 * Who binds a socket sends a duplicate of it to the directory that its name is to be in. Whoever
 * connects opens the name for writing and asks for the socket's token, which its scheme knows.
 */
/* The name that a socket's own path ends in, in dir; mode is the socket's, with type. fd is kept
 * if this succeeds. -EINVAL: no socket, or no name; -EEXIST, -EACCES, -ENFILE, and as create. */
i64 socket_make(struct tree *t, const struct cred *who, struct entry *dir, const char *path,
                size_t len, u32 mode, u64 fd);
/* -ECONNREFUSED: nobody listens behind the node. */
i64 socket_fd(struct tree *t, u64 node, u64 *fd);
/* The node has lost its last name: its socket, if it is one's, is let go. */
void socket_unnamed(struct tree *t, u64 node);

/* Requests: n descriptors were sent to dir, and the name is to have no permission of umask; the
 * token is to go to buf. SCHEME_PARKED; -ENOBUFS: too many are under way. */
i64 socket_bind(struct scheme_ctx *c, struct tree *t, struct entry *dir, size_t n, u32 umask);
i64 socket_token(struct scheme_ctx *c, struct tree *t, u64 node, void *buf, size_t len);
/* True: it was one of these, and nobody waits for its answer any more. */
bool socket_cancel(struct tree *t, u64 request);

#endif
