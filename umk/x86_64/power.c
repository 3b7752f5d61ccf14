/* See power.h. */
#include "umk/x86_64/power.h"
#include "umk/x86_64/acpi.h"
#include "umk/x86_64/clock.h"
#include "umk/x86_64/console.h"
#include "umk/x86_64/cpu.h"
#include "umk/x86_64/smp.h"

#define RESET_NS 100000000ull

u16 power_exit_port;

bool power_stopping;
u32 power_status;

void power_stop(u32 status)
{
    power_stopping = true;
    power_status = status;
}

/* A reset by a fault that cannot be handled, since there is nothing to handle it: the one thing
 * that every processor knows. */
static _Noreturn void triple_fault(void)
{
    static const struct __attribute__((packed)) {
        u16 limit;
        u64 base;
    } nothing;

    for (;;)
        __asm__ volatile("lidt %0; int3" : : "m"(nothing));
}

/* Each way is for machines that lack the one before; the last ones are resets. */
_Noreturn void power_off(u32 status)
{
    smp_stop_others();
    console_end(status);
    if (power_exit_port)
        outl(power_exit_port, status);
    acpi_power_off();
    outb(0x64, 0xFE); /* the keyboard controller's reset line */
    clock_wait(RESET_NS);
    triple_fault();
}
