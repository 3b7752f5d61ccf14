/*
 * Descriptors: open, duplicate, close, pass on, and calls on them. Every change to
 * the descriptor table is told to the channels here, so that an operation never goes
 * over the channel of a file that the number used to stand for.
 */
#include "spare.h"

/*
 * This process has asked for a record lock. What ends a lock must be over when close returns:
 * whoever hears of it may ask for the lock over a channel, before a close that waits for the next
 * call of the kernel.
 */
static bool locks_used;

/* Notes the binding of a descriptor just made. */
static i64 note_new(i64 fd, const u64 ret[4])
{
    if (fd >= 0)
        chan_note((u64)fd, ret[0]);
    return fd;
}

/* What to ask for a path over a channel, or BINDING_NONE. */
static u64 path_binding(u64 dir, struct span name)
{
    return name.len ? root_binding(dir, name) : chan_binding(dir);
}

i64 fd_openat(u64 dir, struct span name, struct span ref, u32 flags, u32 fcntl_flags, u64 table)
{
    u64 ret[4], at = table ? BINDING_NONE : path_binding(dir, name);
    i64 fd;

    if (at != BINDING_NONE && (fd = spare_open(at, ref, flags, fcntl_flags)) != -ENOTCONN)
        return fd;
    fd = gate_call2(SYS_OPENAT,
                    GATE_ARGS(dir, flags, fcntl_flags, name.len, table, name.len + ref.len), name.p,
                    name.len, ref.p, ref.len, ret);
    if (fd >= 0 && at != BINDING_NONE)
        spare_wish(at);
    return note_new(fd, ret);
}

i64 fd_statat(u64 dir, struct span name, struct span ref, u32 flags, struct rx_stat *st)
{
    u64 at = path_binding(dir, name);
    bool positioned;

    if (at == BINDING_NONE)
        return -ENOTCONN;
    return chan_path_call(at, OP_STATAT, ref, (const u64[3]){flags, 0, 0}, st, sizeof(*st),
                          &positioned);
}

i64 fd_unlinkat(u64 dir, struct span name, struct span ref, u32 flags)
{
    u64 at = path_binding(dir, name);
    bool positioned;
    i64 r = -ENOTCONN;

    if (at != BINDING_NONE && ref.len > 0)
        r = chan_path_call(at, OP_UNLINKAT, ref, (const u64[3]){flags, 0, 0}, NULL, 0, &positioned);
    if (r != -ENOTCONN)
        return r;
    return gate_call2(SYS_UNLINKAT, GATE_ARGS(dir, flags, name.len, 0, 0, name.len + ref.len),
                      name.p, name.len, ref.p, ref.len, NULL);
}

i64 fd_dup(u64 fd, const void *request, size_t len, u64 lowest, u32 cloexec)
{
    u64 ret[4];
    const struct gate_buf buf = {.in = request, .in_len = len};
    return note_new(gate_call(SYS_DUP_INTO, GATE_ARGS(fd, len, lowest, cloexec), &buf, ret), ret);
}

i64 fd_dup2(u64 fd, u64 new_fd, const void *request, size_t len, u32 cloexec)
{
    u64 ret[4];
    const struct gate_buf buf = {.in = request, .in_len = len};
    if (fd != new_fd)
        chan_note(new_fd, BINDING_NONE);
    return note_new(gate_call(SYS_DUP2, GATE_ARGS(fd, new_fd, len, cloexec), &buf, ret), ret);
}

i64 fd_close(u64 fd)
{
    bool open = chan_bound(fd);

    chan_note(fd, BINDING_NONE);
    if (spare_close(fd))
        return 0;
    i64 r = 0;
    if (!open || __atomic_load_n(&locks_used, __ATOMIC_RELAXED) || spare_lies_above(fd) ||
        !gate_close_later(fd))
        r = gate_call(SYS_CLOSE, GATE_ARGS(fd), NULL, NULL);
    spare_ask();
    return r;
}

void fd_note_lock(void)
{
    __atomic_store_n(&locks_used, true, __ATOMIC_RELAXED);
}

i64 fd_call(u64 fd, u64 fd2, u64 flags, const u64 *meta, size_t nmeta, void *payload, size_t len)
{
    if (len > PORTAL_PAYLOAD)
        return -E2BIG;
    u64 args[6] = {fd, len, flags & ~(u64)CALL_META_MASK};
    for (size_t i = 0; i < nmeta && i < CALL_META_MAX; i++)
        args[3 + i] = meta[i];
    args[2] |= nmeta < CALL_META_MAX ? nmeta : CALL_META_MAX;
    if (fd2 != RX_FD_NONE) {
        args[2] |= CALL_MULTIPLE_FDS;
        args[5] = fd2; /* with two files there are only two words of metadata */
    }
    const struct gate_buf buf = {.in = payload,
                                 .in_len = len,
                                 .out = flags & CALL_READ ? payload : NULL,
                                 .out_len = flags & CALL_READ ? len : 0,
                                 .out_fixed = true};
    if (flags & CALL_CONSUME) {
        chan_note(fd, BINDING_NONE);
        if (fd2 != RX_FD_NONE)
            chan_note(fd2, BINDING_NONE);
    }
    return gate_call(SYS_CALL, args, &buf, NULL);
}

i64 fd_std_call(u64 fd, enum std_fs_kind kind, u64 arg1, u64 arg2, const void *in, void *out,
                size_t len, bool bytes_out)
{
    if (len > IO_CHUNK)
        len = IO_CHUNK;
    i64 r = chan_call(fd, OP_STD_FS_CALL, GATE_ARGS(0, 0, len, kind, arg1, arg2), in, out, len);
    if (r != -ENOTCONN)
        return r;
    u64 flags = CALL_STD_FS | CALL_META_MAX;
    struct gate_buf buf = {.out_fixed = !bytes_out};
    if (in) {
        flags |= CALL_WRITE;
        buf.in = in;
        buf.in_len = len;
    }
    if (out) {
        flags |= CALL_READ;
        buf.out = out;
        buf.out_len = len;
    }
    return gate_call(SYS_CALL, GATE_ARGS(fd, len, flags, kind, arg1, arg2), &buf, NULL);
}

