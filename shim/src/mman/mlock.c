/* Nothing is paged out here, so memory is always locked. */
#include <sys/mman.h>
#include "shim/src/internal/result.h"

int mlock(const void *addr, size_t len)
{
    (void)addr;
    (void)len;
    return 0;
}

int munlock(const void *addr, size_t len)
{
    (void)addr;
    (void)len;
    return 0;
}

int mlockall(int flags)
{
    if (flags == 0 || (flags & ~(MCL_CURRENT | MCL_FUTURE)))
        return (int)__umk_fail(EINVAL);
    return 0;
}

int munlockall(void)
{
    return 0;
}
