/*
 * Calls on address spaces: fmap, funmap, mprotect. The hosted gate carries out private memory,
 * protection and unmapping by itself; objects are handed to it by the machine.
 */
#include "umk/core/calls.h"
#include "umk/core/scheme.h"

static u32 machine_prot(u32 prot)
{
    return (prot & RX_PROT_READ ? MAPPROT_READ : 0) | (prot & RX_PROT_WRITE ? MAPPROT_WRITE : 0) |
           (prot & RX_PROT_EXEC ? MAPPROT_EXEC : 0);
}

static void set_window(struct process *p)
{
    u64 base = process_window(p);

    if (p->aspace.low)
        return;
    p->aspace.low = base + WINDOW_MAPPINGS;
    p->aspace.high = base + (WINDOW_END - WINDOW_DEFAULT);
}

static i64 set_limit(struct process *p, u64 more)
{
    return core.machine->body_limit(p->body, p->aspace.private_bytes + more);
}

/* Finds the place of a region and adds it to the address space. Result: the address. */
static i64 add_region(struct context *c, struct region *r, u64 address, u64 len)
{
    struct process *p = c->proc;
    i64 at, err;

    set_window(p);
    at = aspace_place(&p->aspace, address, len, r->flags);
    if (at < 0)
        return at;
    r->start = (u64)at;
    r->end = (u64)at + len;
    r->flags &= RX_MAP_SHARED | RX_MAP_PRIVATE;
    if (!process_may_map(p, len, !r->object || !(r->flags & RX_MAP_SHARED)))
        return -ENOMEM;
    if ((err = set_limit(p, len)) || (err = aspace_unmap(p, &p->aspace, r->start, r->end)) ||
        (err = aspace_map(&p->aspace, r)))
        return err;
    return at;
}

/* Maps a region that is described except for its place. Result: the address. */
static i64 map_region(struct context *c, struct region *r, u64 address, u64 len)
{
    struct process *p = c->proc;
    u32 prot = machine_prot(r->prot);
    i64 at = add_region(c, r, address, len), err;

    if (at < 0) {
        aspace_tell_unmapped(p->pid, r);
        return at;
    }
    if (r->object)
        err = core.machine->map(p->body, r->object, r->start, r->offset, len, prot,
                                r->flags & RX_MAP_SHARED);
    else
        err = core.machine->map_anon(p->body, r->start, len, prot);
    if (err) {
        aspace_unmap(p, &p->aspace, r->start, r->end);
        return err;
    }
    return at;
}

i64 server_pages(struct scheme *s, u64 address, u64 size, struct object **o, u64 *offset)
{
    struct region *r = s->owner ? aspace_find(&s->owner->aspace, address) : NULL;

    if (!r || !r->object || r->object->is_portal || !(r->flags & RX_MAP_SHARED) ||
        address & PAGE_MASK || r->end - address < page_up(size))
        return -EINVAL;
    *o = r->object;
    *offset = r->offset + (address - r->start);
    return 0;
}

static void mmap_prep_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    struct context *c = r->ctx;
    u64 len = page_up(r->w[1]);
    struct region region = {.end = len,
                            .prot = (u32)r->w[0] & RX_PROT_MASK,
                            .flags = (u32)r->w[0],
                            .file = r->held[0],
                            .file_offset = r->entry.sqe.args[3]};

    if (result >= 0) {
        i64 err =
            c ? server_pages(r->scheme, (u64)result, len, &region.object, &region.offset) : -EINTR;
        if (err == 0)
            result = map_region(c, &region, r->w[2], len);
        else {
            aspace_tell_unmapped((u32)r->entry.sqe.caller, &region);
            result = err;
        }
    }
    request_reply(r, result, fd, extra);
}

static i64 fmap_server(struct context *c, struct desc *d, u64 offset, u64 size, u32 flags,
                       u64 address)
{
    struct request *r;

    if (d->scheme->owner == c->proc)
        return -EBUSY;
    if (!(r = request_for(c, d, OP_MMAP_PREP)))
        return -ENOMEM;
    r->entry.sqe.args[1] = size;
    r->entry.sqe.args[2] = flags;
    r->entry.sqe.args[3] = offset;
    r->w[0] = flags;
    r->w[1] = size;
    r->w[2] = address;
    r->done = mmap_prep_done;
    return request_go(r);
}

