/*
 * A channel: the shared memory between one client process and one server, over
 * which operations on open files go without the kernel.
 *
 *     0        struct channel_header
 *     2048     CHANNEL_SLOTS of struct channel_slot
 *     4096     one small buffer of CHANNEL_SMALL bytes per slot
 *     69632    CHANNEL_BIGS big buffers of CHANNEL_BIG bytes
 *
 * The client takes a free slot (which ones are free only it knows), fills the
 * request, sets the slot's state to PENDING, writes the slot's number into the
 * ring and publishes the new tail. The server answers in any order, by writing
 * the result and then the state. Both sides copy what they read and check the copy.
 *
 * Wake-ups. The server sets need_ring, executes a full barrier and looks at the
 * tail once more before it leaves the channel unwatched; the client publishes the
 * tail, executes a full barrier and rings its bell if need_ring is set. A client
 * thread that sleeps first sets SLOT_SLEEPING in the state word by
 * compare-and-swap and waits on that word; the server exchanges the word for DONE
 * and wakes it if the bit was set. tests/model proves that no wake-up is lost.
 */
#ifndef UMK_ABI_CHANNEL_H
#define UMK_ABI_CHANNEL_H

#include "umk/abi/types.h"
#include "umk/abi/scheme.h"

#define CHANNEL_SLOTS 16u
#define CHANNEL_RING 32u
#define CHANNEL_SMALL 4096u
#define CHANNEL_BIGS 4u
#define CHANNEL_BIG 65536u
#define CHANNEL_SLOT_OFFSET 2048u
#define CHANNEL_SMALL_OFFSET 4096u
#define CHANNEL_BIG_OFFSET (CHANNEL_SMALL_OFFSET + CHANNEL_SLOTS * CHANNEL_SMALL)
#define CHANNEL_SIZE (CHANNEL_BIG_OFFSET + CHANNEL_BIGS * CHANNEL_BIG)

struct channel_header {
    /* written by the client */
    _Alignas(64) u32 tail;
    u32 client_cpu; /* where the client ran when it last submitted: a hint for spinning */
    u32 cancels;    /* counts cancellations, so that the server looks at the slots' flags */
    /* written by the server */
    _Alignas(64) u32 need_ring;
    u32 server_cpu;
    u32 closed; /* the server serves this channel no more */
    u32 serial; /* the kernel's, written once: a number is given to another channel in time */
    /* written by the client */
    _Alignas(64) u32 ring[CHANNEL_RING];
};
ABI_OFFSET(struct channel_header, need_ring, 64);
ABI_OFFSET(struct channel_header, ring, 128);

/*
 * Over a channel go the operations on open files, and of those with a path OP_OPENAT (args[5]: the
 * handle of a spare whose file is not open, which becomes that of the file), OP_UNLINKAT and
 * OP_STATAT. OP_CLOSE closes the file of a spare.
 *
 * In a request over a channel args[0] is the handle, caller is unused, and a buffer is
 * args[1] = enum channel_buffer with its length in args[2]. args[5] of a read or write that is a
 * piece of a longer transfer names that transfer (not 0): after a piece that moved less than asked,
 * the server answers the following ones with 0.
 */
struct channel_slot {
    /* written by the client */
    _Alignas(64) struct sqe request;
    /* written by the server, but for the bits the client sets in state */
    _Alignas(64) u32 state;
    u32 pad;
    i64 result;
    /* written by the client */
    u32 cancel;
};
ABI_SIZE(struct channel_slot, 128);
ABI_OFFSET(struct channel_slot, state, 64);

enum channel_buffer {
    BUFFER_SMALL = 0, /* the slot's own */
    BUFFER_BIG = 1,   /* BUFFER_BIG + n: big buffer n */
};

/* Wait words: a portal's state and a slot's state share these bits. */
#define WAIT_FREE 0u
#define WAIT_PENDING 1u
#define WAIT_DONE 2u
#define WAIT_STATE 0xFFu
#define WAIT_SLEEPING 0x100u /* the waiter sleeps, or is about to: wake it */
#define WAIT_NUDGE 0x200u    /* set by the waiter's own signal handler: do not sleep */

/* A handle: index in the low half, generation in the high half. */
#define HANDLE_INDEX(h) ((h)&0xFFFFu)
#define HANDLE_GENERATION(h) ((h) >> 16)
#define HANDLE_MAX 4096u

#endif
