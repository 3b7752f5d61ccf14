/*
 * Start of a hosted program: the boot message and the shared pages. The main thread stays on the
 * host's stack.
 */
#include "hosted.h"
#include "paged.h"

static int kernel_bell;
static const struct kernel_page *kernel_page;

#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002

void hosted_set_self(struct gate_thread *t)
{
    t->self = t;
    lx3(LX_ARCH_PRCTL, ARCH_SET_GS, (u64)t, 0);
}

static void set_tls(void *fs_base)
{
    lx3(LX_ARCH_PRCTL, ARCH_SET_FS, (u64)fs_base, 0);
}

static void ring_kernel(void)
{
    lx_ring(kernel_bell);
}

static u32 kernel_cpu(void)
{
    return __atomic_load_n(&kernel_page->kernel_cpu, __ATOMIC_RELAXED);
}

static void crowded(void)
{
    if (__atomic_load_n(&kernel_page->cpus, __ATOMIC_RELAXED) < 2)
        return;
    gate_page->cpu = gate_cpu();
    __atomic_store_n(&gate_page->crowded, 1, __ATOMIC_RELEASE);
    ring_kernel();
}

static void yield(void)
{
    lx3(LX_SCHED_YIELD, 0, 0, 0);
}

/* The kernel decides when a gated thread goes on; its answer to a call is such a decision. */
static void sleep(u32 *word, u32 value)
{
    u64 name = gate_page->gated ? gate_word_of(word) : WORD_LOOP;

    if (name == WORD_LOOP)
        lx_futex_wait(word, value);
    else
        gate_call(UMK_WAIT, GATE_ARGS(name, value), NULL, NULL);
}

static void wake(u32 *word)
{
    u64 name = gate_page->gated ? gate_word_of(word) : WORD_LOOP;

    if (name == WORD_LOOP)
        lx_futex_wake(word, 1);
    else
        gate_call(UMK_NOTIFY, GATE_ARGS(name), NULL, NULL);
}

static void ring_server(u32 n)
{
    if (gate_page->gated)
        gate_call(UMK_NOTIFY, GATE_ARGS(WORD(WORD_SERVER, n, 0)), NULL, NULL);
    else
        hosted_ring_server(n);
}

static u32 loop_wait(i32 timeout_ms, u32 *which, u32 max)
{
    if (!gate_page->gated)
        return hosted_loop_wait(timeout_ms, which, max);
    gate_call(UMK_LOOP_WAIT, GATE_ARGS(timeout_ms < 0 ? UINT64_MAX : (u64)timeout_ms), NULL, NULL);
    return gate_take_rung(which, max);
}

static void map_at(u64 addr, u64 len, int prot, int flags, int fd, u64 offset)
{
    if (lx_mmap(addr, len, prot, flags | LX_MAP_FIXED, fd, offset) != (i64)addr)
        lx_exit_group(GATE_EXIT_MAP);
}

HOSTED_BARE void hosted_receive_boot(int fd, bool first, struct hosted_boot *b)
{
    const int rw = LX_PROT_READ | LX_PROT_WRITE;
    u64 shared = PAGE_SIZE + PORTAL_SIZE;
    struct ctl_message m;
    int fds[CTL_MAX_FDS];

    if (hosted_receive(fd, &m, fds) < 3 || m.kind != CTL_BOOT)
        lx_exit_group(GATE_EXIT_NO_BOOT);
    b->paged = m.number == BOOT_PAGED;
    if (b->paged)
        shared += PAGE_SIZE;
    map_at(m.addr, shared, rw, LX_MAP_SHARED, fds[1], 0);
    lx3(LX_MADVISE, m.addr, shared, LX_MADV_DONTFORK);
    if (m.boot_len && !b->paged)
        map_at(m.addr + shared, m.boot_len, rw, LX_MAP_PRIVATE, fds[1], shared);
    if (first)
        map_at(KERNEL_PAGE_BASE, PAGE_SIZE, LX_PROT_READ, LX_MAP_SHARED, fds[2], 0);
    lx_close(fds[1]);
    lx_close(fds[2]);
    b->control = fd;
    b->bell = fds[0];
    b->ram = b->paged ? fds[3] : -1;
    b->page = (struct proc_page *)m.addr;
    b->portal = (struct portal *)(m.addr + PAGE_SIZE);
    b->block = (struct exec_block *)(m.addr + shared);
    b->block_len = m.boot_len;
}

void hosted_take_boot(const struct hosted_boot *b)
{
    kernel_bell = b->bell;
    kernel_page = (const struct kernel_page *)KERNEL_PAGE_BASE;
    gate_page = b->page;
    hosted_control_reset(b->control);
}

/* The host's tools show the program under its name, not its image's. */
static void set_host_name(const char *path)
{
    char name[16]; /* as much as the host keeps, with NUL */
    size_t n = 0;

    for (; *path; path++)
        if (*path == '/')
            n = 0;
        else if (n < sizeof(name) - 1)
            name[n++] = *path;
    name[n] = '\0';
    if (n > 0)
        lx3(LX_PRCTL, LX_PR_SET_NAME, (u64)name, 0);
}

static void die(u32 code)
{
    lx_exit_group((int)code);
}

static const struct gate_machine hosted_machine = {
    .ring_kernel = ring_kernel,
    .kernel_cpu = kernel_cpu,
    .sleep = sleep,
    .wake_soon = wake,
    .wake = wake,
    .yield = yield,
    .control = hosted_control,
    .ring_server = ring_server,
    .crowded = crowded,
    .drop_channel = hosted_drop_channel,
    .loop_wait = loop_wait,
    .set_tls = set_tls,
    .fork = hosted_fork,
    .thread_create = hosted_thread_create,
    .thread_exit = hosted_thread_exit,
    .die = die,
    .map = hosted_map,
    .unmap = hosted_unmap,
    .protect = hosted_protect,
    .futex_wait = hosted_futex_wait,
    .futex_wake = hosted_futex_wake,
    .ends_silently = true,
};

void hosted_attach(const u64 *auxv)
{
    struct gate_thread *t = &gate_threads[0];
    struct hosted_boot b;

    gate_machine = &hosted_machine;
    hosted_receive_boot(HOST_FD_CONTROL, true, &b);
    hosted_take_boot(&b);
    if (b.paged)
        paged_attach(&b, auxv);
    t->portal = b.portal;
    hosted_set_self(t);
    gate_page->window_base = hosted_window_base;
    if (b.paged)
        paged_signals_init();
    else
        hosted_signals_init();
    gate_read_start(b.block, b.block_len, auxv);
    if (gate_start.start.argc > 0)
        set_host_name(gate_start.start.argv[0]);
    if (gate_page->gated)
        gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
}
