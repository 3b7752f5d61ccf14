/*
 * Calls that make and drop descriptors: openat, dup, close, unlinkat, bind.
 *
 * An open or dup at a server is two steps. Before the request: the description to come, and a
 * handle in the channel if there is one, are reserved. When the answer is there, they are installed
 * or given back. w[] of the request: 0 lowest slot (or the exact slot), 1 close-on-exec, 2 exact.
 */
#include "umk/core/calls.h"
#include "umk/core/channel.h"
#include "umk/core/kschemes.h"
#include "umk/core/namespace.h"
#include "umk/core/scheme.h"

struct where {
    u64 slot; /* lowest acceptable, or the slot when exact */
    bool exact, cloexec;
};

/* Puts d (a reference is taken over) into the caller's table. Result: the fd. */
static i64 install(struct context *c, struct desc *d, const struct where *w)
{
    i64 fd = w->exact ? proc_fd_replace(c->proc, w->slot, d, w->cloexec)
                      : proc_fd_install(c->proc, w->slot, d, w->cloexec);
    struct binding *b;

    if (fd >= 0)
        return fd;
    /* no slot holds it: a handle that an open has just bound goes too */
    b = binding_find(c->proc, d);
    if (b && b->slots == 0)
        binding_end(b);
    desc_put(d);
    return fd;
}

static void reply_binding(struct context *c, struct desc *d)
{
    struct binding *b = binding_find(c->proc, d);

    c->call.ret[0] = b ? binding_word(b) : BINDING_NONE;
}

static struct desc *opened_desc(struct request *r, i64 result, struct desc *fd)
{
    struct desc *d = r->made;

    if (fd)
        return fd;
    r->made = NULL;
    d->number = (u64)result;
    return d;
}

static void open_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    struct where w = {r->w[0], r->w[2], r->w[1]};
    struct binding *b = r->binding;
    struct context *c = r->ctx;
    struct desc *d;

    (void)extra;
    if (b && (result < 0 || fd)) {
        binding_unreserve(b);
        b = NULL;
    }
    if (result < 0) {
        if (c) {
            c->request = NULL;
            context_finish(c, result);
        }
        return;
    }
    d = opened_desc(r, result, fd);
    if (!c) {
        if (b)
            binding_end(b);
        desc_put(d);
        return;
    }
    c->request = NULL;
    if (b)
        binding_set(b, d);
    result = install(c, d, &w);
    if (result >= 0)
        reply_binding(c, d);
    context_finish(c, result);
}

static i64 open_at_server(struct context *c, struct desc *target, u8 opcode, const struct where *w,
                          struct request **out, u32 flags)
{
    struct channel *ch = channel_for(c->proc, target->scheme, false);
    struct request *r = request_for(c, target, opcode);

    if (!r)
        return -ENOMEM;
    r->made = desc_new(target->scheme, 0, flags, NULL);
    if (!r->made) {
        request_free(r);
        return -ENOMEM;
    }
    r->w[0] = w->slot;
    r->w[1] = w->cloexec;
    r->w[2] = w->exact;
    r->entry.open_flags = flags;
    r->done = open_done;
    if (ch && binding_reserve(ch, &r->binding) == 0) {
        r->entry.channel = ch->server_number;
        r->entry.handle = r->binding->handle;
    }
    *out = r;
    return 0;
}

/* Openat */

/* A kernel scheme's open sees the reference without leading slashes, in a copy. */
static i64 open_in_kernel(struct context *c, struct desc *dir, const u8 *ref, size_t len, u32 flags,
                          const struct where *w)
{
    struct opened o = {0};
    char path[RX_PATH_MAX];
    size_t skip = 0;
    i64 res;

    if (!dir->scheme->ops->openat)
        return -EOPNOTSUPP;
    memcpy(path, ref, len);
    while (skip < len && path[skip] == '/')
        skip++;
    if (skip == len && (flags & RX_O_STAT) && !dir->priv && !dir->scheme->ops->getdents) {
        /* only to be looked at: nothing is made */
        o.desc = desc_new(dir->scheme, dir->number, flags, NULL);
        c->call.ret[0] = BINDING_NONE;
        return o.desc ? install(c, o.desc, w) : -ENOMEM;
    }
    res = dir->scheme->ops->openat(c, dir, path + skip, len - skip, flags, &o);
    if (res < 0)
        return res;
    c->call.ret[0] = BINDING_NONE;
    return install(c, o.desc, w);
}

