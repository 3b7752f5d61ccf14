/*
 * Where a server's requests come from: the kernel's queue, one per scheme, and the channels.
 *
 * Channels are looked at only while they are active; an active one that stays quiet for
 * IDLE_ROUNDS looks is given back to its bell. Whoever is not active has need_ring set, so the
 * cost of a round does not grow with the number of clients.
 */
#include "scheme_lib.h"
#include <stdlib.h>
#include <string.h>

#define ACTIVE_MAX 8u
#define IDLE_ROUNDS 4096u
/* How deep the kernel's queue may be read while a channel is served that the queue led to. A client
 * that unbinds and publishes in a hurry could have the stack grow without end. */
#define NESTED_MAX 8u
/* Requests taken off one channel before the others get their turn. */
#define BATCH 32u

static struct server_channel *channels[SERVER_CHANNELS_MAX];
/* Closed, and freed only when nothing further up the stack may be at work on them: so the address
 * of a channel tells whether it still is the same. */
static struct server_channel *closed_channels;
static struct server_channel *active[ACTIVE_MAX];
static u32 nactive;
static u32 last_client_cpu = UINT32_MAX;

/* The kernel's queue */

void serve_answer_queue(struct scheme *s, u32 kind, u32 tag, u64 result, u32 extra)
{
    struct cqe *ring = (struct cqe *)((u8 *)s->q + QUEUE_CQ_OFFSET);
    struct cqe c = {.flags = (u8)kind, .tag = tag, .result = result};

    c.extra[0] = (u8)extra;
    /* pairs: the kernel's release store of cq_head after it copied the entry */
    while (s->cq_tail - __atomic_load_n(&s->q->cq_head, __ATOMIC_ACQUIRE) >= QUEUE_CQ_ENTRIES) {
        machine_ring_kernel();
        machine_yield();
    }
    ring[s->cq_tail % QUEUE_CQ_ENTRIES] = c;
    /* pairs: the kernel's acquire load of cq_tail */
    __atomic_store_n(&s->q->cq_tail, ++s->cq_tail, __ATOMIC_RELEASE);
    /* pairs: the kernel's fence between arming and looking */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    gate_ring_kernel();
}

static bool channel_poll(struct server_channel *ch);

static struct server_channel *channel_by_number(const struct scheme *s, u64 n)
{
    struct server_channel *ch = n < SERVER_CHANNELS_MAX ? channels[n] : NULL;

    return ch && ch->scheme == s ? ch : NULL;
}

static void channel_opened(struct scheme *s, const struct sqe *e)
{
    struct channel_header *h = (struct channel_header *)e->args[3];
    u64 n = e->args[0];
    struct server_channel *ch = n < SERVER_CHANNELS_MAX ? calloc(1, sizeof(*ch)) : NULL;

    machine_control((u32)e->args[4]);
    if (!ch) {
        /* pairs: the client looks at closed before it uses the channel */
        __atomic_store_n(&h->closed, 1, __ATOMIC_RELEASE);
        machine_drop_channel(h);
        return;
    }
    ch->scheme = s;
    ch->number = (u32)n;
    ch->pid = (u32)e->args[1];
    ch->uid = (u32)e->args[2];
    ch->gid = (u32)(e->args[2] >> 32);
    ch->dev = e->args[5];
    ch->h = h;
    ch->slots = (struct channel_slot *)((u8 *)ch->h + CHANNEL_SLOT_OFFSET);
    ch->head = RING_INDEX_START;
    channels[n] = ch;
    /* its first ring may have come before this message was read: it is looked at now */
    serve_mark_active((u32)n);
}

static void deactivate(struct server_channel *ch)
{
    for (u32 i = 0; i < nactive; i++)
        if (active[i] == ch) {
            active[i] = active[--nactive];
            break;
        }
    ch->active = false;
}

