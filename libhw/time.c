/* Time, for drivers that wait for a device; see hw.h. */
#include "libhw/hw.h"
#include "redox/rt.h"

u64 hw_now(void)
{
    struct rx_timespec t = {0};

    rx_clock(RX_CLOCK_MONOTONIC, &t);
    return (u64)t.sec * 1000000000 + (u64)t.nsec;
}

void hw_pause(void)
{
    rx_yield();
}
