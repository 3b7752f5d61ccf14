/*
 * Threads: creation, joining and detaching, mutexes of all kinds, conditions, rwlocks,
 * barriers, keys, once, semaphores, cancellation, fork from a thread.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

#define THREADS 8
#define ROUNDS 2000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static long counter;
static __thread int local = 7;

static struct timespec from_now(clockid_t clock, long ms)
{
    struct timespec t;

    clock_gettime(clock, &t);
    t.tv_nsec += ms % 1000 * 1000000;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static void *add_many(void *arg)
{
    CHECK_EQ(local, 7);
    local = (int)(intptr_t)arg;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    CHECK_EQ(local, (intptr_t)arg);
    errno = (int)(intptr_t)arg;
    usleep(1000);
    return errno == (int)(intptr_t)arg ? arg : NULL;
}

static void test_create(void)
{
    pthread_t t[THREADS];
    void *result;

    for (intptr_t i = 0; i < THREADS; i++)
        CHECK_EQ(pthread_create(&t[i], NULL, add_many, (void *)(i + 1)), 0);
    for (intptr_t i = 0; i < THREADS; i++) {
        CHECK_EQ(pthread_join(t[i], &result), 0);
        CHECK_EQ((intptr_t)result, i + 1);
    }
    CHECK_EQ(counter, THREADS * ROUNDS);
    CHECK_EQ(local, 7);
    CHECK_EQ(pthread_join(pthread_self(), NULL), EDEADLK);
}

static sem_t done;

static void *just_end(void *arg)
{
    (void)arg;
    sem_post(&done);
    return NULL;
}

static void test_detach(void)
{
    pthread_attr_t a;
    pthread_t t;
    int state;
    size_t size;

    CHECK_EQ(sem_init(&done, 0, 0), 0);
    pthread_attr_init(&a);
    CHECK_EQ(pthread_attr_getdetachstate(&a, &state), 0);
    CHECK_EQ(state, PTHREAD_CREATE_JOINABLE);
    CHECK_EQ(pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED), 0);
    CHECK_EQ(pthread_attr_setstacksize(&a, 1), EINVAL);
    CHECK_EQ(pthread_attr_setstacksize(&a, 65536), 0);
    CHECK_EQ(pthread_attr_getstacksize(&a, &size), 0);
    CHECK_EQ(size, 65536);
    for (int i = 0; i < 200; i++) {
        CHECK_EQ(pthread_create(&t, &a, just_end, NULL), 0);
        sem_wait(&done);
    }
    pthread_attr_destroy(&a);
    for (int i = 0; i < 50; i++) {
        CHECK_EQ(pthread_create(&t, NULL, just_end, NULL), 0);
        if (i % 2)
            sem_wait(&done);
        CHECK_EQ(pthread_detach(t), 0);
        if (!(i % 2))
            sem_wait(&done);
    }
    sem_destroy(&done);
}

static void test_mutex_kinds(void)
{
    pthread_mutexattr_t a;
    pthread_mutex_t m;

    pthread_mutexattr_init(&a);
    CHECK_EQ(pthread_mutexattr_settype(&a, 77), EINVAL);
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&m, &a);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(pthread_mutex_lock(&m), 0);
    CHECK_EQ(pthread_mutex_trylock(&m), 0);
    for (int i = 0; i < 4; i++)
        CHECK_EQ(pthread_mutex_unlock(&m), 0);
    CHECK_EQ(pthread_mutex_unlock(&m), EPERM);
    CHECK_EQ(pthread_mutex_destroy(&m), 0);
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&m, &a);
    CHECK_EQ(pthread_mutex_lock(&m), 0);
    CHECK_EQ(pthread_mutex_lock(&m), EDEADLK);
    CHECK_EQ(pthread_mutex_trylock(&m), EBUSY);
    CHECK_EQ(pthread_mutex_destroy(&m), EBUSY);
    CHECK_EQ(pthread_mutex_unlock(&m), 0);
    CHECK_EQ(pthread_mutex_unlock(&m), EPERM);
    pthread_mutex_destroy(&m);
    pthread_mutexattr_destroy(&a);
}

static void *die_holding(void *m)
{
    pthread_mutex_lock(m);
    return NULL;
}

static void *try_timed(void *m)
{
    struct timespec soon = from_now(CLOCK_REALTIME, 30);

    return (void *)(intptr_t)pthread_mutex_timedlock(m, &soon);
}

static void test_robust(void)
{
    pthread_mutexattr_t a;
    pthread_mutex_t m;
    pthread_t t;
    void *result;

    pthread_mutexattr_init(&a);
    CHECK_EQ(pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST), 0);
    pthread_mutex_init(&m, &a);
    pthread_create(&t, NULL, die_holding, &m);
    pthread_join(t, NULL);
    CHECK_EQ(pthread_mutex_lock(&m), EOWNERDEAD);
    CHECK_EQ(pthread_mutex_consistent(&m), 0);
    CHECK_EQ(pthread_mutex_unlock(&m), 0);
    CHECK_EQ(pthread_mutex_lock(&m), 0);
    CHECK_EQ(pthread_mutex_unlock(&m), 0);
    pthread_create(&t, NULL, die_holding, &m);
    pthread_join(t, NULL);
    CHECK_EQ(pthread_mutex_trylock(&m), EOWNERDEAD);
    CHECK_EQ(pthread_mutex_unlock(&m), 0);
    CHECK_EQ(pthread_mutex_lock(&m), ENOTRECOVERABLE);
    pthread_mutex_destroy(&m);
    pthread_mutexattr_destroy(&a);

    pthread_mutex_lock(&mutex);
    pthread_create(&t, NULL, try_timed, &mutex);
    pthread_join(t, &result);
    CHECK_EQ((intptr_t)result, ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
}

static int turns, stage;

static void *take_turns(void *arg)
{
    int me = (int)(intptr_t)arg;

    for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&mutex);
        while (turns % 2 != me)
            pthread_cond_wait(&cond, &mutex);
        turns++;
        pthread_cond_signal(&cond);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void *wait_stage(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex);
    counter++;
    while (!stage)
        pthread_cond_wait(&cond, &mutex);
    counter--;
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void test_cond(void)
{
    pthread_t t[THREADS];
    pthread_condattr_t a;
    pthread_cond_t c;

    for (intptr_t i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, take_turns, (void *)i);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    CHECK_EQ(turns, 1000);
    counter = 0;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, wait_stage, NULL);
    for (int waiting = 0; waiting < THREADS; usleep(1000)) {
        pthread_mutex_lock(&mutex);
        waiting = (int)counter;
        pthread_mutex_unlock(&mutex);
    }
    pthread_mutex_lock(&mutex);
    stage = 1;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    CHECK_EQ(counter, 0);

    pthread_condattr_init(&a);
    CHECK_EQ(pthread_condattr_setclock(&a, CLOCK_MONOTONIC), 0);
    pthread_cond_init(&c, &a);
    pthread_mutex_lock(&mutex);
    struct timespec soon = from_now(CLOCK_MONOTONIC, 30);
    CHECK_EQ(pthread_cond_timedwait(&c, &mutex, &soon), ETIMEDOUT);
    soon.tv_nsec = 2000000000;
    CHECK_EQ(pthread_cond_timedwait(&c, &mutex, &soon), EINVAL);
    pthread_mutex_unlock(&mutex);
    CHECK_EQ(pthread_cond_destroy(&c), 0);
    soon = from_now(CLOCK_REALTIME, 30);
    pthread_mutex_lock(&mutex);
    CHECK_EQ(pthread_cond_timedwait(&cond, &mutex, &soon), ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static int pair[2];

static void *read_and_write(void *arg)
{
    for (int i = 0; i < 1000; i++) {
        if ((i + (intptr_t)arg) % 4 == 0) {
            pthread_rwlock_wrlock(&rwlock);
            pair[0]++;
            pair[1]++;
        } else {
            pthread_rwlock_rdlock(&rwlock);
            CHECK_EQ(pair[0], pair[1]);
        }
        pthread_rwlock_unlock(&rwlock);
    }
    return NULL;
}

static void *try_write(void *arg)
{
    (void)arg;
    int r = pthread_rwlock_trywrlock(&rwlock);
    if (r == 0)
        pthread_rwlock_unlock(&rwlock);
    return (void *)(intptr_t)r;
}

static void test_rwlock(void)
{
    pthread_t t[THREADS];
    void *result;

    for (intptr_t i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, read_and_write, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    CHECK_EQ(pair[0], THREADS * 250);
    CHECK_EQ(pthread_rwlock_rdlock(&rwlock), 0);
    CHECK_EQ(pthread_rwlock_tryrdlock(&rwlock), 0);
    pthread_create(t, NULL, try_write, NULL);
    pthread_join(t[0], &result);
    CHECK_EQ((intptr_t)result, EBUSY);
    struct timespec soon = from_now(CLOCK_REALTIME, 20);
    CHECK_EQ(pthread_rwlock_timedwrlock(&rwlock, &soon), ETIMEDOUT);
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
    CHECK_EQ(pthread_rwlock_wrlock(&rwlock), 0);
    CHECK_EQ(pthread_rwlock_tryrdlock(&rwlock), EBUSY);
    pthread_rwlock_unlock(&rwlock);
}

static pthread_barrier_t barrier;

static void *meet(void *arg)
{
    long serial = 0;

    (void)arg;
    for (int i = 0; i < 100; i++)
        serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
    return (void *)serial;
}

static void test_barrier(void)
{
    pthread_t t[4];
    long serial = 0;
    void *result;

    CHECK_EQ(pthread_barrier_init(&barrier, NULL, 0), EINVAL);
    CHECK_EQ(pthread_barrier_init(&barrier, NULL, 4), 0);
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, meet, NULL);
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], &result);
        serial += (long)result;
    }
    CHECK_EQ(serial, 100);
    CHECK_EQ(pthread_barrier_destroy(&barrier), 0);
}

static pthread_key_t key;
static int destroyed, initialized;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void destroy(void *value)
{
    __atomic_fetch_add(&destroyed, 1, __ATOMIC_SEQ_CST);
    /* once more, from the destructor */
    if ((intptr_t)value > 1)
        pthread_setspecific(key, (void *)1);
}

