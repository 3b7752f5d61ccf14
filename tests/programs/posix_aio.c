/* Asynchronous input and output. */
#define _GNU_SOURCE
#include <aio.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

#define PARTS 16
#define PART 1000

static volatile sig_atomic_t signals, last_value;
static volatile int called;

static void on_signal(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    last_value = info->si_value.sival_int;
    signals++;
}

static void on_call(union sigval value)
{
    __atomic_store_n(&called, value.sival_int, __ATOMIC_RELEASE);
}

/* Waits for a request; its result as a call's: -1 and errno. */
static ssize_t result_of(struct aiocb *cb)
{
    const struct aiocb *const list[] = {cb};

    while (aio_error(cb) == EINPROGRESS)
        if (aio_suspend(list, 1, NULL) < 0 && errno != EINTR)
            return -2;
    return aio_return(cb);
}

static int error_of(struct aiocb *cb)
{
    return result_of(cb) < 0 ? aio_error(cb) : 0;
}

static void pause_until(volatile int *flag, int value)
{
    const struct timespec tick = {0, 1000000};

    for (int i = 0; i < 10000 && *flag != value; i++)
        nanosleep(&tick, NULL);
}

static void test_file(int fd)
{
    static char data[PARTS][PART], back[PARTS][PART];
    struct aiocb cbs[PARTS] = {0}, *list[PARTS];

    for (int i = 0; i < PARTS; i++) {
        memset(data[i], 'a' + i, PART);
        cbs[i] = (struct aiocb){.aio_fildes = fd, .aio_buf = data[i], .aio_nbytes = PART};
        cbs[i].aio_offset = i * PART;
        cbs[i].aio_sigevent.sigev_notify = SIGEV_NONE;
        CHECK_EQ(aio_write(&cbs[i]), 0);
    }
    struct aiocb sync = {.aio_fildes = fd};
    CHECK_EQ(aio_fsync(O_SYNC, &sync), 0);
    CHECK_EQ(result_of(&sync), 0);
    for (int i = 0; i < PARTS; i++) {
        CHECK_EQ(aio_error(&cbs[i]), 0); /* all came before the fsync */
        CHECK_EQ(aio_return(&cbs[i]), PART);
        cbs[i].aio_buf = back[i];
        cbs[i].aio_lio_opcode = LIO_READ;
        list[i] = &cbs[i];
    }
    CHECK_EQ(lio_listio(LIO_WAIT, list, PARTS, NULL), 0);
    CHECK(memcmp(data, back, sizeof data) == 0);
    struct aiocb end = {.aio_fildes = fd, .aio_buf = back[0], .aio_nbytes = PART};
    end.aio_offset = PARTS * PART - 10;
    CHECK_EQ(aio_read(&end), 0);
    CHECK_EQ(result_of(&end), 10);
}

static void test_waiting(void)
{
    const struct timespec soon = {0, 20000000};
    struct sigaction a = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    char c = 0, d = 0;
    int p[2];

    sigaction(SIGRTMIN + 2, &a, NULL);
    CHECK_EQ(pipe(p), 0);
    struct aiocb one = {.aio_fildes = p[0], .aio_buf = &c, .aio_nbytes = 1}, two = one;
    const struct aiocb *const list[] = {NULL, &one};
    one.aio_sigevent = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 2};
    one.aio_sigevent.sigev_value.sival_int = 77;
    two.aio_buf = &d;
    CHECK_EQ(aio_read(&one), 0);
    CHECK_EQ(aio_error(&one), EINPROGRESS);
    CHECK_ERRNO(aio_suspend(list, 2, &soon), EAGAIN);
    CHECK_EQ(aio_read(&two), 0);
    /* the second waits behind the first, and can be taken back */
    CHECK_EQ(aio_cancel(p[0], &two), AIO_CANCELED);
    CHECK_EQ(aio_error(&two), ECANCELED);
    CHECK_EQ(aio_return(&two), -1);
    CHECK_EQ(aio_cancel(p[0], &two), AIO_ALLDONE);
    CHECK_EQ(write(p[1], "x", 1), 1);
    CHECK_EQ(result_of(&one), 1);
    CHECK_EQ(c, 'x');
    for (int i = 0; i < 1000 && !signals; i++)
        nanosleep(&soon, NULL);
    CHECK_EQ(signals, 1);
    CHECK_EQ(last_value, 77);
    close(p[0]);
    close(p[1]);
}

