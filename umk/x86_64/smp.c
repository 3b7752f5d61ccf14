/* Several processors; see smp.h. */
#include "umk/x86_64/smp.h"
#include "umk/core/core.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/body.h"
#include "umk/x86_64/kmap.h"

static u32 lock;

/* The one flush under way, by whoever has the lock. Bit i of waiting: processor i has not done it.
 */
static struct {
    u32 waiting;
    u64 address, n;
} flush;
/* Bit i: processor i is to come in, its thread's vector registers saved. */
static u32 come_in;

static void flush_pages(u64 address, u64 n)
{
    for (u64 i = 0; i < n; i++)
        invlpg(address + i * PAGE_SIZE);
}

void smp_serve(void)
{
    struct cpu *c = this_cpu();
    u32 mine = 1u << c->id;

    /* pairs: the sender's release of the bit after the addresses */
    if (__atomic_load_n(&flush.waiting, __ATOMIC_ACQUIRE) & mine) {
        flush_pages(flush.address, flush.n);
        __atomic_fetch_and(&flush.waiting, ~mine, __ATOMIC_RELEASE);
    }
    if (__atomic_load_n(&come_in, __ATOMIC_ACQUIRE) & mine) {
        if (c->fpu)
            fpu_save(c->fpu->fpu);
        c->fpu = NULL;
        __atomic_fetch_and(&come_in, ~mine, __ATOMIC_RELEASE);
    }
}

void kernel_enter(void)
{
    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
        while (__atomic_load_n(&lock, __ATOMIC_RELAXED)) {
            smp_serve();
            __builtin_ia32_pause();
        }
}

void kernel_leave(void)
{
    __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
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

/* Sends all in the set an interrupt and waits until their bits are gone. */
static void ask(u32 *bits, u32 set)
{
    for (u32 i = 0; i < ncpus; i++)
        if (set & 1u << i)
            apic_send(cpus[i].apic, VECTOR_WAKE);
    while (__atomic_load_n(bits, __ATOMIC_ACQUIRE) & set)
        __builtin_ia32_pause();
}

void smp_bring_in(struct cpu *c)
{
    __atomic_fetch_or(&come_in, 1u << c->id, __ATOMIC_RELEASE);
    ask(&come_in, 1u << c->id);
}

static void flush_on(u32 set, u64 address, u64 n)
{
    if (!set)
        return;
    flush.address = address;
    flush.n = n;
    __atomic_store_n(&flush.waiting, set, __ATOMIC_RELEASE);
    ask(&flush.waiting, set);
}

void smp_flush_user(u32 root, u64 address)
{
    u32 set = 0, me = this_cpu()->id;

    for (u32 i = 0; i < ncpus; i++)
        if (cpus[i].root == root && i != me)
            set |= 1u << i;
    if (cpus[me].root == root)
        invlpg(address);
    flush_on(set, address, 1);
}

void smp_flush_kernel(u64 address, u64 n)
{
    u32 set = 0, me = this_cpu()->id;

    for (u32 i = 0; i < ncpus; i++)
        if (cpus[i].online && i != me)
            set |= 1u << i;
    flush_pages(address, n);
    flush_on(set, address, n);
}

void space_changed(struct table *t, u64 address, u64 old)
{
    (void)old;
    smp_flush_user(t->root, address);
}

void smp_stop_others(void)
{
    for (u32 i = 0; i < ncpus; i++)
        if (cpus[i].online && &cpus[i] != this_cpu())
            apic_send(cpus[i].apic, VECTOR_STOP);
}