static void initialize(void)
{
    usleep(5000);
    initialized++;
}

static void *use_key(void *arg)
{
    (void)arg;
    pthread_once(&once, initialize);
    CHECK_EQ(initialized, 1);
    CHECK(pthread_getspecific(key) == NULL);
    CHECK_EQ(pthread_setspecific(key, (void *)5), 0);
    CHECK(pthread_getspecific(key) == (void *)5);
    pthread_exit(NULL);
}

static void test_key(void)
{
    pthread_t t[4];

    CHECK_EQ(pthread_key_create(&key, destroy), 0);
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, use_key, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    CHECK_EQ(destroyed, 8);
    CHECK_EQ(pthread_key_delete(key), 0);
    CHECK_EQ(pthread_setspecific(key, (void *)1), EINVAL);
}

static void test_sem(void)
{
    sem_t s;
    int value;

    CHECK_EQ(sem_init(&s, 0, 2), 0);
    CHECK_EQ(sem_wait(&s), 0);
    CHECK_EQ(sem_trywait(&s), 0);
    CHECK_ERRNO(sem_trywait(&s), EAGAIN);
    struct timespec soon = from_now(CLOCK_REALTIME, 20);
    CHECK_ERRNO(sem_timedwait(&s, &soon), ETIMEDOUT);
    CHECK_EQ(sem_post(&s), 0);
    CHECK_EQ(sem_getvalue(&s, &value), 0);
    CHECK_EQ(value, 1);
    CHECK_EQ(sem_destroy(&s), 0);
}

