/*
 * Start of a hosted program: the boot message, the shared pages, the exec block turned into
 * argv and envp, and the hand-over to the C library. The main thread stays on the host's stack.
 */
#include "hosted.h"

struct gate_start gate_start;
struct gate_thread gate_threads[PORTALS_MAX];
struct proc_page *gate_page;
volatile bool gate_threaded;

static int kernel_bell;
static const struct kernel_page *kernel_page;

/* Pointers of argv and envp; more of them than here are mapped. */
static char *few_pointers[256];

#define MAX_AUX 32
static u64 auxv_copy[2 * MAX_AUX];

#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002

void hosted_set_self(struct gate_thread *t)
{
    t->self = t;
    lx3(LX_ARCH_PRCTL, ARCH_SET_GS, (u64)t, 0);
}

void rx_set_tls(void *fs_base)
{
    lx3(LX_ARCH_PRCTL, ARCH_SET_FS, (u64)fs_base, 0);
}

void machine_ring_kernel(void)
{
    lx_ring(kernel_bell);
}

u32 machine_kernel_cpu(void)
{
    return __atomic_load_n(&kernel_page->kernel_cpu, __ATOMIC_RELAXED);
}

void machine_crowded(void)
{
    if (__atomic_load_n(&kernel_page->cpus, __ATOMIC_RELAXED) < 2)
        return;
    gate_page->cpu = gate_cpu();
    __atomic_store_n(&gate_page->crowded, 1, __ATOMIC_RELEASE);
    machine_ring_kernel();
}

const struct kernel_page *hosted_kernel_page(void)
{
    return kernel_page;
}

void machine_yield(void)
{
    lx3(LX_SCHED_YIELD, 0, 0, 0);
}

void machine_sleep(u32 *word, u32 value)
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
        map_at(HOST_KERNEL_PAGE, PAGE_SIZE, LX_PROT_READ, LX_MAP_SHARED, fds[2], 0);
    kernel_page = (const struct kernel_page *)HOST_KERNEL_PAGE;
    lx_close(fds[1]);
    lx_close(fds[2]);
    gate_page = (struct proc_page *)m.addr;
    *boot_len = m.boot_len;
    hosted_control_reset(fd);
    return (struct portal *)(m.addr + PAGE_SIZE);
}

/* n NUL-terminated strings from *at; their addresses into out. False: they do not fit. */
static bool split_strings(char **at, const char *end, u32 n, char **out)
{
    for (u32 i = 0; i < n; i++) {
        char *s = *at;

        while (*at < end && **at)
            (*at)++;
        if (*at == end)
            return false;
        (*at)++;
        out[i] = s;
    }
    out[n] = NULL;
    return true;
}

static char **pointer_room(u64 n)
{
    i64 p;

    if (n <= sizeof(few_pointers) / sizeof(few_pointers[0]))
        return few_pointers;
    p = gate_mmap(RX_ANON_FD, 0, (n * sizeof(char *) + PAGE_MASK) & ~(u64)PAGE_MASK,
                  RX_PROT_READ | RX_PROT_WRITE | RX_MAP_PRIVATE, 0);
    if (p < 0)
        lx_exit_group(GATE_EXIT_BLOCK);
    return (char **)p;
}

static void read_block(struct exec_block *b, u64 len)
{
    char *at = (char *)(b + 1), *end = at + b->strings_len, **p;
    u64 pointers = (u64)b->argc + b->envc + 2;

    if (len < sizeof(*b) || b->magic != EXEC_BLOCK_MAGIC || b->strings_len > len - sizeof(*b) ||
        b->argc > len || b->envc > len || b->cwd_len > b->strings_len)
        lx_exit_group(GATE_EXIT_BLOCK);
    p = pointer_room(pointers);
    if (!split_strings(&at, end, b->argc, p) || !split_strings(&at, end, b->envc, p + b->argc + 1))
        lx_exit_group(GATE_EXIT_BLOCK);
    gate_start.start.argc = (int)b->argc;
    gate_start.start.argv = p;
    gate_start.start.envp = p + b->argc + 1;
    gate_start.start.umask = b->umask;
    gate_start.cwd = b->cwd_len && end[-1] == '\0' ? end - b->cwd_len : "";
    gate_start.cwd_fd = b->cwd_fd;
    gate_start.ns_fd = b->ns_fd;
}

/* Of the host's auxiliary vector only what describes the program is passed on. */
static void copy_auxv(const u64 *host)
{
    u32 n = 0;

    for (; host && host[0] && n < MAX_AUX - 1; host += 2) {
        bool wanted = host[0] == 3 || host[0] == 4 || host[0] == 5 || host[0] == 7 || host[0] == 9;

        if (wanted) {
            auxv_copy[2 * n] = host[0];
            auxv_copy[2 * n + 1] = host[1];
            n++;
        }
    }
    gate_start.start.auxv = auxv_copy;
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

static u64 ignored_signals(void)
{
    u64 set = 0;

    for (u32 sig = 1; sig <= RX_SIG_MAX; sig++)
        if (gate_page->sig.actions[sig - 1].first & SIGACT_IGNORED)
            set |= RX_SIGBIT(sig);
    return set;
}

void hosted_attach(const u64 *auxv)
{
    struct gate_thread *t = &gate_threads[0];
    u64 len;

    t->portal = hosted_boot(HOST_FD_CONTROL, &len);
    hosted_set_self(t);
    gate_page->window_base = hosted_window_base;
    gate_start.pid = gate_page->pid;
    hosted_signals_init();
    copy_auxv(auxv);
    read_block((struct exec_block *)((char *)t->portal + PORTAL_SIZE), len);
    gate_start.start.sigignored = ignored_signals();
    if (gate_start.start.argc > 0)
        set_host_name(gate_start.start.argv[0]);
    if (gate_page->gated)
        gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
}
