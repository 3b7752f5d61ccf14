/* The checked functions on memory. */
#include <string.h>
#include "shim/src/fortify/fortify.h"

void *__memcpy_chk(void *, const void *, size_t, size_t);
void *__memmove_chk(void *, const void *, size_t, size_t);
void *__memset_chk(void *, int, size_t, size_t);
void *__mempcpy_chk(void *, const void *, size_t, size_t);

void *__memcpy_chk(void *d, const void *s, size_t n, size_t room)
{
    __umk_fit(n, room);
    return memcpy(d, s, n);
}

void *__memmove_chk(void *d, const void *s, size_t n, size_t room)
{
    __umk_fit(n, room);
    return memmove(d, s, n);
}

void *__memset_chk(void *d, int c, size_t n, size_t room)
{
    __umk_fit(n, room);
    return memset(d, c, n);
}

void *__mempcpy_chk(void *d, const void *s, size_t n, size_t room)
{
    __umk_fit(n, room);
    return (char *)memcpy(d, s, n) + n;
}
