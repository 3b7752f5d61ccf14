/*
 * Threads and processes that run at the same time, on several processors if there are some: what
 * one does to memory holds for all at once, threads that never call the kernel can be stopped,
 * signalled and killed, and their vector registers are theirs wherever they run.
 *
 *     posix_parallel [CPUS]
 *
 * With a number the threads must be seen on so many processors at the same moment.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

#define THREADS 4
#define PAGE 4096
#define OTHERS 8
#define HAMMERS 3
#define LOOKS 20
#define PATIENCE_S 60

static atomic_bool over; /* threads that spin come to their end */

static void nap(long us)
{
    struct timespec t = {.tv_nsec = us * 1000};

    nanosleep(&t, NULL);
}

static void start(pthread_t *t, unsigned n, void *(*fn)(void *))
{
    for (unsigned i = 0; i < n; i++)
        CHECK_EQ(pthread_create(&t[i], NULL, fn, (void *)(uintptr_t)i), 0);
}

static void end(const pthread_t *t, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        CHECK_EQ(pthread_join(t[i], NULL), 0);
}

/* ---- On several processors at once: all meet without the kernel, and say where they are ---- */

static unsigned places;
static atomic_uint arrived, most;
static atomic_uint place[64];

static unsigned apic_id(void)
{
    unsigned a, b, c, d;

    __cpuid(1, a, b, c, d);
    return b >> 24;
}

static unsigned distinct(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < places; i++) {
        unsigned j = 0;

        while (j < i && place[j] != place[i])
            j++;
        n += j == i;
    }
    return n;
}

/* Each round ends when all have said where they are in it. */
static void *meet(void *arg)
{
    unsigned self = (unsigned)(uintptr_t)arg;

    for (unsigned round = 1; !over; round++) {
        place[self] = apic_id();
        arrived++;
        while (arrived < round * places && !over)
            ;
        if (self == 0 && distinct() > most)
            most = distinct();
        arrived++;
        round++;
        while (arrived < round * places && !over)
            ;
    }
    return NULL;
}

static void test_at_once(unsigned cpus)
{
    pthread_t t[64];
    time_t until = time(NULL) + PATIENCE_S;

    places = cpus;
    over = false;
    start(t, cpus, meet);
    while (most < cpus && time(NULL) < until)
        nap(1000);
    over = true;
    end(t, cpus);
    CHECK_EQ(most, cpus);
}

/* ---- A page that other threads write to all the time ---- */

static volatile uint64_t *page;
static atomic_bool may_write;
static atomic_ulong writes[HAMMERS], faults;

static void on_fault(int sig)
{
    (void)sig;
    faults++;
    while (!may_write && !over)
        sched_yield();
    if (over)
        pthread_exit(NULL);
}

static void *hammer(void *arg)
{
    unsigned self = (unsigned)(uintptr_t)arg;

    for (uint64_t n = 0; !over; n++) {
        page[self] = n;
        writes[self]++;
    }
    return NULL;
}

/* All of them have written once more. */
static void let_them_write(void)
{
    unsigned long seen[HAMMERS];

    for (unsigned i = 0; i < HAMMERS; i++)
        seen[i] = writes[i];
    for (unsigned i = 0; i < HAMMERS; i++)
        while (writes[i] == seen[i])
            sched_yield();
}

static uint8_t before[OTHERS * PAGE];

/* Nothing changes there while each of the threads that write to the page finds out that it cannot
 * any more; seen: the faults there were before. */
static void stays_until_all_know(const volatile void *p, size_t len, unsigned long seen)
{
    time_t until = time(NULL) + PATIENCE_S;
    bool same = true;

    memcpy(before, (const void *)p, len);
    while (faults < seen + HAMMERS && same && time(NULL) < until) {
        sched_yield();
        same = memcmp(before, (const void *)p, len) == 0;
    }
    CHECK(same);
    CHECK(faults >= seen + HAMMERS);
}

static void *fresh(volatile void *at)
{
    return mmap((void *)at, PAGE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0), -1, 0);
}

/* Once it is read-only, nothing writes to it. */
static void protect_it(void)
{
    unsigned long seen = faults;

    may_write = false;
    CHECK_EQ(mprotect((void *)page, PAGE, PROT_READ), 0);
    stays_until_all_know(page, PAGE, seen);
    may_write = true;
    CHECK_EQ(mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE), 0);
}

/* Once it is gone, its memory is somebody else's. Not so its address, which must stay free. */
static void unmap_it(void)
{
    uint8_t *other = mmap(NULL, OTHERS * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned long seen = faults;

    CHECK(other != MAP_FAILED);
    may_write = false;
    CHECK_EQ(munmap((void *)page, PAGE), 0);
    for (unsigned i = 0; i < OTHERS; i++) {
        CHECK(fresh(other + i * PAGE) == other + i * PAGE);
        memset(other + i * PAGE, 0x5A, PAGE);
    }
    stays_until_all_know(other, OTHERS * PAGE, seen);
    for (unsigned i = 0; i < OTHERS * PAGE; i++)
        if (other[i] != 0x5A)
            CHECK_EQ(other[i], 0x5A);
    CHECK(fresh(page) == page);
    may_write = true;
    munmap(other, OTHERS * PAGE);
}

/* What a child has got, its parent's threads do not change any more. */
static void fork_it(void)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        memcpy(before, (const void *)page, PAGE);
        for (unsigned i = 0; i < LOOKS; i++) {
            nap(500);
            if (memcmp(before, (const void *)page, PAGE) != 0)
                _exit(1);
        }
        _exit(0);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
}

