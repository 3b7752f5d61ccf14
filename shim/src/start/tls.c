/*
 * Thread-local storage: where each file's part of it lies, the main thread's block, and the layout
 * of the blocks of further threads. See internal/thread.h.
 */
#include <string.h>
#include "shim/src/internal/start.h"

#define AT_PHDR 3
#define AT_PHENT 4
#define AT_PHNUM 5
#define PT_LOAD 1
#define PT_PHDR 6
#define PT_TLS 7

/* An ELF64 program header. */
struct phdr {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
};
ABI_SIZE(struct phdr, 56);

static struct umk_tls_module *modules;
static struct umk_tls_module program;
static size_t total;      /* below the fs base */
static size_t align = 64; /* of the fs base */

/* Enough for most programs, so that starting needs no mapping. */
static _Alignas(64) char main_block[sizeof(struct umk_thread) + 1024];

struct umk_thread *__umk_main_thread;

void __umk_tls_add(struct umk_tls_module *m)
{
    struct umk_tls_module **end = &modules;

    while (*end)
        end = &(*end)->next;
    *end = m;
    if (m->align > align)
        align = m->align;
    /* as far below as its size asks, then down to where its address is what the linker counted on
     */
    m->offset = total + m->size;
    m->offset += -(m->offset + m->skew) & (m->align - 1);
    total = m->offset;
}

size_t __umk_tls_size(void)
{
    return total + sizeof(struct umk_thread) + align;
}

struct umk_thread *__umk_tls_place(void *mem, size_t len, void **low)
{
    uintptr_t end = (uintptr_t)mem + len;
    uintptr_t base = (end - sizeof(struct umk_thread)) & ~(uintptr_t)(align - 1);
    struct umk_thread *t = (struct umk_thread *)base;

    memset((void *)(base - total), 0, total + sizeof *t);
    t->self = t;
    for (const struct umk_tls_module *m = modules; m; m = m->next)
        memcpy((void *)(base - m->offset), m->image, m->image_len);
    if (low)
        *low = (void *)(base - total);
    return t;
}

void __umk_tls_find(const struct rx_start *start)
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

        if (p->type == PT_PHDR || (p->type == PT_LOAD && p->offset == 0 && !bias))
            bias = p->type == PT_PHDR ? phdr - p->vaddr : (phdr & ~(u64)PAGE_MASK) - p->vaddr;
        if (p->type != PT_TLS || p->memsz == 0)
            continue;
        program.image = (const void *)(bias + p->vaddr);
        program.image_len = p->filesz;
        program.size = p->memsz;
        program.align = p->align ? p->align : 1;
        program.skew = p->vaddr & (program.align - 1);
        __umk_tls_add(&program);
    }
}

void __umk_tls_start(void)
{
    void *mem = main_block;
    size_t len = sizeof main_block;

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
