/*
 * Event queues and their scheme; see event.h. A write of several registrations is carried out
 * one by one, since each may have to ask a server what is ready: w[0] is the next record,
 * w[1] their number.
 */
#include "umk/core/event.h"
#include "umk/core/process.h"
#include "umk/core/scheme.h"

struct pool event_queue_pool = POOL_INIT(event_queue, 1u << 16);
struct pool event_reg_pool = POOL_INIT(event_reg, 1u << 20);

/*
 * Firing. Waking a reader may end the last reference to a queue, and with it registrations; so
 * what fired is first noted in the list `fresh`, which reg_free keeps right, and then worked
 * off. Queues that are registered in queues go through the same list: no recursion.
 */
static struct list fresh;
static bool draining;

void event_init(void)
{
    list_init(&fresh);
    draining = false;
}

static void wake_readers(struct event_queue *q);

static void note(struct event_reg *r, u32 flags)
{
    flags &= r->flags;
    if (!flags)
        return;
    r->fired |= flags;
    if (!list_empty(&r->of_ready))
        return;
    list_add(&r->queue->ready, &r->of_ready);
    list_remove(&r->of_fresh);
    list_add(&fresh, &r->of_fresh);
}

static void drain(void)
{
    struct list *first;

    if (draining)
        return;
    draining = true;
    while ((first = list_first(&fresh))) {
        struct event_queue *q = LIST_ENTRY(first, struct event_reg, of_fresh)->queue;
        struct event_reg *outer;

        list_remove(first);
        LIST_FOR_EACH (outer, &q->desc->events, of_desc)
            note(outer, EVENT_READ);
        wake_readers(q);
    }
    draining = false;
}

void event_trigger(struct desc *d, u32 flags)
{
    struct event_reg *r;

    LIST_FOR_EACH (r, &d->events, of_desc)
        note(r, flags);
    drain();
}

void event_trigger_number(struct scheme *s, u64 number, u32 flags)
{
    struct event_reg *r;

    LIST_FOR_EACH (r, &s->event_regs, of_scheme)
        if (r->desc->number == number)
            note(r, flags);
    drain();
}

static void reg_free(struct event_reg *r)
{
    list_remove(&r->of_queue);
    list_remove(&r->of_desc);
    list_remove(&r->of_scheme);
    list_remove(&r->of_ready);
    list_remove(&r->of_fresh);
    pool_put(&event_reg_pool, r);
}

void event_drop_desc(struct desc *d)
{
    struct event_reg *r, *tmp;

    LIST_FOR_EACH_SAFE (r, tmp, &d->events, of_desc)
        reg_free(r);
}

/* Reading */

static size_t take_ready(struct event_queue *q, u8 *buf, size_t len)
{
    size_t n = 0;
    struct list *first;

    while (n + sizeof(struct rx_event) <= len && (first = list_first(&q->ready))) {
        struct event_reg *r = LIST_ENTRY(first, struct event_reg, of_ready);
        struct rx_event e = {r->id, r->fired, r->data};

        list_remove(&r->of_ready);
        r->fired = 0;
        memcpy(buf + n, &e, sizeof(e));
        n += sizeof(e);
    }
    return n;
}

static void wake_readers(struct event_queue *q)
{
    struct desc *d = q->desc;
    struct list *first;

    /* a reader that is answered may drop the last reference to the queue */
    desc_get(d);
    while (!list_empty(&q->ready) && (first = list_first(&q->waiters))) {
        struct context *c = LIST_ENTRY(first, struct context, wait);

        context_finish(c, (i64)take_ready(q, c->call.payload, c->w[0]));
    }
    desc_put(d);
}

static void read_interrupted(struct context *c)
{
    context_finish(c, -EINTR);
}

static void read_timeout(struct timer *t)
{
    struct context *c = CONTAINER_OF(t, struct context, timer);
    struct rx_event e = {EVENT_TIMEOUT_ID, EVENT_READ, c->w[1]};

    memcpy(c->call.payload, &e, sizeof(e));
    context_finish(c, sizeof(e));
}

static i64 queue_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    struct event_queue *q = d->priv;
    size_t n;

    (void)offset;
    if (len < sizeof(struct rx_event))
        return -EINVAL;
    n = take_ready(q, buf, len);
    if (n)
        return (i64)n;
    if (d->flags & RX_O_NONBLOCK)
        return -EAGAIN;
    c->w[0] = len;
    context_park(c, "event", read_interrupted);
    list_add(&q->waiters, &c->wait);
    desc_get(d);
    c->held = d;
    if (q->timeout_set) {
        u64 ns;

        q->timeout_set = false;
        c->w[1] = q->timeout_ms;
        if (!mul_overflows(q->timeout_ms, 1000000, &ns) &&
            !add_overflows(ns, core.machine->now(), &ns))
            context_timeout(c, ns, read_timeout);
    }
    return PARKED;
}

/* Registering */

static struct event_reg *reg_find(struct event_queue *q, u64 id)
{
    struct event_reg *r;

    LIST_FOR_EACH (r, &q->regs, of_queue)
        if (r->id == id)
            return r;
    return NULL;
}

static struct event_reg *reg_make(struct event_queue *q, u64 id, struct desc *d)
{
    struct event_reg *r = reg_find(q, id);

