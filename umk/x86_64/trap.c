/*
 * What the processor reports: calls, faults and interrupts from user code, and faults of the
 * kernel itself, which end the system with a readable account.
 */
#include "umk/x86_64/trap.h"
#include "umk/abi/metal.h"
#include "umk/core/core.h"
#include "umk/x86_64/body.h"
#include "umk/x86_64/console.h"
#include "umk/x86_64/interrupts.h"
#include "umk/x86_64/panic.h"
#include "umk/x86_64/smp.h"

/* Bits of a page fault's error code. */
#define PF_PRESENT 1u
#define PF_WRITE 2u
#define PF_USER 4u
#define PF_FETCH 16u
#define PF_RESERVED 8u

_Noreturn void trap_from_user(struct regs *r);
void trap_from_kernel(struct regs *r);
_Noreturn void syscall_from_user(struct regs *r);

/* Faults of programs */

static const struct {
    u8 kind, signal;
} faults[32] = {
    [VECTOR_DIVIDE] = {FAULT_ARITHMETIC, RX_SIGFPE}, [VECTOR_DEBUG] = {FAULT_TRAP, RX_SIGTRAP},
    [VECTOR_BREAKPOINT] = {FAULT_TRAP, RX_SIGTRAP},  [VECTOR_INVALID] = {FAULT_ILLEGAL, RX_SIGILL},
    [VECTOR_FPU] = {FAULT_ARITHMETIC, RX_SIGFPE},    [VECTOR_ALIGNMENT] = {FAULT_BUS, RX_SIGBUS},
    [VECTOR_SIMD] = {FAULT_ARITHMETIC, RX_SIGFPE},
};

static void fill_record(struct fault_record *f, const struct regs *r, u32 kind, u64 address)
{
    memset(f, 0, sizeof(*f));
    f->kind = kind;
    f->address = address;
    f->ip = r->rip;
    f->sp = r->rsp;
    f->args[0] = r->rdi;
    f->args[1] = r->rsi;
    f->args[2] = r->rdx;
    f->args[3] = r->r10;
    f->args[4] = r->r8;
    f->args[5] = r->r9;
}

/* The program is told of its fault, or ended when it cannot be. */
static void fault(struct thread *t, u32 kind, u32 signal, u64 address)
{
    struct metal_body *m = t->body;
    struct portal *p = m->b->portal[t->portal];

    fill_record(&p->fault, &t->regs, kind, address);
    p->fault.nframes =
        space_walk_stack(&m->space, t->regs.rbp, t->regs.rsp, p->fault.frames, FAULT_FRAMES);
    if (thread_upcall(t, m->b->page->upcall_fault))
        return;
    console_report_fault(m->b, t->portal, "it could not be told");
    body_fail(m, signal);
}

/* Without PF_USER the processor itself wanted something, a descriptor say: no page of the program
 * can be the answer. */
static void page_fault(struct thread *t, u64 address)
{
    u64 e = t->regs.error;
    enum space_access access = e & PF_FETCH   ? ACCESS_EXEC
                               : e & PF_WRITE ? ACCESS_WRITE
                                              : ACCESS_READ;
    i64 err = address < USER_END && (e & PF_USER) && !(e & PF_RESERVED)
                  ? space_fault(&t->body->space, address, access)
                  : -EFAULT;

    if (err == -ENXIO)
        fault(t, FAULT_BUS, RX_SIGBUS, address);
    else if (err == -EFAULT)
        fault(t, FAULT_ACCESS, RX_SIGSEGV, address);
    else if (err) {
        klog("out of memory: %s (pid %u) is ended", t->body->name, t->body->b->page->pid);
        body_fail(t->body, RX_SIGKILL);
    }
}

/* Programs ask for the processor's number with rdtscp, which not every processor has. */
static bool emulate_rdtscp(struct thread *t)
{
    static const u8 code[3] = {0x0F, 0x01, 0xF9};
    struct regs *r = &t->regs;
    u8 at[3];
    u64 tsc = rdtsc();

    if (features.rdtscp || space_read(&t->body->space, at, r->rip, sizeof(at)) ||
        memcmp(at, code, sizeof(code)) != 0)
        return false;
    r->rax = (u32)tsc;
    r->rdx = tsc >> 32;
    r->rcx = this_cpu()->id;
    r->rip += sizeof(code);
    return true;
}

