/* Message queues. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

#define ROUNDS 300

static char name[64];

static void wait_ok(pid_t child)
{
    int status = -1;

    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}

static mqd_t make(long messages, long size, int flags)
{
    struct mq_attr a = {.mq_maxmsg = messages, .mq_msgsize = size};
    mqd_t q = mq_open(name, O_CREAT | O_EXCL | O_RDWR | flags, 0600, &a);

    CHECK(q >= 0);
    return q;
}

static void expect(mqd_t q, const char *text, unsigned priority)
{
    char buf[64];
    unsigned got = 99;

    memset(buf, 0, sizeof buf);
    CHECK_EQ(mq_receive(q, buf, sizeof buf, &got), (long)strlen(text));
    CHECK(strcmp(buf, text) == 0);
    CHECK_EQ(got, priority);
}

static void test_errors(void)
{
    struct mq_attr bad = {.mq_maxmsg = 0, .mq_msgsize = 1}, a;
    struct timespec past = {1, 0}, wrong = {1, -1};
    char buf[64];

    CHECK_ERRNO(mq_open(name, O_RDWR), ENOENT);
    CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT, 0600, &bad), EINVAL);
    CHECK_ERRNO(mq_unlink(name), ENOENT);
    CHECK_ERRNO(mq_close(99), EBADF);
    CHECK_ERRNO(mq_getattr(99, &a), EBADF);
    CHECK_ERRNO(mq_send(99, "x", 1, 0), EBADF);
    CHECK_ERRNO(mq_receive(99, buf, 64, NULL), EBADF);
    CHECK_ERRNO(mq_notify(99, NULL), EBADF);
    mqd_t q = make(2, sizeof buf, O_NONBLOCK);
    CHECK_ERRNO(mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL), EEXIST);
    mqd_t in = mq_open(name, O_RDONLY), out = mq_open(name, O_WRONLY);
    CHECK(in >= 0 && out >= 0 && in != out);
    CHECK_ERRNO(mq_send(in, "x", 1, 0), EBADF);
    CHECK_ERRNO(mq_receive(out, buf, sizeof buf, NULL), EBADF);
    CHECK_ERRNO(mq_receive(q, buf, sizeof buf - 1, NULL), EMSGSIZE);
    CHECK_ERRNO(mq_receive(q, buf, sizeof buf, NULL), EAGAIN);
    CHECK_ERRNO(mq_send(q, buf, sizeof buf + 1, 0), EMSGSIZE);
    CHECK_ERRNO(mq_send(q, "x", 1, 32768), EINVAL);
    CHECK_ERRNO(mq_timedreceive(in, buf, sizeof buf, NULL, &past), ETIMEDOUT);
    CHECK_ERRNO(mq_timedreceive(in, buf, sizeof buf, NULL, &wrong), EINVAL);
    CHECK_EQ(mq_send(out, "one", 3, 0), 0);
    CHECK_EQ(mq_send(out, "two", 3, 0), 0);
    CHECK_ERRNO(mq_timedsend(out, "three", 5, 0, &past), ETIMEDOUT);
    CHECK_ERRNO(mq_send(q, "three", 5, 0), EAGAIN);
    CHECK_EQ(mq_getattr(q, &a), 0);
    CHECK(a.mq_curmsgs == 2 && a.mq_maxmsg == 2 && a.mq_msgsize == 64 && a.mq_flags == O_NONBLOCK);
    CHECK_EQ(mq_getattr(in, &a), 0);
    CHECK_EQ(a.mq_flags, 0);
    a.mq_flags = O_NONBLOCK;
    CHECK_EQ(mq_setattr(out, &a, NULL), 0);
    CHECK_ERRNO(mq_send(out, "three", 5, 0), EAGAIN);
    CHECK_EQ(mq_close(in), 0);
    CHECK_ERRNO(mq_close(in), EBADF);
    CHECK_EQ(mq_close(out), 0);
    CHECK_EQ(mq_unlink(name), 0);
    expect(q, "one", 0);
    CHECK_EQ(mq_close(q), 0);
    CHECK_ERRNO(mq_open(name, O_RDWR), ENOENT);
}

static void test_priorities(void)
{
    mqd_t q = make(8, 64, 0);

    CHECK_EQ(mq_send(q, "low", 3, 1), 0);
    CHECK_EQ(mq_send(q, "high", 4, 7), 0);
    CHECK_EQ(mq_send(q, "low again", 9, 1), 0);
    CHECK_EQ(mq_send(q, "", 0, 32767), 0);
    CHECK_EQ(mq_send(q, "high again", 10, 7), 0);
    expect(q, "", 32767);
    expect(q, "high", 7);
    expect(q, "high again", 7);
    expect(q, "low", 1);
    expect(q, "low again", 1);
    CHECK_EQ(mq_close(q), 0);
    CHECK_EQ(mq_unlink(name), 0);
}

/* One process sends more than there is room for, by its parent's descriptor. */
static void test_stream(void)
{
    mqd_t q = make(3, sizeof(int), 0);
    int wrong = 0;

    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < ROUNDS; i++)
            if (mq_send(q, (const char *)&i, sizeof i, 5) < 0)
                _exit(1);
        _exit(0);
    }
    for (int i = 0, got; i < ROUNDS; i++)
        wrong += mq_receive(q, (char *)&got, sizeof got, NULL) != sizeof got || got != i;
    CHECK_EQ(wrong, 0);
    wait_ok(child);
    CHECK_EQ(mq_close(q), 0);
    CHECK_EQ(mq_unlink(name), 0);
}

