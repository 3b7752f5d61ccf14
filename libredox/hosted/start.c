/*
 * Start of a hosted program: the boot message and the shared pages. The main thread stays on the
 * host's stack.
 */
#include "hosted.h"

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

static void sleep(u32 *word, u32 value)
{
    lx_futex_wait(word, value);
}

static void map_at(u64 addr, u64 len, int prot, int flags, int fd, u64 offset)
{
    if (lx_mmap(addr, len, prot, flags | LX_MAP_FIXED, fd, offset) != (i64)addr)
        lx_exit_group(GATE_EXIT_MAP);
}

struct portal *hosted_boot(int fd, u64 *boot_len)
{
    const int rw = LX_PROT_READ | LX_PROT_WRITE;
    struct ctl_message m;
    int fds[CTL_MAX_FDS];
    u64 block_at;

    if (hosted_receive(fd, &m, fds) < 3 || m.kind != CTL_BOOT)
        lx_exit_group(GATE_EXIT_NO_BOOT);
    kernel_bell = fds[0];
    map_at(m.addr, PAGE_SIZE + PORTAL_SIZE, rw, LX_MAP_SHARED, fds[1], 0);
    lx3(LX_MADVISE, m.addr, PAGE_SIZE + PORTAL_SIZE, LX_MADV_DONTFORK);
    block_at = m.addr + PAGE_SIZE + PORTAL_SIZE;
    if (m.boot_len)
        map_at(block_at, m.boot_len, rw, LX_MAP_PRIVATE, fds[1], PAGE_SIZE + PORTAL_SIZE);
    if (!kernel_page)
        map_at(KERNEL_PAGE_BASE, PAGE_SIZE, LX_PROT_READ, LX_MAP_SHARED, fds[2], 0);
    kernel_page = (const struct kernel_page *)KERNEL_PAGE_BASE;
    lx_close(fds[1]);
    lx_close(fds[2]);
    gate_page = (struct proc_page *)m.addr;
    *boot_len = m.boot_len;
    hosted_control_reset(fd);
    return (struct portal *)(m.addr + PAGE_SIZE);
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
    .yield = yield,
    .control = hosted_control,
    .ring_server = hosted_ring_server,
    .crowded = crowded,
    .drop_channel = hosted_drop_channel,
    .loop_wait = hosted_loop_wait,
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
    u64 len;

    gate_machine = &hosted_machine;
    t->portal = hosted_boot(HOST_FD_CONTROL, &len);
    hosted_set_self(t);
    gate_page->window_base = hosted_window_base;
    hosted_signals_init();
    gate_read_start((struct exec_block *)((char *)t->portal + PORTAL_SIZE), len, auxv);
    if (gate_start.start.argc > 0)
        set_host_name(gate_start.start.argv[0]);
    if (gate_page->gated)
        gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
}
