/*
 * Threads and signals under stress: everything at once, with sums that must come out right.
 *
 *     posix_stress [ROUNDS [SEED]]
 *
 * A failure prints the seed.
 */
#include "posix_check.h"
#include "tests/random.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>

#define THREADS 4
#define QUEUE 16

static uint64_t seed = 1;
static unsigned rounds = 300;

/* Blocks go from each thread to any other, which checks and frees them. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned char *blocks[QUEUE];
    unsigned used;
    unsigned long put, taken;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static unsigned long pair[2]; /* equal but under the write lock */
static pthread_mutex_t recursive;
static unsigned long under_recursive;
static sem_t sem;
static volatile sig_atomic_t handled;
static unsigned long sent, wrong;
static _Thread_local unsigned depth;

static void on_signal(int sig)
{
    (void)sig;
    handled++;
}

static void put_block(uint64_t *state)
{
    size_t size = 2 + random_below(state, random_below(state, 8) ? 200 : 60000);
    unsigned char *block = malloc(size);

    block[0] = block[size - 1] = (unsigned char)size;
    /* how long it is, in front: where it fits */
    if (size >= 16)
        memcpy(block + 1, &size, sizeof size);
    else
        memset(block + 1, 0, size - 2);
    pthread_mutex_lock(&queue.lock);
    if (queue.used < QUEUE) {
        queue.blocks[queue.used++] = block;
        queue.put++;
        block = NULL;
        pthread_cond_signal(&queue.changed);
    }
    pthread_mutex_unlock(&queue.lock);
    free(block);
}

static void take_block(void)
{
    unsigned char *block = NULL;
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&queue.lock);
    while (queue.used == 0 && pthread_cond_timedwait(&queue.changed, &queue.lock, &until) == 0)
        ;
    if (queue.used) {
        block = queue.blocks[--queue.used];
        queue.taken++;
    }
    pthread_mutex_unlock(&queue.lock);
    if (!block)
        return;
    size_t size = 0;
    if (block[0] >= 16)
        memcpy(&size, block + 1, sizeof size);
    if (size >= 16 && block[size - 1] != (unsigned char)size)
        __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
    free(block);
}

static void read_or_write(uint64_t *state)
{
    if (random_below(state, 4)) {
        pthread_rwlock_rdlock(&rwlock);
        if (pair[0] != pair[1])
            __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
    } else {
        pthread_rwlock_wrlock(&rwlock);
        pair[0]++;
        if (random_below(state, 2))
            sched_yield();
        pair[1]++;
    }
    pthread_rwlock_unlock(&rwlock);
}

static void lock_again(uint64_t *state)
{
    pthread_mutex_lock(&recursive);
    under_recursive++;
    if (++depth < 5 && random_below(state, 2))
        lock_again(state);
    depth--;
    pthread_mutex_unlock(&recursive);
}

static void *just_return(void *arg)
{
    char *p = malloc(100);

    free(p);
    return arg;
}

static void make_thread(uint64_t *state)
{
    pthread_t t;
    void *result = NULL;

    if (pthread_create(&t, NULL, just_return, state) != 0)
        return;
    if (pthread_join(t, &result) != 0 || result != state)
        __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
}

static pthread_t threads[THREADS];
static pthread_barrier_t end;

static void send_signal(uint64_t *state)
{
    if (pthread_kill(threads[random_below(state, THREADS)], SIGUSR1) == 0)
        __atomic_fetch_add(&sent, 1, __ATOMIC_RELAXED);
}

static void *work(void *arg)
{
    uint64_t state = seed * 1000003 + (uintptr_t)arg;

    /* so that every thread's number is known to all */
    sem_wait(&sem);
    for (unsigned i = 0; i < rounds; i++) {
        switch (random_below(&state, 16)) {
        case 0:
            make_thread(&state);
            break;
        case 1:
        case 2:
            send_signal(&state);
            break;
        case 3:
        case 4:
        case 5:
            read_or_write(&state);
            break;
        case 6:
        case 7:
            lock_again(&state);
            break;
        case 8:
        case 9:
        case 10:
        case 11:
            take_block();
            break;
        default:
            put_block(&state);
        }
    }
    /* nobody is gone while others send signals */
    pthread_barrier_wait(&end);
    return NULL;
}

