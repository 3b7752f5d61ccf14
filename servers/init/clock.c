/* The monotonic clock as one number. */
#include "servers/init/clock.h"
#include "redox/rt.h"

u64 monotonic_ns(void)
{
    struct rx_timespec t = {0};
    rx_clock(RX_CLOCK_MONOTONIC, &t);
    return (u64)t.sec * 1000000000 + (u64)t.nsec;
}
