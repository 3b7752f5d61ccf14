/* Clocks: time without a call, by the kernel page's scale applied to the time stamp counter, and
 * processor time, which the kernel knows. */
#include "gate.h"
#include "umk/abi/program.h"

static inline u64 read_tsc(void)
{
    u32 lo, hi;

    __asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi));
    return (u64)hi << 32 | lo;
}

static i64 ask(u32 clock, struct rx_timespec *ts)
{
    u64 ret[4];
    i64 r = gate_call(SYS_CLOCK_GETTIME, GATE_ARGS(clock), NULL, ret);

    *ts = (struct rx_timespec){.sec = (i64)ret[0], .nsec = (i32)ret[1]};
    return r;
}

i64 gate_clock(u32 clock, struct rx_timespec *ts)
{
    const struct kernel_page *k = (const struct kernel_page *)KERNEL_PAGE_BASE;
    u32 seq;
    u64 ns;

    if (clock == RX_CLOCK_PROCESS_CPU || clock == RX_CLOCK_CHILDREN_CPU ||
        clock == RX_CLOCK_THREAD_CPU || RX_CLOCK_IS_THREAD(clock))
        return ask(clock, ts);
    if (clock != RX_CLOCK_REALTIME && clock != RX_CLOCK_MONOTONIC)
        return -EINVAL;
    do {
        u64 now;

        /* pairs: the kernel's stores of seq around its changes of the page */
        seq = __atomic_load_n(&k->seq, __ATOMIC_ACQUIRE);
        if (k->ask_kernel)
            return ask(clock, ts);
        now = read_tsc();
        ns = now > k->tsc_base ? now - k->tsc_base : 0;
        ns = (u64)((unsigned __int128)ns * k->mult >> 32) + k->mono_base_ns;
        if (clock == RX_CLOCK_REALTIME)
            ns += k->real_offset_ns;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
    } while (seq & 1 || seq != __atomic_load_n(&k->seq, __ATOMIC_RELAXED));
    ts->sec = (i64)(ns / 1000000000);
    ts->nsec = (i32)(ns % 1000000000);
    ts->pad = 0;
    return 0;
}
