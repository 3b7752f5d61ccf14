/* Time; see clock.h. */
#include "umk/x86_64/clock.h"
#include "umk/core/machine.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/cpu.h"

#define NS_PER_S 1000000000ull

/* The 8254's third counter, which nothing else uses: its gate is in port 0x61. */
#define PIT_HZ 1193182u
#define PIT_WINDOW 11932u /* 10 ms */
#define PIT_SPINS 100000000u

static struct kernel_page *page;
static u64 tsc_hz, apic_hz;
u64 clock_wanted, clock_armed;

/* Counts of both clocks in the window; false: there is no 8254. */
static bool measure(u64 *tsc, u64 *apic)
{
    u64 start;
    u32 spins = 0;

    outb(0x61, (inb(0x61) & 0xFC) | 1);
    outb(0x43, 0xB0); /* counter 2, both bytes, mode 0 */
    outb(0x42, PIT_WINDOW & 0xFF);
    apic_timer_set(UINT32_MAX);
    outb(0x42, PIT_WINDOW >> 8);
    start = rdtsc();
    while (!(inb(0x61) & 0x20))
        if (++spins == PIT_SPINS)
            return false;
    *tsc = rdtsc() - start;
    *apic = UINT32_MAX - apic_timer_left();
    apic_timer_set(0);
    return spins > 0;
}

/* Without an 8254: the counter's speed is known, the APIC's follows from it. */
static void measure_apic(void)
{
    u64 start = rdtsc();

    apic_timer_set(UINT32_MAX);
    while (rdtsc() - start < tsc_hz / 100)
        ;
    apic_hz = (UINT32_MAX - apic_timer_left()) * 100ull;
    apic_timer_set(0);
}

/* Neither an 8254 nor a speed that is told: the APIC's timer is the measure. */
static void measure_by_apic(void)
{
    u64 start;

    apic_hz = NS_PER_S;
    apic_timer_set(UINT32_MAX);
    start = rdtsc();
    while (apic_timer_left() > UINT32_MAX - NS_PER_S / 200)
        ;
    tsc_hz = (rdtsc() - start) * 200;
    apic_timer_set(0);
}

bool clock_init(struct kernel_page *p, u64 real_seconds)
{
    u64 tsc, apic;

    if (features.tsc_hz) {
        tsc_hz = features.tsc_hz;
        measure_apic();
    } else if (measure(&tsc, &apic)) {
        tsc_hz = tsc * PIT_HZ / PIT_WINDOW;
        apic_hz = apic * PIT_HZ / PIT_WINDOW;
    } else if (features.apic_ticks_1ns) {
        measure_by_apic();
    }
    if (tsc_hz < 1000000 || apic_hz < 1000)
        return false;
    page = p;
    page->tsc_base = rdtsc();
    page->mono_base_ns = 0;
    page->mult = (u64)(((unsigned __int128)NS_PER_S << 32) / tsc_hz);
    page->real_offset_ns = real_seconds * NS_PER_S;
    return true;
}

u64 clock_tsc_hz(void)
{
    return tsc_hz;
}

u64 clock_ns(u64 ticks)
{
    return (u64)((unsigned __int128)ticks * page->mult >> 32);
}

u64 clock_now(void)
{
    u64 tsc = rdtsc();

    if (!page)
        return tsc; /* not measured yet */
    tsc = tsc > page->tsc_base ? tsc - page->tsc_base : 0;
    return page->mono_base_ns + clock_ns(tsc);
}

u64 clock_real_offset(void)
{
    return page->real_offset_ns;
}

/* Programs read it at any time: it changes in one piece. */
void clock_set_real_offset(u64 ns)
{
    __atomic_store_n(&page->real_offset_ns, ns, __ATOMIC_RELAXED);
}

void clock_program(void)
{
    u64 now, ticks;

    clock_armed = clock_wanted;
    if (!clock_wanted) {
        apic_timer_set(0);
        return;
    }
    now = clock_now();
    ticks = clock_wanted > now
                ? (u64)((unsigned __int128)(clock_wanted - now) * apic_hz / NS_PER_S) + 1
                : 1;
    apic_timer_set(ticks < UINT32_MAX ? (u32)ticks : UINT32_MAX);
}

/* It may come early: the timer does not reach far. */
void clock_tick(void)
{
    clock_armed = 0;
    if (clock_wanted && clock_now() >= clock_wanted)
        core_tick();
}

void clock_wait(u64 ns)
{
    u64 end = clock_now() + ns;

    while (clock_now() < end)
        __builtin_ia32_pause();
}
