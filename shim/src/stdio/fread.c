/* fread */
#include "shim/src/internal/stdio.h"

size_t fread_unlocked(void *restrict data, size_t size, size_t n, FILE *restrict f)
{
    size_t bytes;

    if (size == 0 || n == 0)
        return 0;
    if (__builtin_mul_overflow(size, n, &bytes))
        bytes = SIZE_MAX;
    return __umk_fread(data, bytes, f) / size;
}

size_t fread(void *restrict data, size_t size, size_t n, FILE *restrict f)
{
    __umk_file_lock(f);
    size_t done = fread_unlocked(data, size, n, f);
    __umk_file_unlock(f);
    return done;
}
