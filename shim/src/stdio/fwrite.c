/* fwrite */
#include "shim/src/internal/stdio.h"

size_t fwrite_unlocked(const void *restrict data, size_t size, size_t n, FILE *restrict f)
{
    size_t bytes;

    if (size == 0 || n == 0)
        return 0;
    if (__builtin_mul_overflow(size, n, &bytes))
        bytes = SIZE_MAX;
    return __umk_fwrite(data, bytes, f) / size;
}

size_t fwrite(const void *restrict data, size_t size, size_t n, FILE *restrict f)
{
    __umk_file_lock(f);
    size_t done = fwrite_unlocked(data, size, n, f);
    __umk_file_unlock(f);
    return done;
}
