/*
 * Schemes: their life, and the completions of their servers; see scheme.h.
 *
 * A user scheme is referred to by its descriptions and requests; its service ends with the last
 * descriptor of its socket or with its owner, whichever is first.
 */
#include "umk/core/scheme.h"
#include "umk/core/channel.h"
#include "umk/core/event.h"
#include "umk/core/process.h"

struct pool scheme_pool = POOL_INIT(scheme, 4096);

#define FIRST_USER_SCHEME 17u
#define LAST_SCHEME 65535u

static struct scheme *scheme_new(u32 id)
{
    struct scheme *s = pool_get(&scheme_pool);

    if (!s)
        return NULL;
    s->id = id;
    s->refs = 1;
    list_init(&s->of_owner);
    list_init(&s->pending);
    list_init(&s->ring);
    list_init(&s->channels);
    list_init(&s->event_regs);
    list_init(&s->all);
    list_add(&core.schemes, &s->all);
    return s;
}

struct scheme *scheme_new_kernel(const char *name, u32 id, const struct kscheme_ops *ops)
{
    struct scheme *s = scheme_new(id);

    core_assert(s);
    s->ops = ops;
    s->name = name;
    return s;
}

static u32 next_id(void)
{
    for (;;) {
        struct scheme *s;
        bool used = false;

        if (core.next_scheme_id < FIRST_USER_SCHEME || core.next_scheme_id > LAST_SCHEME)
            core.next_scheme_id = FIRST_USER_SCHEME;
        LIST_FOR_EACH (s, &core.schemes, all)
            used |= s->id == core.next_scheme_id;
        if (!used)
            return core.next_scheme_id++;
        core.next_scheme_id++;
    }
}

i64 scheme_new_user(struct process *owner, struct scheme **out)
{
    struct scheme *s = scheme_new(next_id());
    i64 err = -ENOMEM;

    if (!s)
        return -ENOMEM;
    err = object_new(QUEUE_SIZE, &s->queue);
    if (err)
        goto fail;
    s->queue->is_portal = true;
    s->header = core.machine->object_alias(s->queue, QUEUE_SIZE);
    if (!s->header) {
        err = -ENOMEM;
        goto fail;
    }
    s->name = "";
    memcpy(s->label, owner->name, sizeof(s->label));
    s->owner = owner;
    s->sq_tail = s->cq_head = RING_INDEX_START;
    s->header->sq_tail = s->header->sq_head = RING_INDEX_START;
    s->header->cq_tail = s->header->cq_head = RING_INDEX_START;
    s->header->need_ring = 1;
    list_add(&owner->schemes, &s->of_owner);
    *out = s;
    return 0;
fail:
    scheme_put(s);
    return err;
}

void scheme_get(struct scheme *s)
{
    s->refs++;
}

void scheme_put(struct scheme *s)
{
    core_assert(s->refs > 0);
    if (--s->refs > 0)
        return;
    core_assert(list_empty(&s->pending) && s->ntagged == 0);
    if (s->queue)
        object_put(s->queue);
    list_remove(&s->all);
    list_remove(&s->of_owner);
    pool_put(&scheme_pool, s);
}

void scheme_die(struct scheme *s)
{
    struct channel *ch, *tmp;
    struct list *first;

    if (s->dead)
        return;
    scheme_get(s);
    s->dead = true;
    list_remove(&s->of_owner);
    list_remove(&s->ring);
    s->owner = NULL;
    LIST_FOR_EACH_SAFE (ch, tmp, &s->channels, of_scheme)
        channel_close(ch);
    for (u32 i = 0; i < SCHEME_REQUESTS; i++)
        if (s->sent[i])
            request_kill(s->sent[i]);
    while ((first = list_first(&s->pending)))
        request_kill(LIST_ENTRY(first, struct request, link));
    scheme_put(s);
}

/* Completions */

