/* The lock, and messages between processors; see smp.h. */
#include "umk/x86_64/smp.h"
#include "umk/core/core.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/body.h"
#include "umk/x86_64/kmap.h"

#define NOBODY UINT32_MAX

u32 kernel_lock;

/* What is asked of processors, by whoever has the lock. Bit i of a set: processor i is asked, and
 * has not done it yet. */
static struct {
    u32 come_in;      /* save the thread's vector registers, leave its table */
    u32 flush_page;   /* forget the translation of one user address ... */
    u64 address;      /* ... which is this */
    u32 flush_kernel; /* forget everything, the kernel's half too */
} asked;
/* The local APIC's id of the processor at whose wish all others stop. */
static u32 stopper = NOBODY;

static bool is_asked(const u32 *set, u32 mine)
{
    /* pairs: the release store in ask, after what goes with the request */
    return __atomic_load_n(set, __ATOMIC_ACQUIRE) & mine;
}

static void done(u32 *set, u32 mine)
{
    __atomic_fetch_and(set, ~mine, __ATOMIC_RELEASE);
}

static void come_in(struct cpu *c)
{
    if (c->loaded)
        fpu_save(c->loaded->fpu);
    c->loaded = NULL;
    c->root = 0;
    kmap_load();
}

void smp_serve(void)
{
    struct cpu *c = this_cpu();
    u32 mine = 1u << c->id;

    if (is_asked(&asked.flush_page, mine)) {
        invlpg(asked.address);
        done(&asked.flush_page, mine);
    }
    if (is_asked(&asked.flush_kernel, mine)) {
        flush_all();
        done(&asked.flush_kernel, mine);
    }
    if (is_asked(&asked.come_in, mine)) {
        come_in(c);
        done(&asked.come_in, mine);
    }
}

void kernel_wait(void)
{
    do
        while (__atomic_load_n(&kernel_lock, __ATOMIC_RELAXED)) {
            smp_serve();
            __builtin_ia32_pause();
        }
    while (__atomic_exchange_n(&kernel_lock, 1, __ATOMIC_ACQUIRE));
}

void smp_wake_idle(void)
{
    for (u32 i = 0; i < ncpus; i++)
        if (cpus[i].idle) {
            cpus[i].idle = false;
            apic_send(cpus[i].apic, VECTOR_WAKE);
            return;
        }
}

/* Puts a request to all in `who`, and waits until they have done it. */
static void ask(u32 *set, u32 who)
{
    if (!who)
        return;
    __atomic_store_n(set, who, __ATOMIC_RELEASE);
    for (u32 i = 0; i < ncpus; i++)
        if (who & 1u << i)
            apic_send(cpus[i].apic, VECTOR_WAKE);
    /* pairs: the release in done */
    while (__atomic_load_n(set, __ATOMIC_ACQUIRE))
        __builtin_ia32_pause();
}

void smp_bring_in(struct cpu *c)
{
    ask(&asked.come_in, 1u << c->id);
}

/* The other processors that have this table loaded. */
static u32 others_with(u32 root)
{
    u32 who = 0;

    for (u32 i = 0; i < ncpus; i++)
        if (cpus[i].root == root && &cpus[i] != this_cpu())
            who |= 1u << i;
    return who;
}

void smp_hold_root(u32 root)
{
    ask(&asked.come_in, others_with(root));
}

void smp_leave_root(u32 root)
{
    struct cpu *c = this_cpu();

    if (c->root == root) {
        c->root = 0;
        kmap_load();
    }
    core_assert(!others_with(root));
}

void space_changed(struct table *t, u64 address, u64 old)
{
    (void)old;
    if (this_cpu()->root == t->root)
        invlpg(address);
    asked.address = address;
    ask(&asked.flush_page, others_with(t->root));
}

void smp_flush_kernel(void)
{
    u32 who = 0;

    for (u32 i = 0; i < ncpus; i++)
        if (&cpus[i] != this_cpu())
            who |= 1u << i;
    flush_all();
    ask(&asked.flush_kernel, who);
}

/* By an interrupt that cannot be held off: one of them may be in the kernel, with or without the
 * lock. */
void smp_stop_others(void)
{
    u32 me = apic_id();

    __atomic_store_n(&stopper, me, __ATOMIC_SEQ_CST);
    for (u32 i = 0; i < ncpus; i++)
        if (cpus[i].apic != me)
            apic_send_nmi(cpus[i].apic);
}

/* The gs base cannot be relied on here: the NMI may have come just before swapgs. */
bool smp_stopping(void)
{
    u32 by = __atomic_load_n(&stopper, __ATOMIC_SEQ_CST);

    if (by != NOBODY && by != apic_id())
        for (;;)
            __asm__ volatile("cli; hlt");
    return by != NOBODY;
}