static void channel_closed(struct scheme *s, u64 n)
{
    struct server_channel *ch = channel_by_number(s, n);

    if (!ch)
        return;
    request_orphan(ch);
    deactivate(ch);
    channels[n] = NULL;
    machine_drop_channel(ch->h);
    free(ch->bound);
    ch->bound = NULL;
    ch->nbound = 0;
    ch->next = closed_channels;
    closed_channels = ch;
}

static void free_closed_channels(void)
{
    while (closed_channels) {
        struct server_channel *ch = closed_channels;

        closed_channels = ch->next;
        free(ch);
    }
}

void serve_bind(struct scheme *s, u32 channel, u32 handle, u64 number, bool root)
{
    struct server_channel *ch = channel_by_number(s, channel);
    u32 i = HANDLE_INDEX(handle);

    if (!ch || i >= HANDLE_MAX)
        return;
    if (i >= ch->nbound) {
        u32 n = ch->nbound ? ch->nbound : 8;
        struct bound *grown;

        while (n <= i)
            n *= 2;
        grown = realloc(ch->bound, n * sizeof(*grown));
        if (!grown)
            return;
        memset(grown + ch->nbound, 0xFF, (n - ch->nbound) * sizeof(*grown));
        ch->bound = grown;
        ch->nbound = n;
    }
    ch->bound[i] = (struct bound){handle, root, number};
}

static void unbind(struct scheme *s, u32 channel, u32 handle)
{
    struct server_channel *ch = channel_by_number(s, channel);
    u32 i = HANDLE_INDEX(handle);

    if (!ch || i >= ch->nbound || ch->bound[i].handle != handle)
        return;
    /* what was published before is served before the handle is forgotten; that may have led to
     * the kernel's queue, and there to the channel's end or to a new use of the index */
    channel_poll(ch);
    if (channels[channel] == ch && ch->bound[i].handle == handle)
        ch->bound[i].handle = UINT32_MAX;
}

void file_end(struct scheme *s, struct file *f)
{
    u64 id = f->id;

    request_fail_file(s, file_number(f));
    locks_closed(s, f);
    if (f->spare == SPARE_NOT)
        file_drop(s, file_number(f));
    else
        f->spare = SPARE_EMPTY;
    if (s->ops->on_close)
        s->ops->on_close(s, id);
}

static void file_closed(struct scheme *s, u64 number)
{
    struct file *f = file_by_number(s, number);

    if (f) {
        f->spare = SPARE_NOT;
        file_end(s, f);
    } else {
        file_drop(s, number); /* a spare that is not open */
    }
}

static void file_detached(struct scheme *s, u64 number, u32 pid)
{
    const struct file *f = file_by_number(s, number);

    if (!f)
        return;
    locks_detached(s, f, pid);
    if (s->ops->on_detach)
        s->ops->on_detach(s, f->id, pid);
}

/* Messages that are no requests. True if it was one. */
static bool message(struct scheme *s, const struct queue_entry *e)
{
    const u64 *a = e->sqe.args;

    switch (e->sqe.opcode) {
    case OP_CLOSE_MSG:
        file_closed(s, a[0]);
        return true;
    case OP_DETACH:
        file_detached(s, a[0], (u32)e->sqe.caller);
        return true;
    case OP_CANCEL:
        request_cancel(s, NULL, e->sqe.tag);
        return true;
    case OP_CHANNEL_OPEN:
        channel_opened(s, &e->sqe);
        return true;
    case OP_CHANNEL_CLOSE:
        channel_closed(s, a[0]);
        return true;
    case OP_BIND:
        serve_bind(s, (u32)a[0], (u32)a[1], a[2], a[3] != 0);
        return true;
    case OP_SPARE_END:
        spare_settled(s, a[0]);
        return true;
    case OP_UNBIND:
        unbind(s, (u32)a[0], (u32)a[1]);
        return true;
    default:
        return false;
    }
}

