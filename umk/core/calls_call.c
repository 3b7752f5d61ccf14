/*
 * CALL: standard file calls, servers' own verbs, and the passing of descriptors. The payload of a
 * send or receive is an array of descriptor numbers, read once into a local array.
 */
#include "umk/core/calls.h"
#include "umk/core/scheme.h"

struct callargs {
    u64 len;
    u32 flags;
    u32 nmeta;
    u64 meta[3];
};

/* Sending descriptors */

/* Takes the named descriptors: all or none. */
static i64 collect(struct process *p, const u64 *fds, size_t n, bool clone, struct desc **ds)
{
    for (size_t i = 0; i < n; i++) {
        if (!fd_lookup(&p->fds, fds[i]))
            return -EBADF;
        for (size_t k = 0; !clone && k < i; k++)
            if (fds[k] == fds[i])
                return -EBADF;
    }
    for (size_t i = 0; i < n; i++) {
        if (clone) {
            ds[i] = fd_lookup(&p->fds, fds[i]);
            desc_get(ds[i]);
        } else {
            ds[i] = proc_fd_take(p, fds[i]);
        }
    }
    return 0;
}

static void sendfd_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    request_reply(r, result < 0 ? result : (i64)r->w[0], fd, extra);
}

static i64 send_to_server(struct context *c, struct desc *d, struct desc **ds, size_t n,
                          const struct callargs *a)
{
    struct request *r = request_for(c, d, OP_SENDFD);

    if (!r) {
        fd_array_free(ds, (u32)n);
        return -ENOMEM;
    }
    r->fds = ds;
    r->nfds = (u32)n;
    r->w[0] = n;
    r->entry.sqe.args[1] = a->flags & CALL_FD_EXCLUSIVE ? 1 : 0;
    r->entry.sqe.args[2] = a->meta[0];
    r->entry.sqe.args[3] = n;
    r->done = sendfd_done;
    return request_go(r);
}

static bool exclusive(struct desc **ds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ds[i]->refs != 1)
            return false;
    return true;
}

static i64 send_fds(struct context *c, struct desc *d, const struct callargs *a)
{
    size_t n = a->len / sizeof(u64);
    u64 fds[MAX_FDS_IN_CALL];
    struct desc **ds;
    i64 res;

    if (a->len % sizeof(u64) || n > MAX_FDS_IN_CALL || n == 0)
        return -EINVAL;
    memcpy(fds, c->call.payload, a->len);
    if (!(ds = fd_array_new()))
        return -ENOMEM;
    /* d itself may be among those that are taken out of the table */
    desc_get(d);
    res = collect(c->proc, fds, n, a->flags & CALL_FD_CLONE, ds);
    if (res == 0 && (a->flags & CALL_FD_EXCLUSIVE) && !exclusive(ds, n))
        res = -EBUSY;
    if (res < 0) {
        fd_array_free(ds, res == -EBUSY ? (u32)n : 0);
    } else if (!d->scheme->ops) {
        res = send_to_server(c, d, ds, n, a);
    } else {
        res = d->scheme->ops->sendfd ? d->scheme->ops->sendfd(c, d, ds, n, a->meta) : -EOPNOTSUPP;
        fd_array_free(ds, (u32)n);
        res = res == 0 ? (i64)n : res;
    }
    desc_put(d);
    return res;
}

/* Receiving descriptors */

/* Installs descriptions into the slots the caller chose, or the lowest free ones where a slot is
 * all-ones (written back). The references are taken over; on error all are dropped, those already
 * installed too, since the caller would not learn of them. */
