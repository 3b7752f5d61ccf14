/* What the gate knows of the host's signals: numbers, frames, and how handlers are set. */
#ifndef LIBREDOX_HOSTED_FRAME_H
#define LIBREDOX_HOSTED_FRAME_H

#include "linux.h"
#include "umk/abi/hosted.h"
#include "umk/abi/portal.h"

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
    REG_IP,
    REG_FLAGS,
    REG_SEGMENTS,
    REG_ERROR,
    REG_TRAP,
    REG_MASK,
    REG_CR2
};
struct lx_ucontext {
    u64 flags;
    void *link;
    u64 stack[3];
    u64 reg[23];
};

/*
 * While a clone waits to be let through, a nudge would take it out of the call, and what the kernel
 * process has granted be lost: nudges wait until it is over, in the child too.
 */
static inline void block_nudges(void)
{
    static const u64 nudge = 1ull << (HOST_SIG_NUDGE - 1);

    lx_sigprocmask(LX_SIG_BLOCK, &nudge);
}

static inline void unblock_nudges(void)
{
    static const u64 nudge = 1ull << (HOST_SIG_NUDGE - 1);

    lx_sigprocmask(LX_SIG_UNBLOCK, &nudge);
}

/* A handler of the host; mask: what is blocked meanwhile. */
void hosted_set_handler(int sig, void (*fn)(int, void *, void *), u64 flags, u64 mask);
/* The same for all faults. */
void hosted_handle_faults(void (*fn)(int, void *, void *), u64 flags, u64 mask);
/* enum fault_kind of a host signal. */
u32 hosted_fault_kind(int sig);
/* All of a fault's record but the callers. */
void hosted_fill_record(struct fault_record *r, int sig, const void *info, const void *uctx);

#endif
