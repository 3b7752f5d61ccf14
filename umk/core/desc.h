/*
 * Descriptions (open files), descriptor tables, and the operations that a kernel scheme
 * gives its files.
 *
 * A description lives as long as something refers to it: slots of descriptor tables,
 * mappings, requests and contexts in the middle of an operation, descriptors in flight,
 * namespaces. Each of these holds one count and drops it by desc_put(). When the last goes,
 * event registrations go, and the scheme hears of it exactly once.
 */
#ifndef UMK_CORE_DESC_H
#define UMK_CORE_DESC_H

#include "umk/core/core.h"

struct context;
struct desc;

/* What an operation that opens something produces: a description, with one reference. */
struct opened {
    struct desc *desc;
};

/*
 * A kernel scheme's operations. NULL gives the default of spec section 5.0: EOPNOTSUPP, EBADF
 * or success. buf is the caller's payload (kernel alias, shared with the caller: copy before
 * trusting). An operation may return PARKED after context_park().
 */
struct kscheme_ops {
    i64 (*openat)(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                  struct opened *out);
    i64 (*unlinkat)(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags);
    i64 (*dup)(struct context *c, struct desc *d, const u8 *buf, size_t len, struct opened *out);
    i64 (*read)(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset);
    i64 (*write)(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset);
    i64 (*fsize)(struct context *c, struct desc *d);
    i64 (*fcntl)(struct context *c, struct desc *d, u64 cmd, u64 arg);
    u32 (*fevent)(struct desc *d, u32 mask);
    i64 (*fpath)(struct desc *d, char *buf, size_t len);
    i64 (*fstat)(struct desc *d, struct rx_stat *st);
    i64 (*fstatvfs)(struct desc *d, struct rx_statvfs *st);
    i64 (*ftruncate)(struct context *c, struct desc *d, u64 size);
    i64 (*getdents)(struct context *c, struct desc *d, u8 *buf, size_t len, u64 start);
    i64 (*call)(struct context *c, struct desc *d, u8 *buf, size_t len, u32 flags,
                const u64 meta[3]);
    /* the object behind [offset, offset+size), its offset there; no reference is taken. It may
     * decide by itself whether the mapping is shared */
    i64 (*fmap)(struct desc *d, u64 offset, u64 size, u32 *flags, struct object **o, u64 *o_off);
    i64 (*sendfd)(struct context *c, struct desc *d, struct desc **ds, size_t n, const u64 meta[3]);
    /* takes n descriptions out (each with a reference) */
    i64 (*recvfd)(struct context *c, struct desc *d, struct desc **ds, size_t n, const u64 meta[3]);
    void (*close)(struct desc *d);
};

struct desc {
    u32 refs;
    u32 flags; /* RX_O_*; access mode and status flags */
    struct scheme *scheme;
    u64 number; /* the scheme's name for it */
    void *priv; /* kernel schemes: their record */
    u64 offset; /* kernel schemes with positioned files */
    bool positioned;
    bool notify_detach;        /* the server wants to hear of every close (record locks) */
    struct list events;        /* struct event_reg.of_desc */
    struct list bindings;      /* struct binding.of_desc */
    struct request *close_msg; /* kept ready so that a close can never fail; user schemes only */
};

struct fd_slot {
    struct desc *desc;
    u32 flags; /* RX_FD_CLOEXEC, RX_FD_CLOFORK */
};

#define FD_CHUNK 256u
struct fd_half {
    struct fd_slot *chunks[RX_FD_MAX / FD_CHUNK];
    u32 first_free; /* no free slot below */
    u32 end;        /* slots ever used */
};

/*
 * A process's table: the lower (POSIX) and the upper half. Owned by one process.
 *
 * One slot may be the spare (umk/abi/portal.h): whether its file is open is the process's to say.
 * The functions below look at that when they come to the slot: when the file is open, the spare
 * becomes a descriptor like any other; when it is not, the slot is as good as free to them, but
 * is not given away.
 */
struct fd_table {
    struct fd_half half[2];
    u32 open;                  /* slots in use, the spare's too */
    u32 limit;                 /* new descriptors of the lower half are below */
    struct spare *spare;       /* in the process's page; NULL: there is none */
    u64 spare_fd;              /* always in the lower half */
    u32 spare_serial;          /* counts them */
    struct request *spare_msg; /* tells the server that it is a spare no more */
};

/* A new description with one reference, and one on the scheme; NULL when the pool is used up. */
struct desc *desc_new(struct scheme *s, u64 number, u32 flags, void *priv);
void desc_get(struct desc *d);
void desc_put(struct desc *d);
/* Frees a description made for an open that failed: the scheme does not hear of it. */
void desc_discard(struct desc *d);

/* fd is a word; RX_FD_UPPER selects the upper half. NULL: not open. No reference is taken. */
struct desc *fd_lookup(struct fd_table *t, u64 fd);
struct fd_slot *fd_slot(const struct fd_table *t, u64 fd);
/* Puts d (taking over the caller's reference) into the lowest free slot at or above `from`.
 * Result: the fd, or -EMFILE (the reference stays with the caller), also at t->limit. */
i64 fd_install(struct fd_table *t, u64 from, struct desc *d, bool cloexec);
/* Puts d into exactly `fd`; what was there is taken out into *old (may be NULL). t->limit is the
 * caller's to look at. */
i64 fd_replace(struct fd_table *t, u64 fd, struct desc *d, bool cloexec, struct desc **old);
/* Takes the description out of the table, with its reference; NULL: not open. */
struct desc *fd_take(struct fd_table *t, u64 fd);
/* Copies all slots but those that are closed on fork into an empty table. */
i64 fd_copy_all(struct fd_table *to, struct fd_table *from);
/* Next open fd at or above fd, or RX_FD_NONE. Lower half first. */
u64 fd_next(struct fd_table *t, u64 fd);
/* Empties the slot of a spare whose file is not open; its description, with the reference. */
struct desc *fd_take_spare(struct fd_table *t);
void fd_table_free_chunks(struct fd_table *t);

/* Writes one directory entry. Result: its length, or -EINVAL when it does not fit. */
i64 dirent_put(u8 *buf, size_t room, u64 ino, u64 next, enum dirent_kind kind, const char *name,
               size_t name_len);

#endif