static i64 install_received(struct context *c, struct desc **ds, size_t n, u32 flags)
{
    u64 slots[MAX_FDS_IN_CALL];
    struct process *p = c->proc;
    bool cloexec = flags & CALL_FD_CLOEXEC;
    size_t done = 0;
    i64 res = 0;

    memcpy(slots, c->call.payload, n * sizeof(u64));
    for (; done < n; done++) {
        u64 slot = slots[done];

        if (slot != RX_FD_NONE && fd_lookup(&p->fds, slot))
            res = -EEXIST;
        else if (slot == RX_FD_NONE)
            res = proc_fd_install(p, flags & CALL_FD_UPPER ? RX_FD_UPPER : 0, ds[done], cloexec);
        else
            res = proc_fd_replace(p, slot, ds[done], cloexec);
        if (res < 0)
            break;
        slots[done] = (u64)res;
        ds[done] = NULL;
    }
    if (done == n) {
        memcpy(c->call.payload, slots, n * sizeof(u64));
        return (i64)n;
    }
    for (size_t i = done; i < n; i++)
        desc_put(ds[i]);
    while (done)
        proc_fd_close(p, slots[--done]);
    return res;
}

static void recvfd_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    u32 n = r->nfds;

    if (result < 0 || !r->ctx) {
        request_reply(r, result, fd, extra);
        return;
    }
    if (n != r->w[0]) {
        request_reply(r, -EINVAL, fd, extra);
        return;
    }
    r->nfds = 0;
    request_reply(r, install_received(r->ctx, r->fds, n, (u32)r->w[1]), fd, extra);
}

static i64 recv_from_server(struct context *c, struct desc *d, size_t n, const struct callargs *a)
{
    struct request *r = request_for(c, d, OP_RECVFD);

    if (!r)
        return -ENOMEM;
    r->entry.sqe.args[1] = a->flags & CALL_FD_UPPER ? 2 : 0;
    r->entry.sqe.args[2] = n;
    r->entry.sqe.args[3] = a->meta[0];
    r->entry.sqe.args[4] = a->meta[1];
    r->w[0] = n;
    r->w[1] = a->flags;
    r->done = recvfd_done;
    return request_go(r);
}

i64 call_received(struct context *c, struct desc **ds, size_t n)
{
    return install_received(c, ds, n, (u32)c->call.a[2]);
}

static i64 recv_fds(struct context *c, struct desc *d, const struct callargs *a)
{
    size_t n = a->len / sizeof(u64);
    struct desc *ds[MAX_FDS_IN_CALL] = {0};
    i64 res;

    if (a->len % sizeof(u64) || n > MAX_FDS_IN_CALL || n == 0)
        return -EINVAL;
    if (!d->scheme->ops)
        return recv_from_server(c, d, n, a);
    if (!d->scheme->ops->recvfd)
        return -EOPNOTSUPP;
    res = d->scheme->ops->recvfd(c, d, ds, n, a->meta);
    return res > 0 ? install_received(c, ds, (size_t)res, a->flags) : res;
}

/* Standard file calls */

static i64 kernel_std_fs(struct context *c, struct desc *d, const struct callargs *a)
{
    const struct kscheme_ops *ops = d->scheme->ops;
    struct rx_statvfs vfs = {0};
    struct rx_stat st = {.blksize = PAGE_SIZE, .nlink = 1, .dev = d->scheme->id};
    i64 err;

    switch (a->meta[0] & 0xFF) {
    case STD_FSTAT:
        if (!ops->fstat || a->len < sizeof(st))
            return ops->fstat ? -EINVAL : -EBADF;
        if ((err = ops->fstat(d, &st)))
            return err;
        memcpy(c->call.payload, &st, sizeof(st));
        return 0;
    case STD_FSTATVFS:
        if (!ops->fstatvfs || a->len < sizeof(vfs))
            return ops->fstatvfs ? -EINVAL : -EBADF;
        if ((err = ops->fstatvfs(d, &vfs)))
            return err;
        memcpy(c->call.payload, &vfs, sizeof(vfs));
        return 0;
    case STD_GETDENTS:
        if (a->meta[2] < RX_DIRENT_HEADER)
            return -EIO;
        return ops->getdents ? ops->getdents(c, d, c->call.payload, a->len, a->meta[1])
                             : -EOPNOTSUPP;
    case STD_FTRUNCATE:
        return ops->ftruncate ? ops->ftruncate(c, d, a->meta[1]) : -EBADF;
    case STD_FSYNC:
        return 0;
    case STD_FCHMOD:
    case STD_FUTIMENS:
        return -EBADF;
    default:
        return -EOPNOTSUPP;
    }
}

