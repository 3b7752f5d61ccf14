/*
 * The gate with emulated paging (umk/abi/paged.h): program data, stacks and heap are pages of RAM
 * that the kernel grants one by one. What serves that lies in the host's own memory, one area a
 * thread: a stack for signal handlers, a second one for moments at which no page of the program
 * may be needed (a fork, a thread's first and last steps), and what a handler must know.
 *
 * Always true: the code from a page fault to its answer touches nothing but areas, portals, the
 * paging page and constants, and calls nothing through a table that lies in the program's data.
 */
#ifndef LIBREDOX_HOSTED_PAGED_H
#define LIBREDOX_HOSTED_PAGED_H

#include "hosted.h"
#include "umk/abi/paged.h"

struct area {
    u32 busy; /* a thread uses it: cleared by the host when that has ended */
    u32 number;
    u32 lock; /* area 0, for all: held while mappings change */
    i32 ram, bell;
    struct portal *portal;
    /* what a thread that ends gives back */
    void *unmap;
    u64 unmap_len;
};

/* The area of portal n's thread. */
static inline struct area *paged_area(u64 n)
{
    return (struct area *)(PAGED_AREAS + n * PAGED_AREA_SIZE);
}

/* Top of the stack on which the gate works; below it, the head. Above, the handlers'. */
#define GATE_STACK_TOP 0x6000u

static inline u64 paged_stack(const struct area *a)
{
    return (u64)a + GATE_STACK_TOP;
}

/* Maps an area for portal n's thread and fills it in like another one. -errno. */
i64 paged_area_make(u64 n, const struct area *like);
/* The calling thread's handlers run in this area from now on. */
void paged_use_area(const struct area *a);
/* Calls fn(arg) on the calling thread's gate stack, where no page of the program is needed. */
i64 paged_call(i64 (*fn)(u64), u64 arg);
/* Asks the kernel. Not on a stack of the program's. 0 or -errno. */
i64 paged_ask(struct area *a, u32 question, u64 address, u64 len);
/* Whether the kernel has taken something away; and unmaps that: not on a stack of the program's. */
bool paged_must_drop(void);
void paged_drop(void);

/* At the start: moves the program's data to RAM. */
void paged_attach(const struct hosted_boot *b, const u64 *auxv);
/* Page faults are served from now on; and, when the thread has its record, all else. */
void paged_faults_init(void);
void paged_signals_init(void);

/* See struct gate_machine. */
i64 paged_fork(void);
i64 paged_thread_create(const struct rx_thread_start *s);
void paged_thread_exit(void *unmap, size_t len);

#endif
