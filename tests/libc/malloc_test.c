/*
 * The allocator under random use by several threads: blocks keep their contents, do not
 * overlap, are aligned and big enough, move between threads, and damage is noticed.
 * Usage: malloc_test [rounds [seed]].
 */
#include "tests/random.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void *u_malloc(size_t size);
void *u_calloc(size_t n, size_t size);
void *u_realloc(void *p, size_t size);
void *u_aligned_alloc(size_t alignment, size_t size);
int u_posix_memalign(void **p, size_t alignment, size_t size);
void u_free(void *p);
size_t u_malloc_usable_size(void *p);
int u_malloc_trim(size_t pad);
int *u___errno_location(void);
struct umk_thread;
extern _Thread_local char u___umk_test_thread[];
void u___umk_heap_thread_end(struct umk_thread *t);

#define SLOTS 2000
#define THREADS 4

struct slot {
    unsigned char *p;
    size_t size;
    unsigned char pattern;
};

/* Blocks change hands here. */
static struct slot market[64];
static pthread_mutex_t market_lock = PTHREAD_MUTEX_INITIALIZER;
extern size_t u_mapped;
static long rounds = 80000;
static long failures;

static void fail(const char *what)
{
    __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
    printf("malloc_test: %s\n", what);
}

static size_t random_size(uint64_t *state)
{
    switch (random_next(state) % 20) {
    case 0:
        return random_next(state) % 600000;
    case 1:
    case 2:
        return random_next(state) % 70000;
    case 3:
    case 4:
    case 5:
        return random_next(state) % 5000;
    default:
        return random_next(state) % 300;
    }
}

static void check(const struct slot *s)
{
    size_t n = s->size;

    if (n > 256 && (s->p[n / 2] != s->pattern || s->p[n - 100] != s->pattern))
        fail("contents changed in the middle");
    for (size_t i = 0; i < n && i < 128; i++)
        if (s->p[i] != s->pattern || s->p[n - 1 - i] != s->pattern) {
            fail("contents changed");
            return;
        }
}

static void make(struct slot *s, uint64_t *state)
{
    size_t size = random_size(state), alignment = 16;
    uint64_t kind = random_next(state) % 10;

    if (kind == 0) {
        s->p = u_calloc(1, size);
        for (size_t i = 0; i < size; i++)
            if (s->p[i]) {
                fail("calloc is not zero");
                break;
            }
    } else if (kind == 1) {
        alignment = 1ul << (5 + random_next(state) % 9);
        s->p = u_aligned_alloc(alignment, size);
    } else {
        s->p = u_malloc(size);
    }
    if (!s->p || (uintptr_t)s->p % alignment)
        fail("no memory, or not aligned");
    if (u_malloc_usable_size(s->p) < size)
        fail("too small");
    s->size = size;
    s->pattern = (unsigned char)random_next(state);
    memset(s->p, s->pattern, size);
}

static void change(struct slot *s, uint64_t *state)
{
    size_t size = random_size(state) + 1;
    size_t keep = size < s->size ? size : s->size;
    unsigned char *p = u_realloc(s->p, size);

    for (size_t i = 0; i < keep; i++)
        if (p[i] != s->pattern) {
            fail("realloc lost contents");
            break;
        }
    s->p = p;
    s->size = size;
    memset(p, s->pattern, size);
}

static void trade(struct slot *s, uint64_t *state)
{
    pthread_mutex_lock(&market_lock);
    struct slot *other = &market[random_next(state) % 64];
    struct slot x = *other;
    *other = *s;
    *s = x;
    pthread_mutex_unlock(&market_lock);
}

static void *work(void *arg)
{
    uint64_t state = (uint64_t)(uintptr_t)arg;
    struct slot *slots = calloc(SLOTS, sizeof *slots);

    for (long i = 0; i < rounds; i++) {
        struct slot *s = &slots[random_next(&state) % SLOTS];
        if (!s->p) {
            make(s, &state);
            continue;
        }
        check(s);
        switch (random_next(&state) % 8) {
        case 0:
            change(s, &state);
            break;
        case 1:
            trade(s, &state);
            break;
        default:
            u_free(s->p);
            s->p = NULL;
        }
    }
    for (int i = 0; i < SLOTS; i++)
        if (slots[i].p) {
            check(&slots[i]);
            u_free(slots[i].p);
        }
    free(slots);
    u___umk_heap_thread_end((struct umk_thread *)u___umk_test_thread);
    return NULL;
}

static void double_free(void)
{
    void *p = u_malloc(50);

    u_free(p);
    u_free(p);
}

static void overflow(void)
{
    char *blocks[64];

    for (int i = 0; i < 64; i++)
        blocks[i] = u_malloc(24);
    memset(blocks[10], 1, 40);
    for (int i = 0; i < 64; i++)
        u_free(blocks[i]);
}

static void write_after_free(void)
{
    char *p = u_malloc(100);

    u_free(p);
    memset(p, 7, 16);
    u_malloc(100);
}

static void wild_pointer(void)
{
    static char somewhere[64];

    u_free(u_malloc(1));
    u_free(somewhere + 32);
}

static void double_free_large(void)
{
    void *p = u_malloc(100000), *q = u_malloc(10);

    u_free(p);
    u_free(p);
    u_free(q);
}

/* The damage must end the process by __umk_heap_fail, which exits with 134 here. */
static void expect_death(const char *what, void (*damage)(void))
{
    int status, ends[2];
    char line[200] = "";

    if (pipe(ends))
        exit(2);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], 2);
        damage();
        _exit(0);
    }
    close(ends[1]);
    ssize_t n = read(ends[0], line, sizeof line - 1);
    waitpid(pid, &status, 0);
    close(ends[0]);
    if (n <= 0 || strncmp(line, "malloc: ", 8) != 0 || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 134) {
        fail(what);
    }
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;

    if (argc > 1)
        rounds = atol(argv[1]);
    expect_death("double free goes unnoticed", double_free);
    expect_death("overflow goes unnoticed", overflow);
    expect_death("write after free goes unnoticed", write_after_free);
    expect_death("free of a wild pointer goes unnoticed", wild_pointer);
    expect_death("double free of a large block goes unnoticed", double_free_large);
    if (u_malloc(SIZE_MAX - 4) || *u___errno_location() != ENOMEM || u_calloc(SIZE_MAX / 2, 3))
        fail("a size beyond the address space is granted");
    void *p = NULL;
    if (u_posix_memalign(&p, 24, 8) != EINVAL || u_posix_memalign(&p, 4096, 8) || !p ||
        (uintptr_t)p % 4096)
        fail("posix_memalign");
    u_free(p);
    u_free(NULL);
    size_t before = u_mapped;
    for (long i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, (void *)(seed * 1000 + i));
    for (long i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 64; i++)
        u_free(market[i].p);
    u_malloc_trim(0);
    size_t after = u_mapped;
    /* the spans that each class keeps may hold a few segments */
    if (after > before + (16u << 20))
        fail("memory is not given back");
    printf("malloc_test: %ld rounds a thread, %zu KiB mapped before, %zu after, %ld failures\n",
           rounds, before / 1024, after / 1024, failures);
    return failures != 0;
}
