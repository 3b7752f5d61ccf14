/*
 * Queued real-time signals: a process's own list of what was sent with a value, oldest first, at
 * most SIGQUEUE_MAX a number. That a number has entries is told by its pending bit; the process
 * takes them one by one (PROC_SIGDEQ). Owns the records; they go with the process.
 */
#include "umk/core/signal.h"

#define FIRST_QUEUED 33u
#define SIGQUEUE_MAX 32u

struct queued_signal {
    struct list link; /* process.queued_signals */
    u32 sig;
    struct rx_rt_sig_info info;
};

struct pool queued_signal_pool = POOL_INIT(queued_signal, 1u << 16);

i64 sigqueue_add(struct process *p, u32 sig, const struct rx_rt_sig_info *info)
{
    struct queued_signal *q;
    u32 n = 0;

    LIST_FOR_EACH (q, &p->queued_signals, link)
        n += q->sig == sig;
    if (n == SIGQUEUE_MAX || !(q = pool_get(&queued_signal_pool)))
        return -EAGAIN;
    q->sig = sig;
    q->info = *info;
    list_add(&p->queued_signals, &q->link);
    return 0;
}

i64 sigqueue_take(struct process *p, u32 index, struct rx_rt_sig_info *out)
{
    struct queued_signal *q;

    if (index > RX_SIG_MAX - FIRST_QUEUED)
        return -EINVAL;
    LIST_FOR_EACH (q, &p->queued_signals, link)
        if (q->sig == FIRST_QUEUED + index) {
            *out = q->info;
            list_remove(&q->link);
            pool_put(&queued_signal_pool, q);
            return 0;
        }
    return -EAGAIN;
}

void sigqueue_clear(struct process *p)
{
    struct queued_signal *q, *tmp;

    LIST_FOR_EACH_SAFE (q, tmp, &p->queued_signals, link) {
        list_remove(&q->link);
        pool_put(&queued_signal_pool, q);
    }
}
