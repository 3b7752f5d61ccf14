/* getsockopt, setsockopt: what the socket itself tells is answered here, the rest by its scheme. */
#include <poll.h>
#include <sys/time.h>
#include "shim/src/net/socket.h"

/* A timeout is a file behind a named dup: 16 bytes, nanoseconds as a 32-bit number. */
struct timeout_record {
    i64 seconds;
    i32 nanoseconds;
    i32 padding;
};

static const char *timeout_name(int option)
{
    return option == SO_RCVTIMEO ? "read_timeout" : "write_timeout";
}

static i64 set_timeout(int fd, int option, const void *value, socklen_t len)
{
    const char *name = timeout_name(option);
    struct timeval t;

    if (len < sizeof t)
        return -EINVAL;
    memcpy(&t, value, sizeof t);
    if (t.tv_usec < 0 || t.tv_usec >= 1000000 || t.tv_sec < 0)
        return -EDOM;
    const struct timeout_record record = {t.tv_sec, t.tv_usec * 1000, 0};
    i64 handle = (i64)redox_dup_v1(__umk_fd(fd), (const u8 *)name, strlen(name));
    if (handle < 0)
        return handle == -EBADF ? -ENOPROTOOPT : handle;
    /* no time at all means for ever: a short write clears the timeout */
    size_t n = t.tv_sec == 0 && t.tv_usec == 0 ? 0 : sizeof record;
    i64 r = (i64)redox_write_v1((u64)handle, (const u8 *)&record, n);
    redox_close_v1((u64)handle);
    return r < 0 ? r : 0;
}

static i64 get_timeout(int fd, int option, struct timeval *out)
{
    const char *name = timeout_name(option);
    struct timeout_record record = {0, 0, 0};
    i64 handle = (i64)redox_dup_v1(__umk_fd(fd), (const u8 *)name, strlen(name));

    if (handle < 0)
        return handle == -EBADF ? -ENOPROTOOPT : handle;
    i64 r = (i64)redox_read_v1((u64)handle, (u8 *)&record, sizeof record);
    redox_close_v1((u64)handle);
    if (r < 0)
        return r;
    *out = (struct timeval){record.seconds, record.nanoseconds / 1000};
    return 0;
}

/* How the handshake of a non-blocking connect went; the schemes keep no other error. */
static int pending_error(int fd, const struct socket_name *name)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};

    if (name->kind != KIND_TCP || name->text[0] == '/' ||
        strncmp(name->text, "0.0.0.0:0/", 10) == 0)
        return 0;
    if (poll(&p, 1, 0) <= 0)
        return 0;
    i64 r = __umk_socket_write(fd, "", 0, MSG_DONTWAIT);
    return r == -ENOTCONN ? ECONNREFUSED : 0;
}

/* What is known here as a number; -1: not known here. */
static int own_option(int fd, const struct socket_name *name, int option)
{
    const struct socket_scheme *s = &__umk_socket_schemes[name->kind];

    switch (option) {
    case SO_DOMAIN:
        return s->family;
    case SO_TYPE:
        return s->type;
    case SO_PROTOCOL:
        return s->protocol;
    case SO_ERROR:
        return pending_error(fd, name);
    default:
        return -1;
    }
}

static void give(const void *value, size_t size, void *out, socklen_t *len)
{
    if (*len > size)
        *len = (socklen_t)size;
    memcpy(out, value, *len);
}

static i64 get_option(int fd, int option, void *value, socklen_t *len)
{
    struct socket_name name;
    struct timeval t;
    u8 answer[64];
    i64 r = __umk_socket_name(fd, &name);

    if (r < 0)
        return r;
    int own = own_option(fd, &name, option);
    if (own >= 0) {
        give(&own, sizeof own, value, len);
        return 0;
    }
    if (option == SO_RCVTIMEO || option == SO_SNDTIMEO) {
        r = get_timeout(fd, option, &t);
        if (r == 0)
            give(&t, sizeof t, value, len);
        return r;
    }
    size_t room = *len < sizeof answer ? *len : sizeof answer;
    r = __umk_socket_call(fd, SOCKET_GET_OPTION, (u64)option, answer, room, CALL_READ);
    if (r >= 0)
        give(answer, (size_t)r < room ? (size_t)r : room, value, len);
    return r < 0 ? (r == -EINVAL ? -ENOPROTOOPT : r) : 0;
}

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict len)
{
    struct socket_name name;
    i64 r = level == SOL_SOCKET ? get_option(fd, option, value, len) : __umk_socket_name(fd, &name);

    if (level != SOL_SOCKET && r == 0)
        r = -ENOPROTOOPT;
    return (int)__umk_result(r);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    struct socket_name name;
    u8 copy[64];
    i64 r = __umk_socket_name(fd, &name);

    /* the schemes take no options of protocols: all of them are hints, and taken as such */
    if (r < 0 || level != SOL_SOCKET)
        return (int)__umk_result(r);
    if (option == SO_RCVTIMEO || option == SO_SNDTIMEO)
        return (int)__umk_result(set_timeout(fd, option, value, len));
    if (len > sizeof copy)
        return (int)__umk_fail(EINVAL);
    memcpy(copy, value, len);
    r = __umk_socket_call(fd, SOCKET_SET_OPTION, (u64)option, copy, len, CALL_WRITE);
    return (int)__umk_result(r < 0 ? r : 0);
}
