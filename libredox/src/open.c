/*
 * Requests with a path: open, status and removal, and duplicates, which open as well. What opens
 * answers by itself, since an answer may carry a descriptor.
 */
#include "scheme_lib.h"
#include "umk/abi/text.h"
#include <string.h>

#define OPS (r->scheme->ops)

/* The file comes to be the client's spare. -ENOTCONN: only the kernel can hand that over. */
static i64 fill_spare(struct request *r, const struct open_result *o, u32 flags)
{
    struct file *f = spare_to_fill(r);

    if (o->kind == OPEN_OTHER_SCHEME) {
        redox_close_v1((size_t)o->fd);
        return -ENOTCONN;
    }
    if (!f) {
        if (OPS->on_close)
            OPS->on_close(r->scheme, o->id);
        return -EBADF;
    }
    spare_fill(r, f, o->id, flags, o->flags & NEWFD_POSITIONED);
    return 0;
}

static void finish_open(struct request *r, i64 res, const struct open_result *o, u32 flags)
{
    struct file *f;

    if (res == SCHEME_RETRY && r->e.opcode == OP_OPENAT && !(r->e.args[4] & RX_O_NONBLOCK)) {
        request_park(r, PARK_RETRY);
        return;
    }
    if (res == SCHEME_PARKED || res == SCHEME_RETRY || res < 0) {
        request_answer(r, res == SCHEME_PARKED || res == SCHEME_RETRY ? -EAGAIN : res, CQE_REGULAR,
                       0);
        return;
    }
    if (r->ch) {
        request_answer(r, fill_spare(r, o, flags), CQE_REGULAR, 0);
        return;
    }
    if (o->kind == OPEN_OTHER_SCHEME) {
        request_answer(r, (i64)o->fd, CQE_WITH_FD, 0);
        return;
    }
    f = file_new(r->scheme, o->id, flags, o->flags & NEWFD_POSITIONED);
    if (!f) {
        if (OPS->on_close)
            OPS->on_close(r->scheme, o->id);
        request_answer(r, -ENOMEM, CQE_REGULAR, 0);
        return;
    }
    if (r->bind_channel != CHANNEL_NONE)
        serve_bind(r->scheme, r->bind_channel, r->bind_handle, file_number(f), false);
    request_answer(r, (i64)file_number(f), CQE_REGULAR, o->flags & NEWFD_POSITIONED);
}

void open_run(struct request *r, struct scheme_ctx *c, struct file *dir, const u8 *path)
{
    struct open_result o = {0};
    u32 flags = (u32)r->e.args[3];
    i64 res;

    if (r->ch && !spare_to_fill(r)) {
        request_answer(r, -EBADF, CQE_REGULAR, 0);
        return;
    }
    c->nonblock = r->e.args[4] & RX_O_NONBLOCK;
    res = OPS->openat ? OPS->openat(c, dir->id, (const char *)path, r->buf_len, flags,
                                    (u32)r->e.args[4], &o)
                      : -EOPNOTSUPP;
    finish_open(r, res, &o, flags);
}

void open_dup(struct request *r, struct scheme_ctx *c, const struct file *f)
{
    struct open_result o = {0};
    u32 flags = f->flags;
    i64 res = OPS->dup ? OPS->dup(c, f->id, r->buf, r->buf_len, &o) : -EOPNOTSUPP;

    finish_open(r, res, &o, flags);
}

/* The status goes where the path was. */
static i64 do_statat(struct request *r, struct scheme_ctx *c, const struct file *dir,
                     const u8 *path)
{
    struct open_result o = {0};
    u32 flags = (u32)r->e.args[3] | RX_O_STAT;
    i64 res = OPS->openat ? OPS->openat(c, dir->id, (const char *)path, r->buf_len, flags, 0, &o)
                          : -EOPNOTSUPP;

    if (res == SCHEME_PARKED)
        return -EAGAIN;
    if (res < 0)
        return res;
    if (o.kind == OPEN_OTHER_SCHEME) {
        redox_close_v1((size_t)o.fd);
        return -ENOTCONN;
    }
    c->open_flags = flags;
    res = request_stat(r, c, o.id, r->buf);
    if (OPS->on_close)
        OPS->on_close(r->scheme, o.id);
    return res;
}

i64 open_unlinkat(struct request *r, struct scheme_ctx *c, const struct file *f, const u8 *path)
{
    return OPS->unlinkat
               ? OPS->unlinkat(c, f->id, (const char *)path, r->buf_len, (u32)r->e.args[3])
               : -ENOENT;
}

/* Over a channel */

/*
 * The client can still change its path: the handler sees a copy, checked as the kernel checks
 * those that come through it. Handlers are done with a path when they return. NULL: it is no path.
 */
static const u8 *copy_of_path(const struct request *r)
{
    static u8 copy[CHANNEL_SMALL];

    if (r->buf_len > sizeof(copy))
        return NULL;
    memcpy(copy, r->buf, r->buf_len);
    return text_is_path(copy, r->buf_len) ? copy : NULL;
}

void open_over_channel(struct request *r, struct file *f, struct scheme_ctx *c)
{
    const u8 *path = copy_of_path(r);
    i64 res = -EINVAL;

    if (path && r->e.opcode == OP_OPENAT) {
        open_run(r, c, f, path);
        return;
    }
    if (path)
        res = r->e.opcode == OP_STATAT ? do_statat(r, c, f, path) : open_unlinkat(r, c, f, path);
    if (res == SCHEME_PARKED || res == SCHEME_RETRY)
        request_park(r, res == SCHEME_PARKED ? PARK_KEPT : PARK_RETRY);
    else
        request_answer(r, res, CQE_REGULAR, 0);
}
