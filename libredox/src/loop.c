/*
 * A server's main loop: look everywhere; while there is nothing, look a little longer if the last
 * client runs on another CPU, then ask to be rung, look once more, and sleep. How long it pays to
 * look is learned: the budget doubles when looking found something and halves when it did not.
 */
#include "scheme_lib.h"
#include <stdlib.h>

#define SPIN_MAX 2048u
#define SPIN_MIN 16u
#define WOKEN_MAX 32u
/* How often a busy loop listens: it costs a call of the machine. */
#define LISTEN_TURNS 4u
#define LISTEN_NS 100000u

struct timer {
    u64 at;
    void (*fn)(void *arg);
    void *arg;
    u32 generation;
    bool set;
};

static struct timer *timers;
static u32 ntimers;
static u32 timer_generation;

/* Timers */

static u64 now_ns(void)
{
    struct rx_timespec ts;

    gate_clock(RX_CLOCK_MONOTONIC, &ts);
    return (u64)ts.sec * 1000000000 + (u64)ts.nsec;
}

i64 rx_timer(u64 at_ns, void (*fn)(void *arg), void *arg)
{
    u32 i = 0;

    while (i < ntimers && timers[i].set)
        i++;
    if (i == ntimers) {
        u32 n = ntimers ? 2 * ntimers : 8;
        struct timer *grown = realloc(timers, n * sizeof(*grown));

        if (!grown)
            return -ENOMEM;
        for (u32 k = ntimers; k < n; k++)
            grown[k].set = false;
        timers = grown;
        ntimers = n;
    }
    timer_generation = (timer_generation + 1) & 0x7FFFFFFF;
    timers[i] = (struct timer){at_ns, fn, arg, timer_generation, true};
    return (i64)(i | (u64)timer_generation << 32);
}

void rx_timer_cancel(i64 handle)
{
    u32 i = (u32)handle;

    if (handle >= 0 && i < ntimers && timers[i].generation == (u64)handle >> 32)
        timers[i].set = false;
}

static bool run_timers(void)
{
    bool any = false;
    u64 now = 0;

    for (u32 i = 0; i < ntimers; i++) {
        struct timer t = timers[i];

        if (!t.set)
            continue;
        if (!now)
            now = now_ns();
        if (t.at > now)
            continue;
        timers[i].set = false;
        gate_settle();
        t.fn(t.arg);
        any = true;
    }
    return any;
}

/* Milliseconds to the next timer, rounded up; -1: there is none. */
static i32 next_timeout(void)
{
    u64 at = UINT64_MAX, now;

    for (u32 i = 0; i < ntimers; i++)
        if (timers[i].set && timers[i].at < at)
            at = timers[i].at;
    if (at == UINT64_MAX)
        return -1;
    now = now_ns();
    if (at <= now)
        return 0;
    at = (at - now + 999999) / 1000000;
    return at > INT32_MAX ? INT32_MAX : (i32)at;
}

static bool timers_set(void)
{
    for (u32 i = 0; i < ntimers; i++)
        if (timers[i].set)
            return true;
    return false;
}

/* The loop */

static bool (*own_poll)(void *arg);
static void *own_arg;

void scheme_poll(bool (*poll)(void *arg), void *arg)
{
    own_poll = poll;
    own_arg = arg;
}

void scheme_waits(bool waiting)
{
    gate_dispatch(!waiting);
}

static bool look(void)
{
    bool any = serve_channels();

    for (struct scheme *s = all_schemes; s; s = s->next)
        any |= serve_queue(s);
    if (own_poll) {
        gate_settle();
        any |= own_poll(own_arg);
    }
    return async_poll() || any;
}

static bool spin(void)
{
    static u32 budget = SPIN_MAX;

    if (!serve_worth_spinning())
        return false;
    for (u32 i = 0; i < budget; i++) {
        if (serve_channels()) {
            budget = budget * 2 > SPIN_MAX ? SPIN_MAX : budget * 2;
            return true;
        }
        cpu_relax();
    }
    budget = budget / 2 < SPIN_MIN ? SPIN_MIN : budget / 2;
    return false;
}

/* Sleeps in a row that a client on this very processor ended: one after the other the two use one
 * processor, where they could use two. */
#define CROWDED_SLEEPS 64u

static void note_crowding(void)
{
    static u32 in_a_row;

    in_a_row = serve_shares_cpu() ? in_a_row + 1 : 0;
    if (in_a_row == CROWDED_SLEEPS) {
        in_a_row = 0;
        machine_crowded();
    }
}

/* Who is looked at need not ring; all others ring, and the loop hears that when it sleeps. One that
 * is never idle listens now and then, so that a busy client does not keep a rare one waiting. */
static void listen(void)
{
    static u32 turns;
    static u64 heard;
    u32 which[WOKEN_MAX];

    if (++turns % LISTEN_TURNS)
        return;
    u64 now = now_ns();
    if (now - heard < LISTEN_NS)
        return;
    heard = now;
    u32 n = machine_loop_wait(0, which, WOKEN_MAX);
    for (u32 i = 0; i < n; i++)
        serve_mark_active(which[i]);
}

/* Channels that rang while the loop waited for something else; looked at when it goes on. */
static u32 rang[(SERVER_CHANNELS_MAX + 31) / 32];
static bool any_rang;

static bool look_at_rung(void)
{
    if (!any_rang)
        return false;
    any_rang = false;
    for (u32 n = 0; n < SERVER_CHANNELS_MAX; n++) {
        if (!(rang[n / 32] >> n % 32 & 1))
            continue;
        rang[n / 32] &= ~(1u << n % 32);
        /* this may serve requests, and so wait and come to new bits */
        serve_mark_active(n);
    }
    return true;
}

void rx_async_wait(void)
{
    while (!async_poll()) {
        u32 which[WOKEN_MAX], n = 0;

        __atomic_store_n(&gate_page->loop_need_ring, 1, __ATOMIC_RELAXED);
        /* pairs: the kernel completes a call, fences, and then reads loop_need_ring */
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (!async_ready())
            n = machine_loop_wait(-1, which, WOKEN_MAX);
        __atomic_store_n(&gate_page->loop_need_ring, 0, __ATOMIC_RELAXED);
        for (u32 i = 0; i < n; i++) {
            if (which[i] >= SERVER_CHANNELS_MAX)
                continue;
            rang[which[i] / 32] |= 1u << which[i] % 32;
            any_rang = true;
        }
    }
}

static void sleep_until_rung(void)
{
    u32 which[WOKEN_MAX], n = 0;

    note_crowding();
    if (!serve_arm())
        n = machine_loop_wait(next_timeout(), which, WOKEN_MAX);
    serve_disarm();
    for (u32 i = 0; i < n; i++)
        serve_mark_active(which[i]);
}

_Noreturn void scheme_run(void)
{
    while (all_schemes || async_busy() || timers_set()) {
        bool any;

        gate_dispatch(true);
        any = look_at_rung();
        any |= look();
        if (ntimers)
            any |= run_timers();
        any = any || spin();
        gate_dispatch(false);
        if (any)
            listen();
        else
            sleep_until_rung();
    }
    gate_exit(0);
}
