/* mmap, munmap, mprotect, msync, and what goes with them. */
#include <sys/mman.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/pthread/cancel.h"

#define KERNEL_FLAGS (MAP_SHARED | MAP_PRIVATE | MAP_FIXED_NOREPLACE | MAP_LAZY)

/*
 * Anonymous memory that a child of fork is to share needs an object of its own, which a file of
 * the memory scheme is.
 */
static i64 map_shared(void *addr, size_t len, int prot, int flags)
{
    static const char path[] = "/scheme/memory";
    i64 fd = rx_openat(RX_AT_FDCWD, path, sizeof path - 1, RX_O_RDWR | RX_O_CLOEXEC, 0);

    if (fd < 0)
        return fd;
    i64 r = (i64)redox_ftruncate_v0((u64)fd, (len + PAGE_MASK) & ~(size_t)PAGE_MASK);
    if (r >= 0)
        r = (i64)redox_mmap_v1(addr, len, (u32)prot, (u32)flags & KERNEL_FLAGS, (u64)fd, 0);
    redox_close_v1((u64)fd);
    return r;
}

static i64 map(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
    if (len == 0 || offset < 0 || ((u64)offset & PAGE_MASK))
        return -EINVAL;
    if (!(flags & (MAP_SHARED | MAP_PRIVATE)) ||
        ((flags & MAP_FIXED) && ((uintptr_t)addr & PAGE_MASK)))
        return -EINVAL;
    if (len > INT64_MAX)
        return -ENOMEM;
    if ((flags & MAP_ANONYMOUS) && (flags & MAP_SHARED))
        return map_shared(addr, len, prot, flags);
    if (!(flags & MAP_ANONYMOUS) && fd < 0)
        return -EBADF;
    u64 rx_fd = flags & MAP_ANONYMOUS ? RX_ANON_FD : (u64)fd;
    return (i64)redox_mmap_v1(addr, len, (u32)prot, (u32)flags & KERNEL_FLAGS, rx_fd, (u64)offset);
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
    i64 r = map(addr, len, prot, flags, fd, offset);

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

/* A shared mapping's pages are the server's own, so its readers see writes at once; MS_SYNC gets
 * them to the disk. */
int msync(void *addr, size_t len, int flags)
{
    if (((uintptr_t)addr & PAGE_MASK) || (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) ||
        (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
        return (int)__umk_fail(EINVAL);
    if (!(flags & MS_SYNC))
        return 0;
    __umk_cancel_enter();
    i64 r = rx_msync(addr, len);
    __umk_cancel_leave();
    return (int)__umk_result(r);
}
