/* Errors of functions that posix_errors and posix_errors2 leave out: as the host has them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <search.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <wchar.h>
#include <wordexp.h>
#include "posix_check.h"

#define CHECK_NULL(call, error) CHECK_ERRNO((call) ? 0 : -1, error)
/* The call's result is the error. */
#define CHECK_ERROR(call, error) CHECK_EQ(call, error)

static void test_links(void)
{
    char buf[8];

    CHECK_EQ(symlink("target", "l"), 0);
    CHECK_EQ(mkdir("d", 0755), 0);
    CHECK_ERRNO(linkat(AT_FDCWD, "none", AT_FDCWD, "x", 0), ENOENT);
    CHECK_ERRNO(linkat(99, "l", AT_FDCWD, "x", 0), EBADF);
    CHECK_ERRNO(linkat(AT_FDCWD, "l", AT_FDCWD, "d", 0), EEXIST);
    CHECK_ERRNO(linkat(AT_FDCWD, "l", AT_FDCWD, "x", 0x4000000), EINVAL);
    CHECK_ERRNO(linkat(AT_FDCWD, "l", AT_FDCWD, "x", AT_SYMLINK_FOLLOW), ENOENT);
    CHECK_EQ(linkat(AT_FDCWD, "l", AT_FDCWD, "x", 0), 0);
    CHECK_EQ(readlink("x", buf, sizeof buf), 6);
    CHECK_EQ(unlink("x"), 0);
    CHECK_ERRNO(symlinkat("a", 99, "x"), EBADF);
    CHECK_ERRNO(symlinkat("a", AT_FDCWD, "d"), EEXIST);
    CHECK_ERRNO(symlinkat("", AT_FDCWD, "x"), ENOENT);
    CHECK_ERRNO(readlinkat(99, "l", buf, sizeof buf), EBADF);
    CHECK_ERRNO(readlinkat(AT_FDCWD, "d", buf, sizeof buf), EINVAL);
    CHECK_ERRNO(readlinkat(AT_FDCWD, "none", buf, sizeof buf), ENOENT);
    CHECK_EQ(readlinkat(AT_FDCWD, "l", buf, 3), 3);
    CHECK_ERRNO(renameat(AT_FDCWD, "none", AT_FDCWD, "x"), ENOENT);
    CHECK_ERRNO(renameat(99, "l", AT_FDCWD, "x"), EBADF);
    CHECK_ERRNO(renameat(AT_FDCWD, "l", 99, "x"), EBADF);
    CHECK_ERRNO(renameat(AT_FDCWD, "l", AT_FDCWD, "d"), EISDIR);
    CHECK_ERRNO(renameat(AT_FDCWD, "d", AT_FDCWD, "l"), ENOTDIR);
    CHECK_ERRNO(renameat(AT_FDCWD, "d", AT_FDCWD, "d/d"), EINVAL);
    CHECK_ERRNO(mkdirat(99, "x", 0755), EBADF);
    CHECK_ERRNO(mkdirat(AT_FDCWD, "d", 0755), EEXIST);
    CHECK_ERRNO(mkdirat(AT_FDCWD, "none/x", 0755), ENOENT);
    CHECK_ERRNO(fchmodat(AT_FDCWD, "none", 0644, 0), ENOENT);
    CHECK_ERRNO(fchmodat(99, "d", 0644, 0), EBADF);
    CHECK_ERRNO(fchmodat(AT_FDCWD, "d", 0644, 0x4000000), EINVAL);
    CHECK_ERRNO(lchown("none", 0, 0), ENOENT);
    CHECK_ERRNO(truncate("d", 0), EISDIR);
    CHECK_ERRNO(truncate("none", 0), ENOENT);
    CHECK_ERRNO(unlinkat(AT_FDCWD, "d", 0), EISDIR);
    CHECK_ERRNO(unlinkat(AT_FDCWD, "l", AT_REMOVEDIR), ENOTDIR);
    CHECK_ERRNO(unlinkat(AT_FDCWD, "l", 0x4000000), EINVAL);
    CHECK_ERRNO(rmdir("d/."), EINVAL);
    CHECK_ERRNO(open("d", O_WRONLY), EISDIR);
    CHECK_ERRNO(open("l", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_ERRNO(open("l", O_CREAT | O_EXCL | O_RDWR, 0644), EEXIST);
    CHECK_EQ(rmdir("d"), 0);
    CHECK_EQ(unlink("l"), 0);
}

static void test_transfers(void)
{
    struct iovec v[2] = {{"abc", 3}, {"de", 2}};
    int fds[2], fd = open("f", O_CREAT | O_RDWR, 0644), rd = open("f", O_RDONLY);
    int wr = open("f", O_WRONLY);
    volatile int minus = -1, many = IOV_MAX + 1;
    char buf[16];

    CHECK_EQ(pipe(fds), 0);
    CHECK_ERRNO(pread(fds[0], buf, 1, 0), ESPIPE);
    CHECK_ERRNO(pwrite(fds[1], buf, 1, 0), ESPIPE);
    CHECK_ERRNO(preadv(fds[0], v, 1, 0), ESPIPE);
    CHECK_ERRNO(pwritev(fds[1], v, 1, 0), ESPIPE);
    CHECK_ERRNO(lseek(fds[0], 0, SEEK_CUR), ESPIPE);
    CHECK_ERRNO(ftruncate(fds[1], 0), EINVAL);
    CHECK_ERROR(posix_fallocate(fds[1], 0, 1), ESPIPE);
    CHECK_ERROR(posix_fadvise(fds[0], 0, 1, POSIX_FADV_NORMAL), ESPIPE);
    CHECK_ERRNO(read(fds[1], buf, 1), EBADF);
    CHECK_ERRNO(write(fds[0], buf, 1), EBADF);
    CHECK_ERRNO(read(wr, buf, 1), EBADF);
    CHECK_ERRNO(write(rd, buf, 1), EBADF);
    CHECK_ERRNO(readv(wr, v, 2), EBADF);
    CHECK_ERRNO(writev(rd, v, 2), EBADF);
    CHECK_ERRNO(readv(fd, v, minus), EINVAL);
    CHECK_ERRNO(writev(fd, v, many), EINVAL);
    CHECK_ERRNO(preadv(fd, v, 1, -1), EINVAL);
    CHECK_ERRNO(pread(fd, buf, 1, -1), EINVAL);
    CHECK_ERRNO(pwrite(fd, buf, 1, -1), EINVAL);
    CHECK_ERRNO(ftruncate(rd, 0), EINVAL);
    CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
    CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERRNO(lseek(fd, 0, 99), EINVAL);
    CHECK_ERROR(posix_fallocate(fd, -1, 1), EINVAL);
    CHECK_ERROR(posix_fallocate(fd, 0, 0), EINVAL);
    CHECK_ERROR(posix_fallocate(99, 0, 1), EBADF);
    CHECK_ERROR(posix_fallocate(rd, 0, 1), EBADF);
    signal(SIGPIPE, SIG_IGN);
    close(fds[0]);
    CHECK_ERRNO(write(fds[1], "x", 1), EPIPE);
    CHECK_ERRNO(writev(fds[1], v, 2), EPIPE);
    signal(SIGPIPE, SIG_DFL);
    close(fds[1]);
    CHECK_EQ(pipe2(fds, O_NONBLOCK), 0);
    CHECK_ERRNO(read(fds[0], buf, 1), EAGAIN);
    while (write(fds[1], buf, sizeof buf) > 0)
        ;
    CHECK_ERRNO(write(fds[1], buf, sizeof buf), EAGAIN);
    close(fds[0]);
    close(fds[1]);
    close(fd);
    close(rd);
    close(wr);
    CHECK_EQ(unlink("f"), 0);
}

static void test_streams(void)
{
    FILE *f = fopen("f", "w+"), *r = fopen("f", "r");
    fpos_t pos;
    char *line = NULL;
    size_t size = 0;

    CHECK_NULL(fopen("f", "q"), EINVAL);
    CHECK_NULL(fopen("none/f", "w"), ENOENT);
    CHECK_NULL(fopen("none", "r"), ENOENT);
    CHECK_NULL(fopen("f", "wx"), EEXIST);
    CHECK_NULL(fdopen(99, "r"), EBADF);
    CHECK_NULL(fdopen(fileno(r), "w"), EINVAL);
    CHECK_NULL(fmemopen(NULL, 8, "q"), EINVAL);
    CHECK_NULL(popen("true", "x"), EINVAL);
    CHECK_ERRNO(fputs("x", r), EBADF);
    CHECK_ERRNO(fflush(r) == 0 && ferror(r) ? (errno = EBADF, -1) : 0, EBADF);
    CHECK_ERRNO(fseek(f, 0, 99), EINVAL);
    CHECK_ERRNO(fseek(f, -1, SEEK_SET), EINVAL);
    CHECK_ERRNO(fseeko(f, -5, SEEK_CUR), EINVAL);
    CHECK_EQ(fgetpos(f, &pos), 0);
    CHECK_ERRNO(getline(NULL, &size, f), EINVAL);
#ifndef __GLIBC__ /* 2.39 fails without a reason */
    CHECK_ERRNO(getline(&line, NULL, f), EINVAL);
#endif
    CHECK_ERRNO(setvbuf(f, NULL, 99, 0) ? (errno = EINVAL, -1) : 0, EINVAL);
    free(line);
    CHECK_ERRNO(fgetwc(f) == WEOF && feof(f) ? -1 : 0, 0);
    fclose(f);
    fclose(r);
    CHECK_ERRNO(remove("none"), ENOENT);
    CHECK_ERRNO(rename("none", "x"), ENOENT);
    f = fopen("f", "w");
    close(fileno(f));
    fputs("lost", f);
    CHECK_ERRNO(fflush(f), EBADF);
    CHECK_ERRNO(fclose(f), EBADF);
    CHECK_EQ(unlink("f"), 0);
    CHECK_NULL(freopen("none", "r", fopen("/dev/null", "r")), ENOENT);
}

static void test_numbers(void)
{
    char *end;

    CHECK_ERRNO(strtol("99999999999999999999", NULL, 10) == LONG_MAX ? -1 : 0, ERANGE);
    CHECK_ERRNO(strtol("-99999999999999999999", NULL, 10) == LONG_MIN ? -1 : 0, ERANGE);
    CHECK_ERRNO(strtol("1", &end, 99) == 0 ? -1 : 0, EINVAL);
    CHECK_ERRNO(strtoul("99999999999999999999", NULL, 0) == ULONG_MAX ? -1 : 0, ERANGE);
    CHECK_ERRNO(strtoimax("1", &end, 1) == 0 ? -1 : 0, EINVAL);
    CHECK_ERRNO(strtoumax("1ffffffffffffffff", &end, 16) == UINTMAX_MAX ? -1 : 0, ERANGE);
    CHECK_ERRNO(strtod("1e999", NULL) == HUGE_VAL ? -1 : 0, ERANGE);
    CHECK_ERRNO(strtod("1e-999", NULL) == 0 ? -1 : 0, ERANGE);
    CHECK_ERRNO(strtof("1e39", NULL) == HUGE_VALF ? -1 : 0, ERANGE);
    CHECK_ERRNO(strtold("1e9999", NULL) == HUGE_VALL ? -1 : 0, ERANGE);
    CHECK_ERRNO(wcstol(L"99999999999999999999", NULL, 10) == LONG_MAX ? -1 : 0, ERANGE);
    CHECK_ERRNO(wcstod(L"1e999", NULL) == HUGE_VAL ? -1 : 0, ERANGE);
    volatile double zero = 0, big = 1000, minus = -1;
    if (!(math_errhandling & MATH_ERRNO))
        return;
    CHECK_ERRNO(isnan(sqrt(minus)) ? -1 : 0, EDOM);
    CHECK_ERRNO(isnan(log(minus)) ? -1 : 0, EDOM);
    CHECK_ERRNO(log(zero) == -HUGE_VAL ? -1 : 0, ERANGE);
    CHECK_ERRNO(exp(big) == HUGE_VAL ? -1 : 0, ERANGE);
    CHECK_ERRNO(pow(big, big) == HUGE_VAL ? -1 : 0, ERANGE);
    CHECK_ERRNO(isnan(acos(big)) ? -1 : 0, EDOM);
    CHECK_ERRNO(isnan(fmod(big, zero)) ? -1 : 0, EDOM);
}

static void test_wide(void)
{
    const char bad[] = "\xff";
    const char *p = bad;
    wchar_t out[4];
    char bytes[MB_LEN_MAX];
    mbstate_t state = {0};

    setlocale(LC_ALL, "C.UTF-8");
    CHECK_ERRNO(mbtowc(out, bad, 1), EILSEQ);
    CHECK_ERRNO((ssize_t)mbrtowc(out, bad, 1, &state), EILSEQ);
    memset(&state, 0, sizeof state);
    CHECK_ERRNO((ssize_t)mbsrtowcs(out, &p, 4, &state), EILSEQ);
    CHECK_ERRNO((ssize_t)mbstowcs(out, bad, 4), EILSEQ);
    CHECK_ERRNO((ssize_t)wcrtomb(bytes, (wchar_t)0xd800, NULL), EILSEQ);
}

static void test_ids(void)
{
    siginfo_t info;
    sigset_t set;
    int status;

    sigemptyset(&set);
    CHECK_ERRNO(sigaddset(&set, 0), EINVAL);
    CHECK_ERRNO(sigaddset(&set, 999), EINVAL);
    CHECK_ERRNO(sigaction(SIGKILL, &(struct sigaction){.sa_handler = SIG_IGN}, NULL), EINVAL);
    CHECK_ERRNO(sigaction(0, NULL, NULL), EINVAL);
    CHECK_ERRNO(signal(SIGSTOP, SIG_IGN) == SIG_ERR ? -1 : 0, EINVAL);
    CHECK_ERRNO(signal(999, SIG_IGN) == SIG_ERR ? -1 : 0, EINVAL);
    CHECK_ERRNO(raise(999), EINVAL);
    CHECK_ERRNO(killpg(-1, 0), EINVAL);
    CHECK_ERRNO(sigqueue(getpid(), 999, (union sigval){0}), EINVAL);
    CHECK_ERRNO(sigqueue(999999, 0, (union sigval){0}), ESRCH);
    CHECK_ERRNO(sigprocmask(99, &set, NULL), EINVAL);
    CHECK_ERROR(pthread_sigmask(99, &set, NULL), EINVAL);
    CHECK_ERROR(pthread_kill(pthread_self(), 999), EINVAL);
    CHECK_ERRNO(waitid(P_PID, 999999, &info, WEXITED), ECHILD);
    CHECK_ERRNO(wait3(&status, 0, NULL), ECHILD);
    CHECK_ERRNO(wait4(999999, &status, 0, NULL), ECHILD);
    stack_t small = {.ss_sp = &small, .ss_size = 10}, flags = {.ss_flags = 0x1000};
    CHECK_ERRNO(sigaltstack(&small, NULL), ENOMEM);
    CHECK_ERRNO(sigaltstack(&flags, NULL), EINVAL);
    CHECK_ERRNO(getpgid(-1), ESRCH);
    CHECK_ERRNO(sched_setscheduler(0, 999, &(struct sched_param){0}), EINVAL);
    CHECK_ERRNO(sched_setparam(0, &(struct sched_param){99}), EINVAL);
    CHECK_ERRNO(sched_getparam(999999, &(struct sched_param){0}), ESRCH);
    CHECK_ERRNO(sched_get_priority_min(999), EINVAL);
    CHECK_ERRNO(sched_rr_get_interval(999999, &(struct timespec){0}), ESRCH);
}

static void *idle(void *arg)
{
    return arg;
}

static void test_threads(void)
{
    struct timespec past = {1, 0}, wrong = {1, -1};
    pthread_mutex_t checked, plain = PTHREAD_MUTEX_INITIALIZER;
    pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    pthread_mutexattr_t ma;
    pthread_condattr_t ca;
    pthread_attr_t a;
    sem_t sem;

    pthread_mutexattr_init(&ma);
    CHECK_ERROR(pthread_mutexattr_settype(&ma, PTHREAD_MUTEX_ERRORCHECK), 0);
    CHECK_ERROR(pthread_mutex_init(&checked, &ma), 0);
    CHECK_ERROR(pthread_mutex_unlock(&checked), EPERM);
    CHECK_ERROR(pthread_mutex_lock(&checked), 0);
    CHECK_ERROR(pthread_mutex_lock(&checked), EDEADLK);
    CHECK_ERROR(pthread_mutex_timedlock(&checked, &past), EDEADLK);
    CHECK_ERROR(pthread_mutex_trylock(&checked), EBUSY);
    CHECK_ERROR(pthread_mutex_destroy(&checked), EBUSY);
    CHECK_ERROR(pthread_mutex_unlock(&checked), 0);
    CHECK_ERROR(pthread_mutex_lock(&plain), 0);
    CHECK_ERROR(pthread_mutex_timedlock(&plain, &past), ETIMEDOUT);
    CHECK_ERROR(pthread_mutex_timedlock(&plain, &wrong), EINVAL);
    CHECK_ERROR(pthread_mutex_clocklock(&plain, CLOCK_MONOTONIC, &past), ETIMEDOUT);
    CHECK_ERROR(pthread_cond_timedwait(&cond, &plain, &past), ETIMEDOUT);
    CHECK_ERROR(pthread_cond_timedwait(&cond, &plain, &wrong), EINVAL);
    CHECK_ERROR(pthread_mutex_unlock(&plain), 0);
    CHECK_ERROR(pthread_rwlock_wrlock(&rw), 0);
    CHECK_ERROR(pthread_rwlock_timedrdlock(&rw, &past), EDEADLK);
    CHECK_ERROR(pthread_rwlock_tryrdlock(&rw), EBUSY);
    CHECK_ERROR(pthread_rwlock_unlock(&rw), 0);
    pthread_condattr_init(&ca);
    CHECK_ERROR(pthread_condattr_setclock(&ca, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
    CHECK_ERROR(pthread_condattr_setpshared(&ca, 99), EINVAL);
    pthread_attr_init(&a);
    CHECK_ERROR(pthread_attr_setschedpolicy(&a, 999), EINVAL);
    CHECK_ERROR(pthread_attr_setstacksize(&a, 1), EINVAL);
    CHECK_ERROR(pthread_attr_setguardsize(&a, 0), 0);
    CHECK_ERRNO(sem_init(&sem, 0, UINT_MAX), EINVAL);
    CHECK_EQ(sem_init(&sem, 0, 0), 0);
    CHECK_ERRNO(sem_trywait(&sem), EAGAIN);
    CHECK_ERRNO(sem_timedwait(&sem, &past), ETIMEDOUT);
    CHECK_ERRNO(sem_timedwait(&sem, &wrong), EINVAL);
    CHECK_ERRNO(sem_open("/posix_errors3_none", 0) == SEM_FAILED ? -1 : 0, ENOENT);
    CHECK_ERRNO(sem_unlink("/posix_errors3_none"), ENOENT);
    pthread_t t;
    CHECK_ERROR(pthread_create(&t, NULL, idle, NULL), 0);
    CHECK_ERROR(pthread_join(t, NULL), 0);
    CHECK_ERROR(pthread_join(pthread_self(), NULL), EDEADLK);
    CHECK_ERROR(pthread_setname_np(pthread_self(), "longer than sixteen"), ERANGE);
}

static void test_polling(void)
{
    struct epoll_event e = {.events = EPOLLIN};
    struct itimerspec wrong = {.it_value = {0, 1000000000}};
    struct timespec t = {-1, 0};
    fd_set set;
    int ep = epoll_create1(0), fds[2], timer = timerfd_create(CLOCK_MONOTONIC, 0);

    CHECK_EQ(pipe(fds), 0);
    CHECK_ERRNO(epoll_create(0), EINVAL);
    CHECK_ERRNO(epoll_create1(0x77), EINVAL);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, 99, &e), EBADF);
    CHECK_ERRNO(epoll_ctl(99, EPOLL_CTL_ADD, fds[0], &e), EBADF);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &e), EINVAL);
    CHECK_ERRNO(epoll_ctl(ep, 99, fds[0], &e), EINVAL);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_MOD, fds[0], &e), ENOENT);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_DEL, fds[0], &e), ENOENT);
    CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &e), 0);
    CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &e), EEXIST);
    CHECK_ERRNO(epoll_wait(ep, &e, 0, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(fds[0], &e, 1, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(99, &e, 1, 0), EBADF);
    CHECK_ERRNO(timerfd_create(999, 0), EINVAL);
    CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, 0x77), EINVAL);
    CHECK_ERRNO(timerfd_settime(timer, 0, &wrong, NULL), EINVAL);
    CHECK_ERRNO(timerfd_gettime(fds[0], &wrong), EINVAL);
    CHECK_ERRNO(eventfd(0, 0x77), EINVAL);
    FD_ZERO(&set);
    CHECK_ERRNO(select(-1, &set, NULL, NULL, NULL), EINVAL);
    CHECK_ERRNO(pselect(0, NULL, NULL, NULL, &t, NULL), EINVAL);
    CHECK_ERRNO(ppoll(NULL, 0, &t, NULL), EINVAL);
    CHECK_ERRNO(nanosleep(&t, NULL), EINVAL);
    CHECK_ERROR(clock_nanosleep(999, 0, &(struct timespec){0, 0}, NULL), EINVAL);
    CHECK_ERRNO(clock_gettime(999, &t), EINVAL);
    close(ep);
    close(timer);
    close(fds[0]);
    close(fds[1]);
}

