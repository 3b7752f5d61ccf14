/*
 * Channels and bindings: who shares memory with which scheme, and which open file a handle
 * stands for there.
 *
 * One channel per (client process, scheme). A binding (handle) belongs to one channel and one
 * description, and lives while the client's table holds that description. The server hears
 * of a binding before the client does, and of its end after the client can no longer use it.
 * A root is a binding to what a namespace has under a name; it lives as long as the client
 * keeps its namespace and the namespace the name.
 * Handles carry a generation: a stale one is refused by the server.
 */
#ifndef UMK_CORE_CHANNEL_H
#define UMK_CORE_CHANNEL_H

#include "umk/core/desc.h"

#include "umk/abi/channel.h"

#define BIND_CHUNK 256u

struct channel {
    struct list of_client, of_server, of_scheme;
    struct list client_numbers, server_numbers; /* see words.c */
    struct process *client, *server;
    struct scheme *scheme;
    struct object *object;
    struct channel_header *header; /* the kernel's alias of it */
    struct context *waiter[CHANNEL_SLOTS];
    u32 client_number, server_number;
    struct binding **chunks[HANDLE_MAX / BIND_CHUNK];
    u32 first_free;
    u32 nbindings;
    struct request *close_msg;
    bool open;
};

struct binding {
    struct list of_desc;
    struct channel *channel;
    struct desc *desc;
    struct binding **reserved; /* who reserved it and has not set it yet; NULL when set */
    u32 handle;
    u32 slots; /* descriptor slots of the client that hold the description */
    /* of a root: lets the client ask for paths in a scheme that its namespace names. It holds a
     * reference to desc, which is in no table of the client for its sake */
    bool root;
    struct list of_roots; /* struct process.roots */
};

/* The channel between p and d's scheme; made if `make`. NULL: there is none. */
struct channel *channel_for(struct process *p, struct scheme *s, bool make);
/* Reserves a handle for a description to come. *out must stay where it is until the binding is set
 * or given back: it becomes NULL when the channel ends first. -EMFILE, -ENOMEM. */
i64 binding_reserve(struct channel *ch, struct binding **out);
/* Gives back a reserved handle of which the server has not heard, or which it refused. */
void binding_unreserve(struct binding *b);
/* Gives back a handle that the server knows: it is told. Closes the channel when there is no
 * memory to tell it, since a handle that outlives its file could come to name another's. */
void binding_end(struct binding *b);
/* The reserved handle now stands for d. */
void binding_set(struct binding *b, struct desc *d);
/* As a reply word. */
u64 binding_word(const struct binding *b);
/* d got one more, or one fewer, slot in p's table. */
void binding_slot_added(struct process *p, struct desc *d);
void binding_slot_removed(struct process *p, struct desc *d);
/* The existing binding of d in p, or NULL; roots apart. */
struct binding *binding_find(struct process *p, struct desc *d);
struct binding *binding_find_root(struct process *p, struct desc *d);
/* The reserved handle now stands for d as a root. */
void binding_set_root(struct binding *b, struct desc *d);
/* Ends the roots of a process, whose namespace may be another from now on. */
void roots_end(struct process *p);
/* Ends the roots at d, which some namespace names no more. */
void roots_end_at(struct desc *d);
/* The client's channel of that number, or NULL. */
struct channel *channel_by_number(struct process *client, u64 number);
/* Ends a channel; the other side is told. */
void channel_close(struct channel *ch);
/* The server uses its end of a closed channel no more. */
void channel_drop(struct channel *ch);
/* All channels of a process, as client and as server. */
void channel_close_all(struct process *p);

#endif
