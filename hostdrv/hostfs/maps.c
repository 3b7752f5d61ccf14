/*
 * Mapped files: a copy of the whole file in a memory object, made anew for a file that has changed
 * since. So programs run from a shared directory, and private mappings work; shared ones for
 * writing do not (ENODEV), because the host and others would not see what is written.
 */
#include "hostdrv/hostfs/hostfs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((u64)1 << 30)

void node_unmap(struct node *n)
{
    if (n->object)
        scheme_object_free(n->object, n->object_len);
    n->object = NULL;
    n->object_len = 0;
}

static i64 copy(int fd, u8 *to, u64 len)
{
    for (u64 done = 0; done < len;) {
        ssize_t got = pread(fd, to + done, len - done, (off_t)done);
        if (got <= 0)
            return got < 0 ? -errno : 0;
        done += (u64)got;
    }
    return 0;
}

static bool changed(const struct node *n, const struct stat *st)
{
    return n->object_time.tv_sec != st->st_mtim.tv_sec ||
           n->object_time.tv_nsec != st->st_mtim.tv_nsec;
}

i64 host_mmap_prep(struct tree *t, u64 id, u64 offset, u64 size, u32 flags)
{
    struct node *n = node_by_id(id);
    struct stat st;
    void *object;
    int fd = n ? node_open(n, n->io_writes) : -EBADF;

    (void)t;
    if (fd < 0)
        return fd;
    if ((flags & RX_MAP_SHARED) && (flags & RX_PROT_WRITE))
        return -ENODEV;
    if (fstat(fd, &st) < 0)
        return -errno;
    u64 end = offset + size, len = end > (u64)st.st_size ? end : (u64)st.st_size;
    if (offset > FILE_MAX || size > FILE_MAX || len > FILE_MAX)
        return -EFBIG;
    len = (len + PAGE_MASK) & ~(u64)PAGE_MASK;
    if (!n->object || len > n->object_len || changed(n, &st)) {
        i64 r = scheme_object_alloc(len, &object);
        if (r < 0)
            return r;
        r = copy(fd, object, (u64)st.st_size);
        if (r < 0) {
            scheme_object_free(object, len);
            return r;
        }
        /* those who have the old one mapped keep it */
        node_unmap(n);
        n->object = object;
        n->object_len = len;
        n->object_time = st.st_mtim;
    }
    return (i64)(uintptr_t)n->object + (i64)offset;
}

void host_munmap(struct tree *t, u64 id, u64 offset, u64 size, u32 flags)
{
    (void)t, (void)id, (void)offset, (void)size, (void)flags;
}
