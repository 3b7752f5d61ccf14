/* memfd_create: an object of the memory scheme. Sealing is not offered. */
#include <fcntl.h>
#include <sys/mman.h>
#include "shim/src/internal/result.h"

int memfd_create(const char *name, unsigned flags)
{
    (void)name;
    if (flags & ~MFD_CLOEXEC)
        return (int)__umk_fail(EINVAL);
    return open("/scheme/memory", O_RDWR | (flags & MFD_CLOEXEC ? O_CLOEXEC : 0));
}
