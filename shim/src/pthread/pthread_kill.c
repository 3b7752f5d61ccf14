/* pthread_kill. */
#include <signal.h>
#include "shim/src/pthread/threads.h"

int pthread_kill(pthread_t t, int sig)
{
    u32 tid = __atomic_load_n(&t->tid, __ATOMIC_RELAXED);

    if (sig < 0 || sig >= NSIG)
        return EINVAL;
    if (tid == 0 && t != __umk_main_thread)
        return 0; /* ended, not yet joined: still a valid thread, and nobody to hear it */
    i64 r = rx_thread_kill(tid, (u32)sig);
    return r < 0 && r != -ERESTART ? (int)-r : 0;
}
