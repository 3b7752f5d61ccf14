/*
 * Rings: when each end of a pipe is held by one process with one thread, and both have asked, its
 * bytes go over shared memory (umk/abi/pipe.h). Any change of who holds an end, a wish for
 * events or for not waiting, a second thread or another program in a process ends the ring: the
 * bytes come back, and nothing but speed is different. A pipe has one ring in its life.
 *
 * A place in a process's window is used again only when that process holds the end no more, since
 * its library may keep the old one in mind until then.
 */
#include "umk/abi/pipe.h"
#include "umk/core/calls.h"
#include "umk/core/scheme.h"
#include "umk/core/schemes/pipe.h"

static bool holds(struct process *p, const struct desc *d)
{
    for (u64 fd = fd_next(&p->fds, 0); fd != RX_FD_NONE; fd = fd_next(&p->fds, fd + 1))
        if (fd_lookup(&p->fds, fd) == d)
            return true;
    return false;
}

static u64 address(struct process *p, u32 place)
{
    return process_window(p) + WINDOW_PIPES + place * WINDOW_PIPE_SPAN;
}

static u64 binding(const struct desc *d, const struct pipe_end *e)
{
    return (u64)BINDING_PIPE << 32 | e->place | (is_reader(d) ? 0 : BINDING_PIPE_WRITER);
}

/* The one process that holds d, asked for a ring and can have one; NULL: there is no such. A
 * context that waits on d (at most one then) holds a reference too. */
static struct process *sole_holder(const struct pipe *p, const struct desc *d,
                                   const struct list *waiting)
{
    struct process *q = process_find(p->end[d->number].pid);
    const struct list *first = list_first(waiting);
    u32 refs = 1;

    if (first) {
        const struct context *c = LIST_ENTRY(first, struct context, wait);

        if (c->proc != q || first->next != waiting)
            return NULL;
        refs++;
    }
    if (!q || q->state != PROC_ALIVE || !q->body || !process_has_one_thread(q) || d->refs != refs)
        return NULL;
    return holds(q, d) && ~q->pipe_places ? q : NULL;
}

static bool wants_the_kernel(const struct desc *d)
{
    return (d->flags & RX_O_NONBLOCK) || !list_empty(&d->events);
}

static bool map(struct pipe *p, struct process *q, struct pipe_end *e, struct object *o)
{
    e->place = (u32)__builtin_ctzll(~q->pipe_places);
    if (core.machine->map(q->body, o, address(q, e->place), 0, PIPE_RING_BYTES,
                          MAPPROT_READ | MAPPROT_WRITE, true))
        return false;
    q->pipe_places |= 1ull << e->place;
    e->placed = true;
    p->had_ring = true;
    return true;
}

/* What was written so far lies at the ring's beginning. */
static void fill(struct pipe *p, struct pipe_ring *r)
{
    u8 *bytes = (u8 *)r + PIPE_RING_OFFSET;
    u32 first = (u32)min_u64(p->len, PIPE_SIZE - p->start);

    memcpy(bytes, p->buf->bytes + p->start, first);
    memcpy(bytes + first, p->buf->bytes, p->len - first);
    /* both indices are about to wrap */
    r->head = RING_COUNT(0u - PIPE_RING_SIZE);
    r->tail = RING_COUNT(r->head + p->len);
    p->start = p->len = 0;
}

static i64 make(struct pipe *p, struct process *reader, struct process *writer)
{
    struct pipe_ring *r;
    struct object *o;

    if ((!p->buf && !pipe_buffer_make(p)) || object_new(PIPE_RING_BYTES, &o))
        return -ENOMEM;
    o->is_portal = true;
    if (!(r = core.machine->object_alias(o, PIPE_RING_BYTES)) ||
        !map(p, reader, &p->end[READ_END], o) || !map(p, writer, &p->end[WRITE_END], o)) {
        object_put(o);
        return -ENOMEM;
    }
    fill(p, r);
    p->ring = o;
    return 0;
}

static i64 tell(struct context *c, const struct desc *d, struct pipe_end *e)
{
    e->told = true;
    c->call.ret[0] = binding(d, e);
    return -ENOTCONN;
}

