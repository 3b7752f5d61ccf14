/*
 * The scheme-server library. A server fills a struct scheme_ops with the operations
 * it offers, registers, and runs the loop; the library decodes requests from the kernel's
 * queue and from channels alike, keeps the offset of every open file, parks what would
 * block, and answers.
 *
 * A server is one thread. Handlers run in that thread, one at a time, and must not block:
 * no calls into another server's scheme (kernel schemes answer at once and are fine); use
 * rx_async for those. Buffers belong to the handler until it returns, or, for a request it
 * parked, until it is answered.
 */
#ifndef REDOX_SCHEME_H
#define REDOX_SCHEME_H

#include "redox/rt.h"
#include "umk/abi/scheme.h"

struct scheme;

/* Who asks. For requests over a channel these are the client process's, as the kernel told. */
struct scheme_ctx {
    struct scheme *scheme;
    u64 request; /* names the request: for scheme_park and scheme_answer */
    u32 pid;
    u32 uid;
    u32 gid;
    u32 open_flags; /* flags of the open file: access mode, append, non-blocking */
    bool nonblock;  /* the request must not wait: answer -EAGAIN */
    u64 library;    /* the library's own */
};

/* A handler's result for "answer later": the request is retried when scheme_wake is called for
 * its file, unless it is non-blocking, in which case the library answers -EAGAIN. Not for dup and
 * descriptors. */
#define SCHEME_RETRY (-RX_EWOULDBLOCK)
/* A handler's result for "I keep the request and will call scheme_answer" (later, not before it
 * returns). Not for open and dup. */
#define SCHEME_PARKED (-4094)

/* What open and dup give. */
enum open_kind {
    OPEN_THIS_SCHEME = 0, /* id, flags */
    OPEN_OTHER_SCHEME,    /* fd: a descriptor of the server's, which is handed over (consumed) */
};
struct open_result {
    enum open_kind kind;
    u32 flags; /* NEWFD_POSITIONED: the file has a position, kept by the library */
    u64 id;    /* the server's name for the open file; comes back as `id` below */
    u64 fd;
};

/* Filled by getdents; dirent_add returns false when the entry does not fit. */
struct dirent_builder {
    u8 *buf;
    size_t len, used;
};
bool dirent_add(struct dirent_builder *b, u64 ino, u64 next, enum dirent_kind kind,
                const char *name, size_t name_len);

/*
 * The operations. A NULL entry gives the default in brackets. Results are values or negative
 * errno. `id` is what open or dup gave, or the root's id.
 */
struct scheme_ops {
    /* [EOPNOTSUPP] path is not NUL-terminated and relative to dir */
    i64 (*openat)(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                  u32 fcntl_flags, struct open_result *out);
    i64 (*unlinkat)(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags);
    i64 (*dup)(struct scheme_ctx *c, u64 id, const void *buf, size_t len, struct open_result *out);
    /* [EBADF] offset is OFFSET_CURRENT for files without a position */
    i64 (*read)(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset);
    /* [EBADF] with O_APPEND the library passes the size from fsize as offset */
    i64 (*write)(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset);
    i64 (*fsize)(struct scheme_ctx *c, u64 id);                                 /* [ESPIPE] */
    i64 (*fchmod)(struct scheme_ctx *c, u64 id, u32 mode);                      /* [EOPNOTSUPP] */
    i64 (*fchown)(struct scheme_ctx *c, u64 id, u32 uid, u32 gid);              /* [EOPNOTSUPP] */
    i64 (*fcntl)(struct scheme_ctx *c, u64 id, u64 cmd, u64 arg);               /* [0] */
    i64 (*fevent)(struct scheme_ctx *c, u64 id, u32 mask);                      /* [0] ready mask */
    i64 (*flink)(struct scheme_ctx *c, u64 id, const char *path, size_t len);   /* [EOPNOTSUPP] */
    i64 (*frename)(struct scheme_ctx *c, u64 id, const char *path, size_t len); /* [EOPNOTSUPP] */
    i64 (*fpath)(struct scheme_ctx *c, u64 id, char *buf, size_t len);    /* [EOPNOTSUPP] bytes */
    i64 (*fstat)(struct scheme_ctx *c, u64 id, struct rx_stat *st);       /* [EOPNOTSUPP] */
    i64 (*fstatvfs)(struct scheme_ctx *c, u64 id, struct rx_statvfs *st); /* [EOPNOTSUPP] */
    i64 (*fsync)(struct scheme_ctx *c, u64 id);                           /* [0] */
    i64 (*ftruncate)(struct scheme_ctx *c, u64 id, u64 len);              /* [EBADF] */
    i64 (*futimens)(struct scheme_ctx *c, u64 id, const struct rx_timespec times[2]); /* [EBADF] */
    /* [ENOTDIR] start: 0 or the `next` of the last entry received */
    i64 (*getdents)(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start);
    i64 (*relpathat)(struct scheme_ctx *c, u64 dir, u64 id, char *buf,
                     size_t len); /* [EOPNOTSUPP] */
    i64 (*call)(struct scheme_ctx *c, u64 id, void *payload, size_t len, const u64 meta[3]);
    /* [EOPNOTSUPP] address of memory of the server that holds the range; it must lie in a mapping
     * of a memory object (scheme_object_alloc) and stay until munmap */
    i64 (*mmap_prep)(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags);
    i64 (*munmap)(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags);
    /* descriptors sent to a file: n of them, taken with scheme_obtain_fds [EOPNOTSUPP] */
    i64 (*on_sendfd)(struct scheme_ctx *c, u64 id, size_t n, u64 meta);
    /* descriptors asked of a file: give them with scheme_move_fds, return 0 [EOPNOTSUPP] */
    i64 (*on_recvfd)(struct scheme_ctx *c, u64 id, size_t n, u64 meta);
    u64 (*inode)(struct scheme_ctx *c, u64 id); /* for record locks; NULL: locks EOPNOTSUPP */
    void (*on_close)(struct scheme *s, u64 id); /* last reference gone */
    void (*on_detach)(struct scheme *s, u64 id, u32 pid);
    /* a parked request (SCHEME_PARKED) is cancelled: answer it (ECANCELED) now or later. Its buffer
     * must not be touched any more: the client may be gone, and its memory with it */
    void (*on_cancel)(struct scheme *s, u64 request);
};

