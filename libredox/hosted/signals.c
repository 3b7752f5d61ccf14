/*
 * Host signals in a hosted process. SIGUSR1 is the kernel's nudge; faults become a record in the
 * portal.
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

static void on_nudge(int sig, void *info, void *uctx)
{
    (void)sig;
    (void)info;
    gate_on_nudge(uctx);
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
    r->nframes = gate_walk_stack(u->reg[REG_BP], u->reg[REG_SP], r->frames);
}

static void on_fault(int sig, void *info, void *uctx)
{
    fill_record(&gate_self()->portal->fault, sig, info, uctx);
    gate_on_fault(uctx);
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
