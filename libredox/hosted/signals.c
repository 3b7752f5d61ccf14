/*
 * Host signals in a hosted process. SIGUSR1 is the kernel's nudge: inside the gate it only keeps
 * the coming sleep from happening; outside, the C library's hook runs handlers at once. Faults
 * become a record in the portal and a call to the kernel, which says what to do.
 *
 * The fault path takes no lock and uses no channel and no heap.
 */
#include "hosted.h"

#define SA_SIGINFO 4u
#define SA_RESTORER 0x04000000u
#define SA_ONSTACK 0x08000000u
#define SA_NODEFER 0x40000000u

enum {
    LX_SIGILL = 4,
    LX_SIGTRAP = 5,
    LX_SIGBUS = 7,
    LX_SIGFPE = 8,
    LX_SIGSEGV = 11,
    LX_SIGSYS = 31
};

struct lx_sigaction {
    void (*handler)(int, void *, void *);
    u64 flags;
    void (*restorer)(void);
    u64 mask;
};

/* What the gate reads of the host's siginfo and ucontext. */
struct lx_siginfo {
    i32 signo, error, code, pad;
    u64 addr; /* faults; SIGSYS: the calling address */
    i32 syscall;
    u32 arch;
};
enum {
    REG_R8,
    REG_R9,
    REG_R10,
    REG_R11,
    REG_R12,
    REG_R13,
    REG_R14,
    REG_R15,
    REG_DI,
    REG_SI,
    REG_BP,
    REG_BX,
    REG_DX,
    REG_AX,
    REG_CX,
    REG_SP,
    REG_IP
};
struct lx_ucontext {
    u64 flags;
    void *link;
    u64 stack[3];
    u64 reg[23];
};

void hosted_restore_rt(void);

static rx_signal_hook *signal_hook;

void rx_set_signal_hook(rx_signal_hook *hook)
{
    signal_hook = hook;
}

struct sig_control *rx_sig_thread(void)
{
    return &gate_self()->portal->sig;
}

struct sig_proc_control *rx_sig_proc(void)
{
    return &gate_page->sig;
}

static bool deliverable(const struct portal *p)
{
    u64 w0 = __atomic_load_n(&p->sig.word[0], __ATOMIC_RELAXED);
    u64 w1 = __atomic_load_n(&p->sig.word[1], __ATOMIC_RELAXED);
    u64 own = (u32)w0 | w1 << 32;
    u64 process = __atomic_load_n(&gate_page->sig.pending, __ATOMIC_RELAXED);

    return ((own | process) & (w0 >> 32 | (w1 & 0xFFFFFFFF00000000ull))) != 0;
}

bool rx_signal_deliverable(void)
{
    return deliverable(gate_self()->portal);
}

bool gate_leave(struct gate_thread *t)
{
    __asm__ volatile("" ::: "memory");
    if (--t->in_gate > 0)
        return false;
    if (__builtin_expect(!deliverable(t->portal), 1))
        return false;
    t->nudged = false;
    return signal_hook ? signal_hook(NULL) : false;
}

static void on_nudge(int sig, void *info, void *uctx)
{
    struct gate_thread *t = gate_self();

    (void)sig;
    (void)info;
    if (t->in_gate) {
        u32 *word = t->wait_word;

        t->nudged = true;
        /* pairs: the thread reads the word before it sleeps on that value */
        if (word)
            __atomic_fetch_or(word, WAIT_NUDGE, __ATOMIC_SEQ_CST);
        return;
    }
    /* pairs: the kernel sets it before it nudges */
    if (__atomic_exchange_n(&gate_page->yield, 0, __ATOMIC_ACQUIRE))
        gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
    if (signal_hook && deliverable(t->portal))
        signal_hook(uctx);
}

static u32 kind_of(int sig)
{
    switch (sig) {
    case LX_SIGSEGV:
        return FAULT_ACCESS;
    case LX_SIGBUS:
        return FAULT_BUS;
    case LX_SIGFPE:
        return FAULT_ARITHMETIC;
    case LX_SIGILL:
        return FAULT_ILLEGAL;
    case LX_SIGSYS:
        return FAULT_FORBIDDEN;
    default:
        return FAULT_TRAP;
    }
}

