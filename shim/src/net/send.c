/*
 * send, sendto, sendmsg. Without an address and control data a message is a write; a datagram to an
 * address is a write to a named dup of the socket; with control data it is a SendMsg call, whose
 * payload is the length, the data and the control messages. Descriptors go ahead of it by sendfd.
 */
#include <signal.h>
#include <unistd.h>
#include "shim/src/net/socket.h"
#include "shim/src/pthread/cancel.h"
#include "shim/src/unistd/iovec.h"

#define AT_POSITION UINT64_MAX
#define FLAGS_OF_FILE 0
#define SEND_MAX                                                                    \
    49152u /* bytes of data in one call: a payload with its frame is at most 64 KiB \
            */
#define FRAME_MAX 16384u
#define RIGHTS_MAX 253

ssize_t __umk_sent(i64 result, int flags)
{
    if (result == -EPIPE && !(flags & MSG_NOSIGNAL))
        raise(SIGPIPE);
    return __umk_result(result);
}

i64 __umk_socket_write(int fd, const void *buf, size_t len, int flags)
{
    if (!(flags & MSG_DONTWAIT))
        return (i64)redox_write_v1(__umk_fd(fd), buf, len);
    const u64 args[6] = {__umk_fd(fd), len < SEND_MAX ? len : SEND_MAX, AT_POSITION,
                         RX_RWF_NONBLOCK};
    return rx_call(SYS_WRITE2, args, buf, args[1], NULL, 0, NULL);
}

/* The socket, with another peer for one datagram. */
static i64 towards(int fd, const struct sockaddr *address, socklen_t len)
{
    struct socket_name name;
    char text[ENDPOINT_MAX];
    i64 r = __umk_socket_name(fd, &name);

    if (r < 0)
        return r;
    if (__umk_socket_schemes[name.kind].type == SOCK_STREAM)
        return -EISCONN;
    if (name.kind != KIND_UDP)
        return -EOPNOTSUPP;
    r = __umk_endpoint(address, len, text);
    return r < 0 ? r : (i64)redox_dup_v1(__umk_fd(fd), (const u8 *)text, (size_t)r);
}

static i64 send_to(int fd, const void *buf, size_t len, int flags, const struct sockaddr *address,
                   socklen_t address_len)
{
    if (!address || address_len == 0)
        return __umk_socket_write(fd, buf, len, flags);
    i64 other = towards(fd, address, address_len);
    if (other < 0)
        return other;
    i64 r = __umk_socket_write((int)other, buf, len, flags);
    redox_close_v1((u64)other);
    return r;
}

ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *address,
               socklen_t address_len)
{
    struct socket_name name;
    i64 r = __umk_socket_name(fd, &name);

    if (r == 0 && (flags & ~(MSG_NOSIGNAL | MSG_DONTWAIT | MSG_DONTROUTE | MSG_EOR)))
        r = -EOPNOTSUPP;
    if (r < 0)
        return __umk_result(r);
    __umk_cancel_enter();
    r = send_to(fd, buf, len, flags, address, address_len);
    __umk_cancel_leave();
    return __umk_sent(r, flags);
}

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
    return sendto(fd, buf, len, flags, NULL, 0);
}

/* A SendMsg payload under construction. */
struct frame {
    u8 *data;
    size_t len, size;
};

static bool put(struct frame *f, const void *data, size_t len)
{
    if (len > f->size - f->len)
        return false;
    memcpy(f->data + f->len, data, len);
    f->len += len;
    return true;
}

static bool put_control(struct frame *f, i32 level, i32 type, const void *data, size_t len)
{
    u64 n = len;

    return put(f, &level, sizeof level) && put(f, &type, sizeof type) && put(f, &n, sizeof n) &&
           put(f, data, len);
}

static i64 send_rights(int fd, const struct cmsghdr *c, struct frame *f)
{
    u64 fds[RIGHTS_MAX], n = (c->cmsg_len - sizeof *c) / sizeof(int);

    if (n > RIGHTS_MAX)
        return -EINVAL;
    for (u64 i = 0; i < n; i++) {
        int sent;
        memcpy(&sent, CMSG_DATA(c) + i * sizeof sent, sizeof sent);
        fds[i] = __umk_fd(sent);
        if (RX_IS_ERR(redox_fcntl_v0(fds[i], RX_F_GETFD, 0)))
            return -EBADF;
    }
    if (!put_control(f, SOL_SOCKET, SCM_RIGHTS, &n, sizeof n))
        return -EMSGSIZE;
    i64 r = n ? rx_sendfd(__umk_fd(fd), fds, n, CALL_FD_CLONE, 0) : 0;
    return r < 0 ? r : 0;
}

static i64 add_control(int fd, const struct msghdr *m, struct frame *f)
{
    i64 r = 0;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c && r == 0; c = CMSG_NXTHDR(m, c)) {
        size_t left = m->msg_controllen - (size_t)((u8 *)c - (u8 *)m->msg_control);
        if (c->cmsg_len < sizeof *c || c->cmsg_len > left)
            return -EINVAL;
        if (c->cmsg_level != SOL_SOCKET)
            r = -EINVAL;
        else if (c->cmsg_type == SCM_RIGHTS)
            r = send_rights(fd, c, f);
        else if (c->cmsg_type == SCM_CREDENTIALS)
            r = put_control(f, SOL_SOCKET, SCM_CREDENTIALS, "", 0) ? 0 : -EMSGSIZE;
        else
            r = -EINVAL;
    }
    return r;
}

/* The buffers of a message, together at most SEND_MAX bytes. */
static size_t gather(const struct msghdr *m, u8 *out)
{
    size_t len = 0;

    for (int i = 0; i < m->msg_iovlen && len < SEND_MAX; i++) {
        size_t part =
            m->msg_iov[i].iov_len < SEND_MAX - len ? m->msg_iov[i].iov_len : SEND_MAX - len;
        memcpy(out + len, m->msg_iov[i].iov_base, part);
        len += part;
    }
    return len;
}

static i64 send_with_control(int fd, const struct msghdr *m, const void *data, u64 len, int flags)
{
    u8 payload[SEND_MAX + FRAME_MAX];
    struct frame f = {payload, 0, sizeof payload};

    put(&f, &len, sizeof len);
    put(&f, data, len);
    i64 r = add_control(fd, m, &f);
    if (r < 0)
        return r;
    return __umk_socket_call(fd, SOCKET_SEND, (u64)(flags & ~MSG_NOSIGNAL), payload, f.len,
                             CALL_WRITE);
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
    struct socket_name name;
    u8 data[SEND_MAX];
    i64 total = __umk_iov_len(m->msg_iov, m->msg_iovlen), r = __umk_socket_name(fd, &name);

    if (total < 0 || r < 0)
        return __umk_result(r < 0 ? r : -EMSGSIZE);
    if (total > SEND_MAX && __umk_socket_schemes[name.kind].type == SOCK_DGRAM)
        return __umk_fail(EMSGSIZE);
    size_t len = gather(m, data);
    if (m->msg_controllen == 0)
        return sendto(fd, data, len, flags, m->msg_name, m->msg_namelen);
    __umk_cancel_enter();
    r = send_with_control(fd, m, data, len, flags);
    __umk_cancel_leave();
    return __umk_sent(r, flags);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
    unsigned int done = 0;

    while (done < count) {
        ssize_t r = sendmsg(fd, &messages[done].msg_hdr, flags);
        if (r < 0)
            return done ? (int)done : -1;
        messages[done++].msg_len = (unsigned int)r;
    }
    return (int)done;
}
