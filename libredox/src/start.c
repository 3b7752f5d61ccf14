/*
 * The start record of a program: the exec block turned into argv and envp, and what the machine's
 * auxiliary vector says of the program itself.
 */
#include "machine.h"

/* Pointers of argv and envp; more of them than here are mapped. */
static char *few_pointers[256];

#define MAX_AUX 32
static u64 auxv_copy[2 * MAX_AUX];

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
        gate_die(GATE_EXIT_BLOCK);
    return (char **)p;
}

static void read_block(struct exec_block *b, u64 len)
{
    char *at = (char *)(b + 1), *end = at + b->strings_len, **p;
    u64 pointers = (u64)b->argc + b->envc + 2;

    if (len < sizeof(*b) || b->magic != EXEC_BLOCK_MAGIC || b->strings_len > len - sizeof(*b) ||
        b->argc > len || b->envc > len || b->cwd_len > b->strings_len)
        gate_die(GATE_EXIT_BLOCK);
    p = pointer_room(pointers);
    if (!split_strings(&at, end, b->argc, p) || !split_strings(&at, end, b->envc, p + b->argc + 1))
        gate_die(GATE_EXIT_BLOCK);
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

static u64 ignored_signals(void)
{
    u64 set = 0;

    for (u32 sig = 1; sig <= RX_SIG_MAX; sig++)
        if (gate_page->sig.actions[sig - 1].first & SIGACT_IGNORED)
            set |= RX_SIGBIT(sig);
    return set;
}

void gate_read_start(struct exec_block *b, u64 len, const u64 *auxv)
{
    gate_start.pid = gate_page->pid;
    copy_auxv(auxv);
    read_block(b, len);
    gate_start.start.sigignored = ignored_signals();
}
