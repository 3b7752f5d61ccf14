/*
 * The calling thread's signal words, which it shares with the kernel: pending bits
 * set by the kernel, and the set of allowed (not blocked) signals, written by this
 * thread alone.
 */
#ifndef SHIM_SIGNAL_MASK_H
#define SHIM_SIGNAL_MASK_H

#include "shim/src/internal/thread.h"
#include "shim/src/pthread/cancel.h"

/* never blocked: what the kernel acts on by itself, and what the library needs */
#define SIG_UNSTOPPABLE (RX_SIGBIT(RX_SIGKILL) | RX_SIGBIT(RX_SIGSTOP))
#define SIG_INTERNAL (RX_SIGBIT(UMK_SIG_CANCEL) | RX_SIGBIT(UMK_SIG_TIMER))

static inline u64 __umk_allowed(void)
{
    const struct sig_control *c = rx_sig_thread();

    return __atomic_load_n(&c->word[0], __ATOMIC_RELAXED) >> 32 |
           (__atomic_load_n(&c->word[1], __ATOMIC_RELAXED) & ~0xffffffffull);
}

/* Replaces the allowed set; pending bits beside it stay whatever the kernel makes them. */
void __umk_set_allowed(u64 allowed) __umk_hidden;

/* Blocks everything, the library's own signals too. Result: what was allowed. */
u64 __umk_signals_block(void) __umk_hidden;
/* Allows a set again and delivers what has become deliverable. */
void __umk_signals_restore(u64 allowed) __umk_hidden;

/* Delivers what is deliverable to the calling thread; true: some call must not be restarted. */
bool __umk_deliver(void *uctx) __umk_hidden;

#endif
