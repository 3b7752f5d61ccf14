/*
 * abort: a handler for SIGABRT gets its chance; then the process ends with a report,
 * whatever the handler did and whatever is blocked.
 */
#include <stdlib.h>
#include "shim/src/internal/thread.h"

int raise(int sig) __attribute__((weak));

_Noreturn void abort(void)
{
    u64 action = rx_sig_proc()->actions[RX_SIGABRT - 1].first;

    if ((action & SIGACT_ADDRESS) && raise)
        raise(RX_SIGABRT);
    rx_panic("abort");
}