    if (r && r->desc == d)
        return r;
    if (r)
        reg_free(r);
    r = pool_get(&event_reg_pool);
    if (!r)
        return NULL;
    list_init(&r->of_ready);
    list_init(&r->of_fresh);
    list_init(&r->of_scheme);
    r->queue = q;
    r->desc = d;
    r->id = id;
    list_add(&q->regs, &r->of_queue);
    list_add(&d->events, &r->of_desc);
    list_add(&d->scheme->event_regs, &r->of_scheme);
    return r;
}

static u32 all_flags(const struct desc *d)
{
    struct event_reg *r;
    u32 flags = 0;

    LIST_FOR_EACH (r, &d->events, of_desc)
        flags |= r->flags;
    return flags;
}

static i64 register_next(struct context *c, struct desc *queue);

static void fevent_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    struct context *c = r->ctx;

    (void)extra;
    if (fd)
        desc_put(fd);
    if (result > 0)
        event_trigger(r->held[0], (u32)result & (EVENT_READ | EVENT_WRITE));
    if (!c)
        return;
    c->request = NULL;
    if (result >= 0) {
        struct desc *queue = r->held[1];

        c->w[0]++;
        c->state = CTX_CALLING;
        result = register_next(c, queue);
    }
    if (result != PARKED)
        context_finish(c, result);
}

/* Asks what is ready now on a file just registered. PARKED while a server is asked. */
static i64 ask_ready(struct context *c, struct desc *queue, struct desc *d)
{
    u32 flags = all_flags(d);
    struct request *r;

    if (d->scheme->ops) {
        if (d->scheme->ops->fevent)
            event_trigger(d, d->scheme->ops->fevent(d, flags));
        return 0;
    }
    r = request_for(c, d, OP_FEVENT);
    if (!r)
        return -ENOMEM;
    r->entry.sqe.args[1] = flags;
    r->done = fevent_done;
    desc_get(queue);
    r->held[1] = queue;
    return request_go(r);
}

static i64 register_one(struct context *c, struct desc *queue, const struct rx_event *e)
{
    struct event_queue *q = queue->priv;
    struct event_reg *r;
    struct desc *d;

    if (e->id == EVENT_TIMEOUT_ID) {
        q->timeout_set = e->flags != 0;
        q->timeout_ms = e->data;
        return 0;
    }
    d = fd_lookup(&c->proc->fds, e->id);
    if (e->flags == 0) {
        r = reg_find(q, e->id);
        if (r)
            reg_free(r);
        return r || d ? 0 : -EBADF;
    }
    if (!d || d == queue)
        return -EBADF;
    r = reg_make(q, e->id, d);
    if (!r)
        return -ENOMEM;
    r->flags = (u32)e->flags & (EVENT_READ | EVENT_WRITE);
    r->data = e->data;
    return ask_ready(c, queue, d);
}

static i64 register_next(struct context *c, struct desc *queue)
{
    while (c->w[0] < c->w[1]) {
        struct rx_event e;
        i64 res;

        memcpy(&e, c->call.payload + c->w[0] * sizeof(e), sizeof(e));
        res = register_one(c, queue, &e);
        if (res < 0)
            return res == PARKED || c->w[0] == 0 ? res : (i64)(c->w[0] * sizeof(e));
        c->w[0]++;
    }
    return (i64)(c->w[1] * sizeof(struct rx_event));
}

static i64 queue_write(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset)
{
    (void)buf;
    (void)offset;
    if (len < sizeof(struct rx_event))
        return -EINVAL;
    c->w[0] = 0;
    c->w[1] = len / sizeof(struct rx_event);
    return register_next(c, d);
}

/* Files of the scheme */

static i64 event_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                      struct opened *out)
{
    struct event_queue *q = pool_get(&event_queue_pool);

    (void)c;
    (void)path;
    (void)len;
    if (!q)
        return -ENOMEM;
    list_init(&q->regs);
    list_init(&q->ready);
    list_init(&q->waiters);
    q->desc = desc_new(dir->scheme, 0, flags | RX_O_RDWR, q);
    if (!q->desc) {
        pool_put(&event_queue_pool, q);
        return -ENOMEM;
    }
    out->desc = q->desc;
    return 0;
}

static u32 queue_fevent(struct desc *d, u32 mask)
{
    struct event_queue *q = d->priv;

    if (!q)
        return 0;
    return mask & (EVENT_WRITE | (list_empty(&q->ready) ? 0 : EVENT_READ));
}

static i64 queue_fpath(struct desc *d, char *buf, size_t len)
{
    static const char path[] = "/scheme/event/";
    size_t n = min_u64(len, sizeof(path) - 1);

    (void)d;
    memcpy(buf, path, n);
    return (i64)n;
}

static i64 queue_fstat(struct desc *d, struct rx_stat *st)
{
    (void)d;
    st->mode = MODE_CHR | 0666;
    return 0;
}

static void queue_close(struct desc *d)
{
    struct event_queue *q = d->priv;
    struct event_reg *r, *tmp;

    if (!q)
        return;
    core_assert(list_empty(&q->waiters));
    LIST_FOR_EACH_SAFE (r, tmp, &q->regs, of_queue)
        reg_free(r);
    pool_put(&event_queue_pool, q);
}

static i64 checked_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    return d->priv ? queue_read(c, d, buf, len, offset) : -EBADF;
}

static i64 checked_write(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset)
{
    return d->priv ? queue_write(c, d, buf, len, offset) : -EBADF;
}

const struct kscheme_ops event_ops = {
    .openat = event_open,
    .read = checked_read,
    .write = checked_write,
    .fevent = queue_fevent,
    .fpath = queue_fpath,
    .fstat = queue_fstat,
    .close = queue_close,
};
