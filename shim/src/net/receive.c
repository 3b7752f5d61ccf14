/*
 * recv, recvfrom, recvmsg. Plain reception is a read; with an address, control data or flags it is
 * a RecvMsg call. Its payload goes in with three words, the room for name, data and control
 * messages, and comes back with name, data and control messages, each behind its length.
 */
#include <time.h>
#include <unistd.h>
#include "shim/src/net/socket.h"
#include "shim/src/pthread/cancel.h"
#include "shim/src/unistd/iovec.h"

#define AT_POSITION UINT64_MAX
#define NAME_ROOM 512u
#define CONTROL_ROOM 256u
#define DATA_ROOM 49152u
#define RIGHTS_MAX 253

i64 __umk_socket_read(int fd, void *buf, size_t len, int flags)
{
    if (!(flags & MSG_DONTWAIT))
        return (i64)redox_read_v1(__umk_fd(fd), buf, len);
    const u64 args[6] = {__umk_fd(fd), len < DATA_ROOM ? len : DATA_ROOM, AT_POSITION,
                         RX_RWF_NONBLOCK};
    return rx_call(SYS_READ2, args, NULL, 0, buf, args[1], NULL);
}

/* What a RecvMsg call has answered; the pointers go into its payload. */
struct answer {
    const u8 *name, *data, *control;
    u64 name_len, data_len, whole_len, control_len;
};

static bool take_word(const u8 **at, const u8 *end, u64 *word)
{
    if ((size_t)(end - *at) < sizeof *word)
        return false;
    memcpy(word, *at, sizeof *word);
    *at += sizeof *word;
    return true;
}

/* False: the server has answered nonsense. */
static bool parse(const u8 *payload, size_t len, size_t room, struct answer *a)
{
    const u8 *at = payload, *end = payload + len;

    if (!take_word(&at, end, &a->name_len) || a->name_len > (size_t)(end - at))
        return false;
    a->name = at;
    at += a->name_len;
    if (!take_word(&at, end, &a->whole_len))
        return false;
    a->data_len = a->whole_len < room ? a->whole_len : room;
    if (a->data_len > (size_t)(end - at))
        return false;
    a->data = at;
    a->control = at + a->data_len;
    a->control_len = (size_t)(end - a->control);
    return true;
}

/* Puts a control message into what is left of the caller's room. */
static void give_control(struct msghdr *m, size_t *used, int type, const void *data, size_t len)
{
    struct cmsghdr c = {
        .cmsg_len = (socklen_t)CMSG_LEN(len), .cmsg_level = SOL_SOCKET, .cmsg_type = type};

    if (CMSG_LEN(len) > m->msg_controllen - *used) {
        m->msg_flags |= MSG_CTRUNC;
        return;
    }
    u8 *at = (u8 *)m->msg_control + *used;
    memcpy(at, &c, sizeof c);
    memcpy(at + sizeof c, data, len);
    size_t step = CMSG_SPACE(len);
    *used = step < m->msg_controllen - *used ? *used + step : m->msg_controllen;
}

/* Fetches the descriptors that came with the data; those without room are closed. */
static void take_rights(int fd, struct msghdr *m, size_t *used, u64 count, int flags)
{
    u64 fds[RIGHTS_MAX];
    int given[RIGHTS_MAX];
    size_t room = m->msg_controllen - *used, fit;

    if (count == 0 || count > RIGHTS_MAX)
        return;
    if (rx_recvfd(__umk_fd(fd), fds, count, flags & MSG_CMSG_CLOEXEC ? CALL_FD_CLOEXEC : 0, 0) < 0)
        return;
    fit = room < CMSG_LEN(sizeof(int)) ? 0 : (room - CMSG_LEN(0)) / sizeof(int);
    for (u64 i = 0; i < count; i++) {
        given[i] = (int)fds[i];
        if (flags & MSG_CMSG_CLOFORK)
            redox_fcntl_v0(fds[i], RX_F_SETFD,
                           RX_FD_CLOFORK | (flags & MSG_CMSG_CLOEXEC ? RX_FD_CLOEXEC : 0));
        if (i >= fit)
            redox_close_v1(fds[i]);
    }
    if (fit < count)
        m->msg_flags |= MSG_CTRUNC;
    if (fit)
        give_control(m, used, SCM_RIGHTS, given, (fit < count ? fit : count) * sizeof(int));
}

static void take_control(int fd, const struct answer *a, struct msghdr *m, int flags)
{
    const u8 *at = a->control, *end = at + a->control_len;
    size_t used = 0;
    i32 kind[2];
    u64 len, count;

    while ((size_t)(end - at) >= sizeof kind) {
        memcpy(kind, at, sizeof kind);
        at += sizeof kind;
        if (!take_word(&at, end, &len) || len > (size_t)(end - at))
            break;
        if (kind[0] == SOL_SOCKET && kind[1] == SCM_RIGHTS && len == sizeof count) {
            memcpy(&count, at, sizeof count);
            take_rights(fd, m, &used, count, flags);
        } else if (kind[0] == SOL_SOCKET && kind[1] == SCM_CREDENTIALS &&
                   len == sizeof(struct ucred)) {
            give_control(m, &used, SCM_CREDENTIALS, at, len);
        }
        at += len;
    }
    m->msg_controllen = (socklen_t)used;
}

