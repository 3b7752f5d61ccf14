/*
 * qsort and qsort_r: merge sort, so equal elements keep their order. Elements of 4 and 8 bytes are
 * moved as integers; big ones are sorted by pointer and moved once. Without memory for that a
 * heap sort does the work in place.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/thread.h"

#define STACK_BYTES 1024
#define BIG_ELEMENT 32

typedef int compare_fn(const void *, const void *, void *);

struct order {
    compare_fn *compare;
    void *arg;
    size_t size;   /* of an element of the array that is merged */
    bool indirect; /* which holds pointers to the elements */
};

static inline __attribute__((always_inline)) int compare(const struct order *o, const char *a,
                                                         const char *b)
{
    if (o->indirect)
        return o->compare(*(char *const *)a, *(char *const *)b, o->arg);
    return o->compare(a, b, o->arg);
}

static inline __attribute__((always_inline)) void copy(char *to, const char *from, size_t size)
{
    if (size == 4)
        __builtin_memcpy(to, from, 4);
    else if (size == 8)
        __builtin_memcpy(to, from, 8);
    else
        memcpy(to, from, size);
}

/* Inserts each element into the sorted ones before it; for a few elements. */
static inline __attribute__((always_inline)) void insert_sort(const struct order *o, char *base,
                                                              size_t n, char *spare, size_t size)
{
    for (size_t i = 1; i < n; i++) {
        size_t j = i;
        if (compare(o, base + (i - 1) * size, base + i * size) <= 0)
            continue;
        copy(spare, base + i * size, size);
        do {
            copy(base + j * size, base + (j - 1) * size, size);
            j--;
        } while (j > 0 && compare(o, base + (j - 1) * size, spare) > 0);
        copy(base + j * size, spare, size);
    }
}

/* The first half has been copied to spare and is merged with the second one into base. */
static inline __attribute__((always_inline)) void
merge(const struct order *o, char *base, size_t n1, size_t n2, char *spare, size_t size)
{
    char *a = spare, *a_end = spare + n1 * size;
    char *b = base + n1 * size, *b_end = b + n2 * size, *out = base;

    while (a < a_end && b < b_end) {
        if (compare(o, a, b) <= 0) {
            copy(out, a, size);
            a += size;
        } else {
            copy(out, b, size);
            b += size;
        }
        out += size;
    }
    memcpy(out, a, (size_t)(a_end - a));
}

static inline __attribute__((always_inline)) void
sort_step(const struct order *o, char *base, size_t n, char *spare, size_t size,
          void (*recurse)(const struct order *, char *, size_t, char *))
{
    if (n <= 6) {
        insert_sort(o, base, n, spare, size);
        return;
    }
    size_t n1 = n / 2, n2 = n - n1;
    char *middle = base + n1 * size;
    recurse(o, base, n1, spare);
    recurse(o, middle, n2, spare);
    if (compare(o, middle - size, middle) <= 0)
        return;
    memcpy(spare, base, n1 * size);
    merge(o, base, n1, n2, spare, size);
}

static void sort_4(const struct order *o, char *base, size_t n, char *spare)
{
    sort_step(o, base, n, spare, 4, sort_4);
}

static void sort_8(const struct order *o, char *base, size_t n, char *spare)
{
    sort_step(o, base, n, spare, 8, sort_8);
}

static void sort_any(const struct order *o, char *base, size_t n, char *spare)
{
    sort_step(o, base, n, spare, o->size, sort_any);
}

static void swap(char *a, char *b, size_t size)
{
    char block[64];

    while (size) {
        size_t n = size < sizeof block ? size : sizeof block;
        memcpy(block, a, n);
        memcpy(a, b, n);
        memcpy(b, block, n);
        a += n;
        b += n;
        size -= n;
    }
}

static void sift_down(const struct order *o, char *base, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && compare(o, base + child * o->size, base + (child + 1) * o->size) < 0)
            child++;
        if (compare(o, base + root * o->size, base + child * o->size) >= 0)
            return;
        swap(base + root * o->size, base + child * o->size, o->size);
    }
}

static void heap_sort(const struct order *o, char *base, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(o, base, i, n);
    for (size_t i = n; i-- > 1;) {
        swap(base, base + i * o->size, o->size);
        sift_down(o, base, 0, i);
    }
}

/* Moves the elements to where the sorted pointers say, cycle by cycle. */
static void permute(char *base, char **pointers, size_t n, size_t size, char *spare)
{
    for (size_t i = 0; i < n; i++) {
        char *hole = base + i * size;
        if (!pointers[i] || pointers[i] == hole)
            continue;
        memcpy(spare, hole, size);
        size_t at = i;
        while (pointers[at] != base + i * size) {
            size_t from = (size_t)(pointers[at] - base) / size;
            memcpy(base + at * size, base + from * size, size);
            pointers[at] = NULL;
            at = from;
        }
        memcpy(base + at * size, spare, size);
        pointers[at] = NULL;
    }
}

static void sort_indirect(struct order *o, char *base, size_t n, char *memory)
{
    size_t size = o->size;
    char **pointers = (char **)memory;

    for (size_t i = 0; i < n; i++)
        pointers[i] = base + i * size;
    o->indirect = true;
    o->size = sizeof(char *);
    sort_8(o, memory, n, memory + n * sizeof(char *));
    permute(base, pointers, n, size, memory + n * sizeof(char *));
}

void qsort_r(void *base, size_t n, size_t size, compare_fn *compare_elements, void *arg)
{
    struct order o = {.compare = compare_elements, .arg = arg, .size = size};
    _Alignas(16) char on_stack[STACK_BYTES];
    char *memory = on_stack;
    int saved = errno;
    bool indirect = size > BIG_ELEMENT;
    size_t need;

    if (n < 2 || size == 0)
        return;
    if (indirect)
        need = n * sizeof(char *) +
               (n * sizeof(char *) / 2 + 8 > size ? n * sizeof(char *) / 2 + 8 : size);
    else
        need = (n / 2 + 1) * size;
    if (need > sizeof on_stack)
        memory = malloc(need);
    if (!memory)
        heap_sort(&o, base, n);
    else if (indirect)
        sort_indirect(&o, base, n, memory);
    else if (size == 4)
        sort_4(&o, base, n, memory);
    else if (size == 8)
        sort_8(&o, base, n, memory);
    else
        sort_any(&o, base, n, memory);
    if (memory != on_stack)
        free(memory);
    errno = saved;
}

/*
 * The comparison gets an argument more than it knows of, which the x86_64 calling convention
 * allows: it is in a register that the function may change anyway. One more call for each
 * comparison would cost a tenth of the time.
 */
void qsort(void *base, size_t n, size_t size, int (*compare_elements)(const void *, const void *))
{
    qsort_r(base, n, size, (compare_fn *)(void (*)(void))compare_elements, NULL);
}