/* Whoever waits at the kernel goes on over the ring. */
static void send_on(struct pipe *p, const struct desc *d, struct list *waiting)
{
    struct list *first = list_first(waiting);

    if (first) {
        struct context *c = LIST_ENTRY(first, struct context, wait);
        context_finish(c, tell(c, d, &p->end[d->number]));
    }
}

i64 pipe_ring_bind(struct context *c, struct desc *d)
{
    struct pipe *p = d->priv;
    struct process *reader, *writer;
    struct pipe_end *e;

    if (p && p->ring && p->end[d->number].pid == c->proc->pid) {
        tell(c, d, &p->end[d->number]);
        return 0;
    }
    if (!p || p->had_ring || core.config.cpus || c->async || !p->reader || !p->writer ||
        wants_the_kernel(p->reader) || wants_the_kernel(p->writer))
        return 0;
    e = &p->end[d->number];
    e->pid = c->proc->pid;
    reader = list_empty(&p->fd_readers) ? sole_holder(p, p->reader, &p->readers) : NULL;
    writer = sole_holder(p, p->writer, &p->writers);
    if (!reader || !writer || reader == writer || make(p, reader, writer))
        return p->had_ring ? 0 : -EAGAIN;
    tell(c, d, e);
    if (is_reader(d))
        send_on(p, p->writer, &p->writers);
    else
        send_on(p, p->reader, &p->readers);
    return 0;
}

bool pipe_ring_told(struct context *c, struct desc *d)
{
    struct pipe *p = d->priv;
    struct pipe_end *e;

    if (!p || !p->ring)
        return false;
    e = &p->end[d->number];
    if (!e->told && !c->async && e->pid == c->proc->pid) {
        tell(c, d, e);
        return true;
    }
    pipe_ring_end(p);
    return false;
}

static void wake(u32 *word)
{
    /* pairs: the side's own store before it looks at the indices and sleeps */
    __atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
    core.machine->wake(word);
}

void pipe_ring_end(struct pipe *p)
{
    struct pipe_ring *r;
    u32 tail, head, n, first;

    if (!p->ring)
        return;
    r = core.machine->object_alias(p->ring, PIPE_RING_BYTES);
    /* pairs: the sides' compare-and-swaps, which fail from here on */
    tail = __atomic_fetch_or(&r->tail, RING_REVOKED, __ATOMIC_SEQ_CST);
    head = __atomic_fetch_or(&r->head, RING_REVOKED, __ATOMIC_SEQ_CST);
    n = RING_COUNT(tail - head);
    head %= PIPE_RING_SIZE;
    if (n <= PIPE_RING_SIZE) { /* otherwise one of the two wrote nonsense, and nothing is certain */
        first = (u32)min_u64(n, PIPE_RING_SIZE - head);
        memcpy(p->buf->bytes, (u8 *)r + PIPE_RING_OFFSET + head, first);
        memcpy(p->buf->bytes + first, (u8 *)r + PIPE_RING_OFFSET, n - first);
        p->len = n;
    }
    wake(&r->reader_wait);
    wake(&r->writer_wait);
    object_put(p->ring);
    p->ring = NULL;
}

void pipe_held_elsewhere(struct desc *d)
{
    if (d->scheme->ops == &pipe_ops && d->priv)
        pipe_ring_end(d->priv);
}

void pipe_slot_changed(struct process *q, struct desc *d)
{
    struct pipe *p = d->scheme->ops == &pipe_ops ? d->priv : NULL;
    struct pipe_end *e;

    if (!p)
        return;
    pipe_ring_end(p);
    e = &p->end[d->number];
    if (e->placed && e->pid == q->pid && !holds(q, d)) {
        q->pipe_places &= ~(1ull << e->place);
        e->placed = false;
    }
}

void pipe_rings_end(struct process *q, bool new_program)
{
    for (u64 fd = fd_next(&q->fds, 0); fd != RX_FD_NONE; fd = fd_next(&q->fds, fd + 1)) {
        struct desc *d = fd_lookup(&q->fds, fd);
        struct pipe *p = d->scheme->ops == &pipe_ops ? d->priv : NULL;

        if (p)
            pipe_ring_end(p);
        if (p && new_program && p->end[d->number].pid == q->pid)
            p->end[d->number].placed = false;
    }
    if (new_program)
        q->pipe_places = 0;
}
