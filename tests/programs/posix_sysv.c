/* System V's semaphores and message queues, within a process and between processes. */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

#define ROUNDS 500

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

struct letter {
    long type;
    char text[64];
};

static key_t key;

static int op(int id, int number, int by, int flags)
{
    struct sembuf b = {(unsigned short)number, (short)by, (short)flags};

    return semop(id, &b, 1);
}

static int value(int id, int number)
{
    return semctl(id, number, GETVAL);
}

static void wait_ok(pid_t child)
{
    int status = -1;

    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}

static void test_set(void)
{
    struct semid_ds ds;
    unsigned short all[3] = {1, 2, 3};
    union semun u = {.buf = &ds};
    struct sembuf many[2] = {{0, -1, 0}, {1, -5, IPC_NOWAIT}}, more[501];

    CHECK_ERRNO(semget(key, 3, 0600), ENOENT);
    CHECK_ERRNO(semget(key, 0, IPC_CREAT | 0600), EINVAL);
    CHECK_ERRNO(semget(key, -1, IPC_CREAT | 0600), EINVAL);
    int id = semget(key, 3, IPC_CREAT | IPC_EXCL | 0600);
    CHECK(id >= 0);
    CHECK_ERRNO(semget(key, 3, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
    CHECK_EQ(semget(key, 3, 0600), id);
    CHECK_EQ(semget(key, 0, 0), id);
    CHECK_ERRNO(semget(key, 4, 0600), EINVAL);
    CHECK_EQ(semctl(id, 0, IPC_STAT, u), 0);
    CHECK_EQ(ds.sem_nsems, 3);
    CHECK_EQ(ds.sem_perm.mode & 0777, 0600);
    CHECK_EQ(ds.sem_otime, 0);
    CHECK(ds.sem_ctime > 0);
    CHECK_EQ(semctl(id, 0, SETALL, (union semun){.array = all}), 0);
    memset(all, 0, sizeof all);
    CHECK_EQ(semctl(id, 0, GETALL, (union semun){.array = all}), 0);
    CHECK(all[0] == 1 && all[1] == 2 && all[2] == 3);
    CHECK_EQ(semctl(id, 2, SETVAL, (union semun){.val = 9}), 0);
    CHECK_EQ(value(id, 2), 9);
    CHECK_ERRNO(semctl(id, 3, GETVAL), EINVAL);
    CHECK_ERRNO(semctl(id, -1, GETVAL), EINVAL);
    CHECK_ERRNO(semctl(id, 0, SETVAL, (union semun){.val = 40000}), ERANGE);
    CHECK_ERRNO(semctl(id, 0, SETVAL, (union semun){.val = -1}), ERANGE);
    CHECK_ERRNO(semctl(id, 0, 999), EINVAL);
    /* all or nothing */
    CHECK_ERRNO(semop(id, many, 2), EAGAIN);
    CHECK_EQ(value(id, 0), 1);
    many[1].sem_op = -2;
    CHECK_EQ(semop(id, many, 2), 0);
    CHECK_EQ(value(id, 0), 0);
    CHECK_EQ(value(id, 1), 0);
    CHECK_EQ(semctl(id, 0, GETPID), getpid());
    CHECK_EQ(op(id, 0, 0, 0), 0);
    CHECK_ERRNO(op(id, 2, 0, IPC_NOWAIT), EAGAIN);
    CHECK_ERRNO(op(id, 7, 1, 0), EFBIG);
    CHECK_ERRNO(op(id, 2, 32767, 0), ERANGE);
    CHECK_ERRNO(semop(id, more, 501), E2BIG);
    CHECK_EQ(semctl(id, 0, IPC_STAT, u), 0);
    CHECK(ds.sem_otime > 0);
    ds.sem_perm.mode = 0640;
    CHECK_EQ(semctl(id, 0, IPC_SET, u), 0);
    CHECK_EQ(semctl(id, 0, IPC_STAT, u), 0);
    CHECK_EQ(ds.sem_perm.mode & 0777, 0640);
    CHECK_EQ(semctl(id, 0, IPC_RMID), 0);
    CHECK_ERRNO(op(id, 0, 1, 0), EINVAL);
    CHECK_ERRNO(semctl(id, 0, GETVAL), EINVAL);
    CHECK_ERRNO(semget(key, 3, 0600), ENOENT);
    CHECK_ERRNO(op(123456789, 0, 1, 0), EINVAL);
}

/* Two processes take turns, by semaphores 0 and 1. */
static void test_turns(void)
{
    int id = semget(IPC_PRIVATE, 2, 0600), status;

    CHECK(id >= 0);
    CHECK_EQ(op(id, 0, 1, 0), 0);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < ROUNDS; i++)
            if (op(id, 1, -1, 0) < 0 || op(id, 0, 1, 0) < 0)
                _exit(1);
        _exit(0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        CHECK_EQ(op(id, 0, -1, 0), 0);
        CHECK_EQ(op(id, 1, 1, 0), 0);
    }
    wait_ok(child);
    CHECK_EQ(value(id, 0), 1);
    child = fork();
    if (child == 0)
        _exit(!(op(id, 1, -1, 0) == -1 && errno == EIDRM));
    while (semctl(id, 1, GETNCNT) == 0)
        usleep(1000);
    CHECK_EQ(semctl(id, 1, GETZCNT), 0);
    CHECK_EQ(semctl(id, 0, IPC_RMID), 0);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}

static void test_undo(void)
{
    int id = semget(IPC_PRIVATE, 2, 0600), status;

    CHECK_EQ(semctl(id, 0, SETVAL, (union semun){.val = 5}), 0);
    for (int how = 0; how < 3; how++) {
        pid_t child = fork();
        if (child == 0) {
            if (op(id, 0, -2, SEM_UNDO) < 0 || op(id, 0, -1, SEM_UNDO) < 0 ||
                op(id, 1, 4, SEM_UNDO))
                _exit(1);
            if (how == 0)
                exit(value(id, 0) != 2);
            if (how == 1)
                _exit(value(id, 0) != 2);
            while (semctl(id, 0, GETNCNT) == 0)
                usleep(1000);
            kill(getpid(), SIGKILL);
        }
        while (how == 2 && value(id, 1) != 4)
            usleep(1000);
        if (how == 2) /* before it is waited for */
            CHECK_EQ(op(id, 0, -5, 0), 0);
        CHECK_EQ(waitpid(child, &status, 0), child);
        CHECK_EQ(status, how == 2 ? SIGKILL : 0);
        CHECK_EQ(value(id, 0), how == 2 ? 0 : 5);
        CHECK_EQ(value(id, 1), 0);
    }
    CHECK_EQ(semctl(id, 0, IPC_RMID), 0);
}

static void nothing(int sig)
{
    (void)sig;
}

static void test_interrupted(void)
{
    struct sigaction a = {.sa_handler = nothing, .sa_flags = SA_RESTART};
    int id = semget(IPC_PRIVATE, 1, 0600), q = msgget(IPC_PRIVATE, 0600);
    struct letter l;

    sigaction(SIGALRM, &a, NULL);
    /* again and again: the first may come before the wait */
    ualarm(30000, 30000);
    CHECK_ERRNO(op(id, 0, -1, 0), EINTR);
    CHECK_ERRNO(msgrcv(q, &l, sizeof l.text, 0, 0), EINTR);
    ualarm(0, 0);
    CHECK_ERRNO(semtimedop(id, &(struct sembuf){0, -1, 0}, 1, &(struct timespec){0, 20000000}),
                EAGAIN);
    CHECK_EQ(semctl(id, 0, GETNCNT), 0);
    CHECK_EQ(semctl(id, 0, IPC_RMID), 0);
    CHECK_EQ(msgctl(q, IPC_RMID, NULL), 0);
}

static void send(int q, long type, const char *text)
{
    struct letter l = {.type = type};

    strcpy(l.text, text);
    CHECK_EQ(msgsnd(q, &l, strlen(text), IPC_NOWAIT), 0);
}

static void expect(int q, long type, long want, const char *text)
{
    struct letter l;

    memset(&l, 0, sizeof l);
    CHECK_EQ(msgrcv(q, &l, sizeof l.text, type, IPC_NOWAIT), (long)strlen(text));
    CHECK_EQ(l.type, want);
    CHECK(strcmp(l.text, text) == 0);
}

static void test_queue(void)
{
    struct msqid_ds ds;
    struct letter l = {.type = 0};

    CHECK_ERRNO(msgget(key, 0600), ENOENT);
    int q = msgget(key, IPC_CREAT | IPC_EXCL | 0600);
    CHECK(q >= 0);
    CHECK_ERRNO(msgget(key, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
    CHECK_EQ(msgget(key, 0), q);
    CHECK_ERRNO(msgsnd(q, &l, 1, 0), EINVAL);
    CHECK_ERRNO(msgrcv(q, &l, 1, 0, IPC_NOWAIT), ENOMSG);
    send(q, 3, "three");
    send(q, 1, "one");
    send(q, 2, "two");
    send(q, 1, "");
    send(q, 5, "five");
    CHECK_EQ(msgctl(q, IPC_STAT, &ds), 0);
    CHECK_EQ(ds.msg_qnum, 5);
    CHECK_EQ(ds.msg_lspid, getpid());
    CHECK_EQ(ds.msg_lrpid, 0);
    expect(q, 1, 1, "one");
    expect(q, -2, 1, "");
    expect(q, -4, 2, "two");
    expect(q, 0, 3, "three");
    CHECK_ERRNO(msgrcv(q, &l, sizeof l.text, 4, IPC_NOWAIT), ENOMSG);
    CHECK_ERRNO(msgrcv(q, &l, 2, 0, IPC_NOWAIT), E2BIG);
    CHECK_EQ(msgrcv(q, &l, 2, LONG_MIN, MSG_NOERROR), 2);
    CHECK_EQ(l.type, 5);
    for (int i = 0;; i++) {
        l.type = i + 1;
        if (msgsnd(q, &l, sizeof l.text, IPC_NOWAIT) < 0) {
            CHECK_EQ(i, ds.msg_qbytes / sizeof l.text);
            break;
        }
    }
    CHECK_ERRNO(msgsnd(q, &l, sizeof l.text, IPC_NOWAIT), EAGAIN);
    CHECK_EQ(msgrcv(q, &l, sizeof l.text, 77, 0), sizeof l.text);
    CHECK_EQ(l.type, 77);
    CHECK_EQ(msgctl(q, IPC_STAT, &ds), 0);
    ds.msg_qbytes = 100;
    CHECK_EQ(msgctl(q, IPC_SET, &ds), 0);
    CHECK_ERRNO(msgctl(q, 99, &ds), EINVAL);
    CHECK_EQ(msgctl(q, IPC_RMID, NULL), 0);
    CHECK_ERRNO(msgsnd(q, &l, 1, 0), EINVAL);
    CHECK_ERRNO(msgrcv(q, &l, 1, 0, 0), EINVAL);
}

/* A process sends more than the queue holds; sizes and bytes follow from the number. */
static void test_stream(void)
{
    int q = msgget(IPC_PRIVATE, 0600), wrong = 0;
    struct {
        long type;
        unsigned char text[2000];
    } l;

    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < ROUNDS; i++) {
            l.type = i % 7 + 1;
            memset(l.text, i & 0xff, sizeof l.text);
            if (msgsnd(q, &l, (size_t)(i * 13 % 2000), 0) < 0)
                _exit(1);
        }
        _exit(0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        ssize_t n = msgrcv(q, &l, sizeof l.text, 0, 0);
        wrong += n != i * 13 % 2000 || l.type != i % 7 + 1 || (n && l.text[n - 1] != (i & 0xff));
    }
    CHECK_EQ(wrong, 0);
    wait_ok(child);
    child = fork();
    if (child == 0)
        _exit(!(msgrcv(q, &l, 1, 0, 0) == -1 && errno == EIDRM));
    usleep(50000);
    CHECK_EQ(msgctl(q, IPC_RMID, NULL), 0);
    wait_ok(child);
}

static void *receive(void *arg)
{
    struct letter l;

    msgrcv(*(int *)arg, &l, sizeof l.text, 0, 0);
    return NULL;
}

/* A receiver that is cancelled leaves the queue usable. */
static void test_cancel(void)
{
    int q = msgget(IPC_PRIVATE, 0600);
    pthread_t t;
    void *result;

    CHECK_EQ(pthread_create(&t, NULL, receive, &q), 0);
    usleep(30000);
    CHECK_EQ(pthread_cancel(t), 0);
    CHECK_EQ(pthread_join(t, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    send(q, 1, "after");
    expect(q, 0, 1, "after");
    CHECK_EQ(msgctl(q, IPC_RMID, NULL), 0);
}

int main(void)
{
    key = 0x51ee0000 + (getpid() & 0xffff);
    test_set();
    test_turns();
    test_undo();
    test_interrupted();
    test_queue();
    test_stream();
    test_cancel();
    return check_status();
}