/* How much of the payload a request's handler may use. */
static u32 payload_len(const struct sqe *e)
{
    switch (e->opcode) {
    case OP_READ:
    case OP_WRITE:
    case OP_OPENAT:
    case OP_DUP:
    case OP_UNLINKAT:
    case OP_FLINK:
    case OP_FRENAME:
    case OP_FPATH:
    case OP_FSTAT:
    case OP_CALL:
    case OP_STD_FS_CALL:
    case OP_STATAT:
        return (u32)e->args[2];
    default:
        return 0;
    }
}

static void take_request(struct scheme *s, const struct queue_entry *e)
{
    struct request *r = request_take(s);

    if (!r) {
        if (!(e->sqe.flags & SQE_ONEWAY))
            serve_answer_queue(s, CQE_REGULAR, e->sqe.tag, (u64)-ENOMEM, 0);
        return;
    }
    r->e = e->sqe;
    r->uid = e->uid;
    r->gid = e->gid;
    r->bind_channel = e->channel;
    r->bind_handle = e->handle;
    r->file = e->sqe.args[0];
    r->buf_len = payload_len(&e->sqe);
    r->buf = r->buf_len ? (u8 *)s->q + e->sqe.args[1] : (u8 *)"";
    request_run(r);
}

bool serve_queue(struct scheme *s)
{
    const struct queue_entry *ring = (const struct queue_entry *)((u8 *)s->q + QUEUE_SQ_OFFSET);
    bool any = false;

    for (;;) {
        struct queue_entry e;
        /* pairs: the kernel's release store of sq_tail */
        u32 tail = __atomic_load_n(&s->q->sq_tail, __ATOMIC_ACQUIRE);

        if (tail == s->sq_head)
            return any;
        e = ring[s->sq_head % QUEUE_SQ_ENTRIES];
        /* pairs: the kernel's acquire load before it reuses the entry */
        __atomic_store_n(&s->q->sq_head, ++s->sq_head, __ATOMIC_RELEASE);
        /* The kernel may have filled the ring up to the entry just taken, and hold back what found
         * no room: it looks at sq_head, and this side at sq_tail, each after its own store. */
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        tail = __atomic_load_n(&s->q->sq_tail, __ATOMIC_RELAXED);
        if (tail - (s->sq_head - 1) == QUEUE_SQ_ENTRIES)
            gate_ring_kernel();
        any = true;
        gate_settle();
        if (!message(s, &e))
            take_request(s, &e);
    }
}

/* Channels */

/* Reads the kernel's messages, which may end the channel: false. */
static bool queue_first(const struct server_channel *ch)
{
    static u32 nested;
    u32 n = ch->number;

    /* pairs: the kernel's release store of sq_tail */
    if (nested == NESTED_MAX ||
        __atomic_load_n(&ch->scheme->q->sq_tail, __ATOMIC_ACQUIRE) == ch->scheme->sq_head)
        return true;
    nested++;
    serve_queue(ch->scheme);
    nested--;
    return channels[n] == ch;
}

static const struct bound *bound_of(const struct server_channel *ch, u32 handle)
{
    u32 i = HANDLE_INDEX(handle);

    return i < ch->nbound && ch->bound[i].handle == handle ? &ch->bound[i] : NULL;
}

bool serve_file_of_handle(const struct server_channel *ch, u32 handle, u64 *number)
{
    const struct bound *b = bound_of(ch, handle);

    if (!b)
        return false;
    *number = b->number;
    return true;
}

bool serve_has_path(u8 op)
{
    return op == OP_OPENAT || op == OP_UNLINKAT || op == OP_STATAT;
}

