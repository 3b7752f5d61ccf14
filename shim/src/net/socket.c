/* socket, socketpair, and what all calls on sockets stand on. */
#include <unistd.h>
#include "shim/src/fcntl/clofork.h"
#include "shim/src/net/socket.h"

i64 __umk_socket_call(int fd, enum socket_call verb, u64 word, void *payload, size_t len,
                      u32 direction)
{
    const u64 meta[2] = {verb, word};

    return (i64)redox_sys_call_v0(__umk_fd(fd), payload, len, direction | 2, meta, 2);
}

i64 __umk_socket_flags(i64 fd, int flags)
{
    i64 r = 0;

    if (fd < 0)
        return fd;
    if (flags & SOCK_NONBLOCK) {
        r = (i64)redox_fcntl_v0((u64)fd, RX_F_GETFL, 0);
        if (r >= 0)
            r = (i64)redox_fcntl_v0((u64)fd, RX_F_SETFL, (u64)r | RX_O_NONBLOCK);
    }
    if (r >= 0)
        r = (i64)redox_fcntl_v0((u64)fd, RX_F_SETFD,
                                (flags & SOCK_CLOEXEC ? RX_FD_CLOEXEC : 0) |
                                    (flags & SOCK_CLOFORK ? RX_FD_CLOFORK : 0));
    if (r >= 0)
        return fd;
    redox_close_v1((u64)fd);
    return r;
}

i64 __umk_socket_become(int fd, const char *name, size_t len)
{
    i64 flags = (i64)redox_fcntl_v0(__umk_fd(fd), RX_F_GETFL, 0);
    i64 fd_flags = (i64)redox_fcntl_v0(__umk_fd(fd), RX_F_GETFD, 0);
    i64 fresh = (i64)redox_dup_v1(__umk_fd(fd), (const u8 *)name, len);

    if (fresh < 0)
        return fresh;
    i64 r = (i64)redox_dup2_v1((u64)fresh, (u64)fd, NULL, 0);
    redox_close_v1((u64)fresh);
    if (r < 0)
        return r;
    if (flags >= 0)
        redox_fcntl_v0((u64)fd, RX_F_SETFL, (u64)flags);
    redox_fcntl_v0((u64)fd, RX_F_SETFD, fd_flags > 0 ? (u64)fd_flags : 0);
    return 0;
}

/* The kind of socket that is asked for, or negative errno. */
static i64 kind_of(int family, int type, int protocol)
{
    type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC | SOCK_CLOFORK);
    if (family != AF_INET && family != AF_UNIX)
        return -EAFNOSUPPORT;
    for (int k = 0; k < KIND_COUNT; k++) {
        const struct socket_scheme *s = &__umk_socket_schemes[k];
        if (s->family != family || s->type != type)
            continue;
        return protocol == 0 || protocol == s->protocol ? k : -EPROTONOSUPPORT;
    }
    return type == SOCK_RAW || type == SOCK_SEQPACKET ? -EPROTONOSUPPORT : -EPROTOTYPE;
}

static i64 open_socket(i64 kind, int flags)
{
    const struct socket_scheme *s;
    u32 open_flags = RX_O_RDWR | (u32)(flags & (SOCK_NONBLOCK | SOCK_CLOEXEC));

    if (kind < 0)
        return kind;
    s = &__umk_socket_schemes[kind];
    if (s->family == AF_UNIX)
        open_flags |= RX_O_CREAT;
    if (flags & SOCK_CLOFORK)
        __umk_clofork_begin();
    i64 fd = rx_openat(RX_AT_FDCWD, s->path, s->path_len, open_flags, 0);
    if (flags & SOCK_CLOFORK)
        fd = __umk_clofork_end(fd);
    /* without its server the family is not there */
    return fd == -ENODEV || fd == -ENOENT ? -EAFNOSUPPORT : fd;
}

int socket(int family, int type, int protocol)
{
    _Static_assert(SOCK_NONBLOCK == RX_O_NONBLOCK && SOCK_CLOEXEC == RX_O_CLOEXEC, "as they are");
    return (int)__umk_result(open_socket(kind_of(family, type, protocol), type));
}

int socketpair(int family, int type, int protocol, int fds[2])
{
    i64 kind = family == AF_INET ? -EOPNOTSUPP : kind_of(family, type, protocol);
    i64 base = open_socket(kind, 0), one, other;

    if (base < 0)
        return (int)__umk_result(base);
    one = (i64)redox_dup_v1((u64)base, (const u8 *)"connect", 7);
    if (one < 0) {
        redox_close_v1((u64)base);
        return (int)__umk_result(one);
    }
    if (kind == KIND_STREAM) {
        other = (i64)redox_dup_v1((u64)base, (const u8 *)"listen", 6);
        redox_close_v1((u64)base);
    } else {
        other = base;
    }
    one = __umk_socket_flags(one, type);
    other = __umk_socket_flags(other, type);
    if (one < 0 || other < 0) {
        if (one >= 0)
            redox_close_v1((u64)one);
        if (other >= 0)
            redox_close_v1((u64)other);
        return (int)__umk_result(one < 0 ? one : other);
    }
    fds[0] = (int)one;
    fds[1] = (int)other;
    return 0;
}

int shutdown(int fd, int how)
{
    struct socket_name name;
    i64 r = __umk_socket_name(fd, &name);

    if (r == 0 && (how < SHUT_RD || how > SHUT_RDWR))
        r = -EINVAL;
    if (r == 0)
        r = __umk_socket_call(fd, SOCKET_SHUTDOWN, (u64)how, NULL, 0, CALL_WRITE);
    return (int)__umk_result(r < 0 ? r : 0);
}

/* No scheme has urgent data, so there is no mark to be at. */
int sockatmark(int fd)
{
    struct socket_name name;

    return (int)__umk_result(__umk_socket_name(fd, &name));
}