i64 rx_sendfd(u64 fd, const u64 *fds, size_t n, u32 call_flags, u64 meta)
{
    size_t len = n * sizeof(*fds);
    if (n == 0 || n > PORTAL_PAYLOAD / sizeof(*fds))
        return -EINVAL;
    u64 flags = call_flags | CALL_WRITE | CALL_FD | 1;
    if (!(call_flags & CALL_FD_CLONE))
        for (size_t i = 0; i < n; i++)
            chan_note(fds[i], BINDING_NONE);
    const struct gate_buf buf = {.in = fds, .in_len = len};
    return gate_call(SYS_CALL, GATE_ARGS(fd, len, flags, meta), &buf, NULL);
}

i64 rx_recvfd(u64 fd, u64 *fds, size_t n, u32 call_flags, u64 meta)
{
    size_t len = n * sizeof(*fds);
    if (n == 0 || n > PORTAL_PAYLOAD / sizeof(*fds))
        return -EINVAL;
    u64 flags = call_flags | CALL_READ | CALL_FD | 1;
    const struct gate_buf buf = {
        .in = fds, .in_len = len, .out = fds, .out_len = len, .out_fixed = true};
    return gate_call(SYS_CALL, GATE_ARGS(fd, len, flags, meta), &buf, NULL);
}

i64 rx_pipe(int fds[2], u32 flags)
{
    flags &= RX_O_CLOEXEC | RX_O_NONBLOCK;
    i64 reader = open_in_namespace(SPAN("pipe"), SPAN(""), RX_O_RDONLY | flags, 0);
    if (reader < 0)
        return reader;
    i64 writer = fd_openat((u64)reader, SPAN(""), SPAN("write"), RX_O_WRONLY | flags,
                           flags & RX_O_FCNTL_MASK, 0);
    if (writer < 0) {
        fd_close((u64)reader);
        return writer;
    }
    fds[0] = (int)reader;
    fds[1] = (int)writer;
    return 0;
}

/* Which calls fill all of their output instead of as much as the result says. */
static bool output_is_record(u32 op)
{
    return op != SYS_READ && op != SYS_READ2 && op != SYS_FPATH;
}

static bool changes_fds(u32 op)
{
    switch (op) {
    case SYS_CLOSE:
    case SYS_OPENAT:
    case SYS_DUP_INTO:
    case SYS_DUP2:
        return true;
    default:
        return false;
    }
}

/* A call that opens or closes descriptors: the channels hear of it. */
static i64 call_on_fds(u32 op, const u64 args[6], const struct gate_buf *buf, u64 ret[4])
{
    u64 local_ret[4];
    i64 r;

    if (!ret)
        ret = local_ret;
    if (op == SYS_CLOSE)
        chan_note(args[0], BINDING_NONE);
    if (op == SYS_DUP2 && args[0] != args[1])
        chan_note(args[1], BINDING_NONE);
    r = gate_call(op, args, buf, ret);
    return op == SYS_CLOSE ? r : note_new(r, ret);
}

static __attribute__((noinline)) i64 call_in_full(u32 op, const u64 args[6], const void *in,
                                                  size_t in_len, void *out, size_t out_len,
                                                  u64 ret[4])
{
    const struct gate_buf buf = {.in = in,
                                 .in_len = in_len,
                                 .out = out,
                                 .out_len = out_len,
                                 .out_fixed = output_is_record(op)};
    return changes_fds(op) ? call_on_fds(op, args, &buf, ret) : gate_call(op, args, &buf, ret);
}

i64 rx_call(u32 op, const u64 args[6], const void *in, size_t in_len, void *out, size_t out_len,
            u64 ret[4])
{
    if (in_len | out_len || changes_fds(op))
        return call_in_full(op, args, in, in_len, out, out_len, ret);
    return gate_call(op, args, NULL, ret);
}

size_t redox_openat_v1(size_t fd, const u8 *path, size_t len, u32 flags, u32 fcntl_flags)
{
    struct span ref = {(const char *)path, len};
    struct path_parts parts;
    if (len > RX_PATH_MAX)
        return (size_t)-ENAMETOOLONG;
    if (fd == namespace_fd() && path_split(ref, &parts) == 0 && !parts.relative)
        return (size_t)fd_openat(fd, parts.scheme, parts.reference, flags, fcntl_flags, 0);
    return (size_t)fd_openat(fd, SPAN(""), ref, flags, fcntl_flags, 0);
}

size_t redox_dup_v1(size_t fd, const u8 *buf, size_t len)
{
    return (size_t)fd_dup(fd, buf, len, 0, 0);
}

size_t redox_dup2_v1(size_t old, size_t new_fd, const u8 *buf, size_t len)
{
    return (size_t)fd_dup2(old, new_fd, buf, len, 0);
}

size_t redox_close_v1(size_t fd)
{
    return (size_t)fd_close(fd);
}

size_t redox_fcntl_v0(size_t fd, size_t cmd, size_t arg)
{
    if (cmd == RX_F_DUPFD || cmd == RX_F_DUPFD_CLOEXEC)
        return (size_t)fd_dup(fd, NULL, 0, arg, cmd == RX_F_DUPFD ? 0 : RX_FD_CLOEXEC);
    return (size_t)gate_call(SYS_FCNTL, GATE_ARGS(fd, cmd, arg), NULL, NULL);
}
