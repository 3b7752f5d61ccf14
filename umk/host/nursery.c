/*
 * The nursery: a process that carries the filter (filter.c) and turns clones of itself into
 * programs. So a program has its filter before its first instruction, and costs none.
 *
 * Its clones are children of the kernel process (CLONE_PARENT) and share the nursery's memory
 * until execveat, as after vfork. Descriptors: 0 to 2 are /dev/null, 3 is the nursery's socket,
 * and a request brings the image as 4 and the program's control socket as 5; a program keeps
 * 0 to 2 and its control socket, as 3.
 *
 * It leads a session of its own, so that the terminal's signals do not reach programs and one
 * kill reaches all of them. The end of its socket is the end of the kernel process: then it sends
 * that kill itself.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "umk/host/host.h"

#define FD_SOCKET 3
#define FD_IMAGE 4
#define FD_PROGRAM 5
_Static_assert(HOST_FD_CONTROL == FD_SOCKET, "the program's socket replaces the nursery's");

#define CHILD_STACK 16384
#define PROGRAM_FILES 4096
#define PROGRAM_STACK (8ul << 20)
#define START_TIMEOUT_MS 5000
#define RESTARTS_MAX 8u

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2
#endif

static pid_t pid;
static int socket_fd = -1;
static u32 pending;
static u32 restarts;
static struct watch answer_watch;

/* Within the nursery */

static struct filter_cookie cookie;
static char child_stack[CHILD_STACK] __attribute__((aligned(16)));
static volatile int child_error; /* written by the clone, which shares our memory */

/* The clone. Every call carries the cookie where the filter asks for it. */
static int become_program(void *arg)
{
    struct nursery_request *r = arg;
    char *argv[] = {r->name, NULL}, *envp[] = {NULL};

    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (r->flags & NURSERY_DEBUGGABLE)
        syscall(SYS_prctl, PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, cookie.low, cookie.high);
    if (syscall(SYS_dup3, FD_PROGRAM, FD_SOCKET, 0, cookie.low, cookie.high) >= 0)
        syscall(SYS_execveat, FD_IMAGE, "", argv, envp, AT_EMPTY_PATH, cookie.low);
    child_error = errno;
    syscall(SYS_exit_group, 127);
    return 127;
}

static i32 spawn(struct nursery_request *r)
{
    child_error = 0;
    int child = clone(become_program, child_stack + CHILD_STACK,
                      CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, r, (void *)cookie.low,
                      (void *)cookie.high, NULL);
    if (child < 0)
        return -errno;
    return child_error ? -child_error : child;
}

static bool send_bytes(const void *bytes, size_t len, int fd)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(sizeof(int))];
    } anc = {0};
    struct iovec iov = {(void *)bytes, len};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

    if (fd >= 0) {
        msg.msg_control = anc.space;
        msg.msg_controllen = sizeof anc.space;
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    return syscall(SYS_sendmsg, FD_SOCKET, &msg, MSG_NOSIGNAL, cookie.low, cookie.high) >= 0;
}

static bool serve_one(void)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(2 * sizeof(int))];
    } anc;
    struct nursery_request r;
    struct iovec iov = {&r, sizeof r};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = anc.space,
                         .msg_controllen = sizeof anc.space};

    if (recvmsg(FD_SOCKET, &msg, MSG_CMSG_CLOEXEC) != sizeof r)
        return false;
    r.name[sizeof r.name - 1] = 0;
    struct nursery_reply reply = {.token = r.token, .pid = spawn(&r)};
    close(FD_IMAGE);
    close(FD_PROGRAM);
    return send_bytes(&reply, sizeof reply, -1);
}

static void limit(int what, rlim_t soft, rlim_t hard)
{
    struct rlimit r = {soft, hard};

    setrlimit(what, &r);
}

/* Everything of the kernel process that a program must not inherit. */
static bool shed(int socket)
{
    sigset_t none;

    setsid();
    prctl(PR_SET_NAME, "umk-nursery");
    int null = open("/dev/null", O_RDWR);
    int safe = fcntl(socket, F_DUPFD_CLOEXEC, 16);
    if (null < 0 || safe < 0)
        return false;
    for (int fd = 0; fd < 3; fd++) {
        if (dup2(null, fd) < 0)
            return false;
    }
    if (dup3(safe, FD_SOCKET, O_CLOEXEC) < 0)
        return false;
    syscall(SYS_close_range, FD_SOCKET + 1, ~0u, 0);
    /* Until setsid() the terminal's signals came here too: ignoring them drops what is pending. */
    for (size_t i = 0; i < interrupt_signals_len; i++) {
        signal(interrupt_signals[i], SIG_IGN);
        signal(interrupt_signals[i], SIG_DFL);
    }
    /* execve keeps this: a nudge that comes before the gate has a handler must not end a program */
    signal(HOST_SIG_NUDGE, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_NOFILE, PROGRAM_FILES, PROGRAM_FILES);
    limit(RLIMIT_STACK, PROGRAM_STACK, PROGRAM_STACK);
    limit(RLIMIT_MEMLOCK, 0, 0);
    return true;
}

