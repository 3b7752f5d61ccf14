/*
 * exit: handlers, destructors, open streams, end. A handler that calls exit again
 * goes on with the handlers that are left; another thread that calls it waits for the end.
 */
#include <stdlib.h>
#include "shim/src/internal/start.h"
#include "shim/src/internal/lock.h"

extern void (*const __fini_array_start[])(void) __attribute__((weak)) __umk_hidden;
extern void (*const __fini_array_end[])(void) __attribute__((weak)) __umk_hidden;

static struct umk_thread *exiting;
/* Linked with malloc: the memory checker's last look, since it does not see the kernel's exit. */
void __umk_watch_end(void) __attribute__((weak)) __umk_hidden;

static size_t fini_done;

static void run_destructors(void)
{
    size_t n = (size_t)(__fini_array_end - __fini_array_start);

    while (fini_done < n) {
        fini_done++;
        __fini_array_start[n - fini_done]();
    }
}

_Noreturn void exit(int status)
{
    struct umk_thread *nobody = NULL;

    if (!__atomic_compare_exchange_n(&exiting, &nobody, __umk_self(), false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE) &&
        nobody != __umk_self()) {
        u32 forever = 0;
        for (;;)
            redox_futex_wait_v0(&forever, 0, NULL);
    }
    if (__umk_atexit_run)
        __umk_atexit_run();
    run_destructors();
    if (__umk_ldso_fini)
        __umk_ldso_fini();
    if (__umk_stdio_exit)
        __umk_stdio_exit();
    if (__umk_watch_end)
        __umk_watch_end();
    if (__umk_sem_exit)
        __umk_sem_exit();
    rx_exit((u32)status & 0xff);
}
