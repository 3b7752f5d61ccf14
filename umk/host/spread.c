/*
 * Keeping two that talk apart. Linux likes to wake a process where its waker runs; a client and a
 * server that have landed on one processor stay there, taking turns, while another is idle. The
 * server's library notices and asks; this moves it once, by an affinity that is lifted again at
 * once, so that Linux stays free to decide otherwise.
 */
#include "umk/host/host.h"

#include <sched.h>

#define SPREAD_EVERY_NS 100000000ull

static cpu_set_t allowed;
static u32 nallowed;

u32 spread_init(void)
{
    if (sched_getaffinity(0, sizeof allowed, &allowed))
        CPU_ZERO(&allowed);
    nallowed = (u32)CPU_COUNT(&allowed);
    return nallowed;
}

/* The next processor after `cpu` that the system may use. */
static u32 other_cpu(u32 cpu)
{
    for (u32 i = 1; i < CPU_SETSIZE; i++) {
        u32 next = (cpu + i) % CPU_SETSIZE;
        if (CPU_ISSET(next, &allowed))
            return next;
    }
    return cpu;
}

void spread(pid_t pid, u32 cpu)
{
    static u64 last;
    u64 now = time_now();
    cpu_set_t one;

    if (nallowed < 2 || now - last < SPREAD_EVERY_NS)
        return;
    last = now;
    CPU_ZERO(&one);
    CPU_SET(other_cpu(cpu), &one);
    /* it may have ended: then there is nobody to move */
    if (!sched_setaffinity(pid, sizeof one, &one))
        sched_setaffinity(pid, sizeof allowed, &allowed);
}