static _Noreturn void nursery_main(int socket, pid_t kernel)
{
    i64 listener;

    if (getppid() != kernel || !shed(socket))
        _exit(1);
    listener = filter_install(&cookie);
    if (!send_bytes(&listener, sizeof listener, (int)listener) || listener < 0)
        _exit(1);
    close((int)listener);
    while (serve_one())
        ;
    /* The kernel process is gone, and forked programs have no death signal of their own: all of
     * them are in this process group. */
    syscall(SYS_kill, 0, SIGKILL, 0, cookie.low, cookie.high);
    _exit(1);
}

/* Within the kernel process */

static i64 take_listener(int fd, int *listener)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(sizeof(int))];
    } anc;
    i64 result;
    struct iovec iov = {&result, sizeof result};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = anc.space,
                         .msg_controllen = sizeof anc.space};
    struct pollfd p = {fd, POLLIN, 0};

    if (poll(&p, 1, START_TIMEOUT_MS) != 1)
        return -ETIMEDOUT;
    if (recvmsg(fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != sizeof result)
        return -EIO;
    if (result < 0)
        return result;
    const struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    if (!c || c->cmsg_type != SCM_RIGHTS)
        return -EIO;
    memcpy(listener, CMSG_DATA(c), sizeof *listener);
    return 0;
}

static bool take_answer(void)
{
    struct nursery_reply r;

    if (recv(socket_fd, &r, sizeof r, MSG_DONTWAIT) != sizeof r)
        return false;
    pending--;
    body_spawned(r.token, r.pid);
    return true;
}

void nursery_answers(void)
{
    while (socket_fd >= 0 && pending && take_answer())
        ;
}

static void answered(struct watch *w, u32 events)
{
    (void)w;
    nursery_answers();
    if ((events & EPOLLHUP) && socket_fd >= 0) {
        /* its end arrives as SIGCHLD too; until then nothing more is to be heard here */
        loop_remove(socket_fd, &answer_watch);
    }
}

i64 nursery_open(const char **why)
{
    int ends[2], listener = -1;

    *why = "cannot start a process";
    if (getrandom(&cookie, sizeof cookie, 0) != sizeof cookie)
        return -EIO;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    pid_t kernel = getpid();
    pid = fork();
    if (!pid)
        nursery_main(ends[1], kernel);
    i64 r = pid < 0 ? -errno : 0;
    close(ends[1]);
    if (!r) {
        *why = "Linux does not accept the seccomp filter";
        r = take_listener(ends[0], &listener);
    }
    if (!r) {
        *why = "cannot watch the nursery";
        answer_watch.ready = answered;
        r = loop_add(ends[0], &answer_watch, EPOLLIN);
    }
    if (!r)
        r = clone_gate_open(listener);
    if (r) {
        close(ends[0]);
        return r;
    }
    socket_fd = ends[0];
    pending = 0;
    return 0;
}

i64 nursery_spawn(u64 token, const char *name, int control, int image, bool debuggable)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(2 * sizeof(int))];
    } anc = {0};
    struct nursery_request r = {.token = token, .flags = debuggable ? NURSERY_DEBUGGABLE : 0};
    struct iovec iov = {&r, sizeof r};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = anc.space,
                         .msg_controllen = sizeof anc.space};
    const int fds[2] = {image, control};

    snprintf(r.name, sizeof r.name, "%s", name);
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fds);
    memcpy(CMSG_DATA(c), fds, sizeof fds);
    if (sendmsg(socket_fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return errno == EAGAIN ? -EAGAIN : -EIO;
    pending++;
    return 0;
}

pid_t nursery_pid(void)
{
    return pid;
}

u32 nursery_pending(void)
{
    return pending;
}

bool nursery_reaped(pid_t dead)
{
    const char *why;

    if (dead != pid)
        return false;
    loop_remove(socket_fd, &answer_watch);
    close(socket_fd);
    socket_fd = -1;
    pending = 0;
    body_nursery_died();
    log_text("the nursery died; starting another");
    i64 r = ++restarts > RESTARTS_MAX ? -EAGAIN : nursery_open(&why);
    if (r) {
        log_report("no more programs can be started: %s", strerror((int)-r));
        kernel_exit(2);
    }
    return true;
}
