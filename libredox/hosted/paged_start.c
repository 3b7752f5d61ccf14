/*
 * Start with emulated paging. Linux has mapped the program file; its constants and code stay as
 * they are, its data moves to RAM, and so does the main thread's stack.
 */
#include "frame.h"
#include "paged.h"

#define PT_LOAD 1u
#define PF_W 2u
#define ELF_HEADER 64u /* the program headers follow it */

enum { AUX_PHDR = 3, AUX_PHNUM = 5 };

struct segment {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
};

/* Within this file no other function may be called between a segment's end and its return: calls
 * may go through a table in it. So pages are copied here. */
static inline void copy_page(u64 to, u64 from)
{
    u64 n = PAGE_SIZE / 8;

    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

static inline bool is_zero(u64 at)
{
    for (const u64 *p = (const u64 *)at; p < (const u64 *)(at + PAGE_SIZE); p++)
        if (*p)
            return false;
    return true;
}

static inline void copy_pages(u64 to, u64 from, u64 len)
{
    for (u64 i = 0; i < len; i += PAGE_SIZE)
        if (!is_zero(from + i))
            copy_page(to + i, from + i);
}

static HOSTED_BARE void move_segment(struct area *a, u64 start, u64 len)
{
    i64 copy = lx_mmap(0, len, LX_PROT_READ | LX_PROT_WRITE,
                       LX_MAP_PRIVATE | LX_MAP_ANONYMOUS | LX_MAP_NORESERVE, -1, 0);

    if (RX_IS_ERR(copy))
        lx_exit_group(GATE_EXIT_MAP);
    copy_pages((u64)copy, start, len);
    if (paged_ask(a, PAGING_ADOPT, start, len) || lx_munmap(start, len))
        lx_exit_group(GATE_EXIT_MAP);
    copy_pages(start, (u64)copy, len);
    lx_munmap((u64)copy, len);
}

static u64 aux(const u64 *auxv, u64 type)
{
    for (; auxv[0]; auxv += 2)
        if (auxv[0] == type)
            return auxv[1];
    return 0;
}

static void move_data(struct area *a, const u64 *auxv)
{
    const struct segment *s = (const struct segment *)aux(auxv, AUX_PHDR);
    u64 n = s ? aux(auxv, AUX_PHNUM) : 0, bias = 0;

    for (u64 i = 0; i < n; i++)
        if (s[i].type == PT_LOAD && s[i].offset == 0)
            bias = (u64)s - ELF_HEADER - s[i].vaddr;
    for (u64 i = 0; i < n; i++) {
        u64 start = (bias + s[i].vaddr) & ~(u64)PAGE_MASK;
        u64 end = (bias + s[i].vaddr + s[i].memsz + PAGE_MASK) & ~(u64)PAGE_MASK;

        if (s[i].type == PT_LOAD && (s[i].flags & PF_W) && end > start)
            move_segment(a, start, end - start);
    }
}

static i64 control(u64 seq)
{
    if (!hosted_controlled((u32)seq))
        hosted_control((u32)seq);
    if (paged_must_drop())
        paged_drop();
    return 0;
}

static void paged_control(u32 seq)
{
    if (!hosted_controlled(seq) || paged_must_drop())
        paged_call(control, seq);
}

static i64 forget(u64 address)
{
    i64 r = paged_ask(paged_area(gate_self()->number), PAGING_FORGET, address, 0);

    control(0);
    return r;
}

static void drop_channel(void *header)
{
    paged_call(forget, (u64)header);
}

static void run(void (*fn)(const struct rx_start *), const struct rx_start *arg)
{
    hosted_call_on(PAGED_STACK_TOP, (i64(*)(u64))(void *)fn, (u64)arg);
}

static struct gate_machine paged_machine;

void paged_attach(const struct hosted_boot *b, const u64 *auxv)
{
    const struct area first = {.ram = b->ram, .bell = b->bell, .portal = b->portal};

    if (paged_area_make(0, &first))
        lx_exit_group(GATE_EXIT_MAP);
    paged_use_area(paged_area(0));
    paged_faults_init();
    move_data(paged_area(0), auxv);
    paged_machine = *gate_machine;
    paged_machine.control = paged_control;
    paged_machine.drop_channel = drop_channel;
    paged_machine.fork = paged_fork;
    paged_machine.thread_create = paged_thread_create;
    paged_machine.thread_exit = paged_thread_exit;
    paged_machine.run = run;
    paged_machine.map = NULL;
    paged_machine.unmap = NULL;
    paged_machine.protect = NULL;
    paged_machine.ends_silently = false;
    gate_machine = &paged_machine;
}