static __attribute__((noinline)) void exception(struct thread *t)
{
    u64 v = t->regs.vector;

    if (v == VECTOR_PAGE)
        page_fault(t, t->fault_at);
    else if (v == VECTOR_INVALID && emulate_rdtscp(t))
        return;
    else if (faults[v].kind)
        fault(t, faults[v].kind, faults[v].signal, v == VECTOR_ALIGNMENT ? 0 : t->regs.rip);
    else
        fault(t, FAULT_ACCESS, RX_SIGSEGV, 0);
}

/* Calls */

/* False: it shall not run on, and may be gone. */
static bool process_all(struct thread *t)
{
    t->in_call = true;
    core_poll(t->body->b);
    t = this_cpu()->current;
    if (!t || !core_may_run(t->body->b, t->portal))
        return false;
    t->in_call = false;
    return true;
}

/* As above. */
static inline bool process_own(struct thread *t)
{
    t->in_call = true;
    if (!core_call(t->body->b, t->portal))
        return false;
    t->in_call = false;
    return true;
}

static inline void process(struct thread *t)
{
    struct body *b = t->body->b;
    u64 flags = t->regs.rdi;

    if (t->regs.rdx)
        core_notify(b, t->regs.rdx);
    if (flags & METAL_PROCESS_BASES)
        thread_set_bases(t, b->portal[t->portal]);
    t->regs.rax = 0;
    if (flags & METAL_PROCESS_OWN ? process_own(t) : process_all(t))
        return;
    t = this_cpu()->current;
    if (t)
        thread_take(t);
}

/* A nudge that has not reached the thread's own words yet keeps it awake. */
static void wait(struct thread *t)
{
    struct body *b = t->body->b;

    t->regs.rax = 0;
    if (t->regs.rdx)
        core_notify(b, t->regs.rdx);
    if (!t->nudged && core_wait(b, t->portal, t->regs.rdi, t->regs.rsi) &&
        !core_may_run(b, t->portal))
        thread_take(t);
}

static void notify(struct thread *t)
{
    t->regs.rax = 0;
    core_notify(t->body->b, t->regs.rdi);
}

static inline __attribute__((always_inline)) void system_call(struct thread *t)
{
    if (__builtin_expect(t->regs.rax == METAL_PROCESS, 1)) {
        process(t);
        return;
    }
    switch (t->regs.rax) {
    case METAL_NOTIFY:
        notify(t);
        break;
    case METAL_WAIT:
        wait(t);
        break;
    default:
        fault(t, FAULT_FORBIDDEN, RX_SIGSYS, t->regs.rax);
    }
}

void trap_handle(struct thread *t)
{
    if (t->regs.vector == VECTOR_SYSCALL)
        system_call(t);
    else
        exception(t);
}

/* Entries */

_Noreturn void trap_from_user(struct regs *r)
{
    u32 vector = (u32)r->vector;

    /* these two have not come on the way that saves a thread's registers */
    if ((vector == VECTOR_NMI && !smp_stopping()) || vector == VECTOR_DOUBLE)
        panic_trap(r);
    if (vector < VECTOR_LINES)
        thread_entered(r);
    else
        interrupts_note(vector);
    /* from here on r may be gone: another processor may have ended the thread */
    kernel_enter();
    thread_next();
}

/* With the lock free the call is carried out at once: nobody can have taken the thread, since who
 * takes one that runs holds the lock until the thread's processor has answered. */
_Noreturn void syscall_from_user(struct regs *r)
{
    if (kernel_try_enter()) {
        system_call((struct thread *)r);
    } else {
        thread_entered(r);
        kernel_wait();
    }
    thread_next();
}

/* The kernel itself */

void trap_from_kernel(struct regs *r)
{
    if (r->vector >= VECTOR_LINES)
        interrupts_note((u32)r->vector);
    else if (r->vector != VECTOR_NMI || !smp_stopping())
        panic_trap(r);
}
