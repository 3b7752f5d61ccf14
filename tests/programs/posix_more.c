/* Descriptors that count, file trees, message catalogues, users' records, scheduling, addresses. */
#include "posix_check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmtmsg.h>
#include <fts.h>
#include <netdb.h>
#include <nl_types.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <utmpx.h>

static short ready(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    return poll(&p, 1, ms) > 0 ? p.revents : 0;
}

static void check_eventfd(void)
{
    eventfd_t value = 0;
    int fd = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC);

    CHECK(fd >= 0 && ready(fd, 0) == POLLIN);
    CHECK(eventfd_read(fd, &value) == 0 && value == 3);
    CHECK(ready(fd, 0) == 0);
    CHECK_ERRNO(eventfd_read(fd, &value), EAGAIN);
    for (int i = 0; i < 10000; i++)
        if (eventfd_write(fd, 2) < 0)
            CHECK(0);
    CHECK(eventfd_read(fd, &value) == 0 && value == 20000);
    CHECK(eventfd_write(fd, UINT64_MAX - 1) == 0);
    CHECK_ERRNO(eventfd_write(fd, 1), EAGAIN);
    CHECK_ERRNO(write(fd, "short", 5), EINVAL);
    CHECK(close(fd) == 0);
    CHECK_ERRNO(eventfd_write(fd, 1), EBADF);
    fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    CHECK(eventfd_read(fd, &value) == 0 && value == 1);
    CHECK(eventfd_read(fd, &value) == 0 && value == 1);
    CHECK_ERRNO(eventfd_read(fd, &value), EAGAIN);
    pid_t pid = fork();
    if (pid == 0)
        _exit(eventfd_write(fd, 5) < 0);
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(ready(fd, 1000) == POLLIN);
    CHECK(close(fd) == 0);
    CHECK_ERRNO(eventfd(0, -1), EINVAL);
}

static void check_timerfd(void)
{
    struct itimerspec t = {{0, 20000000}, {0, 20000000}}, now;
    uint64_t count = 0;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

    CHECK(fd >= 0 && ready(fd, 0) == 0);
    CHECK(timerfd_settime(fd, 0, &t, NULL) == 0);
    CHECK(timerfd_gettime(fd, &now) == 0 && now.it_interval.tv_nsec == 20000000);
    CHECK(ready(fd, 5000) == POLLIN);
    nanosleep(&(struct timespec){0, 60000000}, NULL);
    CHECK(read(fd, &count, sizeof count) == sizeof count && count >= 2 && count < 1000);
    t = (struct itimerspec){{0, 0}, {0, 0}};
    CHECK(timerfd_settime(fd, 0, &t, NULL) == 0);
    CHECK(close(fd) == 0);
    CHECK_ERRNO(timerfd_create(12345, 0), EINVAL);
}

static void touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);

    CHECK(fd >= 0 && write(fd, "0123456789", 10) == 10 && close(fd) == 0);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void check_fts(void)
{
    char *const roots[] = {(char[]){"tree"}, NULL};
    char seen[128] = "";
    FTSENT *e;

    mkdir("tree", 0755);
    mkdir("tree/d", 0755);
    touch("tree/a");
    touch("tree/d/b");
    CHECK(symlink("a", "tree/l") == 0);
    FTS *f = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    CHECK(f != NULL);
    while (f && (e = fts_read(f))) {
        char step[40];
        snprintf(step, sizeof step, "%s%s ", e->fts_name,
                 e->fts_info == FTS_D    ? "/"
                 : e->fts_info == FTS_DP ? "\\"
                 : e->fts_info == FTS_SL ? "@"
                 : e->fts_info == FTS_F  ? ""
                                         : "?");
        strcat(seen, step);
        if (e->fts_info == FTS_F)
            CHECK(e->fts_statp->st_size == 10 && access(e->fts_path, R_OK) == 0);
    }
    CHECK(strcmp(seen, "tree/ a d/ b d\\ l@ tree\\ ") == 0);
    CHECK(f && fts_close(f) == 0);
    f = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    e = fts_read(f);
    CHECK(e && (e = fts_children(f, 0)) && strcmp(e->fts_name, "a") == 0);
    CHECK(e->fts_link && e->fts_link->fts_info == FTS_D);
    CHECK(fts_close(f) == 0);
    CHECK(unlink("tree/l") == 0 && unlink("tree/d/b") == 0 && unlink("tree/a") == 0);
    CHECK(rmdir("tree/d") == 0 && rmdir("tree") == 0);
}

