/*
 * Thread-local storage: finds the program's TLS image, makes the main thread's block,
 * and lays out the blocks of further threads. See internal/thread.h for the layout.
 */
#include <string.h>
#include "shim/src/internal/start.h"

#define AT_PHDR 3
#define AT_PHENT 4
#define AT_PHNUM 5
#define PT_PHDR 6
#define PT_TLS 7

/* An ELF64 program header. */
struct phdr {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
};
ABI_SIZE(struct phdr, 56);

/* The program's TLS image, and how far below the fs base its copy starts. */
static struct {
    const void *image;
    size_t image_len;
    size_t offset;
    size_t align;
} tls = {.align = 64};

/* Enough for most programs, so that starting needs no mapping. */
static _Alignas(64) char main_block[sizeof(struct umk_thread) + 1024];

struct umk_thread *__umk_main_thread;

size_t __umk_tls_size(void)
{
    return tls.offset + sizeof(struct umk_thread) + tls.align;
}

struct umk_thread *__umk_tls_place(void *mem, size_t len, void **low)
{
    uintptr_t end = (uintptr_t)mem + len;
    uintptr_t base = (end - sizeof(struct umk_thread)) & ~(uintptr_t)(tls.align - 1);
    struct umk_thread *t = (struct umk_thread *)base;
    char *copy = (char *)base - tls.offset;

    memset(t, 0, sizeof *t);
    t->self = t;
    if (tls.image_len)
        memcpy(copy, tls.image, tls.image_len);
    memset(copy + tls.image_len, 0, tls.offset - tls.image_len);
    if (low)
        *low = copy;
    return t;
}

static void find_image(const struct rx_start *start)
{
    u64 phdr = 0, phent = 0, phnum = 0, bias = 0;

    for (const u64 *a = start->auxv; a && a[0]; a += 2) {
        if (a[0] == AT_PHDR)
            phdr = a[1];
        else if (a[0] == AT_PHENT)
            phent = a[1];
        else if (a[0] == AT_PHNUM)
            phnum = a[1];
    }
    for (u64 i = 0; phdr && i < phnum; i++) {
        const struct phdr *p = (const struct phdr *)(phdr + i * phent);

        if (p->type == PT_PHDR)
            bias = phdr - p->vaddr;
        if (p->type != PT_TLS)
            continue;
        tls.image = (const void *)(bias + p->vaddr);
        tls.image_len = p->filesz;
        if (p->align > tls.align)
            tls.align = p->align;
        /* the linker counts offsets from the segment's end, rounded up to its alignment */
        tls.offset = p->memsz + (-(p->memsz + p->vaddr) & (p->align ? p->align - 1 : 0));
    }
}

void __umk_tls_start(const struct rx_start *start)
{
    void *mem = main_block;
    size_t len = sizeof main_block;

    find_image(start);
    if (__umk_tls_size() > len) {
        len = (__umk_tls_size() + PAGE_MASK) & ~(size_t)PAGE_MASK;
        size_t r =
            redox_mmap_v1(NULL, len, RX_PROT_READ | RX_PROT_WRITE, RX_MAP_PRIVATE, RX_ANON_FD, 0);
        if (RX_IS_ERR(r))
            rx_panic("no memory for thread-local storage");
        mem = (void *)r;
    }
    __umk_main_thread = __umk_tls_place(mem, len, NULL);
    __umk_main_thread->tid = rx_thread_self();
    rx_set_tls(__umk_main_thread);
}
