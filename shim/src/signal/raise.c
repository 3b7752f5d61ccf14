/* raise: to the calling thread. What is not blocked is delivered before it returns. */
#include <signal.h>
#include "shim/src/internal/result.h"

int raise(int sig)
{
    if (sig < 0 || sig >= NSIG)
        return (int)__umk_fail(EINVAL);
    i64 r = rx_thread_kill(rx_thread_self(), (u32)sig);
    if (r == -ERESTART)
        r = 0;
    return (int)__umk_result(r);
}
