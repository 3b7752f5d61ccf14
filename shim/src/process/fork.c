/*
 * fork. Signals are blocked meanwhile, so that no handler runs between the copy and
 * the moment the child's library is whole again.
 */
#include <unistd.h>
#include "shim/src/fcntl/clofork.h"
#include "shim/src/internal/result.h"
#include "shim/src/process/atfork.h"
#include "shim/src/signal/mask.h"

static void in_child(void)
{
    struct umk_thread *t = __umk_self();

    t->tid = rx_thread_self();
    if (__umk_threads_fork_child)
        __umk_threads_fork_child();
    if (__umk_timers_fork_child)
        __umk_timers_fork_child();
    if (__umk_aio_fork_child)
        __umk_aio_fork_child();
}

pid_t _Fork(void)
{
    u64 allowed = __umk_signals_block();

    if (__umk_signal_fork)
        __umk_signal_fork(0);
    i64 r = rx_fork();
    if (__umk_signal_fork)
        __umk_signal_fork(r == 0 ? 2 : 1);
    if (r == 0)
        in_child();
    __umk_signals_restore(allowed);
    return (pid_t)__umk_result(r);
}

pid_t fork(void)
{
    if (__umk_atfork_run)
        __umk_atfork_run(0);
    if (__umk_zone_fork)
        __umk_zone_fork(0);
    if (__umk_clofork_fork)
        __umk_clofork_fork(0);
    __umk_fork_prepare();
    pid_t pid = _Fork();
    if (__umk_clofork_fork)
        __umk_clofork_fork(pid == 0 ? 2 : 1);
    if (pid == 0)
        __umk_fork_child();
    else
        __umk_fork_parent();
    if (__umk_zone_fork)
        __umk_zone_fork(pid == 0 ? 2 : 1);
    if (__umk_atfork_run)
        __umk_atfork_run(pid == 0 ? 2 : 1);
    return pid;
}

/* The child gets its own copy: a program that relies on sharing is wrong anyway. */
pid_t vfork(void)
{
    return fork();
}
