/* The end without handlers. */
#include <stdlib.h>
#include "shim/src/internal/thread.h"

void _exit(int status) __attribute__((__noreturn__));

_Noreturn void _Exit(int status)
{
    rx_exit((u32)status & 0xff);
}

_Noreturn void _exit(int status)
{
    rx_exit((u32)status & 0xff);
}