static void give_name(const struct answer *a, struct msghdr *m)
{
    struct socket_name name;

    if (!m->msg_name)
        return;
    if (__umk_socket_parse((const char *)a->name, a->name_len, &name) == 0)
        __umk_socket_address(&name, false, m->msg_name, &m->msg_namelen);
    else
        m->msg_namelen = 0;
}

static void scatter(const struct answer *a, const struct msghdr *m)
{
    size_t done = 0;

    for (int i = 0; i < m->msg_iovlen && done < a->data_len; i++) {
        size_t part =
            m->msg_iov[i].iov_len < a->data_len - done ? m->msg_iov[i].iov_len : a->data_len - done;
        memcpy(m->msg_iov[i].iov_base, a->data + done, part);
        done += part;
    }
}

static i64 receive(int fd, struct msghdr *m, size_t room, int flags)
{
    u8 payload[3 * sizeof(u64) + NAME_ROOM + DATA_ROOM + CONTROL_ROOM];
    const u64 rooms[3] = {NAME_ROOM, room, m->msg_controllen ? CONTROL_ROOM : 0};
    struct answer a;

    memcpy(payload, rooms, sizeof rooms);
    i64 r = __umk_socket_call(fd, SOCKET_RECEIVE,
                              (u64)(flags & ~(MSG_CMSG_CLOEXEC | MSG_CMSG_CLOFORK)), payload,
                              sizeof rooms + NAME_ROOM + room + rooms[2], CALL_READ | CALL_WRITE);
    if (r < 0)
        return r;
    if ((size_t)r > sizeof payload || !parse(payload, (size_t)r, room, &a))
        return -EPROTO;
    m->msg_flags = a.whole_len > a.data_len ? MSG_TRUNC : 0;
    scatter(&a, m);
    give_name(&a, m);
    take_control(fd, &a, m, flags);
    return (i64)(flags & MSG_TRUNC ? a.whole_len : a.data_len);
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
    struct socket_name name;
    i64 room = __umk_iov_len(m->msg_iov, m->msg_iovlen), r = __umk_socket_name(fd, &name);

    if (room < 0 || r < 0)
        return __umk_result(r < 0 ? r : -EMSGSIZE);
    __umk_cancel_enter();
    r = receive(fd, m, room < (i64)DATA_ROOM ? (size_t)room : DATA_ROOM, flags);
    __umk_cancel_leave();
    return __umk_result(r);
}

static i64 receive_plain(int fd, u8 *buf, size_t len, int flags)
{
    size_t done = 0;
    i64 r;

    do {
        r = __umk_socket_read(fd, buf + done, len - done, flags);
        if (r > 0)
            done += (size_t)r;
    } while (r > 0 && (flags & MSG_WAITALL) && done < len);
    return done ? (i64)done : r;
}

ssize_t recvfrom(int fd, void *restrict buf, size_t len, int flags,
                 struct sockaddr *restrict address, socklen_t *restrict address_len)
{
    struct iovec v = {buf, len};
    struct msghdr m = {.msg_name = address,
                       .msg_namelen = address ? *address_len : 0,
                       .msg_iov = &v,
                       .msg_iovlen = 1};

    if (!address && !(flags & ~(MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL)))
        return recv(fd, buf, len, flags);
    ssize_t r = recvmsg(fd, &m, flags);
    if (r >= 0 && address)
        *address_len = m.msg_namelen;
    return r;
}

ssize_t recv(int fd, void *buf, size_t len, int flags)
{
    struct socket_name name;
    i64 r;

    if (flags & ~(MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL))
        return recvfrom(fd, buf, len, flags, NULL, NULL);
    r = __umk_socket_name(fd, &name);
    if (r < 0)
        return __umk_result(r);
    __umk_cancel_enter();
    r = receive_plain(fd, buf, len, flags);
    __umk_cancel_leave();
    return __umk_result(r);
}

/* The timeout ends the wait only between two messages, as elsewhere. */
int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags,
             struct timespec *timeout)
{
    unsigned int done = 0;
    struct timespec now, start;

    clock_gettime(CLOCK_MONOTONIC, &start);
    while (done < count) {
        ssize_t r = recvmsg(fd, &messages[done].msg_hdr, flags);
        if (r < 0)
            return done ? (int)done : -1;
        messages[done++].msg_len = (unsigned int)r;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (timeout && (now.tv_sec - start.tv_sec) * 1000000000L + now.tv_nsec - start.tv_nsec >=
                           timeout->tv_sec * 1000000000L + timeout->tv_nsec)
            break;
    }
    return (int)done;
}
