/*
 * The client side of channels: which descriptors are bound to which channel, and operations over
 * them. What is in use - slots, big buffers, the ring's tail - is known from private memory only;
 * of what the server writes, every value is read once and checked.
 *
 * A descriptor is bound after BIND_AFTER operations went through the kernel, so that short-lived
 * use costs no channel. Descriptors past the tables' size always go through the kernel.
 */
#include "gate.h"
#include "thread.h"
#include <string.h>

#define BIND_AFTER 3u
#define NEVER 0xFFu
#define REFUSALS_MAX 8u
#define LOWER_FDS 1024u
#define UPPER_FDS 64u
/* How many looks before a thread sleeps, when its server runs on another CPU: some 20 us. */
#define SPIN_LOOKS 600u
/* A long transfer goes in pieces, this many under way at once: small enough that one side copies
 * while the other does, large enough that a piece's own cost does not show. */
#define IN_FLIGHT CHANNEL_BIGS
#define PIECE 32768u

/* Threads share these; but for binding they are hints, and which of two writes wins is the same. */
struct shadow {
    u64 binding; /* + 1; 0: none */
    u8 uses;     /* operations through the kernel so far; NEVER: it refused to bind */
    u8 refusals; /* how often the kernel has said "perhaps later" */
    bool positioned;
};

struct chan {
    struct channel_header *h;
    u32 serial; /* of the channel that has the number */
    struct channel_slot *slots;
    u32 lock; /* the ring's tail */
    u32 tail; /* private copy */
    u32 slots_used;
    u32 bigs_used;
};

static struct shadow lower[LOWER_FDS], upper[UPPER_FDS];
static struct chan chans[CLIENT_CHANNELS_MAX];

static struct shadow *shadow_of(u64 fd)
{
    u64 i = fd & ~RX_FD_UPPER;

    if (fd & RX_FD_UPPER)
        return i < UPPER_FDS ? &upper[i] : NULL;
    return i < LOWER_FDS ? &lower[i] : NULL;
}

/* The channel of this number is used from now on, and may be another than before. */
static void meet(u32 n, struct channel_header *h)
{
    static u32 lock;
    u32 serial = __atomic_load_n(&h->serial, __ATOMIC_RELAXED);

    gate_lock(&lock);
    if (chans[n].h && chans[n].serial != serial)
        chan_reset(n);
    if (!chans[n].h) {
        chans[n].slots = (struct channel_slot *)((u8 *)h + CHANNEL_SLOT_OFFSET);
        chans[n].tail = RING_INDEX_START;
        chans[n].serial = serial;
        /* pairs: other threads reach the channel through a binding stored after it */
        __atomic_store_n(&chans[n].h, h, __ATOMIC_RELEASE);
    }
    gate_unlock(&lock);
}

bool chan_attach(u64 binding)
{
    u32 n = BINDING_CHANNEL(binding);
    u64 base = gate_page->window_base ? gate_page->window_base : WINDOW_DEFAULT;

    if (n >= CLIENT_CHANNELS_MAX)
        return false;
    meet(n, (struct channel_header *)(base + WINDOW_CLIENT_CHANNELS + n * WINDOW_CHANNEL_SPAN));
    return true;
}

static void set_binding(struct shadow *s, u64 binding)
{
    if (pipe_is_binding(binding))
        pipe_attach(binding);
    else if (binding != BINDING_NONE && !chan_attach(binding))
        return;
    __atomic_store_n(&s->positioned, false, __ATOMIC_RELAXED);
    /* pairs: the acquire load in binding_of, of a channel that is ready */
    __atomic_store_n(&s->binding, binding == BINDING_NONE ? 0 : binding + 1, __ATOMIC_RELEASE);
}

/* The server serves it no more; its number may stand for another one by now. */
static bool ended(const struct chan *ch)
{
    return __atomic_load_n(&ch->h->closed, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&ch->h->serial, __ATOMIC_RELAXED) != ch->serial;
}

void chan_note(u64 fd, u64 binding)
{
    struct shadow *s = shadow_of(fd);

    if (!s)
        return;
    __atomic_store_n(&s->uses, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&s->refusals, 0, __ATOMIC_RELAXED);
    set_binding(s, binding);
}

bool chan_bound(u64 fd)
{
    const struct shadow *s = shadow_of(fd);
    u64 b = s ? __atomic_load_n(&s->binding, __ATOMIC_ACQUIRE) : 0;

    /* the entry of a channel that is closed may be old: the kernel says what it is worth */
    return b && !pipe_is_binding(b - 1) && !ended(&chans[BINDING_CHANNEL(b - 1)]);
}

