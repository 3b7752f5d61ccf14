/*
 * bind, connect, listen, accept. An Internet socket gets its ends by a named dup that takes the
 * descriptor's place; a Unix socket by a call, see unix.c.
 */
#include "shim/src/net/socket.h"
#include "shim/src/pthread/cancel.h"

int bind(int fd, const struct sockaddr *address, socklen_t len)
{
    struct socket_name name;
    char text[ENDPOINT_MAX + 1] = "/";
    i64 r = __umk_socket_name(fd, &name);

    if (r < 0)
        return (int)__umk_result(r);
    if (len < sizeof(sa_family_t))
        return (int)__umk_fail(EINVAL);
    if (__umk_socket_schemes[name.kind].family == AF_UNIX)
        return (int)__umk_result(
            __umk_unix_bind(fd, (const struct sockaddr_un *)(const void *)address, len));
    r = __umk_endpoint(address, len, text + 1);
    return (int)__umk_result(r < 0 ? r : __umk_socket_become(fd, text, (size_t)r + 1));
}

/* The scheme starts the handshake and answers at once; a write before its end waits for it. */
static i64 wait_connected(int fd)
{
    i64 flags = (i64)redox_fcntl_v0(__umk_fd(fd), RX_F_GETFL, 0);

    if (flags >= 0 && (flags & RX_O_NONBLOCK))
        return -EINPROGRESS;
    i64 r = (i64)redox_write_v1(__umk_fd(fd), (const u8 *)"", 0);
    return r == -ENOTCONN || r == -EPIPE ? -ECONNREFUSED : r < 0 ? r : 0;
}

static i64 connect_internet(int fd, const struct socket_name *name, const struct sockaddr *address,
                            socklen_t len)
{
    char text[ENDPOINT_MAX];
    i64 r;

    if (address->sa_family == AF_UNSPEC)
        return __umk_socket_become(fd, "disconnect", 10);
    r = __umk_endpoint(address, len, text);
    if (r >= 0)
        r = __umk_socket_become(fd, text, (size_t)r);
    return r == 0 && name->kind == KIND_TCP ? wait_connected(fd) : r;
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
    struct socket_name name;
    i64 r = __umk_socket_name(fd, &name);

    if (r < 0)
        return (int)__umk_result(r);
    if (len < sizeof(sa_family_t))
        return (int)__umk_fail(EINVAL);
    __umk_cancel_enter();
    if (__umk_socket_schemes[name.kind].family == AF_UNIX)
        r = __umk_unix_connect(fd, (const struct sockaddr_un *)(const void *)address, len);
    else
        r = connect_internet(fd, &name, address, len);
    __umk_cancel_leave();
    return (int)__umk_result(r);
}

/* A stream socket listens from bind on. */
int listen(int fd, int backlog)
{
    struct socket_name name;
    i64 r = __umk_socket_name(fd, &name);

    (void)backlog;
    if (r == 0 && __umk_socket_schemes[name.kind].type != SOCK_STREAM)
        r = -EOPNOTSUPP;
    return (int)__umk_result(r);
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict len, int flags)
{
    struct socket_name name;
    i64 r = __umk_socket_name(fd, &name);

    if (r == 0 && (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC | SOCK_CLOFORK)))
        r = -EINVAL;
    if (r == 0 && __umk_socket_schemes[name.kind].type != SOCK_STREAM)
        r = -EOPNOTSUPP;
    if (r < 0)
        return (int)__umk_result(r);
    __umk_cancel_enter();
    r = (i64)redox_dup_v1(__umk_fd(fd), (const u8 *)"listen", 6);
    __umk_cancel_leave();
    r = __umk_socket_flags(r, flags);
    if (r >= 0 && address) {
        int saved = __umk_self()->errno_value;
        if (getpeername((int)r, address, len) < 0)
            *len = 0;
        __umk_self()->errno_value = saved;
    }
    return (int)__umk_result(r);
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict len)
{
    return accept4(fd, address, len, 0);
}
