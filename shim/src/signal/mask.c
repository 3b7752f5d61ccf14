/* The calling thread's set of allowed signals. */
#include "shim/src/process/proc.h"
#include "shim/src/signal/mask.h"

static void set_half(u64 *word, u64 allowed)
{
    u64 old = __atomic_load_n(word, __ATOMIC_RELAXED);

    /* pairs with the kernel's read when it sends: it sees the old set or the new one, and a bit
     * it set before our change is found by the delivery that follows every change */
    while (!__atomic_compare_exchange_n(word, &old, (old & 0xffffffffu) | allowed << 32, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        ;
}

void __umk_set_allowed(u64 allowed)
{
    struct sig_control *c = rx_sig_thread();

    allowed |= SIG_UNSTOPPABLE;
    set_half(&c->word[0], allowed & 0xffffffffu);
    set_half(&c->word[1], allowed >> 32);
}

u64 __umk_signals_block(void)
{
    u64 old = __umk_allowed();

    __umk_set_allowed(0);
    return old;
}

void __umk_signals_restore(u64 allowed)
{
    __umk_set_allowed(allowed);
    __umk_deliver(NULL);
}

u64 __umk_blocked_signals(void)
{
    return ~(__umk_allowed() | SIG_UNSTOPPABLE | SIG_INTERNAL);
}

u64 __umk_ignored_signals(void)
{
    const struct sig_proc_control *p = rx_sig_proc();
    u64 set = 0;

    for (u32 sig = 1; sig <= RX_SIG_MAX; sig++)
        if (__atomic_load_n(&p->actions[sig - 1].first, __ATOMIC_RELAXED) & SIGACT_IGNORED)
            set |= RX_SIGBIT(sig);
    return set;
}