/* The buffer a request names, or NULL. The length was copied before: it is checked here, once. */
static u8 *buffer_of(const struct server_channel *ch, u32 slot, u64 which, u64 len)
{
    u8 *base = (u8 *)ch->h;

    if (which == BUFFER_SMALL)
        return len <= CHANNEL_SMALL ? base + CHANNEL_SMALL_OFFSET + slot * CHANNEL_SMALL : NULL;
    if (which - BUFFER_BIG >= CHANNEL_BIGS || len > CHANNEL_BIG)
        return NULL;
    return base + CHANNEL_BIG_OFFSET + (which - BUFFER_BIG) * CHANNEL_BIG;
}

void serve_answer_slot(struct server_channel *ch, u32 slot, i64 result, bool positioned)
{
    struct channel_slot *s = &ch->slots[slot];

    s->result = result;
    s->pad = positioned ? NEWFD_POSITIONED : 0;
    __atomic_store_n(&ch->h->server_cpu, gate_cpu_hint(), __ATOMIC_RELAXED);
    /* pairs: the client's acquire load of state; sees its WAIT_SLEEPING if it sleeps */
    if (__atomic_exchange_n(&s->state, WAIT_DONE, __ATOMIC_ACQ_REL) & WAIT_SLEEPING)
        machine_wake_soon(&s->state);
}

/* One request; false when the channel is gone. A slot that is published again while its request
 * is under way is the client's own confusion, and must not make the server hold more of them. */
static bool channel_take(struct server_channel *ch, u32 slot)
{
    u32 n = ch->number;
    const struct bound *b;
    struct request *r;

    if (ch->busy & 1u << slot)
        return true;
    gate_settle();
    r = request_take(ch->scheme);
    if (!r) {
        serve_answer_slot(ch, slot, -ENOMEM, false);
        return true;
    }
    memcpy(&r->e, &ch->slots[slot].request, sizeof(r->e));
    b = bound_of(ch, (u32)r->e.args[0]);
    if (!b || (b->root && !serve_has_path(r->e.opcode))) {
        request_give_back(r);
        serve_answer_slot(ch, slot, -EBADF, false);
        return true;
    }
    r->ch = ch;
    r->slot = slot;
    r->file = b->number;
    r->buf_len = payload_len(&r->e);
    r->buf = r->e.opcode == OP_LSEEK || r->e.opcode == OP_FSIZE || r->e.opcode == OP_FSYNC ||
                     r->e.opcode == OP_CLOSE
                 ? (u8 *)""
                 : buffer_of(ch, slot, r->e.args[1], r->e.args[2]);
    if (!r->buf) {
        request_give_back(r);
        serve_answer_slot(ch, slot, -EINVAL, false);
        return true;
    }
    r->e.flags = 0;
    ch->busy |= 1u << slot;
    request_run(r);
    return channels[n] == ch;
}

static void look_for_cancels(struct server_channel *ch)
{
    /* pairs: the client's release store of the slot's flag before it counts */
    u32 cancels = __atomic_load_n(&ch->h->cancels, __ATOMIC_ACQUIRE);

    if (cancels == ch->cancels)
        return;
    ch->cancels = cancels;
    for (u32 i = 0; i < CHANNEL_SLOTS; i++)
        if (__atomic_exchange_n(&ch->slots[i].cancel, 0, __ATOMIC_ACQUIRE))
            request_cancel(ch->scheme, ch, i);
}

static bool channel_poll(struct server_channel *ch)
{
    u32 n = ch->number, taken = 0;
    /* pairs: the client's release store of tail */
    u32 tail = __atomic_load_n(&ch->h->tail, __ATOMIC_ACQUIRE);

    /* a tail that ran ahead of the ring is the client's own confusion: it is served what is there
     */
    if (tail - ch->head > CHANNEL_RING)
        ch->head = tail - CHANNEL_RING;
    /* What the kernel sent before a client published its request comes first: the binding of the
     * file, or the end of a process that the client has waited for. */
    if (tail != ch->head && !queue_first(ch))
        return true;
    /* A request may lead to the kernel's queue, and an unbind there back to here: head may have
     * passed this tail. */
    for (; (i32)(tail - ch->head) > 0 && taken < BATCH; taken++) {
        u32 slot = __atomic_load_n(&ch->h->ring[ch->head % CHANNEL_RING], __ATOMIC_RELAXED);

        ch->head++;
        if (slot < CHANNEL_SLOTS && !channel_take(ch, slot))
            return true;
    }
    if (channels[n] == ch) {
        if (taken)
            last_client_cpu = __atomic_load_n(&ch->h->client_cpu, __ATOMIC_RELAXED);
        look_for_cancels(ch);
    }
    return taken > 0;
}

