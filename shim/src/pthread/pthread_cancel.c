/*
 * Cancellation. The request is a flag and a signal of the library's own: the flag is
 * seen by the next cancellation point, the signal ends a wait under way.
 */
#include "shim/src/pthread/cancel.h"
#include "shim/src/pthread/threads.h"
#include "shim/src/signal/action.h"

void __umk_cancel_act(void)
{
    struct umk_thread *t = __umk_self();

    if (__atomic_load_n(&t->cancel_pending, __ATOMIC_ACQUIRE) && !t->cancel_disabled && !t->exiting)
        pthread_exit(PTHREAD_CANCELED);
}

/* Refers to the signals' start, so that the hook is there wherever cancellation is. */
static void ensure_hook(void)
{
    u64 allowed = __umk_signals_block();

    __umk_lock(&__umk_action_lock);
    __umk_action_publish(UMK_SIG_CANCEL);
    __umk_unlock(&__umk_action_lock);
    __umk_signals_restore(allowed);
}

int pthread_cancel(pthread_t t)
{
    ensure_hook();
    /* pairs with __umk_cancel_enter */
    __atomic_store_n(&t->cancel_pending, 1, __ATOMIC_SEQ_CST);
    if (t == __umk_self()) {
        if (t->cancel_async)
            __umk_cancel_act();
        return 0;
    }
    u32 tid = __atomic_load_n(&t->tid, __ATOMIC_RELAXED);
    if (tid == 0 && t != __umk_main_thread)
        return 0; /* has ended: nothing left to cancel */
    i64 r = rx_thread_kill(tid, UMK_SIG_CANCEL);
    return r < 0 && r != -ESRCH ? (int)-r : 0;
}

void pthread_testcancel(void)
{
    __umk_cancel_act();
}

int pthread_setcancelstate(int state, int *old)
{
    struct umk_thread *t = __umk_self();

    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
        return EINVAL;
    if (old)
        *old = t->cancel_disabled ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
    t->cancel_disabled = state == PTHREAD_CANCEL_DISABLE;
    if (t->cancel_async)
        __umk_cancel_act();
    return 0;
}

int pthread_setcanceltype(int type, int *old)
{
    struct umk_thread *t = __umk_self();

    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS)
        return EINVAL;
    if (old)
        *old = t->cancel_async ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
    t->cancel_async = type == PTHREAD_CANCEL_ASYNCHRONOUS;
    if (t->cancel_async)
        __umk_cancel_act();
    return 0;
}
