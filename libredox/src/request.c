/*
 * A request to a server: decoded, handed to the server's handler, parked or answered. The same path
 * for requests from the kernel's queue and over channels; what came over a channel was written by
 * a client that may be hostile, so every length is checked against the buffer it came with.
 *
 *     taken --handler answers--> answered, free
 *     taken --SCHEME_RETRY--> RETRY --scheme_wake--> taken again
 *     taken --SCHEME_PARKED--> KEPT --scheme_answer--> answered, free
 *     RETRY --cancelled--> answered ECANCELED;  KEPT --cancelled--> on_cancel
 */
#include "scheme_lib.h"
#include <stdlib.h>
#include <string.h>

static struct request *free_requests;
static u64 next_name;

struct request *request_take(struct scheme *s)
{
    struct request *r = free_requests;

    if (r)
        free_requests = r->next;
    else if (!(r = malloc(sizeof(*r))))
        return NULL;
    r->scheme = s;
    r->name = ++next_name;
    r->ch = NULL;
    r->bind_channel = CHANNEL_NONE;
    r->park = PARK_NONE;
    r->moved = false;
    r->orphan = false;
    return r;
}

static void request_put(struct request *r)
{
    r->next = free_requests;
    free_requests = r;
}

void request_give_back(struct request *r)
{
    request_put(r);
}

void request_park(struct request *r, enum park how)
{
    r->park = how;
    r->next = r->scheme->parked;
    r->scheme->parked = r;
}

static void unpark(struct request *r)
{
    struct request **at = &r->scheme->parked;

    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    r->park = PARK_NONE;
}

/* Answers */

static void answer_channel(struct request *r, i64 result, bool positioned)
{
    r->ch->busy &= ~(1u << r->slot);
    serve_answer_slot(r->ch, r->slot, result, positioned);
}

void request_answer(struct request *r, i64 result, u32 kind, u32 extra)
{
    struct file *f;

    if (r->park != PARK_NONE)
        unpark(r);
    if (r->orphan) {
        request_put(r);
        return;
    }
    if (r->ch) {
        f = file_by_number(r->scheme, r->file);
        answer_channel(r, result, f && f->positioned);
    } else if (!(r->e.flags & SQE_ONEWAY)) {
        f = file_by_number(r->scheme, r->file);
        /* a plain answer to a standard file call would end the kernel's telling of detaches */
        if (r->e.opcode == OP_STD_FS_CALL && f && f->detaches)
            kind = CQE_NOTIFY_ON_DETACH;
        serve_answer_queue(r->scheme, kind, r->e.tag, (u64)result, extra);
    }
    request_put(r);
}

/* Handlers' common ground */

static struct scheme_ctx ctx_of(struct request *r, const struct file *f)
{
    struct scheme_ctx c = {.scheme = r->scheme, .request = r->name, .library = (u64)(uintptr_t)r};

    c.open_flags = f ? f->flags : 0;
    c.nonblock = c.open_flags & RX_O_NONBLOCK;
    if (r->ch) {
        c.pid = r->ch->pid;
        c.uid = r->ch->uid;
        c.gid = r->ch->gid;
    } else {
        c.pid = (u32)r->e.caller;
        c.uid = r->uid;
        c.gid = r->gid;
    }
    return c;
}

#define OPS (r->scheme->ops)

/* Reading, writing, position */

static i64 position_of(struct request *r, struct scheme_ctx *c, struct file *f, bool write,
                       u64 *offset)
{
    *offset = r->e.args[3];
    if (r->e.args[4] != UINT64_MAX) {
        c->open_flags = (u32)r->e.args[4];
        c->nonblock = c->open_flags & RX_O_NONBLOCK;
    }
    if (!f->positioned)
        return *offset == OFFSET_CURRENT ? 0 : -ESPIPE;
    if (write && (c->open_flags & RX_O_APPEND)) {
        i64 size = OPS->fsize ? OPS->fsize(c, f->id) : -ESPIPE;
        if (size < 0)
            return size;
        *offset = (u64)size;
    } else if (*offset == OFFSET_CURRENT) {
        *offset = f->offset;
    } else {
        return *offset > INT64_MAX ? -EINVAL : 0;
    }
    return 0;
}

