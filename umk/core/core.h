/*
 * The core's common ground: its one state record, assertions, memory functions, logging.
 *
 * All state hangs off `core`, the pools, and a few file-local list heads. The core is entered only
 * through the events of machine.h, by one thread at a time.
 */
#ifndef UMK_CORE_CORE_H
#define UMK_CORE_CORE_H

#include "umk/abi/types.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"
#include "umk/abi/records.h"
#include "umk/abi/portal.h"
#include "umk/abi/scheme.h"
#include "umk/abi/channel.h"
#include "umk/core/machine.h"
#include "umk/core/list.h"
#include "umk/core/pool.h"

/* A handler's result for "the context waits; context_finish() will answer". */
#define PARKED (-4094)

#define PID_MAX 32768u
#define LOG_SIZE 65536u

struct scheme;
struct process;
struct timer;

struct core {
    const struct machine *machine;
    struct core_config config;

    struct process *init;
    struct process *asking; /* whose call is carried out, see pool.h; NULL: nobody's */
    u32 npools;             /* that have an id */
    struct list processes;  /* all, by creation; struct process.all */
    struct process *by_pid[PID_MAX];
    u32 next_pid;
    u64 last_serial; /* of processes */
    u32 nprocesses;

    struct list schemes; /* struct scheme.all */
    u32 next_scheme_id;
    u32 next_object_id;
    struct scheme *scheme_manager; /* scheme sockets and the creation capability */

    u64 booted;           /* when, by machine->now() */
    struct timer *timers; /* pairing heap, earliest first */
    u64 timer_asked;      /* what the machine was last asked for */

    u64 memory_used; /* bytes: objects and reserved private memory; never above config.memory */

    char log[LOG_SIZE]; /* ring of the last log bytes */
    u64 log_end;        /* bytes ever written */

    bool polling;        /* inside core_poll: servers are rung once, at its end */
    struct list to_ring; /* struct scheme.ring */

    u64 calls, switches, contexts_made;
    bool stopping;
};
extern struct core core;

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memset(void *dst, int c, size_t n);
void *memmove(void *dst, const void *src, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);

/* A broken invariant of the core itself: the system ends. Never for bad input. */
_Noreturn void core_panic(const char *what, const char *file, int line);
#define core_assert(cond)                          \
    do {                                           \
        if (__builtin_expect(!(cond), 0))          \
            core_panic(#cond, __FILE__, __LINE__); \
    } while (0)

/* Adds to the kernel's log: printf-like with %s %u %d %x %p-less subset of fmt.h. */
__attribute__((format(printf, 1, 2))) void klog(const char *fmt, ...);

/* Memory accounting: -ENOMEM when the system's memory is used up. */
i64 memory_reserve(u64 bytes);
/* Bytes that can still be reserved. */
u64 memory_left(void);
void memory_release(u64 bytes);

static inline bool mul_overflows(u64 a, u64 b, u64 *out)
{
    return __builtin_mul_overflow(a, b, out);
}

static inline bool add_overflows(u64 a, u64 b, u64 *out)
{
    return __builtin_add_overflow(a, b, out);
}

static inline u64 page_up(u64 n)
{
    return (n + PAGE_MASK) & ~(u64)PAGE_MASK;
}

static inline u64 min_u64(u64 a, u64 b)
{
    return a < b ? a : b;
}

#endif
