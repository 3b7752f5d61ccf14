/* Advice about memory is checked and not followed; DONTNEED's promise of zeroes is not made. */
#include <sys/mman.h>
#include "shim/src/internal/result.h"

int posix_madvise(void *addr, size_t len, int advice)
{
    (void)len;
    if (((uintptr_t)addr & PAGE_MASK) || advice < POSIX_MADV_NORMAL || advice > POSIX_MADV_DONTNEED)
        return EINVAL;
    return 0;
}

int madvise(void *addr, size_t len, int advice)
{
    int error = posix_madvise(addr, len, advice);

    if (!error && advice == MADV_DONTNEED)
        error = ENOSYS;

    return error ? (int)__umk_fail(error) : 0;
}
