/* sched_yield and the ranges of priorities. */
#include <sched.h>
#include "shim/src/pthread/threads.h"

int sched_yield(void)
{
    rx_yield();
    return 0;
}

int pthread_yield(void)
{
    return sched_yield();
}

static int range(int policy, int value)
{
    if (policy != SCHED_OTHER && policy != SCHED_FIFO && policy != SCHED_RR)
        return (int)__umk_fail(EINVAL);
    return policy == SCHED_OTHER ? 0 : value;
}

int sched_get_priority_max(int policy)
{
    return range(policy, 99);
}

int sched_get_priority_min(int policy)
{
    return range(policy, 1);
}