static void obtain_first(struct request *r, u64 slot)
{
    struct desc *d = r->nfds ? r->fds[0] : NULL;

    if (!d || r->entry.sqe.opcode != OP_SENDFD)
        return;
    if (fd_lookup(&r->scheme->owner->fds, slot) ||
        proc_fd_replace(r->scheme->owner, slot, d, false) < 0)
        return;
    r->nfds--;
    memmove(r->fds, r->fds + 1, r->nfds * sizeof(r->fds[0]));
}

static void answer_with_fd(struct request *r, u64 fd)
{
    u8 op = r->entry.sqe.opcode;
    struct desc *d = proc_fd_take(r->scheme->owner, fd);

    if (!d || (op != OP_OPENAT && op != OP_DUP)) {
        request_end(r, -EIO, NULL, 0);
        if (d) /* it may be the socket itself, and the end of all other requests */
            desc_put(d);
        return;
    }
    request_end(r, 0, d, 0);
}

static void complete(struct scheme *s, const struct cqe *c)
{
    u32 op = c->flags & 7u;
    struct request *r = s->sent[c->tag % SCHEME_REQUESTS];
    u32 extra = c->extra[0] | (u32)c->extra[1] << 8 | (u32)c->extra[2] << 16;

    if (op == CQE_FEVENT) {
        event_trigger_number(s, c->result, c->tag & (EVENT_READ | EVENT_WRITE));
        return;
    }
    if (!r || r->entry.sqe.tag != c->tag) {
        klog("%s: completion for unknown request %u", s->label, c->tag);
        return;
    }
    switch (op) {
    case CQE_REGULAR:
    case CQE_NOTIFY_ON_DETACH:
        if (r->entry.sqe.opcode == OP_STD_FS_CALL && r->held[0])
            r->held[0]->notify_detach = op == CQE_NOTIFY_ON_DETACH;
        if (r->entry.sqe.opcode == OP_RECVFD && (i64)c->result >= 0)
            request_end(r, -EIO, NULL, 0);
        else
            request_end(r, (i64)c->result, NULL, extra);
        break;
    case CQE_WITH_FD:
        answer_with_fd(r, c->result);
        break;
    case CQE_OBTAIN_FD:
        obtain_first(r, c->result);
        break;
    case CQE_WITH_MULTIPLE_FDS:
        request_end(r, r->entry.sqe.opcode == OP_RECVFD ? 0 : -EIO, NULL, 0);
        break;
    default:
        klog("%s: unknown completion %u", s->label, op);
    }
}

void scheme_corrupt(struct scheme *s)
{
    if (s->corrupt)
        return;
    klog("%s: corrupt queue", s->label);
    s->corrupt = true;
    if (s->owner->body)
        core.machine->body_kill(s->owner->body);
}

void scheme_ring_all(void)
{
    struct list *first;

    while ((first = list_first(&core.to_ring))) {
        struct scheme *s = LIST_ENTRY(first, struct scheme, ring);

        list_remove(&s->ring);
        if (s->owner->body)
            loop_ring(s->owner->body);
    }
}

bool scheme_poll(struct scheme *s)
{
    const struct cqe *ring = (const struct cqe *)((u8 *)s->header + QUEUE_CQ_OFFSET);
    /* pairs: the server's release store of cq_tail after it wrote the entries */
    u32 tail = __atomic_load_n(&s->header->cq_tail, __ATOMIC_ACQUIRE);
    bool any = false;

    if (tail - s->cq_head > QUEUE_CQ_ENTRIES)
        scheme_corrupt(s);
    scheme_get(s);
    while (!s->dead && !s->corrupt && tail != s->cq_head) {
        struct cqe c;

        c = ring[s->cq_head % QUEUE_CQ_ENTRIES];
        /* pairs: the server's acquire load before it reuses the entry */
        __atomic_store_n(&s->header->cq_head, ++s->cq_head, __ATOMIC_RELEASE);
        complete(s, &c);
        any = true;
    }
    if (!s->dead)
        request_flush(s);
    scheme_put(s);
    return any;
}
