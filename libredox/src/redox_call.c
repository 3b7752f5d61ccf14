/*
 * The general remote call on one or two open files. It goes over the file's channel if
 * there is one; what moves descriptors, consumes them or names two files is the kernel's.
 */
#include "upper.h"
#include "umk/abi/sockets.h"

#define FOR_THE_KERNEL \
    (CALL_CONSUME | CALL_FD | CALL_FD_EXCLUSIVE | CALL_FD_CLONE | CALL_MULTIPLE_FDS)

static u64 word(const u64 *meta, size_t words, size_t i)
{
    return i < words && i < CALL_META_MAX ? meta[i] : 0;
}

/* The callee always sees the payload, as upstream, where it is mapped; with READ what it made of it
 * comes back. -ENOTCONN: not possible, or the file has no channel. */
static i64 call_channel(u64 fd, u8 *payload, size_t len, u64 flags, const u64 *meta, size_t words)
{
    if ((flags & FOR_THE_KERNEL) || len > IO_CHUNK)
        return -ENOTCONN;
    u32 op = flags & CALL_STD_FS ? OP_STD_FS_CALL : OP_CALL;
    return chan_call(
        fd, op,
        GATE_ARGS(0, 0, len, word(meta, words, 0), word(meta, words, 1), word(meta, words, 2)),
        payload, flags & CALL_READ ? payload : NULL, len);
}

/* Sendfd or recvfd: the payload is an array of descriptors. */
static i64 call_fds(u64 fd, u8 *payload, size_t len, u64 flags, const u64 *meta, size_t words)
{
    u64 *fds = (u64 *)(void *)payload;
    size_t n = len / sizeof(*fds);
    u32 how = (u32)(flags & (CALL_FD_EXCLUSIVE | CALL_FD_CLONE | CALL_FD_UPPER | CALL_FD_CLOEXEC));
    if (len % sizeof(*fds) != 0 || (uintptr_t)payload % sizeof(*fds) != 0)
        return -EINVAL;
    if (flags & CALL_WRITE)
        return rx_sendfd(fd, fds, n, how, word(meta, words, 0));
    return rx_recvfd(fd, fds, n, how, word(meta, words, 0));
}

size_t redox_sys_call_v0(size_t fd, u8 *payload, size_t len, size_t flags, const u64 *meta,
                         size_t meta_words)
{
    flags &= ~(size_t)CALL_META_MASK;
    if ((flags & ~(size_t)CALL_FLAGS_KNOWN) || (flags & CALL_MULTIPLE_FDS))
        return (size_t)-EINVAL;
    if ((flags & CALL_FD) && (flags & (CALL_READ | CALL_WRITE)))
        return (size_t)call_fds(fd, payload, len, flags, meta, meta_words);
    if ((flags & CALL_STD_FS) && (word(meta, meta_words, 0) & 0xFF) == STD_LOCK)
        fd_note_lock();
    i64 r = call_channel(fd, payload, len, flags, meta, meta_words);
    if (r == -ENOTCONN)
        r = fd_call(fd, RX_FD_NONE, flags, meta, meta_words, payload, len);
    return (size_t)r;
}

/* n: 1 or 2. EINVAL otherwise. */
size_t redox_sys_call_multiple_v0(const size_t *fds, size_t n, u8 *payload, size_t len,
                                  size_t flags, const u64 *meta, size_t meta_words)
{
    flags &= ~(size_t)(CALL_META_MASK | CALL_MULTIPLE_FDS);
    if (n == 1)
        return redox_sys_call_v0(fds[0], payload, len, flags, meta, meta_words);
    if (n != 2 || (flags & ~(size_t)CALL_FLAGS_KNOWN) || (flags & CALL_FD))
        return (size_t)-EINVAL;
    return (size_t)fd_call(fds[0], fds[1], flags, meta, meta_words, payload, len);
}

size_t redox_get_socket_token_v0(size_t fd, u8 *buf, size_t len)
{
    const u64 verb = SOCKET_GET_TOKEN;

    return redox_sys_call_v0(fd, buf, len, CALL_READ, &verb, 1);
}