/*
 * Makes a scheme and its root (with id root_id), not yet published. state is the server's own,
 * returned by scheme_state. Several schemes may live in one process and one loop.
 */
i64 scheme_create(const struct scheme_ops *ops, void *state, u64 root_id, struct scheme **out);
void *scheme_state(struct scheme *s);
/* Publishes it: to init when INIT_NOTIFY names a pipe (the cap goes there), else under `name` in
 * the current namespace. */
i64 scheme_publish(struct scheme *s, const char *name);
/* Registers under `name` in the current namespace, whatever INIT_NOTIFY says. */
i64 scheme_register(struct scheme *s, const char *name);
/* A new descriptor (in the server's own table) of this scheme on file `id`. */
i64 scheme_make_fd(struct scheme *s, u64 id, u32 open_flags, u32 newfd_flags);
/* For a daemon that published everything by itself: one zero byte to INIT_NOTIFY. */
void scheme_notify_ready(void);

/* A server's own work, beside requests: the loop calls poll in each of its turns, after the
 * requests that it found, and sleeps only when poll says that there was nothing to do. What makes
 * new work must wake the loop (a driver of the host: rx_outside_watch). One for each program. */
void scheme_poll(bool (*poll)(void *arg), void *arg);

/* Around calls from the loop that wait for another server: the caller answers for it that that one
 * never waits for this one. Debug builds end a server that waits without having said so. */
void scheme_waits(bool waiting);

/* Serves until there is nothing left to serve. */
_Noreturn void scheme_run(void);

/* Answers a request whose handler returned SCHEME_PARKED. */
void scheme_answer(struct scheme *s, u64 request, i64 result);
/* Tries again the requests on file id that returned SCHEME_RETRY. */
void scheme_wake(struct scheme *s, u64 id);
/* Tries again all of them. */
void scheme_wake_all(struct scheme *s);
/* Tells everybody who registered for events on file id. */
void scheme_post_event(struct scheme *s, u64 id, u32 flags);
i64 scheme_obtain_fds(struct scheme_ctx *c, u64 *fds, size_t n);
i64 scheme_move_fds(struct scheme_ctx *c, const u64 *fds, size_t n);

/* memcpy into the buffer of a read, by the way that is best for where the client runs. */
void scheme_copy(void *to, const void *from, size_t len);

/* A shared memory object mapped into the server, page-aligned, zeroed: for mmap_prep. */
i64 scheme_object_alloc(size_t len, void **out);
i64 scheme_object_free(void *p, size_t len);
/* The same as a descriptor (close-on-exec) with its mapping: to be filled and then given away, as
 * the image of rx_spawn for example. */
i64 scheme_object_fd(size_t len, void **out);
/* At most 32 unguessable bytes: the processor's, or (for root) the kernel's. */
i64 rx_entropy(void *buf, size_t len);
/* For a loop without a scheme (init): what rx_async_* and rx_timer need; scheme_create does it too.
 */
i64 scheme_loop_init(void);

/*
 * Calls to other schemes from the loop. The call runs in the background; done is called from the
 * loop with the result (and, for a read, the data, which is gone when done returns).
 */
typedef void rx_async_done(void *arg, i64 result, const void *data, const u64 ret[4]);
i64 rx_async_read(u64 fd, size_t len, rx_async_done *done, void *arg);
i64 rx_async_write(u64 fd, const void *buf, size_t len, rx_async_done *done, void *arg);
/* Any call; the payload is copied. Cancelled with rx_async_cancel(the result). */
i64 rx_async_call(u32 op, const u64 args[6], const void *in, size_t in_len, size_t out_len,
                  rx_async_done *done, void *arg);
i64 rx_async_cancel(i64 handle);
/* Waits until at least one call was done (and `done` of it called); one must be under way. Requests
 * stay where they are meanwhile. */
void rx_async_wait(void);
/* Calls fn from the loop once, at or after the monotonic time given. Result: handle to cancel. */
i64 rx_timer(u64 at_ns, void (*fn)(void *arg), void *arg);
void rx_timer_cancel(i64 handle);

#endif
