/*
 * Memory objects as memory files. Owns their descriptors and the kernel's aliases.
 *
 * A file has its size and its seals before its descriptor leaves the kernel, so that nobody
 * can shrink it under a reader's feet, grow it past the account or seal it against a writer.
 * No memory file made here can be executed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "umk/host/paged.h"
#include "umk/host/ram.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008u
#endif

int memory_file(const char *name, u64 size)
{
    static bool no_noexec_seal;
    int fd = -1;

    if (!no_noexec_seal) {
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
        no_noexec_seal = fd < 0 && errno == EINVAL;
    }
    if (no_noexec_seal) {
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (fd >= 0 && fchmod(fd, S_IRUSR | S_IWUSR) < 0) {
            close(fd);
            return -EIO;
        }
    }
    if (fd < 0)
        return -errno;
    if (ftruncate(fd, (off_t)size) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int memory_file_readonly(int fd)
{
    char path[40];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int ro = open(path, O_RDONLY | O_CLOEXEC);
    return ro < 0 ? -errno : ro;
}

static struct host_object *all;

struct host_object *object_first(void)
{
    return all;
}

static bool make_pages(struct host_object *h, u64 size)
{
    h->pages = pages_new(size / PAGE_SIZE);
    if (!h->pages)
        return false;
    h->next = all;
    h->at = &all;
    if (all)
        all->at = &h->next;
    all = h;
    return true;
}

static void drop_pages(struct host_object *h)
{
    if (h->alias)
        ram_unalias(h->alias, h->pages->npages);
    pages_drop(h->pages);
    *h->at = h->next;
    if (h->next)
        h->next->at = h->at;
}

i64 object_create(struct object *o)
{
    struct host_object *h = calloc(1, sizeof *h);
    bool made;

    if (!h)
        return -ENOMEM;
    h->fd = h->ro_fd = -1;
    if (ram_emulated())
        made = make_pages(h, o->size);
    else
        made = (h->fd = memory_file("umk-object", o->size)) >= 0;
    if (!made) {
        free(h);
        return -ENOMEM;
    }
    o->m = h;
    return 0;
}

void object_destroy(struct object *o)
{
    struct host_object *h = o->m;

    if (!h)
        return;
    while (h->images) {
        struct exec_image *x = h->images;
        h->images = x->next;
        exec_image_put(x);
    }
    if (h->pages) {
        drop_pages(h);
    } else {
        if (h->alias)
            munmap(h->alias, o->size);
        if (h->ro_fd >= 0)
            close(h->ro_fd);
        close(h->fd);
    }
    free(h);
    o->m = NULL;
}

/* All of it, whatever was asked for: the host finds pages when they are touched. */
void *object_alias(struct object *o, u64 len)
{
    struct host_object *h = o->m;

    (void)len;
    if (!h->alias && h->pages) {
        h->alias = ram_alias(h->pages);
    } else if (!h->alias) {
        void *p = mmap(NULL, o->size, PROT_READ | PROT_WRITE, MAP_SHARED, h->fd, 0);
        h->alias = p == MAP_FAILED ? NULL : p;
    }
    return h->alias;
}

int object_fd(struct object *o, bool writable)
{
    struct host_object *h = o->m;

    if (writable)
        return h->fd;
    if (h->ro_fd < 0)
        h->ro_fd = memory_file_readonly(h->fd);
    return h->ro_fd;
}
