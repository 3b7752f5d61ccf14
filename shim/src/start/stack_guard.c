/* What -fstack-protector rests on. The guard gets its random value in program_start.c. */
#include "shim/src/internal/thread.h"

uintptr_t __stack_chk_guard = 0x5a17c0de00;
_Noreturn void __stack_chk_fail(void);

_Noreturn void __stack_chk_fail(void)
{
    rx_panic("stack smashing detected");
}
