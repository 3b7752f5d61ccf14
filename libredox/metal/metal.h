/* Inside the metal side of the gate: its system calls. */
#ifndef LIBREDOX_METAL_METAL_H
#define LIBREDOX_METAL_METAL_H

#include "../src/machine.h"
#include "umk/abi/metal.h"

static inline u64 metal_call(u64 number, u64 a, u64 b, u64 c)
{
    u64 ret;

    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "a"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return ret;
}

/* METAL_PROCESS: has the kernel look at this process's portals; returns when the calling thread's
 * own call, if it has one under way, is answered. */
static inline u64 metal_process(u64 flags)
{
    return metal_call(METAL_PROCESS, flags, 0, 0);
}

/* Makes t the calling thread's record; its portal and tls are set. */
void metal_set_self(struct gate_thread *t);
i64 metal_fork(void);
i64 metal_thread_create(const struct rx_thread_start *s);
void metal_thread_exit(void *unmap, size_t len);
void metal_ring_kernel(void);

/* entry.S */
void metal_on_nudge(void);
void metal_on_fault(void);
void metal_thread_entry(void);
/* The kernel, or who stands in for it, may interrupt the main thread by upcalls from now on. */
void metal_upcalls_init(void);
_Noreturn void metal_end_thread(struct portal *p, u64 *posted, u64 bit, u32 *tid, void *unmap,
                                size_t len);
/* Bytes of vector state that upcalls save with xsave; 0: with fxsave. */
extern u32 metal_xsave_size;

#endif
