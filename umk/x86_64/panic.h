/* The end of a kernel that found something impossible: registers, stack, last log lines. */
#ifndef UMK_X86_64_PANIC_H
#define UMK_X86_64_PANIC_H

#include "umk/x86_64/cpu.h"

/* An exception of the kernel's own. */
_Noreturn void panic_trap(const struct regs *r);
/* Text, and a stack trace from here. */
_Noreturn void panic(const char *text);

#endif