static bool has_work(const struct server_channel *ch)
{
    return __atomic_load_n(&ch->h->tail, __ATOMIC_RELAXED) != ch->head ||
           __atomic_load_n(&ch->h->cancels, __ATOMIC_RELAXED) != ch->cancels;
}

/* Gives a channel back to its bell. What was published before the fence is served here, what comes
 * after it rings. */
static void retire(struct server_channel *ch)
{
    u32 n = ch->number;

    __atomic_store_n(&ch->h->need_ring, 1, __ATOMIC_RELAXED);
    /* pairs: the client publishes, fences, and then reads need_ring */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    channel_poll(ch);
    if (channels[n] == ch)
        deactivate(ch);
}

void serve_mark_active(u32 number)
{
    static u32 victim;
    struct server_channel *ch = number < SERVER_CHANNELS_MAX ? channels[number] : NULL;

    if (!ch || ch->active)
        return;
    /* what retiring one serves may lead to the kernel's queue, and there to another new channel */
    while (nactive == ACTIVE_MAX)
        retire(active[victim++ % ACTIVE_MAX]);
    if (channels[number] != ch || ch->active)
        return;
    ch->active = true;
    ch->idle_rounds = 0;
    active[nactive++] = ch;
    __atomic_store_n(&ch->h->need_ring, 0, __ATOMIC_RELAXED);
}

bool serve_channels(void)
{
    bool any = false;

    free_closed_channels();
    for (u32 i = nactive; i > 0; i--) {
        struct server_channel *ch = i <= nactive ? active[i - 1] : NULL;

        if (!ch)
            continue;
        if (channel_poll(ch)) {
            any = true;
            if (i <= nactive && active[i - 1] == ch)
                ch->idle_rounds = 0;
        } else if (nactive > 1 && ++ch->idle_rounds > IDLE_ROUNDS) {
            retire(ch);
        }
    }
    return any;
}

bool serve_arm(void)
{
    bool work = false;

    for (u32 i = 0; i < nactive; i++)
        __atomic_store_n(&active[i]->h->need_ring, 1, __ATOMIC_RELAXED);
    for (struct scheme *s = all_schemes; s; s = s->next)
        __atomic_store_n(&s->q->need_ring, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&gate_page->loop_need_ring, 1, __ATOMIC_RELAXED);
    /* pairs: clients and kernel publish, fence, and then read need_ring */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    for (u32 i = 0; i < nactive; i++)
        work |= has_work(active[i]);
    for (struct scheme *s = all_schemes; s; s = s->next)
        work |= __atomic_load_n(&s->q->sq_tail, __ATOMIC_RELAXED) != s->sq_head;
    return work || async_ready();
}

void serve_disarm(void)
{
    for (u32 i = 0; i < nactive; i++)
        __atomic_store_n(&active[i]->h->need_ring, 0, __ATOMIC_RELAXED);
    for (struct scheme *s = all_schemes; s; s = s->next)
        __atomic_store_n(&s->q->need_ring, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&gate_page->loop_need_ring, 0, __ATOMIC_RELAXED);
}

bool serve_worth_spinning(void)
{
    return nactive > 0 && !gate_page->gated && last_client_cpu != gate_cpu_hint();
}

bool serve_shares_cpu(void)
{
    return nactive > 0 && last_client_cpu == gate_cpu();
}