/* Splits the payload of a call on a namespace: the name, then the reference. */
static i64 through_namespace(struct desc **dir, const u8 *payload, size_t name_len)
{
    char name[256];
    struct desc *cap;
    i64 err;

    if (name_len > sizeof(name))
        return -ENODEV;
    memcpy(name, payload, name_len);
    if (name_len == 9 && memcmp(name, "namespace", 9) == 0)
        return 0;
    if ((err = namespace_lookup(*dir, name, name_len, &cap)))
        return err;
    *dir = cap;
    return 0;
}

/* The directory a call with a path really goes to. ref_off, ref_len: the reference. */
static i64 resolve_dir(struct context *c, u64 fd, u64 name_len, u64 path_len, struct desc **dir)
{
    *dir = fd_lookup(&c->proc->fds, fd);
    if (!*dir)
        return -EBADF;
    if (path_len - name_len > RX_PATH_MAX)
        return -ENAMETOOLONG;
    if (namespace_is(*dir) && name_len)
        return through_namespace(dir, c->call.payload, name_len);
    return name_len ? -EBADF : 0;
}

i64 sys_openat(struct context *c)
{
    u64 *a = c->call.a;
    u64 path_len = a[5] & 0xFFFFFFFF, name_len = a[3];
    u32 flags = (u32)a[1];
    struct where w = {a[4] & RX_FD_UPPER, false, flags & RX_O_CLOEXEC};
    struct request *r;
    struct desc *dir;
    i64 err;

    if (path_len > PORTAL_PAYLOAD || name_len > path_len)
        return -ENAMETOOLONG;
    if ((err = resolve_dir(c, a[0], name_len, path_len, &dir)))
        return err;
    if (dir->scheme->ops)
        return open_in_kernel(c, dir, c->call.payload + name_len, path_len - name_len, flags, &w);
    if ((err = open_at_server(c, dir, OP_OPENAT, &w, &r, flags)))
        return err;
    r->in_off = (u32)name_len;
    r->in_len = (u32)(path_len - name_len);
    r->entry.sqe.args[2] = r->in_len;
    r->entry.sqe.args[3] = flags;
    r->entry.sqe.args[4] = a[2] & RX_O_FCNTL_MASK;
    return request_go(r);
}

i64 sys_unlinkat(struct context *c)
{
    u64 *a = c->call.a;
    u64 path_len = a[5] & 0xFFFFFFFF, name_len = a[2];
    struct desc *dir, *ns = fd_lookup(&c->proc->fds, a[0]);
    struct request *r;
    i64 err;

    if (path_len > PORTAL_PAYLOAD || name_len > path_len)
        return -ENAMETOOLONG;
    if (ns && namespace_is(ns) && name_len == path_len) {
        char name[256];

        if (name_len > sizeof(name))
            return -ENODEV;
        memcpy(name, c->call.payload, name_len);
        return ns->scheme->ops->unlinkat(c, ns, name, name_len, 0);
    }
    if ((err = resolve_dir(c, a[0], name_len, path_len, &dir)))
        return err;
    if (dir->scheme->ops)
        return -ENOENT;
    if (!(r = request_for(c, dir, OP_UNLINKAT)))
        return -ENOMEM;
    r->in_off = (u32)name_len;
    r->in_len = (u32)(path_len - name_len);
    r->entry.sqe.args[2] = r->in_len;
    r->entry.sqe.args[3] = (u32)a[1];
    return request_go(r);
}

/* Dup, close, bind */

static i64 dup_plain(struct context *c, struct desc *d, const struct where *w)
{
    i64 fd;

    desc_get(d);
    fd = install(c, d, w);
    if (fd >= 0)
        reply_binding(c, d);
    return fd;
}