static volatile sig_atomic_t signals, code, value;

static void on_signal(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)context;
    signals++;
    code = info->si_code;
    value = info->si_value.sival_int;
}

static sem_t called;

static void on_call(union sigval v)
{
    value = v.sival_int;
    sem_post(&called);
}

static void send_from_child(mqd_t q, const char *text)
{
    pid_t child = fork();

    if (child == 0)
        _exit(mq_send(q, text, strlen(text), 0) != 0);
    wait_ok(child);
}

static void test_notify(void)
{
    struct sigaction a = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
    mqd_t q = make(4, 64, O_NONBLOCK);

    sigaction(SIGRTMIN + 1, &a, NULL);
    e.sigev_value.sival_int = 77;
    CHECK_EQ(mq_notify(q, &e), 0);
    CHECK_ERRNO(mq_notify(q, &e), EBUSY);
    send_from_child(q, "first");
    send_from_child(q, "second");
    for (int i = 0; i < 200 && !signals; i++)
        usleep(5000);
    CHECK_EQ(signals, 1);
    CHECK_EQ(code, SI_MESGQ);
    CHECK_EQ(value, 77);
    expect(q, "first", 0);
    expect(q, "second", 0);
    /* once only, and taken back */
    CHECK_EQ(mq_notify(q, &e), 0);
    CHECK_EQ(mq_notify(q, NULL), 0);
    send_from_child(q, "third");
    CHECK_EQ(signals, 1);
    expect(q, "third", 0);
    e = (struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_call};
    e.sigev_value.sival_int = 78;
    CHECK_EQ(sem_init(&called, 0, 0), 0);
    CHECK_EQ(mq_notify(q, &e), 0);
    send_from_child(q, "fourth");
    CHECK_EQ(sem_wait(&called), 0);
    CHECK_EQ(value, 78);
    expect(q, "fourth", 0);
    CHECK_EQ(mq_notify(q, &e), 0);
    CHECK_EQ(mq_close(q), 0);
    CHECK_EQ(mq_unlink(name), 0);
}

static void *receive(void *arg)
{
    char buf[64];

    mq_receive(*(mqd_t *)arg, buf, sizeof buf, NULL);
    return NULL;
}

static void test_cancel(void)
{
    mqd_t q = make(4, 64, 0);
    pthread_t t;
    void *result;

    CHECK_EQ(pthread_create(&t, NULL, receive, &q), 0);
    usleep(30000);
    CHECK_EQ(pthread_cancel(t), 0);
    CHECK_EQ(pthread_join(t, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_EQ(mq_send(q, "after", 5, 0), 0);
    expect(q, "after", 0);
    CHECK_EQ(mq_close(q), 0);
    CHECK_EQ(mq_unlink(name), 0);
}

int main(void)
{
    snprintf(name, sizeof name, "/posix_mqueue_%d", (int)getpid());
    test_errors();
    test_priorities();
    test_stream();
    test_notify();
    test_cancel();
    return check_status();
}
