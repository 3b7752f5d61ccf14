/* Interrupts; see interrupts.h. */
#include "umk/x86_64/interrupts.h"
#include "umk/core/machine.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/clock.h"
#include "umk/x86_64/console.h"
#include "umk/x86_64/serial.h"
#include "umk/x86_64/smp.h"

/* Bit v % 64 of word v / 64: vector v has come. */
static u64 noted[4];

void interrupts_note(u32 vector)
{
    u32 line = vector - VECTOR_LINES;

    if (vector == VECTOR_SPURIOUS)
        return; /* not to be acknowledged */
    if (vector == VECTOR_STOP)
        for (;;)
            __asm__ volatile("cli; hlt");
    if (vector == VECTOR_WAKE) {
        smp_serve();
    } else {
        /* a level-triggered line stays raised until its device is served */
        if (line < ioapic_lines() && ioapic_is_level(line))
            ioapic_mask(line, true);
        __atomic_fetch_or(&noted[vector / 64], 1ull << vector % 64, __ATOMIC_RELEASE);
    }
    apic_eoi();
}

static void carry_out(u32 vector)
{
    u32 line = vector - VECTOR_LINES;

    if (vector == VECTOR_TIMER)
        clock_tick();
    else if (line == SERIAL_LINE)
        console_interrupt();
    else if (line < ioapic_lines())
        core_irq(line);
}

bool interrupts_pending(void)
{
    bool any = false;

    for (u32 w = 0; w < 4; w++) {
        u64 bits = __atomic_load_n(&noted[w], __ATOMIC_RELAXED);

        if (!bits)
            continue;
        bits = __atomic_exchange_n(&noted[w], 0, __ATOMIC_ACQUIRE);
        any = true;
        for (; bits; bits &= bits - 1)
            carry_out(w * 64 + (u32)__builtin_ctzll(bits));
    }
    return any;
}
