/*
 * pipe: byte pipes, which also carry descriptors. Opening the root gives the read end; a dup or
 * openat "write" of it gives the write end, once. Bytes and descriptors are separate queues of one
 * pipe.
 *
 * The buffer is made of pages from a pool and lies in a ring. A pipe lives while it has either
 * end; an end that goes wakes everybody who waits on the other.
 */
#include "umk/core/event.h"
#include "umk/core/schemes/pipe.h"
#include "umk/core/calls.h"
#include "umk/core/scheme.h"

struct pool pipe_pool = POOL_INIT(pipe, 1u << 16);
struct pool pipe_buffer_pool = POOL_INIT(pipe_buffer, 1u << 14);

/* The pipe that d is an end of, or NULL. */
static struct pipe *pipe_of(const struct desc *d)
{
    return d->scheme->ops == &pipe_ops ? d->priv : NULL;
}

/* Takes the first n descriptions out. */
static void fds_take(struct pipe *p, struct desc **ds, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        ds[i] = p->fds[i];
        if (pipe_of(ds[i]))
            pipe_of(ds[i])->carried--;
    }
    p->nfds -= n;
    memmove(p->fds, p->fds + n, p->nfds * sizeof(ds[0]));
}

static bool no_more_writers(const struct pipe *p)
{
    return p->had_writer && !p->writer;
}

/* Bytes */

static u32 ring_get(struct pipe *p, u8 *buf, u64 len)
{
    u32 n = (u32)min_u64(len, p->len);
    u32 first = (u32)min_u64(n, PIPE_SIZE - p->start);

    if (n == 0)
        return 0;
    memcpy(buf, p->buf->bytes + p->start, first);
    memcpy(buf + first, p->buf->bytes, n - first);
    p->start = (p->start + n) % PIPE_SIZE;
    p->len -= n;
    return n;
}

/* Buffers are the system's memory like what programs map. */
bool pipe_buffer_make(struct pipe *p)
{
    if (memory_reserve(PIPE_SIZE))
        return false;
    p->buf = pool_get(&pipe_buffer_pool);
    if (!p->buf)
        memory_release(PIPE_SIZE);
    return p->buf;
}

static i64 ring_put(struct pipe *p, const u8 *buf, u64 len)
{
    u32 end = (p->start + p->len) % PIPE_SIZE;
    u32 n = (u32)min_u64(len, PIPE_SIZE - p->len);
    u32 first = (u32)min_u64(n, PIPE_SIZE - end);

    if (n == 0)
        return 0;
    if (!p->buf && !pipe_buffer_make(p))
        return -ENOMEM;
    memcpy(p->buf->bytes + end, buf, first);
    memcpy(p->buf->bytes, buf + first, n - first);
    p->len += n;
    return n;
}

static void interrupted(struct context *c)
{
    context_finish(c, -EINTR);
}

static i64 wait_in(struct context *c, struct desc *d, struct list *queue, size_t len,
                   const char *why)
{
    context_park(c, why, interrupted);
    c->w[0] = len;
    list_add(queue, &c->wait);
    desc_get(d);
    c->held = d;
    return PARKED;
}

static i64 try_read(struct pipe *p, u8 *buf, size_t len)
{
    u32 n = ring_get(p, buf, len);

    if (n || len == 0)
        return n;
    return no_more_writers(p) ? 0 : -EAGAIN;
}

static i64 try_write(struct pipe *p, const u8 *buf, size_t len)
{
    i64 n;

    if (!p->reader)
        return -EPIPE;
    n = ring_put(p, buf, len);
    return n == 0 && len ? -EAGAIN : n;
}

/* Lets waiting contexts go on as far as the ring allows, in turns, until nothing moves. */
static void pump(struct pipe *p)
{
    for (bool moved = true; moved;) {
        struct list *r = list_first(&p->readers), *w = list_first(&p->writers);

        moved = false;
        if (r) {
            struct context *c = LIST_ENTRY(r, struct context, wait);
            i64 n = try_read(p, c->call.payload, c->w[0]);
            if (n != -EAGAIN) {
                context_finish(c, n);
                moved = true;
            }
        }
        if (w) {
            struct context *c = LIST_ENTRY(w, struct context, wait);
            i64 n = try_write(p, c->call.payload, c->w[0]);
            if (n != -EAGAIN) {
                context_finish(c, n);
                moved = true;
            }
        }
    }
}