static i64 do_io(struct request *r, struct scheme_ctx *c, struct file *f, bool write)
{
    u64 number = r->file, offset;
    bool current = r->e.args[3] == OFFSET_CURRENT;
    u32 want = write ? RX_O_WRONLY : RX_O_RDONLY;
    i64 n;

    u64 chain = r->ch ? r->e.args[5] : 0; /* names the pieces of one long transfer */

    if (chain && chain == f->broken_chain)
        return 0;
    if (!(f->flags & want) || (write ? !OPS->write : !OPS->read))
        return -EBADF;
    if ((n = position_of(r, c, f, write, &offset)))
        return n;
    n = write ? OPS->write(c, f->id, r->buf, r->buf_len, offset)
              : OPS->read(c, f->id, r->buf, r->buf_len, offset);
    /* the handler may have closed files; the number tells whether this one still is */
    f = file_by_number(r->scheme, number);
    if (n > 0 && f && f->positioned && current)
        f->offset = offset + (u64)n;
    if (n == SCHEME_PARKED && f && f->positioned) {
        /* The next piece, and the next request at the current position, go on behind this one,
         * answered or not. */
        r->position = offset;
        r->moved = current;
        if (current)
            f->offset = offset + r->buf_len;
    } else if (f && chain && n != (i64)r->buf_len) {
        f->broken_chain = chain;
        f->broken_at = offset;
        r->e.args[5] = 0; /* one that waits is tried again, on its own */
    }
    return n;
}

/* A parked read or write moved less than it was to: so far goes the position, unless somebody has
 * moved it since. */
static void settle_position(const struct request *r, i64 result)
{
    struct file *f = file_by_number(r->scheme, r->file);

    if (r->moved && f && f->offset == r->position + r->buf_len)
        f->offset = r->position + (result > 0 ? (u64)result : 0);
}

static i64 do_lseek(struct request *r, struct scheme_ctx *c, struct file *f)
{
    i64 by = (i64)r->e.args[1], base, to;

    switch (r->e.args[2]) {
    case RX_SEEK_SET:
        base = 0;
        break;
    case RX_SEEK_CUR:
        base = (i64)f->offset;
        break;
    case RX_SEEK_END:
        base = OPS->fsize ? OPS->fsize(c, f->id) : -ESPIPE;
        break;
    default:
        return -EINVAL;
    }
    if (base < 0)
        return base;
    if (!f->positioned)
        return -ESPIPE;
    if (__builtin_add_overflow(base, by, &to))
        return -EOVERFLOW;
    if (to < 0)
        return -EINVAL;
    f->offset = (u64)to;
    return to;
}

/* Standard file calls */

static i64 do_getdents(struct request *r, struct scheme_ctx *c, const struct file *f, u64 start)
{
    struct dirent_builder b = {.buf = r->buf, .len = r->buf_len};
    i64 res;

    if (!OPS->getdents)
        return -ENOTDIR;
    res = OPS->getdents(c, f->id, &b, start);
    return res < 0 ? res : (i64)b.used;
}

/* Over a channel nobody behind this fills in the device, as the kernel does. */
i64 request_stat(struct request *r, struct scheme_ctx *c, u64 id, u8 *out)
{
    struct rx_stat st = {0};
    i64 res;

    if (!OPS->fstat)
        return -EOPNOTSUPP;
    res = OPS->fstat(c, id, &st);
    if (res < 0)
        return res;
    if (r->ch)
        st.dev = r->ch->dev;
    memcpy(out, &st, sizeof(st));
    return 0;
}

static i64 do_fstat(struct request *r, struct scheme_ctx *c, const struct file *f)
{
    return r->buf_len < sizeof(struct rx_stat) ? -EINVAL : request_stat(r, c, f->id, r->buf);
}

static i64 do_fstatvfs(struct request *r, struct scheme_ctx *c, const struct file *f)
{
    struct rx_statvfs st = {0};
    i64 res;

    if (!OPS->fstatvfs)
        return -EOPNOTSUPP;
    if (r->buf_len < sizeof(st))
        return -EINVAL;
    res = OPS->fstatvfs(c, f->id, &st);
    if (res >= 0)
        memcpy(r->buf, &st, sizeof(st));
    return res < 0 ? res : 0;
}