static void test_list(int fd)
{
    char a[4] = "abc", b[4] = "";
    struct aiocb one = {.aio_fildes = fd, .aio_buf = a, .aio_nbytes = 3}, two = one, nothing = one;
    struct aiocb *const list[] = {&one, NULL, &nothing, &two};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_call};

    event.sigev_value.sival_int = 5;
    one.aio_lio_opcode = LIO_WRITE;
    two.aio_lio_opcode = LIO_READ;
    two.aio_buf = b;
    nothing.aio_lio_opcode = LIO_NOP;
    CHECK_EQ(lio_listio(LIO_NOWAIT, list, 4, &event), 0);
    pause_until(&called, 5);
    CHECK_EQ(called, 5);
    CHECK_EQ(aio_return(&one), 3);
    CHECK_EQ(aio_return(&two), 3);
    CHECK(strcmp(b, "abc") == 0);
    two.aio_fildes = 99;
    CHECK_ERRNO(lio_listio(LIO_WAIT, list, 4, NULL), EIO);
    CHECK_EQ(aio_error(&one), 0);
    CHECK_EQ(aio_error(&two), EBADF);
    CHECK_ERRNO(lio_listio(99, list, 4, NULL), EINVAL);
}

static void test_errors(int fd)
{
    struct aiocb cb = {.aio_fildes = 99, .aio_nbytes = 1};
    int end[2];

    /* at once, or as the request's result */
    CHECK_EQ(aio_read(&cb) < 0 ? errno : error_of(&cb), EBADF);
    CHECK_ERRNO(aio_fsync(O_SYNC, &cb), EBADF);
    CHECK_ERRNO(aio_cancel(99, NULL), EBADF);
    cb.aio_fildes = fd;
    cb.aio_offset = -1;
    CHECK_EQ(aio_read(&cb) < 0 ? errno : error_of(&cb), EINVAL);
    CHECK_ERRNO(aio_fsync(12345, &cb), EINVAL);
    CHECK_EQ(aio_cancel(fd, NULL), AIO_ALLDONE);
    CHECK_EQ(pipe(end), 0);
    cb = (struct aiocb){.aio_fildes = end[0], .aio_nbytes = 1, .aio_buf = &cb};
    CHECK_EQ(aio_write(&cb) < 0 ? errno : error_of(&cb), EBADF);
    close(end[0]);
    close(end[1]);
}

/* What the parent has under way is not the child's, which has its own. */
static void test_fork(int fd)
{
    char c = 0, d = 0;
    int p[2], status;

    CHECK_EQ(pipe(p), 0);
    struct aiocb waiting = {.aio_fildes = p[0], .aio_buf = &c, .aio_nbytes = 1};
    CHECK_EQ(aio_read(&waiting), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct aiocb own = {.aio_fildes = fd, .aio_buf = &d, .aio_nbytes = 1};
#ifdef __GLIBC__
        _exit(0); /* there its threads are missed in the child */
#endif
        _exit(aio_read(&own) < 0 || result_of(&own) != 1 || d != 'a');
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    CHECK_EQ(write(p[1], "y", 1), 1);
    CHECK_EQ(result_of(&waiting), 1);
    CHECK_EQ(c, 'y');
    close(p[0]);
    close(p[1]);
}

int main(void)
{
    check_enter("aio");
    int fd = open("f", O_CREAT | O_RDWR, 0644);
    CHECK(fd >= 0);
    test_file(fd);
    test_waiting();
    test_list(fd);
    test_errors(fd);
    test_fork(fd);
    close(fd);
    CHECK_EQ(unlink("f"), 0);
    check_leave();
    return check_status();
}