static void give_fds(struct pipe *p);

static void pipe_free(struct pipe *p)
{
    struct desc *d;

    while (p->nfds) {
        fds_take(p, &d, 1);
        desc_put(d);
    }
    if (p->buf) {
        pool_put(&pipe_buffer_pool, p->buf);
        memory_release(PIPE_SIZE);
    }
    pool_put(&pipe_pool, p);
}

/* After a change: those who wait go on, and those who registered hear of it. An answered context
 * may drop the last reference to an end, hence the pin. */
static void settle(struct pipe *p)
{
    p->pins++;
    pump(p);
    give_fds(p);
    if (p->reader && (p->len || p->nfds || no_more_writers(p)))
        event_trigger(p->reader, EVENT_READ);
    if (p->writer && (p->len < PIPE_SIZE || !p->reader))
        event_trigger(p->writer, EVENT_WRITE);
    if (--p->pins == 0 && !p->reader && !p->writer)
        pipe_free(p);
}

static i64 pipe_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    struct pipe *p = d->priv;
    i64 n;

    (void)offset;
    if (!p || !is_reader(d))
        return -EBADF;
    if (pipe_ring_told(c, d))
        return -ENOTCONN;
    n = list_empty(&p->readers) ? try_read(p, buf, len) : -EAGAIN;
    if (n == -EAGAIN && !(d->flags & RX_O_NONBLOCK))
        return wait_in(c, d, &p->readers, len, "pipe read");
    if (n > 0)
        settle(p);
    return n;
}

static i64 pipe_write(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset)
{
    struct pipe *p = d->priv;
    i64 n;

    (void)offset;
    if (!p || is_reader(d))
        return -EBADF;
    if (pipe_ring_told(c, d))
        return -ENOTCONN;
    n = list_empty(&p->writers) ? try_write(p, buf, len) : p->reader ? -EAGAIN : -EPIPE;
    if (n == -EAGAIN && !(d->flags & RX_O_NONBLOCK))
        return wait_in(c, d, &p->writers, len, "pipe write");
    if (n > 0)
        settle(p);
    return n;
}

/* Descriptors */

static void give_fds(struct pipe *p)
{
    struct list *first;

    while ((first = list_first(&p->fd_readers))) {
        struct context *c = LIST_ENTRY(first, struct context, wait);
        u32 n = (u32)c->w[0];
        struct desc *ds[PIPE_FDS];

        if (p->nfds < n) {
            if (!no_more_writers(p))
                return;
            context_finish(c, p->nfds ? -EINVAL : 0);
            continue;
        }
        fds_take(p, ds, n);
        context_finish(c, call_received(c, ds, n));
    }
}

static i64 pipe_sendfd(struct context *c, struct desc *d, struct desc **ds, size_t n,
                       const u64 meta[3])
{
    struct pipe *p = d->priv;

    (void)c;
    (void)meta;
    if (!p || is_reader(d))
        return -EBADF;
    if (!p->reader)
        return -EPIPE;
    if (n > PIPE_FDS - p->nfds)
        return -EAGAIN;
    for (size_t i = 0; i < n; i++) {
        const struct pipe *q = pipe_of(ds[i]);

        /* Pipes that carry each other's ends, or their own, would keep themselves alive for ever,
         * and a long chain of them would end in as deep a recursion: a pipe that travels in
         * another carries no further pipes. */
        if (q && (q == p || q->nfds || p->carried))
            return -EINVAL;
    }
    for (size_t i = 0; i < n; i++) {
        desc_get(ds[i]);
        if (pipe_of(ds[i]))
            pipe_of(ds[i])->carried++;
        p->fds[p->nfds++] = ds[i];
    }
    settle(p);
    return (i64)n;
}