static i64 do_futimens(struct request *r, struct scheme_ctx *c, const struct file *f)
{
    struct rx_timespec t[2];

    if (!OPS->futimens)
        return -EBADF;
    if (r->buf_len < sizeof(t))
        return -EINVAL;
    memcpy(t, r->buf, sizeof(t));
    return OPS->futimens(c, f->id, t);
}

static i64 do_std_fs(struct request *r, struct scheme_ctx *c, struct file *f)
{
    u64 kind = r->e.args[3] & 0xFF, a1 = r->e.args[4], a2 = r->e.args[5];
    struct file *second;

    switch (kind) {
    case STD_FCHMOD:
        return OPS->fchmod ? OPS->fchmod(c, f->id, (u32)a1) : -EOPNOTSUPP;
    case STD_FCHOWN:
        return OPS->fchown ? OPS->fchown(c, f->id, (u32)a1, (u32)a2) : -EOPNOTSUPP;
    case STD_GETDENTS:
        return a2 < RX_DIRENT_HEADER ? -EIO : do_getdents(r, c, f, a1);
    case STD_FSTAT:
        return do_fstat(r, c, f);
    case STD_FSTATVFS:
        return do_fstatvfs(r, c, f);
    case STD_FSYNC:
        return OPS->fsync ? OPS->fsync(c, f->id) : 0;
    case STD_FTRUNCATE:
        if (!(f->flags & RX_O_WRONLY))
            return -EBADF;
        return OPS->ftruncate ? OPS->ftruncate(c, f->id, a1) : -EBADF;
    case STD_FUTIMENS:
        return do_futimens(r, c, f);
    case STD_LOCK:
        /* given up, so that the client asks by the kernel */
        if (r->ch && locks_kernel_first(f, r->e.args))
            return -ECANCELED;
        return locks_call(c, f, r->e.args, r->buf, r->buf_len);
    case STD_UNLOCK:
    case STD_GETLOCK:
        return locks_call(c, f, r->e.args, r->buf, r->buf_len);
    case STD_RELPATHAT:
        second = r->e.flags & SQE_MULTIPLE_IDS ? file_by_number(r->scheme, a2) : NULL;
        if (!second)
            return -EINVAL;
        return OPS->relpathat ? OPS->relpathat(c, f->id, second->id, (char *)r->buf, r->buf_len)
                              : -EOPNOTSUPP;
    default:
        return -EOPNOTSUPP;
    }
}

/* The table */

/* The kernel checks the same, against flags that it may have from the client (a spare's). */
static bool may_map(const struct file *f, u32 prot)
{
    bool writes = (prot & RX_PROT_WRITE) && (prot & RX_MAP_SHARED);

    return (f->flags & RX_O_RDONLY) && (!writes || (f->flags & RX_O_WRONLY));
}

static i64 do_words(struct request *r, struct scheme_ctx *c, struct file *f)
{
    const u64 *a = r->e.args;
    i64 res;

    switch (r->e.opcode) {
    case OP_FSIZE:
        return OPS->fsize ? OPS->fsize(c, f->id) : -ESPIPE;
    case OP_FCHOWN:
        return OPS->fchown ? OPS->fchown(c, f->id, (u32)a[1], (u32)a[2]) : -EOPNOTSUPP;
    case OP_FCNTL:
        res = OPS->fcntl ? OPS->fcntl(c, f->id, a[1], a[2]) : 0;
        if (res >= 0 && a[1] == RX_F_SETFL)
            f->flags = (f->flags & ~RX_O_FCNTL_MASK) | ((u32)a[2] & RX_O_FCNTL_MASK);
        return res;
    case OP_FEVENT:
        return OPS->fevent ? OPS->fevent(c, f->id, (u32)a[1]) : 0;
    case OP_FSYNC:
        return OPS->fsync ? OPS->fsync(c, f->id) : 0;
    case OP_LSEEK:
        return do_lseek(r, c, f);
    case OP_CLOSE:
        return spare_empty(r->scheme, f);
    case OP_MMAP_PREP:
        if (!may_map(f, (u32)a[2]))
            return -EACCES;
        return OPS->mmap_prep ? OPS->mmap_prep(c, f->id, a[3], a[1], (u32)a[2]) : -EOPNOTSUPP;
    case OP_MUNMAP:
        return OPS->munmap ? OPS->munmap(c, f->id, a[3], a[1], (u32)a[2]) : -EOPNOTSUPP;
    case OP_SENDFD:
        return OPS->on_sendfd ? OPS->on_sendfd(c, f->id, a[3], a[2]) : -EOPNOTSUPP;
    default:
        return -ENOSYS;
    }
}

