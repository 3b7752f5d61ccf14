/*
 * Interrupts on their way to the core. The processor's entry only notes them (that may happen
 * without the kernel's lock, on an idle processor); they are carried out on the way out of the
 * kernel, between two effects.
 */
#ifndef UMK_X86_64_INTERRUPTS_H
#define UMK_X86_64_INTERRUPTS_H

#include "umk/abi/types.h"

/* An interrupt has come. */
void interrupts_note(u32 vector);
extern bool interrupts_any; /* set after something was noted */
/* Carries out what was noted, see interrupts_pending. */
bool interrupts_carry_out(void);
/* Carries out what was noted. True: there was something. Every way out of the kernel asks. */
static inline bool interrupts_pending(void)
{
    return __atomic_load_n(&interrupts_any, __ATOMIC_RELAXED) && interrupts_carry_out();
}

/* Which line of the interrupt controller each legacy line is. */
void interrupts_init(const u32 lines[16]);

/* Effects of the core, see umk/core/machine.h. */
i64 interrupts_listen(u32 irq, bool listen);
void interrupts_done(u32 irq);
u32 interrupts_target(void);

#endif
