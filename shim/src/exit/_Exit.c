/* The end without handlers. */
#include <stdlib.h>
#include "shim/src/internal/start.h"

void _exit(int status) __attribute__((__noreturn__));

_Noreturn void _Exit(int status)
{
    if (__umk_sem_exit)
        __umk_sem_exit();
    rx_exit((u32)status & 0xff);
}

_Noreturn void _exit(int status)
{
    _Exit(status);
}
