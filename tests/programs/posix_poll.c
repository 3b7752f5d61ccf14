/* poll, select and epoll on pipes and files: what is ready, timeouts, signals, errors. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

static long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int in[2], out[2];

static void test_poll(void)
{
    struct pollfd p[3] = {{in[0], POLLIN, 0}, {in[1], POLLOUT, 0}, {-1, POLLIN, 99}};

    CHECK_EQ(poll(p, 1, 0), 0);
    CHECK_EQ(poll(p, 3, 0), 1);
    CHECK_EQ(p[0].revents, 0);
    CHECK_EQ(p[1].revents, POLLOUT);
    CHECK_EQ(p[2].revents, 0);
    CHECK_EQ(write(in[1], "x", 1), 1);
    CHECK_EQ(poll(p, 1, -1), 1);
    CHECK_EQ(p[0].revents, POLLIN);
    CHECK_EQ(poll(p, 3, 1000), 2);
    char c;
    CHECK_EQ(read(in[0], &c, 1), 1);
    long start = now_ms();
    CHECK_EQ(poll(p, 1, 50), 0);
    CHECK(now_ms() - start >= 45);
    start = now_ms();
    CHECK_EQ(poll(NULL, 0, 30), 0);
    CHECK(now_ms() - start >= 25);
    p[0].fd = 77;
    CHECK_EQ(poll(p, 1, 1000), 1);
    CHECK_EQ(p[0].revents, POLLNVAL);
    int fd = open("/", O_RDONLY | O_DIRECTORY);
    struct pollfd always = {fd, POLLIN, 0};
    CHECK_EQ(poll(&always, 1, 1000), 1);
    CHECK_EQ(always.revents, POLLIN);
    close(fd);
}

/* A child writes after a while. */
static pid_t write_later(int fd)
{
    pid_t pid = fork();

    if (pid == 0) {
        usleep(30000);
        _exit(write(fd, "y", 1) != 1);
    }
    return pid;
}

static void test_wake(void)
{
    struct pollfd p[2] = {{in[0], POLLIN, 0}, {out[0], POLLIN, 0}};
    char c;

    pid_t pid = write_later(out[1]);
    CHECK_EQ(poll(p, 2, 5000), 1);
    CHECK_EQ(p[1].revents, POLLIN);
    CHECK_EQ(read(out[0], &c, 1), 1);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

static void test_hangup(void)
{
    int p[2];

    CHECK_EQ(pipe(p), 0);
    close(p[1]);
    struct pollfd f = {p[0], POLLIN, 0};
    CHECK_EQ(poll(&f, 1, 1000), 1);
    CHECK(f.revents & (POLLIN | POLLHUP));
    close(p[0]);
}

static void test_many(void)
{
    enum { N = 100 };
    static int p[N][2];
    static struct pollfd f[N];

    for (int i = 0; i < N; i++) {
        CHECK_EQ(pipe(p[i]), 0);
        f[i] = (struct pollfd){p[i][0], POLLIN, 0};
    }
    for (int i = 0; i < N; i += 3)
        CHECK_EQ(write(p[i][1], "z", 1), 1);
    CHECK_EQ(poll(f, N, 1000), (N + 2) / 3);
    for (int i = 0; i < N; i++) {
        CHECK_EQ(f[i].revents, i % 3 ? 0 : POLLIN);
        close(p[i][0]);
        close(p[i][1]);
    }
}

static void test_select(void)
{
    fd_set r, w;
    struct timeval soon = {0, 20000};

    FD_ZERO(&r);
    FD_ZERO(&w);
    FD_SET(in[0], &r);
    FD_SET(in[1], &w);
    CHECK_EQ(select(in[1] + 1, &r, &w, NULL, NULL), 1);
    CHECK(!FD_ISSET(in[0], &r) && FD_ISSET(in[1], &w));
    FD_SET(in[0], &r);
    CHECK_EQ(select(in[0] + 1, &r, NULL, NULL, &soon), 0);
    CHECK(!FD_ISSET(in[0], &r));
    char c = 'x';
    CHECK_EQ(write(in[1], &c, 1), 1);
    FD_SET(in[0], &r);
    CHECK_EQ(select(in[1] + 1, &r, &w, NULL, NULL), 2);
    CHECK_EQ(read(in[0], &c, 1), 1);
    FD_ZERO(&r);
    int closed = dup(in[0]);
    close(closed);
    FD_SET(closed, &r);
    CHECK_ERRNO(select(closed + 1, &r, NULL, NULL, NULL), EBADF);
    CHECK_ERRNO(select(-1, NULL, NULL, NULL, NULL), EINVAL);
}

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
    caught = sig;
}