static i64 pipe_recvfd(struct context *c, struct desc *d, struct desc **ds, size_t n,
                       const u64 meta[3])
{
    struct pipe *p = d->priv;

    (void)meta;
    if (!p || !is_reader(d))
        return -EBADF;
    if (p->nfds >= n) {
        fds_take(p, ds, (u32)n);
        return (i64)n;
    }
    if (no_more_writers(p))
        return p->nfds ? -EINVAL : 0;
    if (d->flags & RX_O_NONBLOCK)
        return -EAGAIN;
    return wait_in(c, d, &p->fd_readers, n, "pipe descriptors");
}

/* Ends */

static i64 make_writer(struct desc *d, u32 flags, struct opened *out)
{
    struct pipe *p = d->priv;

    if (!p || !is_reader(d) || p->had_writer)
        return -EBADF;
    out->desc = desc_new(d->scheme, WRITE_END, (flags & RX_O_FCNTL_MASK) | RX_O_WRONLY, p);
    if (!out->desc)
        return -ENOMEM;
    p->writer = out->desc;
    p->had_writer = true;
    return 0;
}

static bool is_word(const void *buf, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(buf, word, len) == 0;
}

static i64 pipe_dup(struct context *c, struct desc *d, const u8 *buf, size_t len,
                    struct opened *out)
{
    (void)c;
    return is_word(buf, len, "write") ? make_writer(d, d->flags, out) : -EINVAL;
}

static i64 pipe_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                     struct opened *out)
{
    struct pipe *p;

    (void)c;
    if (dir->priv)
        return is_word(path, len, "write") ? make_writer(dir, flags, out) : -EINVAL;
    if (is_word(path, len, "scheme-root")) {
        out->desc = desc_new(dir->scheme, 0, flags, NULL);
        return out->desc ? 0 : -ENOMEM;
    }
    if (len)
        return -ENOENT;
    if (!(p = pool_get(&pipe_pool)))
        return -ENOMEM;
    list_init(&p->readers);
    list_init(&p->writers);
    list_init(&p->fd_readers);
    p->reader = out->desc =
        desc_new(dir->scheme, READ_END, (flags & ~RX_O_ACCMODE) | RX_O_RDONLY, p);
    if (!p->reader) {
        pool_put(&pipe_pool, p);
        return -ENOMEM;
    }
    return 0;
}

static void pipe_close(struct desc *d)
{
    struct pipe *p = d->priv;

    if (!p)
        return;
    if (is_reader(d))
        p->reader = NULL;
    else
        p->writer = NULL;
    settle(p);
}

static u32 pipe_fevent(struct desc *d, u32 mask)
{
    struct pipe *p = d->priv;

    if (!p)
        return 0;
    pipe_ring_end(p); /* what becomes ready, only the kernel can tell */
    if (is_reader(d))
        return mask & (p->len || p->nfds || no_more_writers(p) ? EVENT_READ : 0);
    return mask & (p->len < PIPE_SIZE || !p->reader ? EVENT_WRITE : 0);
}

static i64 pipe_fcntl(struct context *c, struct desc *d, u64 cmd, u64 arg)
{
    (void)c;
    (void)arg;
    if (cmd == RX_F_SETFL && d->priv)
        pipe_ring_end(d->priv);
    return 0;
}

static i64 pipe_fstat(struct desc *d, struct rx_stat *st)
{
    const struct pipe *p = d->priv;

    st->mode = MODE_FIFO | 0666;
    st->size = p ? p->len : 0;
    return 0;
}

static i64 pipe_fpath(struct desc *d, char *buf, size_t len)
{
    size_t n = min_u64(len, 13);

    (void)d;
    memcpy(buf, "/scheme/pipe/", n);
    return (i64)n;
}

const struct kscheme_ops pipe_ops = {
    .openat = pipe_open,
    .dup = pipe_dup,
    .read = pipe_read,
    .write = pipe_write,
    .fcntl = pipe_fcntl,
    .fevent = pipe_fevent,
    .fpath = pipe_fpath,
    .fstat = pipe_fstat,
    .sendfd = pipe_sendfd,
    .recvfd = pipe_recvfd,
    .close = pipe_close,
};