void chan_forget_all(void)
{
    roots_forget(BINDING_NONE);
    memset(lower, 0, sizeof(lower));
    memset(upper, 0, sizeof(upper));
    memset(chans, 0, sizeof(chans));
}

static void unbind_all(struct shadow *s, u32 n, u32 number)
{
    for (u32 i = 0; i < n; i++) {
        u64 b = __atomic_load_n(&s[i].binding, __ATOMIC_RELAXED);

        if (b && BINDING_CHANNEL(b - 1) == number)
            __atomic_store_n(&s[i].binding, 0, __ATOMIC_RELAXED);
    }
}

/* Descriptors of a dead server's may still be bound to the channel that had the number before. */
void chan_reset(u32 number)
{
    if (number >= CLIENT_CHANNELS_MAX)
        return;
    roots_forget(number);
    unbind_all(lower, LOWER_FDS, number);
    unbind_all(upper, UPPER_FDS, number);
    memset(&chans[number], 0, sizeof(chans[number]));
}

/* The descriptor's binding, made now if it is used often enough; BINDING_NONE otherwise. */
static u64 binding_of(u64 fd, struct shadow *s)
{
    u64 b = __atomic_load_n(&s->binding, __ATOMIC_ACQUIRE);
    u8 uses = __atomic_load_n(&s->uses, __ATOMIC_RELAXED);
    u64 ret[4];
    i64 r;

    if (b)
        return b - 1;
    if (uses == NEVER)
        return BINDING_NONE;
    __atomic_store_n(&s->uses, ++uses, __ATOMIC_RELAXED);
    if (uses < BIND_AFTER)
        return BINDING_NONE;
    r = gate_call(UMK_BIND, GATE_ARGS(fd), NULL, ret);
    if (r == -EAGAIN && __atomic_load_n(&s->refusals, __ATOMIC_RELAXED) < REFUSALS_MAX) {
        __atomic_store_n(&s->refusals, s->refusals + 1, __ATOMIC_RELAXED);
        __atomic_store_n(&s->uses, 0, __ATOMIC_RELAXED);
        return BINDING_NONE;
    }
    if (r < 0 || ret[0] == BINDING_NONE) {
        __atomic_store_n(&s->uses, NEVER, __ATOMIC_RELAXED);
        return BINDING_NONE;
    }
    set_binding(s, ret[0]);
    return ret[0];
}

/* Slots and buffers */

/* The lowest free bit of a word, taken; -1: all are used. */
static i32 bit_take(u32 *word, u32 n)
{
    u32 w = __atomic_load_n(word, __ATOMIC_RELAXED);

    for (;;) {
        u32 bit = (u32)__builtin_ctz(~w | 1u << 31);

        if (bit >= n)
            return -1;
        if (__atomic_compare_exchange_n(word, &w, w | 1u << bit, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED))
            return (i32)bit;
    }
}

static void bit_release(u32 *word, i32 bit)
{
    if (bit >= 0)
        __atomic_fetch_and(word, ~(1u << bit), __ATOMIC_RELEASE);
}

/* One request */

struct flight {
    i32 slot, big;
    u32 len;
    bool rung;      /* the server had to be rung */
    bool cancelled; /* the server was asked to give it up */
    bool hung_up;   /* the server is gone, and no answer came */
    u8 *buf;
};

static bool flight_take(struct chan *ch, struct flight *f, size_t len)
{
    *f = (struct flight){.big = -1, .len = (u32)len};
    f->slot = bit_take(&ch->slots_used, CHANNEL_SLOTS);
    if (f->slot < 0)
        return false;
    f->buf = (u8 *)ch->h + CHANNEL_SMALL_OFFSET + (u32)f->slot * CHANNEL_SMALL;
    if (len <= CHANNEL_SMALL)
        return true;
    f->big = bit_take(&ch->bigs_used, CHANNEL_BIGS);
    if (f->big < 0) {
        bit_release(&ch->slots_used, f->slot);
        return false;
    }
    f->buf = (u8 *)ch->h + CHANNEL_BIG_OFFSET + (u32)f->big * CHANNEL_BIG;
    return true;
}

static void flight_release(struct chan *ch, struct flight *f)
{
    bit_release(&ch->bigs_used, f->big);
    bit_release(&ch->slots_used, f->slot);
}

