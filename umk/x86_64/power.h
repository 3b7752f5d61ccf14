/* The end of the machine. */
#ifndef UMK_X86_64_POWER_H
#define UMK_X86_64_POWER_H

#include "umk/abi/types.h"

/* Where a test run's exit device is (QEMU's isa-debug-exit), 0: there is none. */
extern u16 power_exit_port;

/* Effect of the core: the system has ended, and the machine ends before anything else runs. */
void power_stop(u32 status);
/* Switches off. The status is for whoever started the machine. */
_Noreturn void power_off(u32 status);

/* What power_stop has left for power_check. */
extern bool power_stopping;
extern u32 power_status;
/* Ends the machine, if that was asked for. Every way out of the kernel asks. */
static inline void power_check(void)
{
    if (power_stopping)
        power_off(power_status);
}

#endif