static int cleaned;

static void clean(void *arg)
{
    cleaned += (int)(intptr_t)arg;
}

static void unlock(void *m)
{
    /* the mutex is held again when a wait is cancelled */
    CHECK_EQ(pthread_mutex_unlock(m), 0);
    cleaned++;
}

static void *be_cancelled(void *arg)
{
    int how = (int)(intptr_t)arg, p[2];
    char c;

    pthread_cleanup_push(clean, (void *)10);
    switch (how) {
    case 0:
        for (;;)
            pthread_testcancel();
    case 1:
        if (pipe(p) == 0)
            CHECK_EQ(read(p[0], &c, 1), 1);
        break;
    case 2:
        sleep(100);
        break;
    case 3:
        pthread_mutex_lock(&mutex);
        pthread_cleanup_push(unlock, &mutex);
        for (;;)
            pthread_cond_wait(&cond, &mutex);
        pthread_cleanup_pop(0);
        break;
    case 4:
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
        for (volatile long i = 0;; i++)
            ;
    case 5:
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
        usleep(50000);
        pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
        pthread_testcancel();
        break;
    }
    pthread_cleanup_pop(0);
    return NULL;
}

static void test_cancel(void)
{
    for (intptr_t how = 0; how < 6; how++) {
        pthread_t t;
        void *result = NULL;
        cleaned = 0;
        CHECK_EQ(pthread_create(&t, NULL, be_cancelled, (void *)how), 0);
        if (how % 2)
            usleep(20000);
        CHECK_EQ(pthread_cancel(t), 0);
        CHECK_EQ(pthread_join(t, &result), 0);
        CHECK(result == PTHREAD_CANCELED);
        CHECK_EQ(cleaned, how == 3 ? 11 : 10);
    }
}

