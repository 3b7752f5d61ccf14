/*
 * What fork asks of the rest of the library: no lock is held by a thread that does
 * not exist in the child, and what the locks guard is whole.
 */
#include "shim/src/internal/start.h"

static void all(int what)
{
    if (__umk_dl_fork)
        __umk_dl_fork(what);
    if (__umk_atexit_fork)
        __umk_atexit_fork(what);
    if (__umk_stdio_fork)
        __umk_stdio_fork(what);
    if (__umk_heap_fork)
        __umk_heap_fork(what);
}

void __umk_fork_prepare(void)
{
    all(0);
}

void __umk_fork_parent(void)
{
    all(1);
}

void __umk_fork_child(void)
{
    all(2);
}

void __umk_thread_release(struct umk_thread *t)
{
    if (__umk_tls_thread_end)
        __umk_tls_thread_end(t);
    if (__umk_heap_thread_end)
        __umk_heap_thread_end(t);
}
