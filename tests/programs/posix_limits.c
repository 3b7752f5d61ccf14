/* Limits of a process, descriptors that children do not get, clocks of threads, and msync. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

#define MS 1000000L

extern char **environ;

static void wait_ok(pid_t child)
{
    int status = -1;

    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}

static void limit(int resource, rlim_t cur, rlim_t max)
{
    const struct rlimit to = {cur, max};

    CHECK_EQ(setrlimit(resource, &to), 0);
}

/* In a child, as each of these: a limit stays. */
static void files_child(void)
{
    struct rlimit now;
    int fd, last = -1;

    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
    CHECK(now.rlim_cur >= 64);
    limit(RLIMIT_NOFILE, 20, now.rlim_max);
    CHECK_EQ(sysconf(_SC_OPEN_MAX), 20);
    while ((fd = dup(1)) >= 0)
        last = fd;
    CHECK_EQ(last, 19);
    CHECK_ERRNO(open("/", O_RDONLY), EMFILE);
    CHECK_ERRNO(fcntl(1, F_DUPFD, 20), EINVAL);
    CHECK_ERRNO(dup2(1, 20), EBADF);
    CHECK_EQ(dup2(1, 19), 19);
    int fds[2];
    CHECK_ERRNO(pipe(fds), EMFILE);
    close(19);
    CHECK_ERRNO(pipe(fds), EMFILE);
    CHECK_EQ(dup(1), 19);
    limit(RLIMIT_NOFILE, 10, 30);
    CHECK_EQ(fcntl(19, F_GETFD), 0);
    pid_t child = fork();
    if (child == 0) {
        CHECK_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
        CHECK_EQ(now.rlim_cur, 10);
        CHECK_EQ(now.rlim_max, 30);
        _exit(check_failures != 0);
    }
    wait_ok(child);
    limit(RLIMIT_NOFILE, 30, 30);
    CHECK_EQ(prlimit(0, RLIMIT_NOFILE, NULL, &now), 0);
    CHECK_EQ(now.rlim_cur, 30);
}

static long map_private(long len)
{
    return (long)mmap(NULL, (size_t)len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                      0);
}

static void memory_child(void)
{
    struct rlimit now;

    CHECK_EQ(getrlimit(RLIMIT_AS, &now), 0);
    limit(RLIMIT_AS, 256l << 20, now.rlim_max);
    CHECK_ERRNO(map_private(512l << 20), ENOMEM);
    CHECK(malloc(512l << 20) == NULL);
    void *p = malloc(1l << 20);
    CHECK(p);
    free(p);
    limit(RLIMIT_AS, now.rlim_cur, now.rlim_max);
    CHECK_EQ(getrlimit(RLIMIT_DATA, &now), 0);
    limit(RLIMIT_DATA, 128l << 20, 128l << 20);
    CHECK_ERRNO(map_private(256l << 20), ENOMEM);
}

static void test_limits(void)
{
    struct rlimit bad = {2, 1}, now;
    void (*const children[])(void) = {files_child, memory_child};

    for (unsigned i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0) {
            children[i]();
            _exit(check_failures != 0);
        }
        wait_ok(child);
    }
    CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &bad), EINVAL);
    CHECK_ERRNO(setrlimit(RLIMIT_DATA, &bad), EINVAL);
    CHECK_ERRNO(setrlimit(RLIMIT_STACK, &bad), EINVAL);
    CHECK_ERRNO(setrlimit(-1, &bad), EINVAL);
    CHECK_ERRNO(getrlimit(999, &now), EINVAL);
    for (int i = 0; i < RLIMIT_NLIMITS && i < 10; i++) {
        CHECK_EQ(getrlimit(i, &now), 0);
        CHECK(now.rlim_cur <= now.rlim_max);
        CHECK_EQ(setrlimit(i, &now), 0);
    }
    now = (struct rlimit){0, 0};
    CHECK_EQ(setrlimit(RLIMIT_CORE, &now), 0);
}

#ifdef FD_CLOFORK
static void test_clofork(void)
{
    int fds[2], at_exec, kept;

    CHECK_EQ(pipe2(fds, O_CLOFORK | O_CLOEXEC), 0);
    at_exec = open("/", O_RDONLY | O_CLOFORK);
    kept = fcntl(at_exec, F_DUPFD, 40);
    CHECK_EQ(kept, 40);
    CHECK_EQ(fcntl(kept, F_GETFD), 0);
    CHECK_EQ(fcntl(at_exec, F_GETFD), FD_CLOFORK);
    CHECK_EQ(fcntl(fds[0], F_GETFD), FD_CLOFORK | FD_CLOEXEC);
    CHECK_EQ(fcntl(fds[1], F_GETFD), FD_CLOFORK | FD_CLOEXEC);
    CHECK_EQ(fcntl(kept, F_DUPFD_CLOFORK, 50), 50);
    CHECK_EQ(fcntl(50, F_GETFD), FD_CLOFORK);
    CHECK_EQ(dup3(kept, 51, O_CLOFORK | O_CLOEXEC), 51);
    CHECK_EQ(fcntl(51, F_GETFD), FD_CLOFORK | FD_CLOEXEC);
    CHECK_ERRNO(dup3(kept, kept, O_CLOFORK), EINVAL);
    CHECK_ERRNO(fcntl(99, F_DUPFD_CLOFORK, 50), EBADF);
    pid_t child = fork();
    if (child == 0) {
        CHECK_ERRNO(fcntl(fds[0], F_GETFD), EBADF);
        CHECK_ERRNO(fcntl(fds[1], F_GETFD), EBADF);
        CHECK_ERRNO(fcntl(at_exec, F_GETFD), EBADF);
        CHECK_ERRNO(fcntl(50, F_GETFD), EBADF);
        CHECK_ERRNO(fcntl(51, F_GETFD), EBADF);
        CHECK_EQ(fcntl(kept, F_GETFD), 0);
        _exit(check_failures != 0);
    }
    wait_ok(child);
    CHECK_EQ(fcntl(at_exec, F_SETFD, 0), 0);
    child = fork();
    if (child == 0)
        _exit(fcntl(at_exec, F_GETFD) != 0);
    wait_ok(child);
    close(fds[0]);
    close(fds[1]);
    close(at_exec);
    close(kept);
    close(50);
    close(51);
}

