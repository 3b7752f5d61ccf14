/*
 * Where a program finds what the machine gives it at its start, and the page that the clock is read
 * from; the same on every machine.
 */
#ifndef UMK_ABI_PROGRAM_H
#define UMK_ABI_PROGRAM_H

#include "umk/abi/types.h"

/* Both lie below the default mapping window and outside what ASan and TSan shadow. */
#define PROCESS_BASE 0x60000000ull     /* struct proc_page, main portal, exec block */
#define KERNEL_PAGE_BASE 0x5f000000ull /* struct kernel_page, read-only */

/*
 * One page, read-only for all: the clock, and where the kernel last ran. A reader takes
 * seq (even), the fields, and seq again; unequal: once more.
 */
struct kernel_page {
    u32 seq;
    u32 ask_kernel; /* the time stamp counter is no use: call SYS_CLOCK_GETTIME */
    u64 tsc_base;
    u64 mono_base_ns;
    u64 real_offset_ns; /* realtime = monotonic + this */
    u64 mult;           /* ns = (tsc - tsc_base) * mult >> 32, the product taken in 128 bits */
    u32 cpus;           /* processors the system may use */
    _Alignas(64) u32 kernel_cpu;
};

#endif
