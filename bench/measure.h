/*
 * How every figure is taken, on the host and inside the system alike: the same batches, the same
 * clock, the same line of output, so that two figures can be compared. A batch is long enough that
 * reading the clock costs nothing, and short enough that most batches see no interruption; the
 * median then leaves the others out.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define BATCHES_MAX 101u
#define BATCHES 31u
#define BATCH_NS 4000000u
#define WARM_UP_NS 20000000u

/* Does the operation n times. False: it failed, and the figure is worth nothing. */
typedef bool measured(void *arg, uint64_t n);

static inline uint64_t monotonic_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static inline void measure_sort(uint64_t *v, unsigned n)
{
    for (unsigned i = 1; i < n; i++) {
        uint64_t x = v[i];
        unsigned k = i;

        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

static inline bool measure_failed(const char *name)
{
    fprintf(stderr, "bench: %s: the operation failed\n", name);
    return false;
}

/*
 * Runs batches of n operations each and prints
 *
 *     value NAME MEDIAN MIN MAX
 *
 * in picoseconds for one operation. False, with a line on stderr, when the operation failed.
 */
static inline bool measure_batches(const char *name, measured *operation, void *arg,
                                   unsigned batches, uint64_t n)
{
    uint64_t ps[BATCHES_MAX];

    if (batches > BATCHES_MAX)
        batches = BATCHES_MAX;
    for (unsigned i = 0; i < batches; i++) {
        uint64_t start = monotonic_ns();

        if (!operation(arg, n))
            return measure_failed(name);
        ps[i] = (monotonic_ns() - start) * 1000u / n;
    }
    measure_sort(ps, batches);
    printf("value %s %lu %lu %lu\n", name, (unsigned long)ps[batches / 2], (unsigned long)ps[0],
           (unsigned long)ps[batches - 1]);
    fflush(stdout);
    return true;
}

/* The same for short operations: warms up, and finds out how many make a batch. */
static inline bool measure(const char *name, measured *operation, void *arg)
{
    uint64_t n = 1, took = 0, start = monotonic_ns();

    /* warm up, doubling until one run is as long as a batch should be */
    while (monotonic_ns() - start < WARM_UP_NS || took < BATCH_NS / 2) {
        uint64_t before = monotonic_ns();

        if (!operation(arg, n))
            return measure_failed(name);
        took = monotonic_ns() - before;
        if (took < BATCH_NS / 2)
            n *= 2;
    }
    return measure_batches(name, operation, arg, BATCHES, n);
}

#endif
