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
/* Carries out what was noted. True: there was something. */
bool interrupts_pending(void);

/* Which line of the interrupt controller each legacy line is. */
void interrupts_init(const u32 lines[16]);

/* Effects of the core, see umk/core/machine.h. */
i64 interrupts_listen(u32 irq, bool listen);
void interrupts_done(u32 irq);
u32 interrupts_target(void);

#endif
