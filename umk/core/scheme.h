/*
 * Schemes, and requests to their servers.
 *
 * A scheme is served by the core itself (ops set) or by a process over a queue. A request
 * lives from its making until its end: posted, it waits for room in the queue (PENDING), is with
 * the server (SENT), and ends by done() exactly once - with the server's answer, or with an
 * error when the scheme dies. Its caller may leave before (ctx NULL).
 *
 *     NEW --request_post--> PENDING --room--> SENT --answer--> gone
 *                           PENDING --cancel, caller's death--> gone
 *                           PENDING, SENT --scheme_die--> gone
 */
#ifndef UMK_CORE_SCHEME_H
#define UMK_CORE_SCHEME_H

#include "umk/core/desc.h"

#define SCHEME_REQUESTS 1024u
#define MAX_FDS_IN_CALL 64u

enum request_state { REQ_NEW, REQ_PENDING, REQ_SENT };

struct binding;

struct request {
    struct list link; /* scheme.pending, while PENDING */
    struct scheme *scheme;
    struct context *ctx; /* who waits for it; NULL: nobody (any more) */
    enum request_state state;
    struct queue_entry entry;
    u32 in_len;    /* bytes of the caller's payload to pass */
    u32 in_off;    /* where they begin there */
    u32 out_max;   /* bytes the answer may bring back into the caller's payload */
    u32 out_fixed; /* a record of this size comes back when the answer is not an error */
    u8 *payload;   /* caller's payload alias; not used once ctx is NULL */
    i32 slot;      /* of the queue; -1: none */
    bool cancel_sent;
    bool oneway;
    struct request *cancel_msg; /* made with the request, so that a cancellation cannot fail */
    /* the end. fd: what RespondWithFd gave (with a reference, the callee's now), or NULL. */
    void (*done)(struct request *r, i64 result, struct desc *fd, u32 extra);
    struct desc *held[2]; /* targets; dropped at the end */
    struct desc *made;    /* the description an open or dup will give */
    struct desc **fds;    /* descriptors in flight: Sendfd, or what MoveFd attached */
    u32 nfds;
    u64 w[4];                /* the operation's own words */
    struct binding *binding; /* reserved for what an open or dup will give, or NULL */
};

struct scheme {
    struct list all;
    u32 id;
    u32 refs;
    const struct kscheme_ops *ops; /* served by the core */
    const char *name;              /* of kernel schemes, else "" until registered */
    char label[32];

    /* served by a process */
    struct process *owner;
    struct list of_owner;
    struct object *queue;
    struct queue_header *header;
    u32 sq_tail, cq_head; /* the core's own copies */
    u64 small_used[QUEUE_SMALLS / 64];
    u32 big_used;
    struct list pending;
    struct list ring;                      /* in core.to_ring, or alone */
    struct request *sent[SCHEME_REQUESTS]; /* by tag's low bits */
    u32 next_tag;
    u32 ntagged;
    struct list channels;   /* struct channel.of_scheme */
    struct list event_regs; /* struct event_reg.of_scheme */
    bool dead;
    bool corrupt; /* its owner is being killed for what it wrote into the queue */
};

void scheme_init_kernel(void);
struct scheme *scheme_new_kernel(const char *name, u32 id, const struct kscheme_ops *ops);
i64 scheme_new_user(struct process *owner, struct scheme **out);
void scheme_get(struct scheme *s);
void scheme_put(struct scheme *s);
/* The end of its service: every request ends with ENODEV, every channel closes. */
void scheme_die(struct scheme *s);
/* The queue's indices are nonsense: kills the owner, whose end ends the service. Nothing ends
 * before the machine reports that, since whoever looks at a queue may be in the middle of anything.
 */
void scheme_corrupt(struct scheme *s);
/* Rings the servers that something was published for since core_poll began. */
void scheme_ring_all(void);
/* Takes completions off the queue, at most those that are there at the start; true if there were
 * any. */
bool scheme_poll(struct scheme *s);

/* NULL: no memory. */
struct request *request_new(struct scheme *s, u8 opcode);
/* Frees one that was never posted. */
void request_free(struct request *r);
void request_post(struct request *r);
/* Sends what waits for room. */
void request_flush(struct scheme *s);
/* The server's answer to a request in state SENT. */
void request_end(struct request *r, i64 result, struct desc *fd, u32 extra);
/* ENODEV for one whose scheme is dead. */
void request_kill(struct request *r);
/* An array for MAX_FDS_IN_CALL descriptions; freeing drops the n references in it. */
struct desc **fd_array_new(void);
void fd_array_free(struct desc **fds, u32 n);
/* The caller was interrupted: takes it back, or asks the server to. */
void request_cancel(struct request *r);
/* The caller is gone for good. */
void request_abandon(struct request *r);
/* Makes, parks c on it, and posts: the common case of one request for one call. target's number is
 * args[0], credentials are filled in. */
struct request *request_for(struct context *c, struct desc *target, u8 opcode);
i64 request_go(struct request *r);
/* done() of requests whose result is the call's result. */
void request_reply(struct request *r, i64 result, struct desc *fd, u32 extra);

/* scheme_socket.c: the scheme manager's files */
extern const struct kscheme_ops scheme_socket_ops;
/* a file of the user scheme that a socket description serves */
struct scheme *scheme_of_socket(const struct desc *d);

#endif