static void test_memory(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *p = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK_ERRNO(mprotect((char *)p + 1, page, PROT_READ), EINVAL);
    CHECK_ERRNO(munmap((char *)p + 1, page), EINVAL);
    CHECK_ERRNO(munmap(p, 0), EINVAL);
    CHECK_ERRNO(madvise((char *)p + 1, page, MADV_DONTNEED), EINVAL);
    CHECK_ERRNO(madvise(p, page, 9999), EINVAL);
    CHECK_ERROR(posix_madvise(p, page, 9999), EINVAL);
    CHECK_ERRNO(mlockall(0), EINVAL);
    CHECK_ERRNO(shm_open("/posix_errors3_none", O_RDWR, 0), ENOENT);
    CHECK_ERRNO(shm_unlink("/posix_errors3_none"), ENOENT);
    CHECK_ERRNO(shmget(0x51ee7777, 1, 0), ENOENT);
    CHECK_ERRNO(shmctl(123456789, IPC_RMID, NULL), EINVAL);
    CHECK_ERRNO(shmdt((char *)p + page), EINVAL);
    CHECK_ERRNO(shmat(123456789, NULL, 0) == (void *)-1 ? -1 : 0, EINVAL);
    CHECK_ERRNO(hcreate((size_t)-1) ? 0 : -1, ENOMEM);
    munmap(p, page);
}

