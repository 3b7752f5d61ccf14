/*
 * Cancellation as blocking functions see it. Between enter and leave the thread may be
 * cancelled: by enter itself when that was asked for before, or by the cancellation
 * signal's arrival (signal/deliver.c), which unwinds from within the wait. As in other
 * C libraries a call that just succeeded may be lost with it.
 */
#ifndef SHIM_PTHREAD_CANCEL_H
#define SHIM_PTHREAD_CANCEL_H

#include "shim/src/internal/thread.h"

/* The library's own signals; no program can use them. */
#define UMK_SIG_CANCEL 33
#define UMK_SIG_TIMER 34

/* Ends the calling thread if it is to be cancelled and allows it. Linked with pthread_cancel. */
void __umk_cancel_act(void) __attribute__((weak)) __umk_hidden;

static inline void __umk_cancel_enter(void)
{
    struct umk_thread *t = __umk_self();

    /* pairs with the store of cancel_pending and the signal in pthread_cancel: either the signal
     * finds at_cancel_point set, or we see cancel_pending */
    __atomic_store_n(&t->at_cancel_point, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&t->cancel_pending, __ATOMIC_SEQ_CST) && __umk_cancel_act)
        __umk_cancel_act();
}

static inline void __umk_cancel_leave(void)
{
    __atomic_store_n(&__umk_self()->at_cancel_point, 0, __ATOMIC_RELEASE);
}

#endif
