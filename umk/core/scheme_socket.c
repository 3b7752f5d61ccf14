/*
 * The scheme manager's files: the capability to create schemes, and scheme sockets. A socket
 * makes descriptors of its scheme (dup with struct rx_new_fd), gives its queue to be mapped, and
 * carries descriptors that travel with requests. The scheme's service ends with it.
 */
#include "umk/core/scheme.h"
#include "umk/core/process.h"

static i64 create_scheme(struct context *c, struct desc *cap, struct opened *out)
{
    struct scheme *s;
    i64 err;

    if (!is_root(c->proc))
        return -EACCES;
    if ((err = scheme_new_user(c->proc, &s)))
        return err;
    out->desc = desc_new(cap->scheme, s->id, RX_O_RDWR, s);
    if (!out->desc) {
        scheme_die(s);
        scheme_put(s);
        return -ENOMEM;
    }
    return 0;
}

static i64 make_fd(struct scheme *s, const u8 *buf, struct opened *out)
{
    struct rx_new_fd n;

    memcpy(&n, buf, sizeof(n));
    if (s->dead)
        return -ENODEV;
    if (n.internal_flags & ~NEWFD_POSITIONED)
        return -EINVAL;
    out->desc = desc_new(s, n.number, (u32)n.flags, NULL);
    return out->desc ? 0 : -ENOMEM;
}

static i64 socket_dup(struct context *c, struct desc *d, const u8 *buf, size_t len,
                      struct opened *out)
{
    static const char create[] = "create-scheme";

    if (d->priv)
        return len == sizeof(struct rx_new_fd) ? make_fd(d->priv, buf, out) : -EINVAL;
    if (len != sizeof(create) - 1 || memcmp(buf, create, len) != 0)
        return -EINVAL;
    return create_scheme(c, d, out);
}

static i64 socket_fmap(struct desc *d, u64 offset, u64 size, u32 *flags, struct object **o,
                       u64 *o_off)
{
    struct scheme *s = d->priv;

    if (!s)
        return -EOPNOTSUPP;
    if (offset != 0 || size != QUEUE_SIZE || !(*flags & RX_MAP_SHARED))
        return -EINVAL;
    *o = s->queue;
    *o_off = 0;
    return 0;
}

static struct request *request_by_tag(struct scheme *s, u64 tag)
{
    struct request *r = s->sent[tag % SCHEME_REQUESTS];

    return r && r->entry.sqe.tag == tag ? r : NULL;
}

/* The server attaches descriptors to a Recvfd request. */
static i64 socket_sendfd(struct context *c, struct desc *d, struct desc **ds, size_t n,
                         const u64 meta[3])
{
    struct scheme *s = d->priv;
    struct request *r;
    struct desc **fds, **old;
    u32 nold;

    if (!s || meta[0] != SOCKET_MOVE_FD || s->owner != c->proc)
        return -EINVAL;
    r = request_by_tag(s, meta[1]);
    if (!r || r->entry.sqe.opcode != OP_RECVFD)
        return -EINVAL;
    if (!(fds = fd_array_new()))
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        desc_get(ds[i]);
        fds[i] = ds[i];
    }
    old = r->fds;
    nold = r->nfds;
    r->fds = fds;
    r->nfds = (u32)n;
    fd_array_free(old, nold);
    return (i64)n;
}

/* The server takes all descriptors of a Sendfd request. */
static i64 socket_recvfd(struct context *c, struct desc *d, struct desc **ds, size_t n,
                         const u64 meta[3])
{
    struct scheme *s = d->priv;
    struct request *r;

    if (!s || meta[0] != SOCKET_OBTAIN_FD || s->owner != c->proc)
        return -EINVAL;
    r = request_by_tag(s, meta[1]);
    if (!r || r->entry.sqe.opcode != OP_SENDFD)
        return -EINVAL;
    if (r->nfds == 0)
        return -ENOENT;
    if (r->nfds != n)
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        ds[i] = r->fds[i];
    r->nfds = 0;
    return (i64)n;
}

static i64 socket_fpath(struct desc *d, char *buf, size_t len)
{
    size_t n = min_u64(len, 7);

    (void)d;
    memcpy(buf, "/scheme", n);
    return (i64)n;
}

static void socket_close(struct desc *d)
{
    struct scheme *s = d->priv;

    if (!s)
        return;
    scheme_die(s);
    scheme_put(s);
}

const struct kscheme_ops scheme_socket_ops = {
    .dup = socket_dup,
    .fmap = socket_fmap,
    .sendfd = socket_sendfd,
    .recvfd = socket_recvfd,
    .fpath = socket_fpath,
    .close = socket_close,
};

struct scheme *scheme_of_socket(const struct desc *d)
{
    return d->scheme->ops == &scheme_socket_ops ? d->priv : NULL;
}
