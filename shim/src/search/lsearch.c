/* Linear search in arrays, and lists of two pointers. */
#include <search.h>
#include <string.h>

void *lfind(const void *key, const void *base, size_t *n, size_t size,
            int (*compare)(const void *, const void *))
{
    const char *p = base;

    for (size_t i = 0; i < *n; i++, p += size)
        if (compare(key, p) == 0)
            return (void *)p;
    return NULL;
}

void *lsearch(const void *key, void *base, size_t *n, size_t size,
              int (*compare)(const void *, const void *))
{
    void *found = lfind(key, base, n, size, compare);

    if (found)
        return found;
    /* the caller's array, which is there: NOLINTNEXTLINE(clang-analyzer-unix.cstring.NullArg) */
    return memcpy((char *)base + size * (*n)++, key, size);
}

struct node {
    struct node *next, *prev;
};

void insque(void *element, void *before)
{
    struct node *e = element, *p = before;

    e->prev = p;
    e->next = p ? p->next : NULL;
    if (e->next)
        e->next->prev = e;
    if (p)
        p->next = e;
}

void remque(void *element)
{
    struct node *e = element;

    if (e->next)
        e->next->prev = e->prev;
    if (e->prev)
        e->prev->next = e->next;
}