static void test_page(unsigned rounds)
{
    pthread_t t[HAMMERS];

    signal(SIGSEGV, on_fault);
    over = false;
    may_write = true;
    page = fresh(NULL);
    start(t, HAMMERS, hammer);
    for (unsigned i = 0; i < rounds; i++) {
        let_them_write();
        protect_it();
        let_them_write();
        unmap_it();
        let_them_write();
        fork_it();
    }
    over = true;
    end(t, HAMMERS);
    signal(SIGSEGV, SIG_DFL);
    munmap((void *)page, PAGE);
}

/* ---- A token that goes round by sleeping and waking ---- */

static sem_t token[THREADS];
static unsigned laps;

static void *pass_on(void *arg)
{
    unsigned self = (unsigned)(uintptr_t)arg;

    for (unsigned i = 0; i < laps; i++) {
        while (sem_wait(&token[self]) != 0)
            ;
        sem_post(&token[(self + 1) % THREADS]);
    }
    return NULL;
}

static void test_token(unsigned n)
{
    pthread_t t[THREADS];
    int left;

    laps = n;
    for (unsigned i = 0; i < THREADS; i++)
        sem_init(&token[i], 0, 0);
    start(t, THREADS, pass_on);
    sem_post(&token[0]);
    end(t, THREADS);
    sem_getvalue(&token[0], &left);
    CHECK_EQ(left, 1);
}

/* ---- Processes by the dozen, on all processors ---- */

static void run_true(void)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        execlp("true", "true", (char *)NULL);
        _exit(127);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
}

static void test_storm(unsigned each)
{
    pid_t pids[THREADS];
    int status;

    for (unsigned i = 0; i < THREADS; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            for (unsigned n = 0; n < each; n++)
                run_true();
            _exit(check_status());
        }
    }
    for (unsigned i = 0; i < THREADS; i++) {
        CHECK_EQ(waitpid(pids[i], &status, 0), pids[i]);
        CHECK_EQ(status, 0);
    }
}

/* ---- The end of a process whose threads run and never call ---- */

static atomic_uint *spinning; /* shared with the child */

static void *spin(void *arg)
{
    (void)arg;
    ++*spinning;
    for (;;)
        ;
    return NULL;
}

static void spin_and_wait(bool leave)
{
    pthread_t t[THREADS];

    start(t, THREADS, spin);
    while (*spinning < THREADS)
        sched_yield();
    if (leave)
        _exit(7);
    spin(NULL);
}

static void test_kill(unsigned rounds)
{
    spinning = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(spinning != MAP_FAILED);
    for (unsigned i = 0; i < rounds; i++) {
        int status = 0;
        bool leave = i % 2;
        pid_t pid;

        *spinning = 0;
        pid = fork();
        if (pid == 0)
            spin_and_wait(leave);
        while (*spinning < (leave ? THREADS : THREADS + 1))
            nap(1000);
        if (!leave)
            kill(pid, SIGKILL);
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(status, leave ? 7 << 8 : SIGKILL);
    }
}

/* ---- Signals for threads that never call ---- */

static atomic_uint signals;

static void on_signal(int sig)
{
    (void)sig;
    signals++;
}

static void *compute(void *arg)
{
    while (!over)
        ;
    return arg;
}

static void test_signals(unsigned rounds)
{
    pthread_t t[THREADS];
    time_t until = time(NULL) + PATIENCE_S;

    signal(SIGUSR1, on_signal);
    over = false;
    signals = 0;
    start(t, THREADS, compute);
    for (unsigned i = 0; i < rounds; i++) {
        for (unsigned k = 0; k < THREADS; k++)
            CHECK_EQ(pthread_kill(t[k], SIGUSR1), 0);
        while (signals < (i + 1) * THREADS && time(NULL) < until)
            sched_yield();
    }
    over = true;
    end(t, THREADS);
    CHECK_EQ(signals, rounds * THREADS);
}

/* ---- Vector registers ---- */

static unsigned turns;

static void *keep_vectors(void *arg)
{
    double self = (double)(uintptr_t)arg + 1;
    register double a __asm__("xmm14") = self, b __asm__("xmm15") = -self;

    for (unsigned i = 0; i < turns; i++) {
        __asm__ volatile("" : "+x"(a), "+x"(b));
        for (unsigned k = 0; k < 1000; k++)
            __asm__ volatile("" : "+x"(a), "+x"(b));
        if (a != self || b != -self)
            return (void *)1;
        sched_yield();
        a = self;
        b = -self;
    }
    return NULL;
}

static void test_vectors(unsigned n)
{
    pthread_t t[2 * THREADS];
    void *wrong;

    turns = n;
    start(t, 2 * THREADS, keep_vectors);
    for (unsigned i = 0; i < 2 * THREADS; i++) {
        CHECK_EQ(pthread_join(t[i], &wrong), 0);
        CHECK(wrong == NULL);
    }
}

int main(int argc, char **argv)
{
    unsigned cpus = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;

    if (cpus > 0 && cpus <= 64)
        test_at_once(cpus);
    test_page(3);
    test_token(100);
    test_storm(5);
    test_kill(6);
    test_signals(5);
    test_vectors(500);
    return check_status();
}
