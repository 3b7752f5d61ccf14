/* What it costs to ask the kernel for nothing. */
#include "bench/measure.h"

#include <redox/rt.h>

static bool null_calls(void *arg, uint64_t n)
{
    static const u64 args[6];

    (void)arg;
    for (uint64_t i = 0; i < n; i++) {
        if (rx_call(UMK_NULL, args, NULL, 0, NULL, 0, NULL) != 0)
            return false;
    }
    return true;
}

int main(void)
{
    return measure("null_call", null_calls, NULL) ? 0 : 1;
}
