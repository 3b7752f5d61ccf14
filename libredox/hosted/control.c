/*
 * The control socket: receives the kernel's messages and carries them out. Messages are numbered
 * from 1 in the order they come; a reply names how many must have been carried out before it may
 * be used. Whichever thread needs them receives them, under one lock.
 */
#include "hosted.h"

static u32 lock;
static u32 handled;
static int socket_fd = HOST_FD_CONTROL;

static struct ctl_message forked_message; /* the last CTL_FORK: the caller of fork takes it */
static int forked_fd = -1;
static int loop_fd = -1;
static int server_bells[CLIENT_CHANNELS_MAX];

struct lx_iovec {
    void *base;
    size_t len;
};
struct lx_msghdr {
    void *name;
    u32 namelen;
    struct lx_iovec *iov;
    size_t iovlen;
    void *control;
    size_t controllen;
    int flags;
};
struct lx_cmsghdr {
    size_t len;
    int level, type;
};
#define LX_MSG_CMSG_CLOEXEC 0x40000000
#define LX_EINTR 4

HOSTED_BARE i64 hosted_receive(int fd, struct ctl_message *m, int fds[CTL_MAX_FDS])
{
    struct {
        struct lx_cmsghdr head;
        int fds[CTL_MAX_FDS];
    } control = {.head = {0}};
    struct lx_iovec iov = {m, sizeof(*m)};
    struct lx_msghdr msg = {
        .iov = &iov, .iovlen = 1, .control = &control, .controllen = sizeof(control)};
    i64 n, nfds = 0;

    do
        n = lx3(LX_RECVMSG, (u64)fd, (u64)&msg, LX_MSG_CMSG_CLOEXEC);
    while (n == -LX_EINTR);
    if (n != sizeof(*m))
        return -EIO;
    if (msg.controllen >= sizeof(control.head) && control.head.type == 1)
        nfds = (i64)((control.head.len - sizeof(control.head)) / sizeof(int));
    for (i64 i = 0; i < nfds; i++)
        fds[i] = control.fds[i];
    return nfds == (i64)m->nfds ? nfds : -EIO;
}

static void map_or_die(const struct ctl_message *m, int fd, int prot, int flags)
{
    if (lx_mmap(m->addr, m->len, prot, flags | LX_MAP_FIXED, fd, m->offset) != (i64)m->addr)
        lx_exit_group(GATE_EXIT_MAP);
}

static void map_object(const struct ctl_message *m, int fd)
{
    map_or_die(m, fd, (int)m->prot, m->shared ? LX_MAP_SHARED : LX_MAP_PRIVATE);
}

/* Portals and channels: both sides write, and a forked child gets its own. */
static void map_own(const struct ctl_message *m, int fd)
{
    if (m->len == 0) /* the kernel maps it by itself */
        return;
    map_or_die(m, fd, LX_PROT_READ | LX_PROT_WRITE, LX_MAP_SHARED);
    lx3(LX_MADVISE, m->addr, m->len, LX_MADV_DONTFORK);
}

static void carry_out(const struct ctl_message *m, const int *fds)
{
    switch (m->kind) {
    case CTL_MAP:
        map_object(m, fds[0]);
        break;
    case CTL_PORTAL:
        map_own(m, fds[0]);
        break;
    case CTL_CHANNEL_CLIENT:
        map_own(m, fds[0]);
        if (m->number < CLIENT_CHANNELS_MAX) {
            if (server_bells[m->number])
                lx_close(server_bells[m->number]);
            server_bells[m->number] = fds[1];
            chan_reset(m->number);
        }
        break;
    case CTL_CHANNEL_SERVER:
        map_own(m, fds[0]);
        break;
    case CTL_LOOP:
        loop_fd = fds[0];
        return;
    case CTL_FORK:
        forked_message = *m;
        forked_fd = fds[0];
        return;
    default:
        lx_exit_group(GATE_EXIT_CONTROL);
    }
    lx_close(fds[0]);
}

bool hosted_controlled(u32 seq)
{
    return (i32)(seq - __atomic_load_n(&handled, __ATOMIC_ACQUIRE)) <= 0;
}

void hosted_control(u32 seq)
{
    gate_lock(&lock);
    while ((i32)(seq - handled) > 0) {
        struct ctl_message m;
        int fds[CTL_MAX_FDS];

        if (hosted_receive(socket_fd, &m, fds) < 0)
            lx_exit_group(GATE_EXIT_CONTROL);
        carry_out(&m, fds);
        __atomic_store_n(&handled, handled + 1, __ATOMIC_RELEASE);
    }
    gate_unlock(&lock);
}

void hosted_control_reset(int fd)
{
    socket_fd = fd;
    handled = 1; /* the boot message */
    lock = 0;
    loop_fd = -1;
    for (u32 i = 0; i < CLIENT_CHANNELS_MAX; i++) {
        if (server_bells[i])
            lx_close(server_bells[i]);
        server_bells[i] = 0;
    }
}

int hosted_loop_fd(void)
{
    return loop_fd;
}

int hosted_take_forked(void)
{
    int fd = forked_fd;

    forked_fd = -1;
    return fd;
}

void hosted_ring_server(u32 n)
{
    lx_ring(server_bells[n]);
}

struct __attribute__((packed)) lx_epoll_event {
    u32 events;
    u64 data;
};
#define LOOP_BATCH 32

u32 hosted_loop_wait(i32 timeout_ms, u32 *which, u32 max)
{
    struct lx_epoll_event events[LOOP_BATCH];
    u32 found = 0;
    i64 n;

    n = lx6(LX_EPOLL_WAIT, (u64)loop_fd, (u64)events, LOOP_BATCH, (u64)(i64)timeout_ms, 0, 0);

    for (i64 i = 0; i < n; i++)
        if (events[i].data != LOOP_KEY_KERNEL && found < max)
            which[found++] = (u32)events[i].data;
    return found;
}