/* True when the server had to be rung: it sleeps, and looking for its answer is in vain. */
static bool submit(struct chan *ch, u32 number, const struct flight *f, u32 handle, u32 op,
                   const u64 args[6])
{
    struct channel_slot *s = &ch->slots[f->slot];
    struct sqe *r = &s->request;

    r->opcode = (u8)op;
    r->flags = 0;
    r->tag = (u32)f->slot;
    r->args[0] = handle;
    if (op == OP_LSEEK) {
        r->args[1] = args[1];
        r->args[2] = args[2];
    } else {
        r->args[1] = f->big < 0 ? BUFFER_SMALL : BUFFER_BIG + (u32)f->big;
        r->args[2] = f->len;
    }
    r->args[3] = args[3];
    r->args[4] = args[4];
    r->args[5] = args[5];
    s->cancel = 0;
    __atomic_store_n(&s->state, WAIT_PENDING, __ATOMIC_RELAXED);
    if (gate_threaded)
        gate_lock(&ch->lock);
    ch->h->ring[ch->tail % CHANNEL_RING] = (u32)f->slot;
    __atomic_store_n(&ch->h->client_cpu, gate_cpu_hint(), __ATOMIC_RELAXED);
    ch->tail++;
    /* pairs: the server's acquire load of tail */
    __atomic_store_n(&ch->h->tail, ch->tail, __ATOMIC_RELEASE);
    if (gate_threaded)
        gate_unlock(&ch->lock);
    /* pairs: the server's fence between setting need_ring and looking at tail */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&ch->h->need_ring, __ATOMIC_RELAXED))
        return false;
    machine_ring_server(number);
    return true;
}

static bool is_done(u32 state)
{
    return (state & WAIT_STATE) == WAIT_DONE;
}

static void cancel_request(struct chan *ch, u32 number, struct channel_slot *s)
{
    __atomic_store_n(&s->cancel, 1, __ATOMIC_RELEASE);
    /* pairs: the server compares cancels with its own count when it looks at the channel */
    __atomic_fetch_add(&ch->h->cancels, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&ch->h->need_ring, __ATOMIC_RELAXED))
        machine_ring_server(number);
}

static void spin(const struct chan *ch, const u32 *state)
{
    if (gate_page->gated ||
        __atomic_load_n(&ch->h->server_cpu, __ATOMIC_RELAXED) == gate_cpu_hint())
        return;
    for (u32 i = 0; i < SPIN_LOOKS; i++) {
        if (is_done(__atomic_load_n(state, __ATOMIC_RELAXED)))
            return;
        cpu_relax();
    }
}

/* Sleeps until the answer is there. A signal that may be delivered asks the server, once, to give
 * the request up; the answer is waited for all the same. */
