/*
 * Inside the scheme-server library.
 *
 *     scheme.c     schemes: creation, publishing, descriptors, open files
 *     request.c    a request's way: decode, run the handler, park, answer
 *     locks.c      record locks, by inode
 *     open.c       requests with a path
 *     spares.c     files that are opened and closed over a channel
 *     serve.c      where requests come from: the kernel's queue and the channels
 *     loop.c       the main loop: looking, spinning, sleeping; timers
 *     async.c      calls to other schemes from the loop
 *
 * All of it runs in one thread.
 */
#ifndef LIBREDOX_SCHEME_LIB_H
#define LIBREDOX_SCHEME_LIB_H

#include "redox/scheme.h"
#include "gate.h"
#include "thread.h"
#include "umk/abi/channel.h"

/* A spare's file is opened and closed by its client over a channel, until the kernel says
 * otherwise. */
enum spare_kind { SPARE_NOT, SPARE_EMPTY, SPARE_FILLED };

/* An open file. The kernel knows it by its number: index and generation. */
struct file {
    u64 id; /* the server's name for it */
    u32 index, generation;
    u32 flags; /* RX_O_* */
    enum spare_kind spare;
    bool positioned;
    bool detaches; /* a lock was set through it: the kernel is to tell who closes it */
    u64 offset;
    u64 broken_chain; /* the transfer of which a piece moved less than asked; 0: none */
    u64 broken_at;    /* where that piece begins: those before it count */
};

struct scheme {
    struct scheme *next;
    const struct scheme_ops *ops;
    void *state;
    u64 socket, root_fd;
    struct queue_header *q;
    u32 sq_head, cq_tail; /* private copies */
    struct file **files;
    u32 nfiles;
    u32 *free_files;
    u32 nfree;
    struct request *parked; /* all requests that wait, of any source */
    bool dead;
};

struct bound {
    u32 handle;
    bool root;  /* for requests with a path only */
    u64 number; /* of the file */
};

/* The server's end of a channel. */
struct server_channel {
    struct server_channel *next; /* of those that are closed */
    struct scheme *scheme;
    u32 number;
    u32 pid, uid, gid;
    u64 dev; /* st_dev of the scheme's files */
    struct channel_header *h;
    struct channel_slot *slots;
    u32 head; /* private copy of what was taken off the ring */
    u32 cancels;
    u32 busy;            /* bit per slot: its request is not answered yet */
    struct bound *bound; /* by index of the handle */
    u32 nbound;
    bool active;
    u32 idle_rounds;
};

enum park { PARK_NONE, PARK_RETRY, PARK_KEPT };

/* A request being worked on, or parked. */
struct request {
    struct request *next; /* free list, or scheme.parked */
    u64 name;             /* for handlers; carries a generation */
    struct scheme *scheme;
    struct sqe e;
    u32 uid, gid;
    u32 bind_channel, bind_handle;
    struct server_channel *ch; /* NULL: from the kernel's queue */
    u32 slot;
    u8 *buf; /* the payload, buf_len bytes of it valid */
    u32 buf_len;
    u64 file; /* number */
    enum park park;
    u64 position; /* where a parked read or write at the current position began */
    bool moved;   /* it did, and has moved the position on by all of its length */
    bool orphan;  /* its channel is gone: the answer goes nowhere */
};

struct file *file_new(struct scheme *s, u64 id, u32 flags, bool positioned);
/* What an open file may be used for, of the flags that it was opened with. */
u32 file_flags(u32 asked);
/* NULL: there is none of that number, or it is a spare's that is not open. */
struct file *file_by_number(struct scheme *s, u64 number);
/* The same, with spares that are not open. */
struct file *file_or_spare(struct scheme *s, u64 number);
void file_drop(struct scheme *s, u64 number);
static inline u64 file_number(const struct file *f)
{
    return f->index | (u64)f->generation << 32;
}