static void test_sockets(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "none"};
    struct pollfd p = {.fd = 0};
    int fd = open("f", O_CREAT | O_RDWR, 0644);
    socklen_t len = sizeof name;
    char c;

    (void)p;
    CHECK_ERRNO(socket(999, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(connect(fd, (struct sockaddr *)&name, len), ENOTSOCK);
    CHECK_ERRNO(bind(fd, (struct sockaddr *)&name, len), ENOTSOCK);
    CHECK_ERRNO(listen(fd, 1), ENOTSOCK);
    CHECK_ERRNO(accept(fd, NULL, NULL), ENOTSOCK);
    CHECK_ERRNO(send(fd, "x", 1, 0), ENOTSOCK);
    CHECK_ERRNO(recv(fd, &c, 1, 0), ENOTSOCK);
    CHECK_ERRNO(sendto(99, "x", 1, 0, NULL, 0), EBADF);
    CHECK_ERRNO(recvfrom(99, &c, 1, 0, NULL, NULL), EBADF);
    CHECK_ERRNO(sendmsg(99, &(struct msghdr){0}, 0), EBADF);
    CHECK_ERRNO(recvmsg(99, &(struct msghdr){0}, 0), EBADF);
    CHECK_ERRNO(shutdown(fd, SHUT_RD), ENOTSOCK);
    CHECK_ERRNO(getsockname(fd, (struct sockaddr *)&name, &len), ENOTSOCK);
    CHECK_ERRNO(getpeername(99, (struct sockaddr *)&name, &len), EBADF);
    CHECK_ERRNO(socketpair(999, SOCK_STREAM, 0, (int[2]){0}), EAFNOSUPPORT);
    close(fd);
    CHECK_EQ(unlink("f"), 0);
}

static void test_others(void)
{
    DIR *d = opendir(".");
    struct tm tm = {.tm_year = INT_MAX, .tm_mon = 11, .tm_mday = 31, .tm_hour = 99};
    time_t huge = LONG_MAX;
    struct dirent **list;
    wordexp_t words;
    glob_t g;

    CHECK_NULL(opendir("none"), ENOENT);
    CHECK_NULL(opendir(""), ENOENT);
    CHECK_NULL(fdopendir(99), EBADF);
    CHECK_ERRNO(dirfd(d) < 0 ? 0 : -1, 0);
    CHECK_ERRNO(scandirat(99, "x", &list, NULL, NULL), EBADF);
    closedir(d);
    CHECK_NULL(gmtime(&huge), EOVERFLOW);
    CHECK_NULL(localtime(&huge), EOVERFLOW);
    CHECK_ERRNO(mktime(&tm) == -1 ? -1 : 0, EOVERFLOW);
    CHECK_EQ(glob("none*", 0, NULL, &g), GLOB_NOMATCH);
    CHECK_EQ(wordexp("a | b", &words, 0), WRDE_BADCHAR);
    CHECK_EQ(wordexp("$(x)", &words, WRDE_NOCMD), WRDE_CMDSUB);
    CHECK_EQ(wordexp("'x", &words, 0), WRDE_SYNTAX);
    CHECK_EQ(wordexp("$none_such", &words, WRDE_UNDEF), WRDE_BADVAL);
    CHECK_NULL(newlocale(LC_ALL_MASK, "no_SUCH", NULL), ENOENT);
    CHECK_NULL(newlocale(0x10000000, "C", NULL), EINVAL);
    CHECK_NULL(realpath("none", NULL), ENOENT);
    CHECK_NULL(realpath(NULL, NULL), EINVAL);
    CHECK_NULL(getcwd((char[2]){0}, 2), ERANGE);
    CHECK_NULL(getcwd((char[2]){0}, 0), EINVAL);
    CHECK_ERRNO(setenv("", "x", 1), EINVAL);
    CHECK_ERRNO(setenv("a=b", "x", 1), EINVAL);
    CHECK_ERRNO(unsetenv("a=b"), EINVAL);
    CHECK_ERRNO(mkstemp((char[]){"short"}), EINVAL);
    CHECK_NULL(mkdtemp((char[]){"short"}), EINVAL);
    CHECK_ERRNO(mkstemp((char[]){"none/XXXXXX"}), ENOENT);
    CHECK_ERRNO(fpathconf(99, _PC_NAME_MAX), EBADF);
    CHECK_ERRNO(pathconf("none", _PC_NAME_MAX), ENOENT);
    CHECK_ERRNO(sysconf(99999), EINVAL);
    CHECK_ERRNO(access("none", R_OK), ENOENT);
    CHECK_ERRNO(access(".", 99), EINVAL);
}

int main(void)
{
    check_enter("posix_errors3");
    test_links();
    test_transfers();
    test_streams();
    test_numbers();
    test_wide();
    test_ids();
    test_threads();
    test_polling();
    test_memory();
    test_sockets();
    test_others();
    check_leave();
    return check_status();
}
