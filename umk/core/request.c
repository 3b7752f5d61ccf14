/*
 * Requests: their way into a scheme's queue, and their end; the state machine is in scheme.h.
 *
 * Invariant: a request in state SENT with a tag is in scheme.sent[] under that tag and in no list;
 * a PENDING one is in scheme.pending; the payload slot is held exactly while SENT.
 */
#include "umk/core/scheme.h"
#include "umk/core/process.h"

#include "umk/abi/text.h"

struct fd_array {
    struct desc *d[MAX_FDS_IN_CALL];
};

struct pool request_pool = POOL_INIT(request, 1u << 18);
struct pool fd_array_pool = POOL_INIT(fd_array, 1u << 12);

/* Of the big slots, how many may hold reads and writes, which can be made shorter instead. */
#define BIGS_FOR_STREAMS (QUEUE_BIGS - 4)

struct request *request_new(struct scheme *s, u8 opcode)
{
    struct request *r = pool_get(&request_pool);

    if (!r)
        return NULL;
    list_init(&r->link);
    r->scheme = s;
    r->slot = -1;
    r->entry.sqe.opcode = opcode;
    r->entry.channel = CHANNEL_NONE;
    r->oneway = opcode == OP_CLOSE_MSG || opcode == OP_CANCEL || opcode == OP_DETACH ||
                opcode == OP_MUNMAP || (opcode >= OP_CHANNEL_OPEN && opcode != OP_SPARE);
    if (r->oneway && opcode != OP_CLOSE_MSG && opcode != OP_DETACH)
        r->entry.sqe.flags = SQE_ONEWAY;
    scheme_get(s);
    return r;
}

struct desc **fd_array_new(void)
{
    struct fd_array *a = pool_get(&fd_array_pool);

    return a ? a->d : NULL;
}

void fd_array_free(struct desc **fds, u32 n)
{
    if (!fds)
        return;
    for (u32 i = 0; i < n; i++)
        if (fds[i])
            desc_put(fds[i]);
    pool_put(&fd_array_pool, fds);
}

void request_free(struct request *r)
{
    for (u32 i = 0; i < 2; i++)
        if (r->held[i])
            desc_put(r->held[i]);
    fd_array_free(r->fds, r->nfds);
    if (r->cancel_msg)
        request_free(r->cancel_msg);
    scheme_put(r->scheme);
    pool_put(&request_pool, r);
}

static void finish(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    if (r->done)
        r->done(r, result, fd, extra);
    else if (fd)
        desc_put(fd);
    if (r->made)
        desc_discard(r->made);
    request_free(r);
}

/* Payload slots */

static u64 slot_offset(i32 slot)
{
    if (slot < (i32)QUEUE_SMALLS)
        return QUEUE_SMALL_OFFSET + (u64)slot * QUEUE_SMALL;
    return QUEUE_BIG_OFFSET + (u64)(slot - (i32)QUEUE_SMALLS) * QUEUE_BIG;
}

static i32 small_take(struct scheme *s)
{
    for (u32 w = 0; w < QUEUE_SMALLS / 64; w++)
        if (~s->small_used[w]) {
            u32 bit = (u32)__builtin_ctzll(~s->small_used[w]);
            s->small_used[w] |= 1ull << bit;
            return (i32)(w * 64 + bit);
        }
    return -1;
}

static i32 big_take(struct scheme *s, bool stream)
{
    u32 used = (u32)__builtin_popcount(s->big_used);

    if (used >= (stream ? BIGS_FOR_STREAMS : QUEUE_BIGS))
        return -1;
    u32 bit = (u32)__builtin_ctz(~s->big_used);
    s->big_used |= 1u << bit;
    return (i32)(QUEUE_SMALLS + bit);
}

static void slot_release(struct scheme *s, i32 slot)
{
    if (slot >= (i32)QUEUE_SMALLS)
        s->big_used &= ~(1u << (slot - (i32)QUEUE_SMALLS));
    else if (slot >= 0)
        s->small_used[slot / 64] &= ~(1ull << (slot % 64));
}

/* Chooses a slot; a long read or write is cut to a small slot's size rather than made to wait for
 * a big one, which a blocked request might hold for ever. */
