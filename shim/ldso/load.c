/*
 * Putting a file into memory: its span is reserved, then each segment takes its place in it. What
 * is only read is mapped from the file, so that all programs share it; what is written is private
 * memory with a copy.
 */
#include <errno.h>
#include <string.h>
#include "shim/ldso/dso.h"

#define ANYWHERE NULL

static u32 protection(u32 flags)
{
    return (flags & ELF_PF_R ? RX_PROT_READ : 0) | (flags & ELF_PF_W ? RX_PROT_WRITE : 0) |
           (flags & ELF_PF_X ? RX_PROT_EXEC : 0);
}

static i64 read_all(u64 fd, void *to, u64 len, u64 offset)
{
    for (u64 done = 0; done < len;) {
        i64 n = rx_pread(fd, (char *)to + done, len - done, offset + done);

        if (n == -EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? n : -ENOEXEC;
        done += (u64)n;
    }
    return 0;
}

/* A copy of the segment in private memory. */
static i64 copy_segment(u64 fd, const struct elf_segment *s, char *start, u64 len, u64 head)
{
    size_t r = redox_mmap_v1(start, len, RX_PROT_READ | RX_PROT_WRITE,
                             RX_MAP_PRIVATE | RX_MAP_FIXED, RX_ANON_FD, 0);
    i64 err;

    if (RX_IS_ERR(r))
        return (i64)r;
    err = read_all(fd, start + head, s->filesz, s->offset);
    if (err < 0 || (s->flags & ELF_PF_W))
        return err;
    return rx_mprotect(start, len, protection(s->flags));
}

static i64 map_segment(u64 fd, const struct elf_segment *s, u64 bias)
{
    u64 head = s->vaddr & PAGE_MASK;
    char *start = (char *)(uintptr_t)(bias + s->vaddr - head);
    u64 len = (head + s->memsz + PAGE_MASK) & ~(u64)PAGE_MASK;

    if (!(s->flags & ELF_PF_W) && s->filesz == s->memsz) {
        size_t r = redox_mmap_v1(start, len, protection(s->flags), RX_MAP_PRIVATE | RX_MAP_FIXED,
                                 fd, s->offset - head);

        if (!RX_IS_ERR(r))
            return 0;
        /* not every file system hands out pages */
    }
    return copy_segment(fd, s, start, len, head);
}

static i64 map_all(u64 fd, struct dso *d)
{
    const struct elf_plan *p = &d->image.plan;
    size_t at = redox_mmap_v1(ANYWHERE, p->high - p->low, 0, RX_MAP_PRIVATE, RX_ANON_FD, 0);
    i64 r = 0;

    if (RX_IS_ERR(at))
        return (i64)at;
    d->image.bias = at - p->low;
    for (u32 i = 0; r == 0 && i < p->nsegments; i++)
        r = map_segment(fd, &p->segments[i], d->image.bias);
    if (r < 0)
        __umk_dso_unmap(d);
    return r;
}

void __umk_dso_unmap(struct dso *d)
{
    const struct elf_plan *p = &d->image.plan;

    redox_munmap_v1((void *)(uintptr_t)(d->image.bias + p->low), p->high - p->low);
}

static i64 count_needed(struct dso *d)
{
    const struct elf_tables *t = &d->tables;
    u32 n = 0;

    for (u64 i = 0; i < t->ndynamic; i++)
        n += t->dynamic[i].tag == ELF_DT_NEEDED;
    d->needed = __umk_dl_alloc(n * sizeof(struct dso *));
    d->needed_room = n;
    return n == 0 || d->needed ? 0 : -ENOMEM;
}

static void describe_tls(struct dso *d)
{
    const struct elf_plan *p = &d->image.plan;

    d->tls.image = (const void *)(uintptr_t)(d->image.bias + p->tls_image);
    d->tls.image_len = p->tls_filesz;
    d->tls.size = p->tls_memsz;
    d->tls.align = p->tls_align;
    d->tls.skew = p->tls_image & (p->tls_align - 1);
}

i64 __umk_dso_describe(struct dso *d, const char *path, const char **why)
{
    i64 r = __umk_elf_tables(&d->image, &d->tables, why);

    if (r < 0)
        return r;
    d->path = path;
    d->name = d->tables.soname ? d->tables.soname : path;
    if (d->image.plan.tls_memsz)
        describe_tls(d);
    return count_needed(d);
}

i64 __umk_dso_map(i64 fd, const char *path, struct dso **out, struct dl_text *why)
{
    _Alignas(8) u8 head[ELF_HEAD_MAX];
    const char *fault = NULL;
    struct rx_stat st;
    struct dso *d = __umk_dl_alloc(sizeof *d);
    i64 r = d ? rx_fstat((u64)fd, &st) : -ENOMEM;
    i64 len = r < 0 ? r : rx_pread((u64)fd, head, sizeof head, 0);

    r = len < 0 ? len : __umk_elf_plan(head, (size_t)len, (u64)st.size, &d->image.plan, &fault);
    if (r == 0 && d->image.plan.type != ELF_TYPE_DYN) {
        fault = "not position-independent; link it with -pie";
        r = -ENOEXEC;
    }
    if (r == 0)
        r = map_all((u64)fd, d);
    if (r == 0) {
        r = __umk_dso_describe(d, path, &fault);
        if (r < 0)
            __umk_dso_unmap(d);
    }
    if (r < 0) {
        __umk_dl_say(why, path, fault ? fault : strerror((int)-r), NULL);
        if (d)
            __umk_dso_free(d);
        return r;
    }
    d->device = st.dev;
    d->inode = st.ino;
    *out = d;
    return 0;
}