static void *make_marked(void *stop)
{
    while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED)) {
        int fd = open("/", O_RDONLY | O_CLOFORK);
        if (fd >= 0)
            close(fd);
    }
    return NULL;
}

/* A thread opens and closes marked files all the time: no child ever gets one. */
static void test_clofork_race(void)
{
    pthread_t t;
    int stop = 0;

    CHECK_EQ(pthread_create(&t, NULL, make_marked, &stop), 0);
    for (int i = 0; i < 50; i++) {
        pid_t child = fork();
        if (child == 0) {
            for (int fd = 3; fd < 30; fd++)
                if (fcntl(fd, F_GETFD) >= 0)
                    _exit(fd);
            _exit(0);
        }
        wait_ok(child);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    CHECK_EQ(pthread_join(t, NULL), 0);
}
#endif

static long used(clockid_t clock)
{
    struct timespec ts = {0, 0};

    CHECK_EQ(clock_gettime(clock, &ts), 0);
    return ts.tv_sec * 1000 * MS + ts.tv_nsec;
}

static pthread_barrier_t barrier;

static void *burn(void *arg)
{
    volatile unsigned x = 0;

    (void)arg;
    for (long end = used(CLOCK_THREAD_CPUTIME_ID) + 60 * MS; used(CLOCK_THREAD_CPUTIME_ID) < end;)
        for (unsigned i = 0; i < 100000; i++)
            x += i;
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return NULL;
}

static void test_thread_clocks(void)
{
    long own = used(CLOCK_THREAD_CPUTIME_ID), all = used(CLOCK_PROCESS_CPUTIME_ID);
    struct rusage u;
    struct timespec ts;
    clockid_t other, self;
    pthread_t t;

    CHECK_EQ(pthread_barrier_init(&barrier, NULL, 2), 0);
    CHECK_EQ(pthread_create(&t, NULL, burn, NULL), 0);
    pthread_barrier_wait(&barrier);
    CHECK_EQ(pthread_getcpuclockid(t, &other), 0);
    CHECK_EQ(pthread_getcpuclockid(pthread_self(), &self), 0);
    CHECK(used(other) >= 50 * MS);
    CHECK(used(self) - own < 50 * MS);
    CHECK(used(CLOCK_THREAD_CPUTIME_ID) - own < 50 * MS);
    CHECK(used(CLOCK_PROCESS_CPUTIME_ID) - all >= 50 * MS);
    CHECK_EQ(clock_getres(other, &ts), 0);
    CHECK_EQ(clock_getres(CLOCK_THREAD_CPUTIME_ID, &ts), 0);
    CHECK_EQ(getrusage(RUSAGE_THREAD, &u), 0);
    CHECK(u.ru_utime.tv_sec == 0);
    pthread_barrier_wait(&barrier);
    CHECK_EQ(pthread_join(t, NULL), 0);
    CHECK(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &(struct timespec){0, 1}, NULL) != 0);
}

static void test_msync(void)
{
    const long page = sysconf(_SC_PAGESIZE);
    char name[] = "/tmp/posix_msyncXXXXXX", back[6] = "";
    int fd = mkstemp(name);
    char *p;

    CHECK(fd >= 0);
    CHECK_EQ(ftruncate(fd, 3 * page), 0);
    p = mmap(NULL, (size_t)(3 * page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(p != MAP_FAILED);
    memcpy(p + page, "hello", 5);
    CHECK_EQ(msync(p, (size_t)(3 * page), MS_SYNC), 0);
    CHECK_EQ(pread(fd, back, 5, page), 5);
    CHECK(memcmp(back, "hello", 5) == 0);
    CHECK_EQ(msync(p + page, 10, MS_SYNC | MS_INVALIDATE), 0);
    CHECK_EQ(msync(p, 0, MS_SYNC), 0);
    CHECK_EQ(msync(p, (size_t)page, MS_ASYNC), 0);
    CHECK_ERRNO(msync(p + 1, 10, MS_SYNC), EINVAL);
    CHECK_ERRNO(msync(p, 10, MS_SYNC | MS_ASYNC), EINVAL);
    CHECK_ERRNO(msync(p, 10, 0x4000), EINVAL);
    close(fd);
    memcpy(p, "after", 5);
    CHECK_EQ(msync(p, (size_t)page, MS_SYNC), 0);
    CHECK_EQ(munmap(p + page, (size_t)page), 0);
    CHECK_ERRNO(msync(p, (size_t)(3 * page), MS_SYNC), ENOMEM);
    CHECK_EQ(munmap(p, (size_t)(3 * page)), 0);
    CHECK_ERRNO(msync(p, (size_t)page, MS_SYNC), ENOMEM);
    CHECK_EQ(unlink(name), 0);
}

int main(void)
{
    test_limits();
#ifdef FD_CLOFORK
    test_clofork();
    test_clofork_race();
#endif
    test_thread_clocks();
    test_msync();
    return check_status();
}