/* Return addresses by frame pointers, as long as they look like a stack. */
static u32 walk_stack(u64 bp, u64 sp, u64 *frames)
{
    u32 n = 0;

    while (n < FAULT_FRAMES && bp >= sp && bp - sp < (8u << 20) && bp % 8 == 0) {
        const u64 *f = (const u64 *)bp;

        if (f[1] == 0)
            break;
        frames[n++] = f[1];
        if (f[0] <= bp)
            break;
        bp = f[0];
    }
    return n;
}

static void fill_record(struct fault_record *r, int sig, const struct lx_siginfo *si,
                        const struct lx_ucontext *u)
{
    static const u8 arg_regs[6] = {REG_DI, REG_SI, REG_DX, REG_R10, REG_R8, REG_R9};

    r->kind = kind_of(sig);
    r->address = sig == LX_SIGSYS ? (u64)si->syscall : si->addr;
    r->ip = u->reg[REG_IP];
    r->sp = u->reg[REG_SP];
    for (u32 i = 0; i < 6; i++)
        r->args[i] = u->reg[arg_regs[i]];
    r->message[0] = '\0';
    r->nframes = 0;
    r->nframes = walk_stack(u->reg[REG_BP], u->reg[REG_SP], r->frames);
}

/* A fault inside the gate's own call would find the portal in use: then there is no asking. */
static void on_fault(int sig, void *info, void *uctx)
{
    struct gate_thread *t = gate_self();
    struct portal *p = t->portal;
    i64 deliver;

    fill_record(&p->fault, sig, info, uctx);
    if (t->in_gate > 1)
        lx_exit_group(128 + sig);
    t->in_gate = 0;
    deliver = gate_call(UMK_FAULT, GATE_ARGS(0), NULL, NULL);
    if (deliver <= 0)
        return;
    /* the handler's signal is synchronous: pending for this thread, and taken at once */
    __atomic_fetch_or(&p->sig.word[(deliver - 1) / 32], 1ull << ((deliver - 1) % 32),
                      __ATOMIC_SEQ_CST);
    if (signal_hook)
        signal_hook(uctx);
}

static void set_handler(int sig, void (*fn)(int, void *, void *), u64 flags)
{
    struct lx_sigaction a = {
        .handler = fn, .flags = SA_SIGINFO | SA_RESTORER | flags, .restorer = hosted_restore_rt};

    lx6(LX_RT_SIGACTION, (u64)sig, (u64)&a, 0, 8, 0, 0);
}

/* Faults may come from an overflowing stack, so they have one of their own (the main thread's;
 * other threads get theirs at their start). */
void hosted_fault_stack(struct gate_thread *t)
{
    static char main_stack[16384] __attribute__((aligned(16)));
    struct {
        void *sp;
        int flags;
        size_t size;
    } ss = {main_stack, 0, sizeof(main_stack)};

    if (t->number == 0)
        lx3(LX_SIGALTSTACK, (u64)&ss, 0, 0);
}

void hosted_signals_init(void)
{
    static const int faults[] = {LX_SIGILL, LX_SIGTRAP, LX_SIGBUS,
                                 LX_SIGFPE, LX_SIGSEGV, LX_SIGSYS};

    /* not deferred: a handler may leave by siglongjmp and never return here */
    set_handler(HOST_SIG_NUDGE, on_nudge, SA_NODEFER);
    for (u32 i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        set_handler(faults[i], on_fault, SA_ONSTACK | SA_NODEFER);
    hosted_fault_stack(&gate_threads[0]);
}

_Noreturn void rx_panic(const char *message)
{
    struct gate_thread *t = gate_self();
    struct fault_record *r = &t->portal->fault;
    u64 here = (u64)__builtin_frame_address(0);
    u32 n = 0;

    r->kind = FAULT_ABORT;
    r->ip = (u64)__builtin_return_address(0);
    r->sp = here;
    r->address = 0;
    for (; message[n] && n < sizeof(r->message) - 1; n++)
        r->message[n] = message[n];
    r->message[n] = '\0';
    r->nframes = walk_stack(*(const u64 *)here, here, r->frames);
    t->in_gate = 0;
    gate_call(UMK_FAULT, GATE_ARGS(0), NULL, NULL);
    lx_exit_group(134);
}
