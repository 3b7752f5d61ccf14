/* mmap, munmap, mprotect, msync, and what goes with them. */
#include <sys/mman.h>
#include "shim/src/fcntl/fd.h"

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
    u64 rx_fd = flags & MAP_ANONYMOUS ? RX_ANON_FD : __umk_fd(fd);
    i64 r;

    if (len == 0 || offset < 0 || ((u64)offset & PAGE_MASK) ||
        !(flags & (MAP_SHARED | MAP_PRIVATE)))
        r = -EINVAL;
    else if (!(flags & MAP_ANONYMOUS) && fd < 0)
        r = -EBADF;
    else if (len > INT64_MAX)
        r = -ENOMEM;
    else
        r = (i64)redox_mmap_v1(addr, len, (u32)prot,
                               (u32)flags &
                                   (MAP_SHARED | MAP_PRIVATE | MAP_FIXED_NOREPLACE | MAP_LAZY),
                               rx_fd, (u64)offset);
    if (RX_IS_ERR(r)) {
        __umk_fail((int)-r);
        return MAP_FAILED;
    }
    return (void *)r;
}

int munmap(void *addr, size_t len)
{
    if (((uintptr_t)addr & PAGE_MASK) || len == 0 || len > INT64_MAX)
        return (int)__umk_fail(EINVAL);
    return (int)__umk_result((i64)redox_munmap_v1(addr, len));
}

int mprotect(void *addr, size_t len, int prot)
{
    if ((uintptr_t)addr & PAGE_MASK)
        return (int)__umk_fail(EINVAL);
    return (int)__umk_result(rx_mprotect(addr, len, (u32)prot));
}

/*
 * A shared mapping's pages are the server's own, so its readers see writes at once; getting them
 * to the disk takes an fsync of the file, which a mapping does not name.
 */
int msync(void *addr, size_t len, int flags)
{
    (void)len;
    if (((uintptr_t)addr & PAGE_MASK) || (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) ||
        (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
        return (int)__umk_fail(EINVAL);
    return flags & MS_SYNC ? (int)__umk_fail(ENOSYS) : 0;
}
