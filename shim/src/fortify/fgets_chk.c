/* The checked functions that read from streams. */
#include <stdio.h>
#include "shim/src/fortify/fortify.h"

char *__fgets_chk(char *restrict, size_t, int, FILE *restrict);
size_t __fread_chk(void *restrict, size_t, size_t, size_t, FILE *restrict);

char *__fgets_chk(char *restrict buf, size_t room, int n, FILE *restrict f)
{
    __umk_fit(n > 0 ? (size_t)n : 0, room);
    return fgets(buf, n, f);
}

size_t __fread_chk(void *restrict buf, size_t room, size_t size, size_t n, FILE *restrict f)
{
    size_t total;

    __umk_fit(__builtin_mul_overflow(size, n, &total) ? SIZE_MAX : total, room);
    return fread(buf, size, n, f);
}
