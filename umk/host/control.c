/*
 * Control sockets: how descriptors reach a process. The kernel never blocks on one: what a
 * process leaves unread counts against the socket's small buffer, and when that is full the
 * operation fails for that process alone.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "umk/host/host.h"

#define UNREAD_BYTES                                                                               \
    16384                   /* Linux doubles it; a message with its descriptors counts about 1 KiB \
                             */
#define MESSAGE_CHARGE 2048 /* more than one message costs */

i64 control_pair(int ends[2])
{
    const int size = UNREAD_BYTES, on = 1;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    /* before anybody can write: credentials are attached by the writer's send */
    setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    return 0;
}

bool control_room(const struct host_body *h)
{
    int unread = 0;

    if (ioctl(h->control, SIOCOUTQ, &unread) < 0)
        return false;
    return unread + MESSAGE_CHARGE <= 2 * UNREAD_BYTES;
}

i64 control_send(struct host_body *h, struct ctl_message *m, const int *fds, u32 nfds)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(4 * sizeof(int))];
    } anc = {0};
    struct iovec iov = {m, sizeof *m};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

    m->nfds = nfds;
    if (nfds) {
        msg.msg_control = anc.space;
        msg.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
        memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
    }
    if (sendmsg(h->control, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return errno == EPIPE || errno == ECONNRESET ? -ESRCH : -ENOMEM;
    h->b->ctl_sent++;
    return 0;
}

pid_t control_checkin(int fd)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(sizeof(struct ucred))];
    } anc = {0};
    u64 report;
    struct iovec iov = {&report, sizeof report};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = anc.space,
                         .msg_controllen = sizeof anc.space};
    struct ucred cred;

    ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -EPIPE;
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    if (n != sizeof report || !c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
        return -EPIPE;
    memcpy(&cred, CMSG_DATA(c), sizeof cred);
    return cred.pid;
}