/* A call on two files has two words of metadata; the third names the second file. */
static i64 do_call(struct request *r, struct scheme_ctx *c, struct file *f)
{
    u64 meta[CALL_META_MAX] = {r->e.args[3], r->e.args[4], r->e.args[5]};

    if (!OPS->call)
        return -EOPNOTSUPP;
    if (r->e.flags & SQE_MULTIPLE_IDS) {
        struct file *second = file_by_number(r->scheme, meta[2]);

        if (!second)
            return -EBADF;
        meta[2] = second->id;
    }
    return OPS->call(c, f->id, r->buf, r->buf_len, meta);
}

static i64 do_buffer(struct request *r, struct scheme_ctx *c, struct file *f)
{
    const char *path = (const char *)r->buf;

    switch (r->e.opcode) {
    case OP_READ:
        return do_io(r, c, f, false);
    case OP_WRITE:
        return do_io(r, c, f, true);
    case OP_STD_FS_CALL:
        return do_std_fs(r, c, f);
    case OP_FSTAT:
        return do_fstat(r, c, f);
    case OP_FPATH:
        return OPS->fpath ? OPS->fpath(c, f->id, (char *)r->buf, r->buf_len) : -EOPNOTSUPP;
    case OP_CALL:
        return do_call(r, c, f);
    case OP_UNLINKAT:
        return open_unlinkat(r, c, f, r->buf);
    case OP_FLINK:
        return OPS->flink ? OPS->flink(c, f->id, path, r->buf_len) : -EOPNOTSUPP;
    case OP_FRENAME:
        return OPS->frename ? OPS->frename(c, f->id, path, r->buf_len) : -EOPNOTSUPP;
    default:
        return do_words(r, c, f);
    }
}

/* What only the kernel may ask: a client's channel carries operations on open files. */
static bool kernel_only(u8 op)
{
    return op == OP_DUP || op == OP_FLINK || op == OP_FRENAME || op == OP_SENDFD ||
           op == OP_RECVFD || op == OP_MMAP_PREP || op == OP_MUNMAP || op == OP_FCHOWN ||
           op == OP_FCNTL || op == OP_FEVENT || op == OP_SPARE;
}

static void run_recvfd(struct request *r, struct scheme_ctx *c, const struct file *f)
{
    i64 res = OPS->on_recvfd ? OPS->on_recvfd(c, f->id, r->e.args[2], r->e.args[3]) : -EOPNOTSUPP;

    request_answer(r, res, res < 0 ? CQE_REGULAR : CQE_WITH_MULTIPLE_FDS, 0);
}

/* The page is the kernel's to read when this process faults. */
static void note_served(const struct request *r, const struct file *f, const struct scheme_ctx *c)
{
    gate_page->served[gate_page->served_count % SERVED_KEPT] =
        (struct served){.opcode = r->e.opcode,
                        .over_channel = r->ch != NULL,
                        .pid = c->pid,
                        .file = f->id,
                        .len = r->buf_len};
    gate_page->served_count++;
    gate_page->serving = 1;
}

static void run_handler(struct request *r, struct file *f, struct scheme_ctx *c)
{
    i64 res;

    if (r->ch && serve_has_path(r->e.opcode)) {
        open_over_channel(r, f, c);
        return;
    }
    if (r->e.opcode == OP_OPENAT) {
        open_run(r, c, f, r->buf);
        return;
    }
    if (r->e.opcode == OP_DUP) {
        open_dup(r, c, f);
        return;
    }
    if (r->e.opcode == OP_RECVFD) {
        run_recvfd(r, c, f);
        return;
    }
    res = do_buffer(r, c, f);
    if (res == SCHEME_PARKED)
        request_park(r, PARK_KEPT);
    else if (res == SCHEME_RETRY && !c->nonblock)
        request_park(r, PARK_RETRY);
    else
        request_answer(r, res == SCHEME_RETRY ? -EAGAIN : res, CQE_REGULAR, 0);
}

