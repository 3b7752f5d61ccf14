/* OpenBSD's allocation for secrets: what is given back or left behind is cleared first. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void freezero(void *p, size_t size)
{
    if (!p)
        return;
    explicit_bzero(p, size);
    free(p);
}

void *recallocarray(void *p, size_t old, size_t count, size_t size)
{
    size_t old_size, new_size;
    void *fresh;

    if (!p)
        return calloc(count, size);
    if (__builtin_mul_overflow(count, size, &new_size)) {
        errno = ENOMEM;
        return NULL;
    }
    if (__builtin_mul_overflow(old, size, &old_size)) {
        errno = EINVAL;
        return NULL;
    }
    fresh = calloc(count, size);
    if (!fresh)
        return NULL;
    memcpy(fresh, p, old_size < new_size ? old_size : new_size);
    freezero(p, old_size);
    return fresh;
}
