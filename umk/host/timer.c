/*
 * The kernel's one timer: a POSIX timer that raises SIGALRM at the earlier of what the core and
 * the host's own deadlines ask for. Linux hears of a change at the idle point only.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <time.h>

#include "umk/host/host.h"

static timer_t timer;
static u64 core_at, host_at; /* 0: not asked for */
static u64 armed_at;         /* what Linux was told */

i64 timer_open(void)
{
    struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

    return timer_create(CLOCK_MONOTONIC, &e, &timer) < 0 ? -errno : 0;
}

void timer_core(u64 at)
{
    core_at = at;
}

void timer_host(u64 at)
{
    if (!host_at || at < host_at)
        host_at = at;
}

static u64 earliest(void)
{
    if (!core_at || !host_at)
        return core_at | host_at;
    return core_at < host_at ? core_at : host_at;
}

void timer_program(void)
{
    struct itimerspec t = {0};
    u64 at = earliest();

    if (at == armed_at)
        return;
    armed_at = at;
    if (at) {
        u64 now = time_now();
        u64 wait = at > now ? at - now : 1;
        t.it_value.tv_sec = (time_t)(wait / NS_PER_S);
        t.it_value.tv_nsec = (long)(wait % NS_PER_S);
    }
    timer_settime(timer, 0, &t, NULL);
}

void timer_fired(void)
{
    u64 now = time_now();

    armed_at = 0;
    if (host_at && host_at <= now) {
        host_at = 0;
        body_deadlines(now);
        report_deadlines(now);
    }
    /* The core sets the next time itself; until it does, an old one must not fire again. */
    if (core_at && core_at <= now) {
        core_at = 0;
        core_tick();
    }
}