static void test_signals(void)
{
    struct sigaction a;
    sigset_t block, old, empty;
    struct pollfd p = {in[0], POLLIN, 0};

    memset(&a, 0, sizeof a);
    a.sa_handler = on_signal;
    a.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &a, NULL);
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, &old);
    sigemptyset(&empty);
    raise(SIGUSR1);
    CHECK_EQ(caught, 0);
    CHECK_ERRNO(ppoll(&p, 1, NULL, &empty), EINTR);
    CHECK_EQ(caught, SIGUSR1);
    caught = 0;
    pid_t pid = fork();
    if (pid == 0) {
        usleep(30000);
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    fd_set r;
    FD_ZERO(&r);
    FD_SET(in[0], &r);
    CHECK_ERRNO(pselect(in[0] + 1, &r, NULL, NULL, NULL, &empty), EINTR);
    CHECK_EQ(caught, SIGUSR1);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void test_epoll(void)
{
    struct epoll_event e, got[4];
    int ep = epoll_create1(EPOLL_CLOEXEC);
    char c;

    CHECK(ep >= 0);
    e.events = EPOLLIN;
    e.data.u64 = 111;
    CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_ADD, in[0], &e), 0);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, in[0], &e), EEXIST);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_MOD, out[0], &e), ENOENT);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, 77, &e), EBADF);
    CHECK_EQ(epoll_wait(ep, got, 4, 0), 0);
    CHECK_EQ(write(in[1], "ab", 2), 2);
    /* the state is told as long as it lasts */
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(epoll_wait(ep, got, 4, 1000), 1);
        CHECK(got[0].data.u64 == 111 && got[0].events == EPOLLIN);
        CHECK_EQ(read(in[0], &c, 1), 1);
    }
    CHECK_EQ(epoll_wait(ep, got, 4, 10), 0);
    /* edges are told once */
    e.events = EPOLLIN | EPOLLET;
    e.data.u64 = 222;
    CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_MOD, in[0], &e), 0);
    CHECK_EQ(write(in[1], "a", 1), 1);
    CHECK_EQ(epoll_wait(ep, got, 4, 1000), 1);
    CHECK(got[0].data.u64 == 222);
    CHECK_EQ(epoll_wait(ep, got, 4, 10), 0);
    CHECK_EQ(read(in[0], &c, 1), 1);
    /* one shot until armed again */
    e.events = EPOLLIN | EPOLLONESHOT;
    CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_MOD, in[0], &e), 0);
    CHECK_EQ(write(in[1], "a", 1), 1);
    CHECK_EQ(epoll_wait(ep, got, 4, 1000), 1);
    CHECK_EQ(epoll_wait(ep, got, 4, 10), 0);
    CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_MOD, in[0], &e), 0);
    CHECK_EQ(epoll_wait(ep, got, 4, 1000), 1);
    CHECK_EQ(read(in[0], &c, 1), 1);
    e.events = EPOLLIN;
    CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_ADD, out[0], &e), 0);
    pid_t pid = write_later(out[1]);
    CHECK_EQ(epoll_wait(ep, got, 4, 5000), 1);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_DEL, out[0], NULL), 0);
    CHECK_EQ(epoll_wait(ep, got, 4, 10), 0);
    CHECK_EQ(read(out[0], &c, 1), 1);
    CHECK_ERRNO(epoll_wait(ep, got, 0, 10), EINVAL);
    close(ep);
}

int main(void)
{
    CHECK_EQ(pipe(in), 0);
    CHECK_EQ(pipe(out), 0);
    test_poll();
    test_wake();
    test_hangup();
    test_many();
    test_select();
    test_signals();
    test_epoll();
    return check_status();
}