static bool slot_choose(struct request *r)
{
    struct scheme *s = r->scheme;
    u8 op = r->entry.sqe.opcode;
    bool stream = op == OP_READ || op == OP_WRITE;
    u32 need = r->in_len > r->out_max ? r->in_len : r->out_max;

    if (r->out_fixed > need)
        need = r->out_fixed;
    if (need > QUEUE_SMALL) {
        r->slot = big_take(s, stream);
        if (r->slot >= 0 || !stream)
            return r->slot >= 0;
    }
    r->slot = small_take(s);
    if (r->slot >= 0 && need > QUEUE_SMALL) {
        r->entry.sqe.args[2] = QUEUE_SMALL;
        r->in_len = r->in_len ? QUEUE_SMALL : 0;
        r->out_max = r->out_max ? QUEUE_SMALL : 0;
    }
    return r->slot >= 0;
}

/* Sending */

static bool carries_path(u8 op)
{
    return op == OP_OPENAT || op == OP_UNLINKAT || op == OP_FLINK || op == OP_FRENAME;
}

/* Fills the slot from the caller's payload. False: the path is not one; the copy was checked, the
 * caller cannot change it any more. */
static bool slot_fill(struct request *r)
{
    u8 *slot = (u8 *)r->scheme->header + slot_offset(r->slot);
    u32 size = r->slot < (i32)QUEUE_SMALLS ? QUEUE_SMALL : QUEUE_BIG;
    u32 used = r->out_max > r->out_fixed ? r->out_max : r->out_fixed;

    if (r->in_len)
        memcpy(slot, r->payload + r->in_off, r->in_len);
    if (used > r->in_len)
        memset(slot + r->in_len, 0, min_u64(used, size) - r->in_len);
    r->entry.sqe.args[1] = slot_offset(r->slot);
    return !carries_path(r->entry.sqe.opcode) || text_is_path(slot, r->in_len);
}

static bool tag_take(struct request *r)
{
    struct scheme *s = r->scheme;

    if (s->ntagged == SCHEME_REQUESTS)
        return false;
    while (s->sent[s->next_tag % SCHEME_REQUESTS])
        s->next_tag++;
    r->entry.sqe.tag = s->next_tag;
    s->sent[s->next_tag++ % SCHEME_REQUESTS] = r;
    s->ntagged++;
    return true;
}

static void tag_release(struct request *r)
{
    struct scheme *s = r->scheme;
    u32 i = r->entry.sqe.tag % SCHEME_REQUESTS;

    if (!r->oneway && s->sent[i] == r) {
        s->sent[i] = NULL;
        s->ntagged--;
    }
    slot_release(s, r->slot);
    r->slot = -1;
}

static void publish(struct request *r)
{
    struct scheme *s = r->scheme;
    struct queue_entry *q = (struct queue_entry *)((u8 *)s->header + QUEUE_SQ_OFFSET);

    q[s->sq_tail % QUEUE_SQ_ENTRIES] = r->entry;
    /* pairs: the acquire load of sq_tail in the server's library */
    __atomic_store_n(&s->header->sq_tail, ++s->sq_tail, __ATOMIC_RELEASE);
    /* pairs: the server sets need_ring, fences and looks at sq_tail again before it sleeps */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&s->header->need_ring, __ATOMIC_RELAXED) || !s->owner->body)
        return;
    if (!core.polling)
        loop_ring(s->owner->body);
    else if (list_empty(&s->ring))
        list_add(&core.to_ring, &s->ring);
}

static bool queue_has_room(struct scheme *s)
{
    /* pairs: the server's release store after it copied entries out */
    u32 used = s->sq_tail - __atomic_load_n(&s->header->sq_head, __ATOMIC_ACQUIRE);

    if (used > QUEUE_SQ_ENTRIES)
        scheme_corrupt(s);
    return !s->corrupt && used < QUEUE_SQ_ENTRIES;
}

/* True when the request was sent or has ended; false when it must wait for room. */
static bool try_send(struct request *r)
{
    bool payload = r->in_len || r->out_max || r->out_fixed || carries_path(r->entry.sqe.opcode);

    if (!queue_has_room(r->scheme))
        return false;
    if (payload && !slot_choose(r))
        return false;
    if (payload && !slot_fill(r)) {
        slot_release(r->scheme, r->slot);
        r->slot = -1;
        finish(r, -EINVAL, NULL, 0);
        return true;
    }
    if (!r->oneway && !tag_take(r)) {
        slot_release(r->scheme, r->slot);
        r->slot = -1;
        return false;
    }
    r->state = REQ_SENT;
    publish(r);
    if (r->oneway)
        request_free(r);
    return true;
}