static void stress(void)
{
    struct sigaction a = {.sa_flags = SA_RESTART};
    pthread_mutexattr_t kind;

    a.sa_handler = on_signal;
    sigaction(SIGUSR1, &a, NULL);
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &kind);
    sem_init(&sem, 0, 0);
    pthread_barrier_init(&end, NULL, THREADS);
    for (uintptr_t i = 0; i < THREADS; i++)
        CHECK_EQ(pthread_create(&threads[i], NULL, work, (void *)i), 0);
    for (int i = 0; i < THREADS; i++)
        sem_post(&sem);
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(pthread_join(threads[i], NULL), 0);
    while (queue.used) {
        free(queue.blocks[--queue.used]);
        queue.taken++;
    }
    CHECK_EQ(queue.taken, queue.put);
    CHECK_EQ(wrong, 0);
    CHECK(pair[0] == pair[1]);
    CHECK(handled > 0 || sent == 0);
}

/* A process that forks while others of its threads work must have a library that works. */
static void *allocate(void *stop)
{
    while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED))
        free(malloc(64));
    return NULL;
}

static void fork_among_threads(void)
{
    int stop = 0, status;
    pthread_t t;

    CHECK_EQ(pthread_create(&t, NULL, allocate, &stop), 0);
    for (int i = 0; i < 10; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            char *p = malloc(1000);
            free(p);
            _exit(p ? 0 : 1);
        }
        CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    CHECK_EQ(pthread_join(t, NULL), 0);
}

/* glob finds just what fnmatch says of each name in a directory. */
static void compare_glob(void)
{
    static const char *const names[] = {"a", "ab", "abc", "b.c", ".h", "B", "x-y", "[z]"};
    static const char *const pieces[] = {"*", "?", "a", "b", "[a-c]", "[!a]", ".", "\\[", "]", "c"};
    uint64_t state = seed;
    size_t n = sizeof names / sizeof names[0];

    for (size_t i = 0; i < n; i++)
        close(open(names[i], O_WRONLY | O_CREAT, 0644));
    for (unsigned k = 0; k < 100; k++) {
        char pattern[64] = "";
        size_t found = 0;
        glob_t g;
        for (unsigned i = 1 + random_below(&state, 4); i > 0; i--)
            strcat(pattern, pieces[random_below(&state, 10)]);
        for (size_t i = 0; i < n; i++)
            found += fnmatch(pattern, names[i], FNM_PERIOD | FNM_PATHNAME) == 0;
        /* the two that every directory has, if it says so */
        int dots =
            fnmatch(pattern, ".", FNM_PERIOD) == 0 || fnmatch(pattern, "..", FNM_PERIOD) == 0;
        int r = glob(pattern, 0, NULL, &g);
        if (!dots && (r == 0 ? g.gl_pathc : 0) != found)
            check_fail(__FILE__, __LINE__, pattern, r == 0 ? (long)g.gl_pathc : 0, (long)found, r);
        for (size_t i = 1; r == 0 && i < g.gl_pathc; i++)
            CHECK(strcoll(g.gl_pathv[i - 1], g.gl_pathv[i]) <= 0);
        if (r == 0)
            globfree(&g);
    }
    for (size_t i = 0; i < n; i++)
        CHECK(unlink(names[i]) == 0);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        rounds = (unsigned)atoi(argv[1]);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 0);
    check_enter("posix_stress");
    stress();
    fork_among_threads();
    compare_glob();
    check_leave();
    int status = check_status();
    if (status)
        printf("seed %llu\n", (unsigned long long)seed);
    return status;
}