struct request *request_take(struct scheme *s);
/* Gives back one that was taken and not run. */
void request_give_back(struct request *r);
void request_run(struct request *r);
/* kind: enum cqe_opcode; extra: NEWFD_* of an open. r is gone afterwards. */
void request_answer(struct request *r, i64 result, u32 kind, u32 extra);
void request_park(struct request *r, enum park how);
/* The status of the server's file id, to out. */
i64 request_stat(struct request *r, struct scheme_ctx *c, u64 id, u8 *out);

/* open.c: OP_OPENAT, OP_DUP; they answer. path: r->buf_len bytes. */
void open_run(struct request *r, struct scheme_ctx *c, struct file *dir, const u8 *path);
void open_dup(struct request *r, struct scheme_ctx *c, const struct file *f);
i64 open_unlinkat(struct request *r, struct scheme_ctx *c, const struct file *f, const u8 *path);
/* A request with a path that came over a channel. Answers. */
void open_over_channel(struct request *r, struct file *f, struct scheme_ctx *c);
void request_cancel(struct scheme *s, const struct server_channel *ch, u32 tag);
void request_orphan(struct server_channel *ch);
void request_fail_file(struct scheme *s, u64 number);
/* The file's last user has closed it: its requests and locks go, and the server hears of it. */
void file_end(struct scheme *s, struct file *f);

/*
 * STD_LOCK, STD_UNLOCK and STD_GETLOCK on file f for process pid; args are the request's, buf its
 * payload. Results as of the call.
 */
i64 locks_call(struct scheme_ctx *c, struct file *f, const u64 args[6], void *buf, size_t len);
/*
 * Whether a STD_LOCK has to come by the kernel: the first lock of a process on a file, because it
 * is the answer to it from which on the kernel tells who closes the file.
 */
bool locks_kernel_first(const struct file *f, const u64 args[6]);
/* The process has closed a descriptor of the file: its own locks on the inode go. */
void locks_detached(struct scheme *s, const struct file *f, u32 pid);
/* The file is closed for good: its locks go. */
void locks_closed(struct scheme *s, const struct file *f);

extern struct scheme *all_schemes;
/* True if there was anything. */
bool serve_queue(struct scheme *s);
bool serve_channels(void);
void serve_mark_active(u32 number);
/* Before sleep: asks to be rung, and looks once more. True: there is work. */
bool serve_arm(void);
void serve_disarm(void);
/* The last client ran on another CPU: its next request may come while this one looks. */
bool serve_worth_spinning(void);
/* The last client ran where this server runs. */
bool serve_shares_cpu(void);
/* Publishes the answer in a channel's slot and wakes its sleeper. */
void serve_answer_slot(struct server_channel *ch, u32 slot, i64 result, bool positioned);
void serve_answer_queue(struct scheme *s, u32 kind, u32 tag, u64 result, u32 extra);
void serve_bind(struct scheme *s, u32 channel, u32 handle, u64 number, bool root);
/* Whether a request of a channel carries a path. */
bool serve_has_path(u8 op);
/* The file behind a handle. */
bool serve_file_of_handle(const struct server_channel *ch, u32 handle, u64 *number);

/* spares.c */
/* OP_SPARE: makes the file, bound as r says. Its number, or an errno. */
i64 spare_make(struct request *r);
/* OP_OPENAT over a channel: the empty spare that r wants to fill, or NULL. */
struct file *spare_to_fill(const struct request *r);
/* The open file id is the spare's from now on, and r's. */
void spare_fill(struct request *r, struct file *f, u64 id, u32 flags, bool positioned);
/* OP_CLOSE over a channel. EINVAL: f is the kernel's to close. */
i64 spare_empty(struct scheme *s, struct file *f);
/* OP_SPARE_END. */
void spare_settled(struct scheme *s, u64 number);

bool async_poll(void);
bool async_ready(void);
u32 async_busy(void);

#endif