static bool known_kind(u64 kind)
{
    return (kind >= STD_FCHMOD && kind <= STD_FUTIMENS) ||
           (kind >= STD_RELPATHAT && kind <= STD_GETLOCK);
}

/* Which way the payload goes. kind 0: a server's own verb, both ways. */
static void set_lengths(struct request *r, u32 kind, u32 len)
{
    if (kind == 0 || kind == STD_FUTIMENS || kind == STD_GETLOCK)
        r->in_len = len;
    if (kind == STD_GETDENTS || kind == STD_RELPATHAT)
        r->out_max = len;
    else if (kind != STD_FUTIMENS)
        r->out_fixed = len;
}

static i64 call_server(struct context *c, struct desc *d, struct desc *second,
                       const struct callargs *a)
{
    bool std = a->flags & CALL_STD_FS;
    struct request *r = request_for(c, d, std ? OP_STD_FS_CALL : OP_CALL);

    if (!r)
        return -ENOMEM;
    set_lengths(r, std ? (u32)a->meta[0] & 0xFF : 0, (u32)a->len);
    if (std && (a->meta[0] & 0xFF) == STD_FSTAT && a->len >= sizeof(struct rx_stat))
        r->done = fstat_done;
    r->entry.sqe.args[2] = a->len;
    r->entry.sqe.args[3] = a->meta[0];
    r->entry.sqe.args[4] = a->meta[1];
    r->entry.sqe.args[5] = a->meta[2];
    if (second) {
        desc_get(second);
        r->held[1] = second;
        r->entry.sqe.flags |= SQE_MULTIPLE_IDS;
        r->entry.sqe.args[5] = second->number;
    }
    return request_go(r);
}

/* A call on one or two files, which a consuming one takes out of the caller's table. */
static i64 plain_call(struct context *c, struct desc *d, struct desc *second,
                      const struct callargs *a)
{
    const struct kscheme_ops *ops = d->scheme->ops;
    i64 res;

    desc_get(d);
    if (second)
        desc_get(second);
    if (a->flags & CALL_CONSUME) {
        proc_fd_close(c->proc, c->call.a[0]);
        if (second)
            proc_fd_close(c->proc, c->call.a[5]);
    }
    if (!ops)
        res = call_server(c, d, second, a);
    else if (a->flags & CALL_STD_FS)
        res = kernel_std_fs(c, d, a);
    else
        res = ops->call ? ops->call(c, d, c->call.payload, a->len, a->flags, a->meta) : -EOPNOTSUPP;
    if (second)
        desc_put(second);
    desc_put(d);
    return res;
}

i64 sys_call(struct context *c)
{
    struct callargs a = {.len = c->call.a[1], .flags = (u32)c->call.a[2]};
    struct desc *d = fd_lookup(&c->proc->fds, c->call.a[0]), *second = NULL;

    a.nmeta = a.flags & CALL_META_MASK;
    for (u32 i = 0; i < a.nmeta && i < 3; i++)
        a.meta[i] = c->call.a[3 + i];
    if (!d)
        return -EBADF;
    if (a.len > PORTAL_PAYLOAD || (a.flags & ~CALL_FLAGS_KNOWN))
        return -EINVAL;
    if ((a.flags & CALL_WRITE) && (a.flags & CALL_FD))
        return send_fds(c, d, &a);
    if ((a.flags & CALL_READ) && (a.flags & CALL_FD))
        return recv_fds(c, d, &a);
    if (a.flags & CALL_MULTIPLE_FDS) {
        second = fd_lookup(&c->proc->fds, c->call.a[5]);
        if (!second)
            return -EBADF;
        if (second->scheme != d->scheme)
            return -EXDEV;
    }
    if ((a.flags & CALL_STD_FS) && a.nmeta < 3)
        return -EINVAL;
    if ((a.flags & CALL_STD_FS) && !known_kind(a.meta[0] & 0xFF))
        return -EOPNOTSUPP;
    return plain_call(c, d, second, &a);
}