static void *fork_in_thread(void *arg)
{
    int status = -1;
    pid_t pid;

    (void)arg;
    pid = fork();
    if (pid == 0) {
        pthread_t t;
        void *result;
        char *p = malloc(1000);
        counter = 0;
        if (!p || pthread_create(&t, NULL, add_many, (void *)9) || pthread_join(t, &result))
            _exit(1);
        _exit(counter == ROUNDS && result == (void *)9 ? 3 : 2);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 3 << 8);
    return NULL;
}

static int order[3], step;

static void before(void)
{
    order[0] = ++step;
}

static void in_parent(void)
{
    order[1] = ++step;
}

static void in_child(void)
{
    order[2] = ++step;
}

static void test_fork(void)
{
    pthread_t t;

    CHECK_EQ(pthread_create(&t, NULL, fork_in_thread, NULL), 0);
    CHECK_EQ(pthread_join(t, NULL), 0);
    CHECK_EQ(pthread_atfork(before, in_parent, in_child), 0);
    pid_t pid = fork();
    int status;
    if (pid == 0)
        _exit(order[0] == 1 && order[2] == 2 && order[1] == 0 ? 4 : 1);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 4 << 8);
    CHECK(order[0] == 1 && order[1] == 2 && order[2] == 0);
}

static void test_spin(void)
{
    pthread_spinlock_t s;

    CHECK_EQ(pthread_spin_init(&s, PTHREAD_PROCESS_PRIVATE), 0);
    CHECK_EQ(pthread_spin_lock(&s), 0);
    CHECK_EQ(pthread_spin_trylock(&s), EBUSY);
    CHECK_EQ(pthread_spin_unlock(&s), 0);
    CHECK_EQ(pthread_spin_trylock(&s), 0);
    CHECK_EQ(pthread_spin_destroy(&s), 0);
}

int main(void)
{
    test_create();
    test_detach();
    test_mutex_kinds();
    test_robust();
    test_cond();
    test_rwlock();
    test_barrier();
    test_key();
    test_sem();
    test_cancel();
    test_spin();
    test_fork();
    return check_status();
}
