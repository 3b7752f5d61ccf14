/*
 * Page faults of a process with emulated paging, and drops: see paged.h for what may be touched
 * here.
 */
#include "../metal/metal.h"
#include "frame.h"
#include "paged.h"

#define TRAP_PAGE 14u
#define ERROR_WRITE 2u
#define ERROR_FETCH 16u
/* TF, DF, NT, RF, AC: as the kernel on bare hardware has them when it interrupts a program */
#define UPCALL_FLAGS_OFF (1ull << 8 | 1ull << 10 | 1ull << 14 | 1ull << 16 | 1ull << 18)
#define NUDGE_BIT (1ull << (HOST_SIG_NUDGE - 1))

static struct paging_page *const page = (struct paging_page *)PAGING_PAGE_BASE;

static inline struct area *area_here(void)
{
    return (struct area *)((u64)__builtin_frame_address(0) & ~(PAGED_AREA_SIZE - 1));
}

static inline void lock(void)
{
    while (__atomic_exchange_n(&paged_area(0)->lock, 1, __ATOMIC_ACQUIRE))
        lx3(LX_SCHED_YIELD, 0, 0, 0);
}

static inline void unlock(void)
{
    __atomic_store_n(&paged_area(0)->lock, 0, __ATOMIC_RELEASE);
}

/* With the lock. */
static HOSTED_BARE void drop(const struct area *a)
{
    u32 done = page->done, tail;

    for (;;) {
        /* pairs: the kernel writes the drops and `more` before tail */
        tail = __atomic_load_n(&page->tail, __ATOMIC_SEQ_CST);
        for (; done != tail; done++) {
            const struct drop *d = &page->drops[done % DROPS_MAX];

            lx_munmap(d->start, d->end - d->start);
        }
        __atomic_store_n(&page->done, done, __ATOMIC_SEQ_CST);
        if (tail != __atomic_load_n(&page->tail, __ATOMIC_SEQ_CST))
            continue;
        if (!__atomic_load_n(&page->more, __ATOMIC_SEQ_CST))
            return;
        lx_ring(a->bell);
        lx_futex_wait(&page->tail, tail);
    }
}

static inline i64 ask(struct area *a, u32 question, u64 address, u64 len)
{
    struct paging_mail *m = (struct paging_mail *)((u8 *)a->portal + PAGING_MAIL_OFFSET);
    u32 n = a->portal->number;

    m->question = question;
    m->address = address;
    m->len = len;
    __atomic_store_n(&m->state, PAGING_ASKED, __ATOMIC_SEQ_CST);
    __atomic_fetch_or(&page->asked[n / 64], 1ull << (n % 64), __ATOMIC_SEQ_CST);
    lx_ring(a->bell);
    /* pairs: the kernel writes the answer before the state */
    while (__atomic_load_n(&m->state, __ATOMIC_ACQUIRE) == PAGING_ASKED)
        lx_futex_wait(&m->state, PAGING_ASKED);
    return m->result;
}

/* Maps what was answered, unless more has been dropped since: then the access is tried again. */
static HOSTED_BARE void carry_out(const struct area *a, u64 address)
{
    const struct paging_mail *m =
        (const struct paging_mail *)((u8 *)a->portal + PAGING_MAIL_OFFSET);
    u64 at = address & ~(u64)PAGE_MASK;

    lock();
    drop(a);
    if (page->done == m->tail) {
        if (lx_mmap(at, PAGE_SIZE, (int)m->prot, LX_MAP_SHARED | LX_MAP_FIXED, a->ram, m->offset) !=
            (i64)at)
            lx_exit_group(GATE_EXIT_MAP);
        lx3(LX_MADVISE, at, PAGE_SIZE, LX_MADV_DONTFORK);
    }
    unlock();
}

/* The thread goes on where the gate has it told of something, as on bare hardware. */
static HOSTED_BARE bool upcall(struct portal *p, struct lx_ucontext *u, u64 entry)
{
    u64 flags = __atomic_load_n(&p->sig.control_flags, __ATOMIC_RELAXED);

    if ((flags & SIGCTL_INHIBIT) || !entry)
        return false;
    p->sig.saved_ip = u->reg[REG_IP];
    p->sig.saved_flags = u->reg[REG_FLAGS];
    __atomic_store_n(&p->sig.control_flags, flags | SIGCTL_INHIBIT, __ATOMIC_RELAXED);
    u->reg[REG_IP] = entry;
    u->reg[REG_FLAGS] &= ~UPCALL_FLAGS_OFF;
    return true;
}

static HOSTED_BARE void on_fault(int sig, void *info, void *uctx)
{
    const struct proc_page *process = (const struct proc_page *)PROCESS_BASE;
    struct area *a = area_here();
    struct lx_ucontext *u = uctx;
    struct fault_record *f = &a->portal->fault;
    u64 error = u->reg[REG_ERROR], address = u->reg[REG_CR2];
    i64 r = 0;

    if (sig == LX_SIGSEGV && u->reg[REG_TRAP] == TRAP_PAGE) {
        r = ask(a,
                error & ERROR_FETCH   ? PAGING_EXEC
                : error & ERROR_WRITE ? PAGING_WRITE
                                      : PAGING_READ,
                address, 0);
        if (r == 0) {
            carry_out(a, address);
            return;
        }
    }
    hosted_fill_record(f, sig, info, uctx);
    if (r == -ENXIO)
        f->kind = FAULT_BUS;
    ask(a, PAGING_FRAMES, u->reg[REG_BP], u->reg[REG_SP]);
    if (!upcall(a->portal, u, process->upcall_fault))
        lx_exit_group(128 + sig);
}

/*
 * Inside the gate only the sleep to come is kept from happening. While upcalls are inhibited one is
 * about to look for signals anyway, or the thread is about to end.
 */
static void on_nudge(int sig, void *info, void *uctx)
{
    const struct area *a = area_here();

    (void)sig;
    (void)info;
    if (gate_threads[a->number].in_gate)
        gate_on_nudge(NULL);
    else
        upcall(a->portal, uctx, gate_page->upcall_nudge);
}

void paged_faults_init(void)
{
    hosted_handle_faults(on_fault, SA_ONSTACK | SA_NODEFER, NUDGE_BIT);
}

void paged_signals_init(void)
{
    metal_upcalls_init();
    hosted_set_handler(HOST_SIG_NUDGE, on_nudge, SA_ONSTACK, 0);
}

HOSTED_BARE i64 paged_ask(struct area *a, u32 question, u64 address, u64 len)
{
    i64 r;

    /* no handler may come in between that would ask, or wait for the lock, itself */
    block_nudges();
    r = ask(a, question, address, len);
    unblock_nudges();
    return r;
}

bool paged_must_drop(void)
{
    return __atomic_load_n(&page->tail, __ATOMIC_SEQ_CST) !=
               __atomic_load_n(&page->done, __ATOMIC_SEQ_CST) ||
           __atomic_load_n(&page->more, __ATOMIC_SEQ_CST);
}

HOSTED_BARE void paged_drop(void)
{
    block_nudges();
    lock();
    drop(paged_area(0));
    unlock();
    unblock_nudges();
}