void request_run(struct request *r)
{
    struct file *f = file_by_number(r->scheme, r->file);
    struct scheme_ctx c;

    if (r->e.opcode == OP_SPARE && !r->ch) {
        request_answer(r, spare_make(r), CQE_REGULAR, 0);
        return;
    }
    if (!f || (r->ch && kernel_only(r->e.opcode))) {
        request_answer(r, f ? -EINVAL : -EBADF, CQE_REGULAR, 0);
        return;
    }
    c = ctx_of(r, f);
    note_served(r, f, &c);
    run_handler(r, f, &c);
    gate_page->serving = 0;
}

/* Parked requests */

/*
 * A parked piece of a long transfer: when it moved less than it was to, the position goes back to
 * where that was, and the pieces behind it count for nothing, whatever they moved.
 */
static i64 settle_chain(struct request *r, i64 result)
{
    struct file *f = file_by_number(r->scheme, r->file);
    u64 chain = r->ch ? r->e.args[5] : 0;

    if (!f || !chain || (r->e.opcode != OP_READ && r->e.opcode != OP_WRITE))
        return result;
    if (f->broken_chain == chain && r->position >= f->broken_at) {
        r->moved = false;
        return 0;
    }
    if (result != (i64)r->buf_len) {
        f->broken_chain = chain;
        f->broken_at = r->position;
        if (r->moved)
            f->offset = r->position + (result > 0 ? (u64)result : 0);
        r->moved = false;
    }
    return result;
}

void scheme_answer(struct scheme *s, u64 name, i64 result)
{
    for (struct request *r = s->parked; r; r = r->next)
        if (r->name == name && r->park == PARK_KEPT) {
            result = settle_chain(r, result);
            settle_position(r, result);
            request_answer(r, result, CQE_REGULAR, 0);
            return;
        }
}

/* The list changes while it is worked on: what waits now is taken off first. */
static void wake(struct scheme *s, bool all, u64 id)
{
    struct request *again = NULL, **at = &s->parked;

    while (*at) {
        struct request *r = *at;
        const struct file *f = file_by_number(s, r->file);

        if (r->park == PARK_RETRY && (all || !f || f->id == id)) {
            *at = r->next;
            r->park = PARK_NONE;
            r->next = again;
            again = r;
        } else {
            at = &r->next;
        }
    }
    while (again) {
        struct request *r = again;

        again = r->next;
        if (r->orphan)
            request_put(r);
        else
            request_run(r);
    }
}

void scheme_wake(struct scheme *s, u64 id)
{
    wake(s, false, id);
}

void scheme_wake_all(struct scheme *s)
{
    wake(s, true, 0);
}

static void cancel(struct request *r)
{
    if (r->park == PARK_RETRY)
        request_answer(r, -ECANCELED, CQE_REGULAR, 0);
    else if (OPS->on_cancel)
        OPS->on_cancel(r->scheme, r->name);
}

void request_cancel(struct scheme *s, const struct server_channel *ch, u32 tag)
{
    for (struct request *r = s->parked; r; r = r->next)
        if (r->ch == ch && !r->orphan && (ch ? r->slot == tag : r->e.tag == tag)) {
            cancel(r);
            return;
        }
}

/* A channel is gone: its requests are given up, and nobody hears the answers. */
void request_orphan(struct server_channel *ch)
{
    for (struct request *r = ch->scheme->parked, *next; r; r = next) {
        next = r->next;
        if (r->ch != ch)
            continue;
        r->ch = NULL;
        r->orphan = true;
        cancel(r);
        /* the handler may have answered others on the way */
        next = ch->scheme->parked;
        while (next && next->ch != ch)
            next = next->next;
    }
}

/* The last reference to a file is gone while requests on it wait: a caller that died. */
void request_fail_file(struct scheme *s, u64 number)
{
    for (struct request *r = s->parked, *next; r; r = next) {
        next = r->next;
        if (r->file == number && r->park == PARK_RETRY)
            request_answer(r, -ECANCELED, CQE_REGULAR, 0);
        else if (r->file == number)
            r->moved = false; /* a spare's number may stand for another file when it ends */
    }
}
