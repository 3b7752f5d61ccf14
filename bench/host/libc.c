/*
 * The C library's speed: the same source with the host's library and inside the system with ours.
 *
 *     libc PROGRAM       PROGRAM: what is executed for fork_exec_wait
 */
#include "bench/measure.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZES 8
#define LIVE 64 /* blocks of each size that live at once */
#define NUMBERS 1024
#define INTS 1000000u
#define MEBIBYTE 1048576u

static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* The blocks of one thread. Each operation frees one and allocates another, and touches it. */
struct heap {
    char *blocks[SIZES * LIVE];
    uint64_t n;
    bool good;
};

static const size_t sizes[SIZES] = {16, 32, 64, 128, 256, 1024, 4096, 16384};

static void *churn(void *arg)
{
    struct heap *h = arg;
    uint64_t at = 1;

    h->good = true;
    for (uint64_t i = 0; i < h->n; i++) {
        at = at * 6364136223846793005u + 1442695040888963407u;
        unsigned slot = (unsigned)(at >> 33) % (SIZES * LIVE);
        free(h->blocks[slot]);
        h->blocks[slot] = malloc(sizes[slot % SIZES]);
        if (!h->blocks[slot])
            h->good = false;
        else
            h->blocks[slot][0] = 1;
    }
    return NULL;
}

static struct heap heaps[2];

static bool malloc_one(void *arg, uint64_t n)
{
    (void)arg;
    heaps[0].n = n;
    churn(&heaps[0]);
    return heaps[0].good;
}

#define TWO_OPERATIONS 200000u

static bool malloc_two(void *arg, uint64_t n)
{
    pthread_t other;

    (void)arg;
    heaps[0].n = heaps[1].n = n;
    if (pthread_create(&other, NULL, churn, &heaps[1]) != 0)
        return false;
    churn(&heaps[0]);
    pthread_join(other, NULL);
    return heaps[0].good && heaps[1].good;
}

/* Called through pointers that the compiler cannot see through. */
static size_t (*volatile call_strlen)(const char *) = strlen;
static void *(*volatile call_memcpy)(void *, const void *, size_t) = memcpy;
static void *(*volatile call_memchr)(const void *, int, size_t) = memchr;
static char text[MEBIBYTE + 1], copy[MEBIBYTE + 1];

static bool run_strlen(void *arg, uint64_t n)
{
    size_t size = *(const size_t *)arg, sum = 0;

    text[size] = 0;
    for (uint64_t i = 0; i < n; i++)
        sum += call_strlen(text);
    text[size] = 'x';
    return sum == size * n;
}

static bool run_memcpy(void *arg, uint64_t n)
{
    size_t size = *(const size_t *)arg;

    for (uint64_t i = 0; i < n; i++)
        call_memcpy(copy, text, size);
    return copy[size - 1] == 'x';
}

static bool run_memchr(void *arg, uint64_t n)
{
    size_t size = *(const size_t *)arg;
    bool good = true;

    text[size - 1] = 'y';
    for (uint64_t i = 0; i < n; i++)
        good &= call_memchr(text, 'y', size) == text + size - 1;
    text[size - 1] = 'x';
    return good;
}

static double numbers[NUMBERS];
static char texts[NUMBERS][32];

static void make_numbers(void)
{
    for (unsigned i = 0; i < NUMBERS; i++) {
        uint64_t bits =
            (next_random() & ~(0x7ffull << 52)) | ((1023 - 64 + next_random() % 128) << 52);
        memcpy(&numbers[i], &bits, sizeof bits);
        snprintf(texts[i], sizeof texts[i], "%.17g", numbers[i]);
    }
}

static bool run_printf(void *arg, uint64_t n)
{
    char out[64];
    int length = 0;

    for (uint64_t i = 0; i < n; i++)
        length += snprintf(out, sizeof out, arg, numbers[i % NUMBERS]);
    return length > 0;
}

static bool run_strtod(void *arg, uint64_t n)
{
    bool good = true;

    (void)arg;
    for (uint64_t i = 0; i < n; i++)
        good &= strtod(texts[i % NUMBERS], NULL) == numbers[i % NUMBERS];
    return good;
}

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

/* One operation is a sort of a million; the filling of the array is part of it, on both sides. */
static bool run_qsort(void *arg, uint64_t n)
{
    int *v = arg;

    for (uint64_t k = 0; k < n; k++) {
        for (unsigned i = 0; i < INTS; i++)
            v[i] = (int)next_random();
        qsort(v, INTS, sizeof *v, compare);
        for (unsigned i = 1; i < INTS; i++)
            if (v[i - 1] > v[i])
                return false;
    }
    return true;
}

static bool run_fork(void *arg, uint64_t n)
{
    char *const argv[] = {arg, NULL};

    for (uint64_t i = 0; i < n; i++) {
        int status;
        pid_t pid = fork();
        if (pid == 0) {
            execv(arg, argv);
            _exit(127);
        }
        if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
            return false;
    }
    return true;
}

static bool measure_sizes(void)
{
    static const struct {
        const char *suffix;
        size_t size;
    } lengths[] = {{"16", 16}, {"1k", 1024}, {"1m", MEBIBYTE}};
    static const struct {
        const char *name;
        measured *run;
    } functions[] = {{"strlen", run_strlen}, {"memcpy", run_memcpy}, {"memchr", run_memchr}};
    bool good = true;

    for (unsigned f = 0; f < 3; f++) {
        for (unsigned k = 0; k < 3; k++) {
            char name[32];
            size_t size = lengths[k].size;
            snprintf(name, sizeof name, "%s_%s", functions[f].name, lengths[k].suffix);
            good &= measure(name, functions[f].run, &size);
        }
    }
    return good;
}

int main(int argc, char **argv)
{
    int *ints = malloc(INTS * sizeof *ints);
    bool good = ints && argc == 2;

    if (!good)
        return 2;
    memset(text, 'x', sizeof text);
    make_numbers();
    good = measure("malloc_1", malloc_one, NULL);
    /* not found out by doubling: on a busy machine starting the thread would take most of a batch
     */
    good &= measure_batches("malloc_2", malloc_two, NULL, BATCHES, TWO_OPERATIONS);
    good &= measure_sizes();
    good &= measure("printf_17g", run_printf, (void *)(uintptr_t) "%.17g");
    good &= measure("printf_g", run_printf, (void *)(uintptr_t) "%g");
    good &= measure("printf_f", run_printf, (void *)(uintptr_t) "%f");
    good &= measure("strtod", run_strtod, NULL);
    good &= measure_batches("qsort_1m", run_qsort, ints, 5, 1);
    good &= measure_batches("fork_exec_wait", run_fork, argv[1], 31, 4);
    free(ints);
    return good ? 0 : 1;
}
