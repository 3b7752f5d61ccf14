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

/* Effects of the core: a driver listens to a line, or is ready for its next interrupt. */
void interrupts_unmask(u32 line);
void interrupts_mask(u32 line);
u32 interrupts_lines(void);

#endif
