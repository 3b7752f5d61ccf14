/*
 * Calls on open files: those of kernel schemes are carried out here, those of servers become
 * requests. Lengths are cut to the payload, which for a read or write is a short count.
 */
#include "umk/core/calls.h"
#include "umk/core/scheme.h"

static struct desc *target(struct context *c)
{
    return fd_lookup(&c->proc->fds, c->call.a[0]);
}

/* Read and write */

struct io {
    u64 len, offset;
    bool positioned, with_flags;
    u32 flags;
};

static i64 decode_io(const struct call *call, struct io *io)
{
    bool two = call->op == SYS_READ2 || call->op == SYS_WRITE2;

    io->len = min_u64(call->a[1], PORTAL_PAYLOAD);
    io->positioned = two && call->a[2] != OFFSET_CURRENT;
    io->offset = two ? call->a[2] : OFFSET_CURRENT;
    io->with_flags = two && call->a[3] != UINT64_MAX;
    io->flags = 0;
    if (!io->with_flags)
        return 0;
    if (call->a[3] & ~(u64)(RX_RWF_NONBLOCK | RX_RWF_APPEND))
        return -EINVAL;
    if (call->a[3] & RX_RWF_NONBLOCK)
        io->flags |= RX_O_NONBLOCK;
    if (call->a[3] & RX_RWF_APPEND)
        io->flags |= RX_O_APPEND;
    return 0;
}

static i64 kernel_read(struct context *c, struct desc *d, const struct io *io)
{
    u64 at = d->positioned && !io->positioned ? d->offset : io->offset;
    i64 n;

    if (!d->scheme->ops->read)
        return -EBADF;
    if (io->positioned && !d->positioned)
        return -ESPIPE;
    n = d->scheme->ops->read(c, d, c->call.payload, io->len, at);
    if (n > 0 && d->positioned && !io->positioned)
        d->offset += (u64)n;
    return n;
}

static i64 kernel_write(struct context *c, struct desc *d, const struct io *io)
{
    u64 at = d->positioned && !io->positioned ? d->offset : io->offset;
    i64 n;

    if (!d->scheme->ops->write)
        return -EBADF;
    if (io->positioned && !d->positioned)
        return -ESPIPE;
    n = d->scheme->ops->write(c, d, c->call.payload, io->len, at);
    if (n > 0 && d->positioned && !io->positioned)
        d->offset += (u64)n;
    return n;
}

static i64 server_io(struct context *c, struct desc *d, const struct io *io, bool read)
{
    struct request *r = request_for(c, d, read ? OP_READ : OP_WRITE);

    if (!r)
        return -ENOMEM;
    if (read)
        r->out_max = (u32)io->len;
    else
        r->in_len = (u32)io->len;
    r->entry.sqe.args[2] = io->len;
    r->entry.sqe.args[3] = io->offset;
    r->entry.sqe.args[4] =
        io->with_flags ? io->flags | (d->flags & RX_O_ACCMODE) : (d->flags & ~RX_O_MODE_MASK);
    return request_go(r);
}

static bool may(const struct desc *d, u32 mode)
{
    return (d->flags & RX_O_STAT) == 0 && (d->flags & mode);
}

i64 sys_read(struct context *c)
{
    struct desc *d = target(c);
    struct io io;
    i64 err = decode_io(&c->call, &io);

    if (err)
        return err;
    if (!d || !may(d, RX_O_RDONLY))
        return -EBADF;
    return d->scheme->ops ? kernel_read(c, d, &io) : server_io(c, d, &io, true);
}

i64 sys_write(struct context *c)
{
    struct desc *d = target(c);
    struct io io;
    i64 err = decode_io(&c->call, &io);

    if (err)
        return err;
    if (!d || !may(d, RX_O_WRONLY))
        return -EBADF;
    return d->scheme->ops ? kernel_write(c, d, &io) : server_io(c, d, &io, false);
}

/* Position */

static i64 kernel_lseek(struct context *c, struct desc *d, i64 by, u64 whence)
{
    i64 base = 0, to;

    if (whence == RX_SEEK_CUR)
        base = (i64)d->offset;
    else if (whence == RX_SEEK_END)
        base = d->scheme->ops->fsize ? d->scheme->ops->fsize(c, d) : -ESPIPE;
    else if (whence != RX_SEEK_SET)
        return -EINVAL;
    if (base < 0)
        return base;
    if (!d->positioned)
        return -ESPIPE;
    if (__builtin_add_overflow(base, by, &to))
        return -EOVERFLOW;
    if (to < 0)
        return -EINVAL;
    d->offset = (u64)to;
    return to;
}

/* A request that carries words only. */
static i64 words(struct context *c, struct desc *d, u8 op, u64 a1, u64 a2)
{
    struct request *r = request_for(c, d, op);

    if (!r)
        return -ENOMEM;
    r->entry.sqe.args[1] = a1;
    r->entry.sqe.args[2] = a2;
    return request_go(r);
}

i64 sys_lseek(struct context *c)
{
    struct desc *d = target(c);

    if (!d)
        return -EBADF;
    if (d->scheme->ops)
        return kernel_lseek(c, d, (i64)c->call.a[1], c->call.a[2]);
    return words(c, d, OP_LSEEK, c->call.a[1], c->call.a[2]);
}

/* Owner, flags, events */