/* Private memory, or with RX_MAP_SHARED an object of its own, which a fork shares. */
static i64 map_anonymous(struct context *c, struct region *r, u64 address, u64 size)
{
    i64 res;

    if (!(r->flags & RX_MAP_SHARED))
        return map_region(c, r, address, size);
    if ((res = object_new(size, &r->object)))
        return res;
    res = map_region(c, r, address, size);
    object_put(r->object);
    return res;
}

i64 sys_fmap(struct context *c)
{
    u64 fd = c->call.a[0], offset = c->call.a[1], size = c->call.a[2], address = c->call.a[4];
    u32 flags = (u32)c->call.a[3];
    struct region r = {.prot = flags & RX_PROT_MASK, .flags = flags & ~RX_PROT_MASK};
    struct desc *d;
    i64 err;

    if (size == 0 || size > (1ull << 46) || offset & PAGE_MASK || address & PAGE_MASK)
        return -EINVAL;
    if ((flags & RX_PROT_WRITE) && (flags & RX_PROT_EXEC))
        return -EACCES;
    if (fd == RX_ANON_FD)
        return size & PAGE_MASK ? -EINVAL : map_anonymous(c, &r, address, size);
    if (!(d = fd_lookup(&c->proc->fds, fd)))
        return -EBADF;
    if ((d->flags & RX_O_STAT) || !(d->flags & RX_O_RDONLY) ||
        ((flags & RX_PROT_WRITE) && (flags & RX_MAP_SHARED) && !(d->flags & RX_O_WRONLY)))
        return -EACCES;
    if (!d->scheme->ops)
        return fmap_server(c, d, offset, size, flags, address);
    if (!d->scheme->ops->fmap)
        return -EOPNOTSUPP;
    if ((err = d->scheme->ops->fmap(d, offset, page_up(size), &flags, &r.object, &r.offset)))
        return err;
    r.flags = flags & ~RX_PROT_MASK;
    return map_region(c, &r, address, page_up(size));
}

i64 sys_funmap(struct context *c)
{
    u64 start = c->call.a[0], end;
    struct process *p = c->proc;
    i64 err;

    if (start & PAGE_MASK || c->call.a[1] == 0 || c->call.a[1] > (1ull << 46) ||
        add_overflows(start, page_up(c->call.a[1]), &end))
        return -EINVAL;
    if ((err = core.machine->unmap(p->body, start, end - start)) ||
        (err = aspace_unmap(p, &p->aspace, start, end)))
        return err;
    set_limit(p, 0);
    return 0;
}

i64 sys_msync(struct context *c)
{
    u64 start = c->call.a[0];
    const struct region *r;
    struct request *msg;

    if (start & PAGE_MASK)
        return -EINVAL;
    r = aspace_find(&c->proc->aspace, start);
    if (!r)
        return -ENOMEM;
    c->call.ret[0] = r->end;
    if (!r->file || r->file->scheme->ops || !(r->flags & RX_MAP_SHARED))
        return 0;
    msg = request_for(c, r->file, OP_FSYNC);
    return msg ? request_go(msg) : -ENOMEM;
}

i64 sys_mprotect(struct context *c)
{
    u64 start = c->call.a[0], end;
    u32 prot = (u32)c->call.a[2];
    struct process *p = c->proc;
    i64 err;

    if (start & PAGE_MASK || c->call.a[1] == 0 || c->call.a[1] > (1ull << 46) ||
        add_overflows(start, page_up(c->call.a[1]), &end) || (prot & ~RX_PROT_MASK))
        return -EINVAL;
    if ((prot & RX_PROT_WRITE) && (prot & RX_PROT_EXEC))
        return -EACCES;
    if ((err = aspace_protect(&p->aspace, start, end, prot)))
        return err;
    return core.machine->protect(p->body, start, end - start, machine_prot(prot));
}
