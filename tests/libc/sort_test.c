/*
 * qsort, qsort_r, heapsort and mergesort against the host's qsort: random arrays of elements of
 * many sizes with many equal keys. Usage: sort_test [count [seed]].
 */
#define _GNU_SOURCE
#include "tests/random.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int comparison(const void *, const void *);
void u_qsort(void *, size_t, size_t, comparison *);
void u_qsort_r(void *, size_t, size_t, int (*)(const void *, const void *, void *), void *);
int u_heapsort(void *, size_t, size_t, comparison *);
int u_mergesort(void *, size_t, size_t, comparison *);

#define ELEMENTS_MAX 600
#define ELEMENT_MAX 80

static uint64_t state;
static size_t key_size; /* bytes of an element that count */

static unsigned below(unsigned n)
{
    return random_below(&state, n);
}

static int by_key(const void *a, const void *b)
{
    return memcmp(a, b, key_size);
}

static int by_key_with(const void *a, const void *b, void *arg)
{
    return memcmp(a, b, *(size_t *)arg);
}

/* The whole elements in order: what is left of an array when order among equals does not matter. */
static size_t whole;
static int by_all(const void *a, const void *b)
{
    return memcmp(a, b, whole);
}

static int check(const char *name, unsigned char *got, const unsigned char *in,
                 const unsigned char *stable, size_t n, size_t size, int must_be_stable)
{
    static unsigned char a[ELEMENTS_MAX * ELEMENT_MAX], b[ELEMENTS_MAX * ELEMENT_MAX];

    if (must_be_stable && memcmp(got, stable, n * size) != 0) {
        printf("%s of %zu elements of %zu bytes is not the stable order\n", name, n, size);
        return 1;
    }
    for (size_t i = 1; i < n; i++) {
        if (by_key(got + (i - 1) * size, got + i * size) > 0) {
            printf("%s of %zu elements of %zu bytes is out of order at %zu\n", name, n, size, i);
            return 1;
        }
    }
    memcpy(a, got, n * size);
    memcpy(b, in, n * size);
    whole = size;
    qsort(a, n, size, by_all);
    qsort(b, n, size, by_all);
    if (memcmp(a, b, n * size) != 0) {
        printf("%s of %zu elements of %zu bytes lost some\n", name, n, size);
        return 1;
    }
    return 0;
}

static int round_once(void)
{
    static unsigned char in[ELEMENTS_MAX * ELEMENT_MAX], out[sizeof in], stable[sizeof in];
    static const size_t sizes[] = {1, 2, 3, 4, 7, 8, 12, 16, 31, 32, 33, 40, 79, 80};
    size_t size = sizes[below(14)], n = below(4) ? below(40) : below(ELEMENTS_MAX);
    unsigned values = 1 + below(below(2) ? 4 : 255);
    int wrong = 0;

    key_size = 1 + below((unsigned)size);
    for (size_t i = 0; i < n * size; i++)
        in[i] = (unsigned char)below(values);
    memcpy(stable, in, n * size);
    qsort(stable, n, size, by_key); /* glibc's is a stable one with this much memory */
    memcpy(out, in, n * size);
    u_qsort(out, n, size, by_key);
    wrong += check("qsort", out, in, stable, n, size, 0);
    memcpy(out, in, n * size);
    u_qsort_r(out, n, size, by_key_with, &key_size);
    wrong += check("qsort_r", out, in, stable, n, size, 0);
    memcpy(out, in, n * size);
    wrong += u_heapsort(out, n, size, by_key) != 0;
    wrong += check("heapsort", out, in, stable, n, size, 0);
    memcpy(out, in, n * size);
    wrong += u_mergesort(out, n, size, by_key) != 0;
    wrong += check("mergesort", out, in, stable, n, size, 1);
    return wrong;
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 5000, wrong = 0;

    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    printf("sort_test: seed %llu\n", (unsigned long long)state);
    for (long i = 0; i < count && wrong < 10; i++)
        wrong += round_once();
    printf("sort_test: %ld rounds, %ld failures\n", count, wrong);
    return wrong != 0;
}
