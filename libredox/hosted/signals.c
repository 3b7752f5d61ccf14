/*
 * Host signals in a hosted process. SIGUSR1 is the kernel's nudge; faults become a record in the
 * portal.
 */
#include "frame.h"
#include "hosted.h"

void hosted_restore_rt(void);

static void on_nudge(int sig, void *info, void *uctx)
{
    (void)sig;
    (void)info;
    gate_on_nudge(uctx);
}

u32 hosted_fault_kind(int sig)
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

void hosted_fill_record(struct fault_record *r, int sig, const void *info, const void *uctx)
{
    const struct lx_siginfo *si = info;
    const struct lx_ucontext *u = uctx;

    r->kind = hosted_fault_kind(sig);
    r->address = sig == LX_SIGSYS ? (u64)si->syscall : si->addr;
    r->ip = u->reg[REG_IP];
    r->sp = u->reg[REG_SP];
    r->args[0] = u->reg[REG_DI];
    r->args[1] = u->reg[REG_SI];
    r->args[2] = u->reg[REG_DX];
    r->args[3] = u->reg[REG_R10];
    r->args[4] = u->reg[REG_R8];
    r->args[5] = u->reg[REG_R9];
    r->message[0] = '\0';
    r->nframes = 0;
}

static void on_fault(int sig, void *info, void *uctx)
{
    struct fault_record *r = &gate_self()->portal->fault;
    const struct lx_ucontext *u = uctx;

    hosted_fill_record(r, sig, info, uctx);
    r->nframes = gate_walk_stack(u->reg[REG_BP], u->reg[REG_SP], r->frames);
    gate_on_fault(uctx);
}

void hosted_set_handler(int sig, void (*fn)(int, void *, void *), u64 flags, u64 mask)
{
    struct lx_sigaction a = {.handler = fn,
                             .flags = SA_SIGINFO | SA_RESTORER | flags,
                             .restorer = hosted_restore_rt,
                             .mask = mask};

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

void hosted_handle_faults(void (*fn)(int, void *, void *), u64 flags, u64 mask)
{
    static const int faults[] = {LX_SIGILL, LX_SIGTRAP, LX_SIGBUS,
                                 LX_SIGFPE, LX_SIGSEGV, LX_SIGSYS};

    for (u32 i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        hosted_set_handler(faults[i], fn, flags, mask);
}

void hosted_signals_init(void)
{
    /* not deferred: a handler may leave by siglongjmp and never return here */
    hosted_set_handler(HOST_SIG_NUDGE, on_nudge, SA_NODEFER, 0);
    hosted_handle_faults(on_fault, SA_ONSTACK | SA_NODEFER, 0);
    hosted_fault_stack(&gate_threads[0]);
}