static void check_copies(void)
{
    char buf[16];
    off_t at = 4;
    touch("from");
    int in = open("from", O_RDONLY), out = open("to", O_RDWR | O_CREAT, 0644);

    CHECK(sendfile(out, in, &at, 100) == 6 && at == 10);
    CHECK(lseek(in, 0, SEEK_CUR) == 0);
    CHECK(copy_file_range(in, NULL, out, NULL, 3, 0) == 3 && lseek(in, 0, SEEK_CUR) == 3);
    CHECK(pread(out, buf, 16, 0) == 9 && memcmp(buf, "456789012", 9) == 0);
    close(in);
    close(out);
    CHECK(unlink("from") == 0 && unlink("to") == 0);
}

static void check_addresses(void)
{
    static const struct {
        const char *text, *canonical;
    } v6[] = {
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
        {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
        {"fe80::1:2:3", "fe80::1:2:3"},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
    };
    static const char *const bad[] = {
        "",    ":",   "1::2::3",           "12345::", "1:2:3:4:5:6:7", "1:2:3:",     "::1.2.3",
        ":::", "g::", "1:2:3:4:5:6:7:8:9", "::1 ",    "1:::2:3:4",     "::1.2.3.4.5"};
    char out[INET6_ADDRSTRLEN];
    unsigned char a[16];

    for (size_t i = 0; i < sizeof v6 / sizeof v6[0]; i++) {
        CHECK(inet_pton(AF_INET6, v6[i].text, a) == 1);
        CHECK(inet_ntop(AF_INET6, a, out, sizeof out) && strcmp(out, v6[i].canonical) == 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (inet_pton(AF_INET6, bad[i], a) != 0)
            check_fail(__FILE__, __LINE__, bad[i], 1, 0, 0);
    CHECK(inet_pton(AF_INET, "1.2.3.256", a) == 0 && inet_pton(AF_INET, "01.2.3.4", a) == 0);
    CHECK(inet_addr("1.2") == htonl(0x01000002) && inet_addr("0x7f.1") == htonl(0x7f000001));
    CHECK(inet_addr("1.2.3.4.5") == INADDR_NONE);
    CHECK(inet_ntop(AF_INET, "\1\2\3\4", out, 4) == NULL);
    CHECK(ntohs(htons(0x1234)) == 0x1234 && htonl(1) == 0x01000000);
}

static void check_names(void)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                             .ai_socktype = SOCK_STREAM},
                    *list;
    struct sockaddr_in *sin;
    char host[64], service[16];

    CHECK_EQ(getaddrinfo("127.0.0.1", "80", &hints, &list), 0);
    sin = (struct sockaddr_in *)(void *)list->ai_addr;
    CHECK(sin->sin_port == htons(80) && sin->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    CHECK(list->ai_protocol == IPPROTO_TCP && !list->ai_next);
    CHECK_EQ(getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof host, service,
                         sizeof service, NI_NUMERICHOST | NI_NUMERICSERV),
             0);
    CHECK(strcmp(host, "127.0.0.1") == 0 && strcmp(service, "80") == 0);
    freeaddrinfo(list);
    CHECK_EQ(getaddrinfo("not numeric", "80", &hints, &list), EAI_NONAME);
    CHECK_EQ(getaddrinfo(NULL, NULL, &hints, &list), EAI_NONAME);
    hints.ai_family = 12345;
    CHECK_EQ(getaddrinfo("127.0.0.1", "80", &hints, &list), EAI_FAMILY);
    CHECK(*gai_strerror(EAI_NONAME));
}

static void check_socket_errors(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof a;
    int fds[2];

    CHECK_ERRNO(bind(-1, (struct sockaddr *)(void *)&a, len), EBADF);
    CHECK_ERRNO(socket(12345, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK(pipe(fds) == 0);
    CHECK_ERRNO(bind(fds[0], (struct sockaddr *)(void *)&a, len), ENOTSOCK);
    CHECK_ERRNO(connect(fds[0], (struct sockaddr *)(void *)&a, len), ENOTSOCK);
    CHECK_ERRNO(listen(fds[0], 1), ENOTSOCK);
    CHECK_ERRNO(accept(fds[0], NULL, NULL), ENOTSOCK);
    CHECK_ERRNO(send(fds[1], "x", 1, 0), ENOTSOCK);
    CHECK_ERRNO(recv(fds[0], &len, 1, 0), ENOTSOCK);
    CHECK_ERRNO(getsockname(fds[0], (struct sockaddr *)(void *)&a, &len), ENOTSOCK);
    CHECK_ERRNO(shutdown(fds[0], SHUT_RD), ENOTSOCK);
    close(fds[0]);
    close(fds[1]);
}

#ifndef __GLIBC__
static void check_utmpx(void)
{
    struct utmpx e = {
        .ut_type = USER_PROCESS, .ut_pid = 42, .ut_id = "t1", .ut_line = "tty1", .ut_user = "me"};
    char path[4200], dir[4096];
    struct utmpx *found;

    touch("utmp");
    CHECK(truncate("utmp", 0) == 0 && getcwd(dir, sizeof dir) != NULL);
    snprintf(path, sizeof path, "%s/utmp", dir);
    CHECK(utmpxname(path) == 0);
    setutxent();
    CHECK(pututxline(&e) != NULL);
    e.ut_pid = 43;
    CHECK(pututxline(&e) != NULL);
    memcpy(e.ut_id, "t2", 3);
    strcpy(e.ut_line, "tty2");
    CHECK(pututxline(&e) != NULL);
    setutxent();
    CHECK((found = getutxent()) && found->ut_pid == 43 && strcmp(found->ut_line, "tty1") == 0);
    CHECK((found = getutxent()) && strcmp(found->ut_line, "tty2") == 0);
    CHECK(getutxent() == NULL);
    setutxent();
    CHECK((found = getutxid(&e)) && strncmp(found->ut_id, "t2", 4) == 0);
    endutxent();
    CHECK(unlink("utmp") == 0);
}

#endif

static void check_scheduling(void)
{
    struct sched_param p = {.sched_priority = 0};
    pthread_mutexattr_t a;
    cpu_set_t set;
    int value = -1;

    CHECK(sched_getscheduler(0) == SCHED_OTHER && sched_getparam(0, &p) == 0);
    CHECK_EQ(sched_setscheduler(0, SCHED_OTHER, &p), 0);
    CHECK_ERRNO(sched_setscheduler(0, 12345, &p), EINVAL);
    CHECK(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) >= 1);
    CHECK_EQ(pthread_setschedprio(pthread_self(), 0), 0);
    CHECK(pthread_mutexattr_init(&a) == 0);
    CHECK(pthread_mutexattr_setprotocol(&a, PTHREAD_PRIO_INHERIT) == 0);
    CHECK(pthread_mutexattr_getprotocol(&a, &value) == 0 && value == PTHREAD_PRIO_INHERIT);
    posix_spawnattr_t s;
    CHECK(posix_spawnattr_init(&s) == 0 && posix_spawnattr_setschedpolicy(&s, SCHED_OTHER) == 0);
    CHECK(posix_spawnattr_getschedpolicy(&s, &value) == 0 && value == SCHED_OTHER);
    CHECK(posix_spawnattr_setschedparam(&s, &p) == 0);
}

int main(void)
{
    check_enter("posix_more");
    check_eventfd();
    check_timerfd();
    check_fts();
    check_copies();
    check_addresses();
    check_names();
    check_socket_errors();
#ifndef __GLIBC__ /* whose records in a file of ours are another matter */
    check_utmpx();
#endif
    check_scheduling();
    check_leave();
    return check_status();
}
