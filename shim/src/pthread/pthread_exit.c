/* pthread_exit, cleanup handlers, pthread_self, pthread_equal. */
#include <stdlib.h>
#include "shim/src/pthread/threads.h"
#include "shim/src/signal/mask.h"

void __umk_cleanup_push(struct __umk_cleanup *c, void (*run)(void *), void *arg)
{
    struct umk_thread *t = __umk_self();

    c->__run = run;
    c->__arg = arg;
    c->__next = t->cleanup;
    t->cleanup = c;
}

void __umk_cleanup_pop(struct __umk_cleanup *c, int execute)
{
    __umk_self()->cleanup = c->__next;
    if (execute)
        c->__run(c->__arg);
}

static void run_cleanup(struct umk_thread *t)
{
    while (t->cleanup) {
        struct __umk_cleanup *c = t->cleanup;
        t->cleanup = c->__next;
        c->__run(c->__arg);
    }
}

/* The main thread's block is no mapping, and its number 0 says nothing about its life. */
static _Noreturn void end_main(void)
{
    __atomic_store_n(&__umk_main_ended, 1, __ATOMIC_RELEASE);
    redox_futex_wake_v0(&__umk_main_ended, INT32_MAX);
    rx_thread_exit(NULL, 0);
}

_Noreturn void pthread_exit(void *result)
{
    struct umk_thread *t = __umk_self();

    t->exiting = 1;
    t->cancel_disabled = 1;
    t->at_cancel_point = 0;
    t->result = result;
    run_cleanup(t);
    if (t->tsd_used && __umk_tsd_run)
        __umk_tsd_run(t);
    __umk_signals_block();
    if (t->robust_list && __umk_robust_exit)
        __umk_robust_exit(t);
    __umk_lock(&__umk_threads_lock);
    u32 left = __umk_threads_remove(t);
    __umk_unlock(&__umk_threads_lock);
    if (left == 0)
        exit(0);
    __umk_thread_release(t);
    if (t == __umk_main_thread)
        end_main();
    /* pairs with the acquire in pthread_join and pthread_detach */
    u32 before = __atomic_exchange_n(&t->join_state, UMK_EXITED, __ATOMIC_ACQ_REL);
    if (before == UMK_DETACHED)
        rx_thread_exit(t->map, t->map_len);
    rx_thread_exit(NULL, 0);
}

pthread_t pthread_self(void)
{
    return __umk_self();
}

int pthread_equal(pthread_t a, pthread_t b)
{
    return a == b;
}
