/*
 * Processor time: getrusage, times, clock. The kernel knows how long a process has run, not how
 * much of that was the kernel's, and the same of a thread; it keeps no account of anything else.
 */
#include <string.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>
#include "shim/src/internal/result.h"
#include "shim/src/internal/usage.h"
#include "shim/src/time/deadline.h"

#define NS_PER_TICK (NS_PER_S / 100) /* sysconf(_SC_CLK_TCK) is 100 */

u64 __umk_cpu_used(u32 clock)
{
    struct rx_timespec used = {0};

    return rx_clock(clock, &used) < 0 ? 0 : (u64)used.sec * NS_PER_S + (u64)used.nsec;
}

void __umk_fill_usage(struct rusage *usage, u64 ns)
{
    memset(usage, 0, sizeof *usage);
    usage->ru_utime.tv_sec = (time_t)(ns / NS_PER_S);
    usage->ru_utime.tv_usec = (suseconds_t)(ns % NS_PER_S / 1000);
}

int getrusage(int who, struct rusage *usage)
{
    u32 clock = who == RUSAGE_SELF     ? RX_CLOCK_PROCESS_CPU
                : who == RUSAGE_THREAD ? RX_CLOCK_THREAD_CPU
                                       : RX_CLOCK_CHILDREN_CPU;

    if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD)
        return (int)__umk_fail(EINVAL);
    __umk_fill_usage(usage, __umk_cpu_used(clock));
    return 0;
}

clock_t times(struct tms *out)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
        return -1;
    if (out)
        *out = (struct tms){
            .tms_utime = (clock_t)(__umk_cpu_used(RX_CLOCK_PROCESS_CPU) / NS_PER_TICK),
            .tms_cutime = (clock_t)(__umk_cpu_used(RX_CLOCK_CHILDREN_CPU) / NS_PER_TICK),
        };
    return now.tv_sec * 100 + now.tv_nsec / NS_PER_TICK;
}

clock_t clock(void)
{
    return (clock_t)(__umk_cpu_used(RX_CLOCK_PROCESS_CPU) / (NS_PER_S / CLOCKS_PER_SEC));
}