static void await(struct chan *ch, u32 number, struct flight *f)
{
    struct gate_thread *t = gate_self();
    struct channel_slot *slot = &ch->slots[f->slot];

    if (!f->rung)
        spin(ch, &slot->state);
    t->wait_word = &slot->state;
    for (;;) {
        /* pairs: the server's release of state after the result */
        u32 s = __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE);

        if (is_done(s))
            break;
        if (!f->cancelled && rx_signal_deliverable()) {
            cancel_request(ch, number, slot);
            f->cancelled = true;
        }
        if (s & WAIT_NUDGE) {
            __atomic_fetch_and(&slot->state, ~WAIT_NUDGE, __ATOMIC_SEQ_CST);
            continue;
        }
        if (!(s & WAIT_SLEEPING) &&
            !__atomic_compare_exchange_n(&slot->state, &s, s | WAIT_SLEEPING, false,
                                         __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
            continue;
        /* pairs: the kernel sets closed before it answers the slots of a dead server */
        if (__atomic_load_n(&ch->h->closed, __ATOMIC_SEQ_CST) &&
            !is_done(__atomic_load_n(&slot->state, __ATOMIC_ACQUIRE))) {
            f->hung_up = true;
            break;
        }
        machine_sleep(&slot->state, s | WAIT_SLEEPING);
    }
    t->wait_word = NULL;
}

/*
 * The answer to a request of f->len bytes, as far as it can be believed. A count of bytes is at
 * most f->len. A request given up though nobody asked for it, by a server that lost the file or
 * has to hear a first lock from the kernel, is the kernel's to repeat.
 */
static i64 answer(const struct chan *ch, const struct flight *f, bool counts, bool *positioned)
{
    const struct channel_slot *s = &ch->slots[f->slot];
    i64 r = f->hung_up ? -ENODEV : __atomic_load_n(&s->result, __ATOMIC_RELAXED);

    *positioned = __atomic_load_n(&s->pad, __ATOMIC_RELAXED) & NEWFD_POSITIONED;
    if (r == -ECANCELED || r == -EINTR)
        return f->cancelled ? -EINTR : -ENOTCONN;
    if (r < 0)
        return r < -RX_ERRNO_MAX ? -EIO : r == -RX_EWOULDBLOCK ? -EAGAIN : r;
    return counts && (u64)r > f->len ? -EIO : r;
}

/* Transfers */

struct transfer {
    struct chan *ch;
    u32 number, handle, op;
    u64 args[6];
    const u8 *in;
    u8 *out;
    size_t len;
    size_t record; /* fixed: this much comes back */
    bool fixed;    /* out is a record: all of it comes back */
    bool counts;   /* the result is a number of bytes of the buffer */
};

/* *positioned stays what it was when nothing was sent. */
static i64 single(struct transfer *x, size_t len, bool *positioned)
{
    struct flight f;
    i64 r;

    if (!flight_take(x->ch, &f, len))
        return -ENOTCONN;
    if (x->in && len)
        memcpy(f.buf, x->in, len);
    f.rung = submit(x->ch, x->number, &f, x->handle, x->op, x->args);
    await(x->ch, x->number, &f);
    r = answer(x->ch, &f, x->counts, positioned);
    if (r >= 0 && x->out)
        memcpy(x->out, f.buf, x->fixed ? x->record : (size_t)r);
    flight_release(x->ch, &f);
    return r;
}

/* A name for the pieces of one transfer, so that the server moves nothing for those that come after
 * a short one. Not 0. */
static u64 chain_name(void)
{
    static u32 last;

    return (u64)gate_page->pid << 32 | (__atomic_add_fetch(&last, 1, __ATOMIC_RELAXED) | 1u << 31);
}

/*
 * A long read or write of a file with a position: several requests under way at once, so that the
 * server copies one piece while this side copies another. Pieces are taken in order; after a
 * short one the server moves nothing for the rest, so that nothing is out of place.
 */
static i64 pipelined(struct transfer *x)
{
    struct flight f[IN_FLIGHT];
    bool at_position = x->args[3] == OFFSET_CURRENT, stop = false, positioned;
    size_t sent = 0, done = 0;
    u32 first = 0, count = 0;
    i64 err = 0;

    x->args[5] = chain_name();
    for (;;) {
        while (!stop && count < IN_FLIGHT && sent < x->len) {
            struct flight *n = &f[(first + count) % IN_FLIGHT];
            size_t len = x->len - sent < PIECE ? x->len - sent : PIECE;

            if (!flight_take(x->ch, n, len)) {
                /* other threads hold the big buffers: a transfer goes on in small ones */
                len = len < CHANNEL_SMALL ? len : CHANNEL_SMALL;
                if (count > 0 || !flight_take(x->ch, n, len))
                    break;
            }
            if (x->in)
                memcpy(n->buf, x->in + sent, len);
            n->rung = submit(x->ch, x->number, n, x->handle, x->op, x->args);
            if (!at_position)
                x->args[3] += len;
            sent += len;
            count++;
        }
        if (count == 0)
            break;
        await(x->ch, x->number, &f[first]);
        i64 r = answer(x->ch, &f[first], true, &positioned);
        if (r < 0 && !stop)
            err = r;
        if (r > 0 && !stop) {
            if (x->out)
                memcpy(x->out + done, f[first].buf, (size_t)r);
            done += (size_t)r;
        }
        stop |= r < (i64)f[first].len;
        flight_release(x->ch, &f[first]);
        first = (first + 1) % IN_FLIGHT;
        count--;
    }
    if (done)
        return (i64)done;
    return sent == 0 && !err ? -ENOTCONN : err;
}

static bool fixed_reply(u32 op, const u64 args[6])
{
    if (op == OP_STD_FS_CALL)
        return (args[3] & 0xFF) != STD_GETDENTS && (args[3] & 0xFF) != STD_RELPATHAT;
    return op == OP_FSTAT || op == OP_FSTATVFS || op == OP_CALL;
}

/* Reads and writes of a pipe that has a ring; everything else is the kernel's. */
static i64 pipe_call(struct shadow *s, u64 binding, u32 op, const u64 args[6], const u8 *in,
                     u8 *out, size_t len)
{
    i64 r;

    if ((op != OP_READ && op != OP_WRITE) || args[3] != OFFSET_CURRENT || args[4] != UINT64_MAX)
        return -ENOTCONN;
    r = pipe_transfer(binding, in, out, len);
    if (r == -ENOTCONN) {
        set_binding(s, BINDING_NONE);
        __atomic_store_n(&s->uses, NEVER, __ATOMIC_RELAXED);
    }
    return r;
}

/* An answer that leaves the matter to the kernel, which knows better what has become of the file.
 */
static bool is_for_kernel(const struct chan *ch, i64 r)
{
    return r == -EBADF || (r == -ENODEV && ended(ch));
}

i64 chan_call(u64 fd, u32 op, const u64 args[6], const void *in, void *out, size_t len)
{
    struct shadow *s = shadow_of(fd);
    u64 b = s ? binding_of(fd, s) : BINDING_NONE;
    struct gate_thread *t = gate_self();
    struct transfer x = {.op = op, .in = in, .out = out, .len = len, .record = len};
    i64 r;

    if (pipe_is_binding(b))
        return pipe_call(s, b, op, args, in, out, len);
    if (b == BINDING_NONE || BINDING_CHANNEL(b) >= CLIENT_CHANNELS_MAX)
        return -ENOTCONN;
    x.number = BINDING_CHANNEL(b);
    x.handle = BINDING_HANDLE(b);
    x.ch = &chans[x.number];
    x.fixed = fixed_reply(op, args);
    x.counts = op == OP_READ || op == OP_WRITE || (out && !x.fixed);
    memcpy(x.args, args, sizeof(x.args));
    if (ended(x.ch)) {
        set_binding(s, BINDING_NONE);
        return -ENOTCONN;
    }
    gate_check_channel();
    gate_enter(t);
    if (len > CHANNEL_BIG && __atomic_load_n(&s->positioned, __ATOMIC_RELAXED) &&
        (op == OP_READ || op == OP_WRITE))
        r = pipelined(&x);
    else if (len > CHANNEL_BIG && op != OP_READ && op != OP_WRITE)
        r = -ENOTCONN;
    else {
        bool positioned = __atomic_load_n(&s->positioned, __ATOMIC_RELAXED);

        r = single(&x, len < CHANNEL_BIG ? len : CHANNEL_BIG, &positioned);
        __atomic_store_n(&s->positioned, positioned, __ATOMIC_RELAXED);
    }
    bool stop = gate_leave(t);
    if (is_for_kernel(x.ch, r)) {
        set_binding(s, BINDING_NONE);
        return -ENOTCONN;
    }
    if (r == -EINTR && !stop)
        return chan_call(fd, op, args, in, out, len);
    return r;
}

u64 chan_binding(u64 fd)
{
    struct shadow *s = shadow_of(fd);
    u64 b = s ? binding_of(fd, s) : BINDING_NONE;

    if (b == BINDING_NONE || BINDING_CHANNEL(b) >= CLIENT_CHANNELS_MAX)
        return BINDING_NONE;
    if (ended(&chans[BINDING_CHANNEL(b)])) {
        set_binding(s, BINDING_NONE);
        return BINDING_NONE;
    }
    return b;
}

void chan_note_opened(u64 fd, u64 binding, bool positioned)
{
    struct shadow *s = shadow_of(fd);

    chan_note(fd, binding);
    if (s)
        __atomic_store_n(&s->positioned, positioned, __ATOMIC_RELAXED);
}

i64 chan_path_call(u64 binding, u32 op, struct span path, const u64 args[3], void *out,
                   size_t out_len, bool *positioned)
{
    struct gate_thread *t = gate_self();
    struct transfer x = {.ch = &chans[BINDING_CHANNEL(binding)],
                         .number = BINDING_CHANNEL(binding),
                         .handle = BINDING_HANDLE(binding),
                         .op = op,
                         .args = {0, 0, 0, args[0], args[1], args[2]},
                         .in = (const u8 *)path.p,
                         .out = out,
                         .record = out_len,
                         .fixed = true};
    bool stop;
    i64 r;

    do {
        if (path.len > CHANNEL_SMALL || !x.ch->h)
            return -ENOTCONN;
        if (ended(x.ch)) {
            root_refused(binding);
            return -ENOTCONN;
        }
        gate_check_channel();
        gate_enter(t);
        r = single(&x, path.len, positioned);
        stop = gate_leave(t);
    } while (r == -EINTR && !stop);
    if (is_for_kernel(x.ch, r)) {
        root_refused(binding);
        return -ENOTCONN;
    }
    return r;
}
