/* Interrupts; see interrupts.h. */
#include "umk/x86_64/interrupts.h"
#include "umk/core/core.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/clock.h"
#include "umk/x86_64/console.h"
#include "umk/x86_64/serial.h"
#include "umk/x86_64/smp.h"

/* Bit v % 64 of word v / 64: vector v has come. */
static u64 noted[4];
bool interrupts_any;

void interrupts_note(u32 vector)
{
    u32 line = vector - VECTOR_LINES;

    if (vector == VECTOR_SPURIOUS)
        return; /* not to be acknowledged */
    if (vector == VECTOR_WAKE) {
        smp_serve();
    } else {
        /* a level-triggered line stays raised until its device is served */
        if (line < ioapic_lines() && ioapic_is_level(line))
            ioapic_mask(line, true);
        __atomic_fetch_or(&noted[vector / 64], 1ull << vector % 64, __ATOMIC_RELAXED);
        /* pairs: interrupts_carry_out takes this before the bits */
        __atomic_store_n(&interrupts_any, true, __ATOMIC_RELEASE);
    }
    apic_eoi();
}

/* Legacy line to line of the controller; those from 16 on are the same. */
static u32 legacy[16];

void interrupts_init(const u32 lines[16])
{
    for (u32 i = 0; i < 16; i++)
        legacy[i] = lines[i];
}

static u32 line_of(u32 irq)
{
    return irq < 16 ? legacy[irq] : irq;
}

static u32 irq_of(u32 line)
{
    for (u32 i = 0; i < 16; i++)
        if (legacy[i] == line)
            return i;
    return line;
}

i64 interrupts_listen(u32 irq, bool listen)
{
    if (irq >= MESSAGE_IRQS)
        return irq < MESSAGE_IRQS + MSI_VECTORS ? 0 : -ENOENT;
    if (line_of(irq) >= ioapic_lines() || irq == SERIAL_LINE)
        return -ENOENT;
    ioapic_mask(line_of(irq), !listen);
    return 0;
}

void interrupts_done(u32 irq)
{
    if (irq < MESSAGE_IRQS)
        ioapic_mask(line_of(irq), false);
}

u32 interrupts_target(void)
{
    return cpus[0].apic;
}

static void carry_out(u32 vector)
{
    u32 line = vector - VECTOR_LINES;

    if (vector == VECTOR_TIMER)
        clock_tick();
    else if (line == line_of(SERIAL_LINE))
        console_interrupt();
    else if (line < ioapic_lines())
        core_irq(irq_of(line));
    else
        core_irq(line);
}

bool interrupts_carry_out(void)
{
    if (!__atomic_exchange_n(&interrupts_any, false, __ATOMIC_ACQUIRE))
        return false;
    for (u32 w = 0; w < 4; w++) {
        u64 bits = __atomic_exchange_n(&noted[w], 0, __ATOMIC_RELAXED);

        for (; bits; bits &= bits - 1)
            carry_out(w * 64 + (u32)__builtin_ctzll(bits));
    }
    return true;
}