void request_post(struct request *r)
{
    struct scheme *s = r->scheme;

    if (s->dead) {
        finish(r, -ENODEV, NULL, 0);
        return;
    }
    r->state = REQ_PENDING;
    if (!list_empty(&s->pending) || !try_send(r))
        list_add(&s->pending, &r->link);
}

void request_flush(struct scheme *s)
{
    struct list *first;

    while (!s->dead && (first = list_first(&s->pending))) {
        struct request *r = LIST_ENTRY(first, struct request, link);

        list_remove(&r->link);
        if (try_send(r))
            continue;
        /* back to the front: order is kept */
        r->link.next = s->pending.next;
        r->link.prev = &s->pending;
        s->pending.next->prev = &r->link;
        s->pending.next = &r->link;
        break;
    }
}

/* The end */

static i64 sane_result(const struct request *r, i64 result)
{
    u8 op = r->entry.sqe.opcode;

    if (RX_IS_ERR(result)) {
        if (result == -ECANCELED && r->cancel_sent)
            return -EINTR;
        if (result == -EINTR)
            return r->cancel_sent ? -EINTR : -EIO;
        if (result == -RX_EWOULDBLOCK)
            return -EAGAIN;
        return result < -RX_ERRNO_MAX ? -EIO : result;
    }
    if ((op == OP_READ && (u64)result > r->out_max) || (op == OP_WRITE && (u64)result > r->in_len))
        return -EIO;
    return result;
}

static void copy_out(const struct request *r, i64 result)
{
    const u8 *slot;
    u64 n = r->out_fixed ? r->out_fixed : min_u64((u64)result, r->out_max);

    if (result < 0 || r->slot < 0 || !r->ctx)
        return;
    slot = (const u8 *)r->scheme->header + slot_offset(r->slot);
    memcpy(r->payload, slot, n);
}

void request_end(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    result = sane_result(r, result);
    copy_out(r, result);
    tag_release(r);
    finish(r, result, fd, extra);
}

/* Ends a request whose scheme is dead, from wherever it is. */
void request_kill(struct request *r)
{
    if (r->state == REQ_PENDING)
        list_remove(&r->link);
    else
        tag_release(r);
    finish(r, -ENODEV, NULL, 0);
}

void request_cancel(struct request *r)
{
    struct request *msg = r->cancel_msg;

    if (r->state == REQ_PENDING) {
        list_remove(&r->link);
        finish(r, -EINTR, NULL, 0);
        return;
    }
    if (!msg || r->cancel_sent)
        return;
    r->cancel_sent = true;
    r->cancel_msg = NULL;
    msg->entry.sqe.tag = r->entry.sqe.tag;
    request_post(msg);
}

void request_abandon(struct request *r)
{
    if (r->ctx)
        r->ctx->request = NULL;
    r->ctx = NULL;
    r->payload = NULL;
    if (r->state == REQ_PENDING) {
        list_remove(&r->link);
        finish(r, -EINTR, NULL, 0);
    } else {
        request_cancel(r);
    }
}

/* Requests on behalf of a call */

struct request *request_for(struct context *c, struct desc *target, u8 opcode)
{
    struct request *r = request_new(target->scheme, opcode);

    if (!r)
        return NULL;
    r->cancel_msg = request_new(target->scheme, OP_CANCEL);
    if (!r->cancel_msg) {
        request_free(r);
        return NULL;
    }
    r->ctx = c;
    r->payload = c->call.payload;
    desc_get(target);
    r->held[0] = target;
    r->entry.open_flags = target->flags;
    r->entry.uid = c->proc->cred.euid;
    r->entry.gid = c->proc->cred.egid;
    r->entry.sqe.args[0] = target->number;
    r->entry.sqe.args[5] = c->proc->cred.euid | (u64)c->proc->cred.egid << 32;
    r->entry.sqe.caller = c->proc->pid;
    r->done = request_reply;
    return r;
}

static void cancel_request_wait(struct context *c)
{
    request_cancel(c->request);
}

i64 request_go(struct request *r)
{
    struct context *c = r->ctx;

    context_park(c, "scheme", cancel_request_wait);
    c->request = r;
    request_post(r);
    return PARKED;
}

void request_reply(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    (void)extra;
    if (fd) {
        desc_put(fd);
        result = -EIO;
    }
    if (!r->ctx)
        return;
    r->ctx->request = NULL;
    context_finish(r->ctx, result);
}