static i64 dup_named(struct context *c, struct desc *d, u64 len, const struct where *w)
{
    struct opened o = {0};
    struct request *r;
    i64 res;

    if (len > PORTAL_PAYLOAD)
        return -E2BIG;
    if (d->scheme->ops) {
        if (!d->scheme->ops->dup)
            return -EOPNOTSUPP;
        res = d->scheme->ops->dup(c, d, c->call.payload, len, &o);
        if (res < 0)
            return res;
        c->call.ret[0] = BINDING_NONE;
        return install(c, o.desc, w);
    }
    if ((res = open_at_server(c, d, OP_DUP, w, &r, d->flags)))
        return res;
    r->in_len = (u32)len;
    r->entry.sqe.args[2] = len;
    return request_go(r);
}

static i64 dup_call(struct context *c, u64 len, const struct where *w)
{
    struct desc *d = fd_lookup(&c->proc->fds, c->call.a[0]);

    if (!d)
        return -EBADF;
    return len ? dup_named(c, d, len, w) : dup_plain(c, d, w);
}

i64 sys_dup_into(struct context *c)
{
    struct where w = {c->call.a[2], false, c->call.a[3] & RX_FD_CLOEXEC};

    if ((w.slot & ~RX_FD_UPPER) >= (w.slot & RX_FD_UPPER ? RX_FD_MAX : c->proc->fds.limit))
        return -EINVAL;
    return dup_call(c, c->call.a[1], &w);
}

i64 sys_dup2(struct context *c)
{
    struct where w = {c->call.a[1], true, c->call.a[3] & RX_FD_CLOEXEC};
    struct desc *d = fd_lookup(&c->proc->fds, c->call.a[0]);

    if (!d || (w.slot & ~RX_FD_UPPER) >= (w.slot & RX_FD_UPPER ? RX_FD_MAX : c->proc->fds.limit))
        return -EBADF;
    if (c->call.a[0] == w.slot && c->call.a[2] == 0) {
        reply_binding(c, d);
        return (i64)w.slot;
    }
    return dup_call(c, c->call.a[2], &w);
}

i64 sys_close(struct context *c)
{
    return proc_fd_close(c->proc, c->call.a[0]);
}

static u32 count_slots(struct process *p, const struct desc *d)
{
    u32 n = 0;

    for (u64 fd = fd_next(&p->fds, 0); fd != RX_FD_NONE; fd = fd_next(&p->fds, fd + 1))
        n += fd_lookup(&p->fds, fd) == d;
    return n;
}

/* Reserves a handle for d, a description of ch's scheme, and tells the server. */
static struct binding *bind(struct channel *ch, struct desc *d, bool root)
{
    struct request *msg = request_new(d->scheme, OP_BIND);
    struct binding *b;

    if (!msg)
        return NULL;
    if (binding_reserve(ch, &b)) {
        request_free(msg);
        return NULL;
    }
    if (root)
        binding_set_root(b, d);
    else
        binding_set(b, d);
    msg->entry.sqe.args[0] = ch->server_number;
    msg->entry.sqe.args[1] = b->handle;
    msg->entry.sqe.args[2] = d->number;
    msg->entry.sqe.args[3] = root;
    msg->entry.open_flags = d->flags;
    request_post(msg);
    return b;
}

/* The root of a scheme that the namespace d has a name for. */
static i64 bind_root(struct context *c, struct desc *d, u64 name_len)
{
    struct channel *ch;
    struct binding *b;
    i64 err;

    c->call.ret[0] = BINDING_NONE;
    if ((err = through_namespace(&d, c->call.payload, name_len)))
        return err;
    if (!(ch = channel_for(c->proc, d->scheme, true)))
        return 0;
    b = binding_find_root(c->proc, d);
    if (!b)
        b = bind(ch, d, true);
    if (b)
        c->call.ret[0] = binding_word(b);
    return 0;
}

i64 sys_bind(struct context *c)
{
    struct desc *d = fd_lookup(&c->proc->fds, c->call.a[0]);
    struct channel *ch;
    struct binding *b;

    if (!d)
        return -EBADF;
    if (c->call.a[1])
        return bind_root(c, d, c->call.a[1]);
    reply_binding(c, d);
    if (c->call.ret[0] != BINDING_NONE)
        return 0;
    if (d->scheme->ops == &pipe_ops)
        return pipe_ring_bind(c, d);
    if (!(ch = channel_for(c->proc, d->scheme, true)) || !(b = bind(ch, d, false)))
        return 0;
    b->slots = count_slots(c->proc, d);
    c->call.ret[0] = binding_word(b);
    return 0;
}