i64 sys_fchown(struct context *c)
{
    struct desc *d = target(c);
    const struct creds *cred = &c->proc->cred;
    u32 uid = (u32)c->call.a[1], gid = (u32)c->call.a[2];

    if (!d)
        return -EBADF;
    if (d->scheme->ops)
        return -EBADF;
    if (!is_root(c->proc) && (uid != cred->euid || gid != cred->egid))
        return -EPERM;
    return words(c, d, OP_FCHOWN, uid, gid);
}

static void fcntl_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    struct desc *d = r->held[0];
    u64 cmd = r->entry.sqe.args[1], arg = r->entry.sqe.args[2];

    if (result >= 0) {
        result = 0;
        if (cmd == RX_F_SETFL)
            d->flags = (d->flags & (RX_O_ACCMODE | RX_O_STAT)) | ((u32)arg & RX_O_FCNTL_MASK);
        else if (cmd == RX_F_GETFL)
            result = d->flags & ~RX_O_MODE_MASK;
        else
            result = -EINVAL;
    }
    request_reply(r, result, fd, extra);
}

static i64 fcntl_fd(struct context *c, struct fd_slot *s)
{
    if (c->call.a[1] == RX_F_SETFD)
        s->flags = c->call.a[2] & RX_FD_FLAGS;
    return c->call.a[1] == RX_F_GETFD ? s->flags : 0;
}

i64 sys_fcntl(struct context *c)
{
    u64 cmd = c->call.a[1], arg = c->call.a[2];
    struct desc *d = target(c);
    struct request *r;

    if (!d)
        return -EBADF;
    if (cmd == RX_F_GETFD || cmd == RX_F_SETFD)
        return fcntl_fd(c, fd_slot(&c->proc->fds, c->call.a[0]));
    if (!d->scheme->ops) {
        if (!(r = request_for(c, d, OP_FCNTL)))
            return -ENOMEM;
        r->entry.sqe.args[1] = cmd;
        r->entry.sqe.args[2] = arg;
        r->done = fcntl_done;
        return request_go(r);
    }
    if (d->scheme->ops->fcntl) {
        i64 err = d->scheme->ops->fcntl(c, d, cmd, arg);
        if (err < 0)
            return err;
    }
    if (cmd == RX_F_GETFL)
        return d->flags & ~RX_O_MODE_MASK;
    if (cmd != RX_F_SETFL)
        return -EINVAL;
    d->flags = (d->flags & (RX_O_ACCMODE | RX_O_STAT)) | ((u32)arg & RX_O_FCNTL_MASK);
    return 0;
}

i64 sys_fevent(struct context *c)
{
    struct desc *d = target(c);

    if (!d)
        return -EBADF;
    if (d->scheme->ops)
        return d->scheme->ops->fevent ? d->scheme->ops->fevent(d, (u32)c->call.a[1]) : 0;
    return words(c, d, OP_FEVENT, c->call.a[1], 0);
}

/* Names */

static i64 name_call(struct context *c, u8 op)
{
    struct desc *d = target(c);
    struct request *r;

    if (!d)
        return -EBADF;
    if (d->scheme->ops)
        return -EBADF;
    if (c->call.a[5] > RX_PATH_MAX)
        return -ENAMETOOLONG;
    if (!(r = request_for(c, d, op)))
        return -ENOMEM;
    r->in_len = (u32)c->call.a[5];
    r->entry.sqe.args[2] = r->in_len;
    return request_go(r);
}

i64 sys_flink(struct context *c)
{
    return name_call(c, OP_FLINK);
}

i64 sys_frename(struct context *c)
{
    return name_call(c, OP_FRENAME);
}

i64 sys_fpath(struct context *c)
{
    struct desc *d = target(c);
    u64 len = min_u64(c->call.a[1], RX_PATH_MAX);
    struct request *r;

    if (!d)
        return -EBADF;
    if (d->scheme->ops)
        return d->scheme->ops->fpath ? d->scheme->ops->fpath(d, (char *)c->call.payload, len)
                                     : -EOPNOTSUPP;
    if (!(r = request_for(c, d, OP_FPATH)))
        return -ENOMEM;
    r->out_max = (u32)len;
    r->entry.sqe.args[2] = len;
    return request_go(r);
}

/* Stat and sync */

void fstat_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    if (result >= 0 && r->ctx) {
        u64 dev = r->scheme->id;
        memcpy(r->payload + offsetof(struct rx_stat, dev), &dev, sizeof(dev));
    }
    request_reply(r, result > 0 ? 0 : result, fd, extra);
}

i64 sys_fstat(struct context *c)
{
    struct desc *d = target(c);
    struct rx_stat st = {0};
    struct request *r;
    i64 err;

    if (!d)
        return -EBADF;
    if (d->scheme->ops) {
        if (!d->scheme->ops->fstat)
            return -EBADF;
        st.blksize = PAGE_SIZE;
        st.nlink = 1;
        if ((err = d->scheme->ops->fstat(d, &st)))
            return err;
        st.dev = d->scheme->id;
        memcpy(c->call.payload, &st, sizeof(st));
        return 0;
    }
    if (!(r = request_for(c, d, OP_FSTAT)))
        return -ENOMEM;
    r->out_fixed = sizeof(struct rx_stat);
    r->entry.sqe.args[2] = sizeof(struct rx_stat);
    r->done = fstat_done;
    return request_go(r);
}

i64 sys_fsync(struct context *c)
{
    struct desc *d = target(c);

    if (!d)
        return -EBADF;
    return d->scheme->ops ? 0 : words(c, d, OP_FSYNC, 0, 0);
}
