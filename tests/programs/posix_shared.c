/*
 * What processes share: memory objects by name, semaphores by name and within such objects,
 * mutexes and condition variables between processes, System V's segments.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

#define ROUNDS 2000

static char name[64];

struct common {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    sem_t sem;
    int count, turn;
};

static void test_objects(void)
{
    struct stat st;
    char *p, c;

    CHECK_ERRNO(shm_open(name, O_RDWR, 0), ENOENT);
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(fd >= 0);
    CHECK_EQ(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    CHECK_ERRNO(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK_ERRNO(shm_open("/a/b", O_RDWR | O_CREAT, 0600), EINVAL);
    CHECK_EQ(ftruncate(fd, 8192), 0);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_size, 8192);
    p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(p != MAP_FAILED);
    memcpy(p + 5000, "here", 5);
    int again = shm_open(name, O_RDONLY, 0);
    CHECK(again >= 0);
    const char *q = mmap(NULL, 8192, PROT_READ, MAP_SHARED, again, 0);
    CHECK(q != MAP_FAILED && strcmp(q + 5000, "here") == 0);
    CHECK(mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0) == MAP_FAILED &&
          errno == EACCES);
    close(again);
    CHECK_EQ(shm_unlink(name), 0);
    CHECK_ERRNO(shm_unlink(name), ENOENT);
    CHECK_ERRNO(shm_open(name, O_RDWR, 0), ENOENT);
    CHECK_EQ(pread(fd, &c, 1, 5001), 1);
    CHECK_EQ(c, 'e');
    munmap((void *)q, 8192);
    munmap(p, 8192);
    close(fd);
}

static void take_turns(struct common *c, int mine)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&c->mutex);
        while (c->turn != mine)
            pthread_cond_wait(&c->changed, &c->mutex);
        c->turn = !mine;
        c->count++;
        pthread_cond_signal(&c->changed);
        pthread_mutex_unlock(&c->mutex);
    }
}

static struct common *make_common(void)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    struct common *c;
    pthread_mutexattr_t m;
    pthread_condattr_t v;

    CHECK(fd >= 0);
    CHECK_EQ(ftruncate(fd, sizeof *c), 0);
    c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (c == MAP_FAILED)
        exit(1);
    close(fd);
    pthread_mutexattr_init(&m);
    CHECK_EQ(pthread_mutexattr_setpshared(&m, PTHREAD_PROCESS_SHARED), 0);
    CHECK_EQ(pthread_mutex_init(&c->mutex, &m), 0);
    pthread_condattr_init(&v);
    CHECK_EQ(pthread_condattr_setpshared(&v, PTHREAD_PROCESS_SHARED), 0);
    CHECK_EQ(pthread_cond_init(&c->changed, &v), 0);
    CHECK_EQ(sem_init(&c->sem, 1, 0), 0);
    return c;
}

static void test_processes(void)
{
    struct common *c = make_common();
    int status;

    pid_t pid = fork();
    if (pid == 0) {
        /* by its name: another mapping than what fork left */
        int fd = shm_open(name, O_RDWR, 0);
        struct common *mine = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (mine == MAP_FAILED)
            _exit(1);
        take_turns(mine, 1);
        sem_post(&mine->sem);
        _exit(0);
    }
    take_turns(c, 0);
    CHECK_EQ(sem_wait(&c->sem), 0);
    CHECK_EQ(c->count, 2 * ROUNDS);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    munmap(c, sizeof *c);
    CHECK_EQ(shm_unlink(name), 0);
}

static void test_semaphores(void)
{
    struct timespec soon;
    int value = -1, status;

    CHECK(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
    sem_t *s = sem_open(name, O_CREAT | O_EXCL, 0600, 2);
    CHECK(s != SEM_FAILED);
    CHECK(sem_open(name, O_CREAT | O_EXCL, 0600, 2) == SEM_FAILED && errno == EEXIST);
    CHECK(sem_open(name, 0) == s);
    CHECK_EQ(sem_close(s), 0);
    CHECK_EQ(sem_getvalue(s, &value), 0);
    CHECK_EQ(value, 2);
    CHECK_EQ(sem_trywait(s), 0);
    CHECK_EQ(sem_wait(s), 0);
    CHECK_ERRNO(sem_trywait(s), EAGAIN);
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 20000000;
    soon.tv_sec += soon.tv_nsec / 1000000000;
    soon.tv_nsec %= 1000000000;
    CHECK_ERRNO(sem_timedwait(s, &soon), ETIMEDOUT);
    soon.tv_nsec = 1000000000;
    CHECK_ERRNO(sem_timedwait(s, &soon), EINVAL);
    pid_t pid = fork();
    if (pid == 0) {
        sem_t *t = sem_open(name, 0);
        _exit(t == SEM_FAILED || sem_post(t) != 0);
    }
    CHECK_EQ(sem_wait(s), 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    CHECK_EQ(sem_unlink(name), 0);
    CHECK_ERRNO(sem_unlink(name), ENOENT);
    CHECK_EQ(sem_close(s), 0);
}

static void test_segments(void)
{
    struct shmid_ds info;
    int status;

    CHECK_ERRNO(shmget(0x756d6b31, 100, 0), ENOENT);
    int id = shmget(IPC_PRIVATE, 10000, IPC_CREAT | 0600);
    CHECK(id >= 0);
    char *p = shmat(id, NULL, 0);
    CHECK(p != (void *)-1);
    strcpy(p + 9000, "hello");
    CHECK_EQ(shmctl(id, IPC_STAT, &info), 0);
    CHECK_EQ(info.shm_segsz, 10000);
    CHECK_EQ(info.shm_nattch, 1);
    pid_t pid = fork();
    if (pid == 0) {
        char *q = shmat(id, NULL, SHM_RDONLY);
        _exit(q == (void *)-1 || strcmp(q + 9000, "hello") != 0);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    CHECK_EQ(shmdt(p), 0);
    CHECK_ERRNO(shmdt(p), EINVAL);
    CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
    CHECK_ERRNO(shmctl(id, IPC_STAT, &info), EINVAL);
}

int main(void)
{
    snprintf(name, sizeof name, "/posix_shared_%d", (int)getpid());
    test_objects();
    test_processes();
    test_semaphores();
    test_segments();
    return check_status();
}
