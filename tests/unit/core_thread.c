/* Contexts: portals, threads, sleeping, futexes, faults, clocks, and how calls are taken. */
#include "tests/unit/core_test.h"
#include "umk/sim/machine.h"

#define MS 1000000ull

static u32 new_portal(u32 pid, u64 kind)
{
    i64 at = CALL(pid, UMK_PORTAL_NEW, kind);

    assert_true(at > 0);
    return (u32)sim_portal(pid, 0)->ret[0];
}

static bool thread_done(u32 pid, u32 portal, i64 want)
{
    i64 result;

    return sim_done(pid, portal, &result) && result == want;
}

/* Portals */

static void threads_call_for_themselves(void **state)
{
    u32 n = new_portal(1, PORTAL_FOR_THREAD);

    (void)state;
    assert_int_equal(n, 1);
    assert_int_equal(sim_call(1, 1, SYS_NANOSLEEP, SIM_ARGS(1, 0)), SIM_WAITS);
    assert_int_equal(CALL(1, UMK_NULL, 0), 0);
    sim_advance(2000 * MS);
    assert_true(thread_done(1, 1, 0));
    sim_call(1, 1, UMK_PORTAL_FREE, SIM_ARGS(1));
    assert_null(sim_portal(1, 1));
    assert_int_equal(new_portal(1, PORTAL_FOR_THREAD), 1);
    sim_call(1, 1, UMK_PORTAL_FREE, SIM_ARGS(1));
    assert_counts();
}

static void wrong_portals(void **state)
{
    u32 thread = new_portal(1, PORTAL_FOR_THREAD);

    (void)state;
    assert_int_equal(CALL(1, UMK_PORTAL_FREE, thread), -EINVAL); /* another's thread */
    assert_int_equal(CALL(1, UMK_PORTAL_FREE, 77), -EINVAL);
    assert_int_equal(CALL(1, UMK_PORTAL_FREE, PORTALS_MAX), -EINVAL);
    assert_int_equal(CALL(1, UMK_PORTAL_FREE, UINT64_MAX), -EINVAL);
    sim_call(1, thread, UMK_PORTAL_FREE, SIM_ARGS(thread));
    assert_counts();
}

static void all_portals(void **state)
{
    (void)state;
    for (u32 i = 1; i < PORTALS_MAX; i++)
        assert_int_equal(new_portal(1, PORTAL_FOR_ASYNC), i);
    assert_int_equal(CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC), -EAGAIN);
    for (u32 i = 1; i < PORTALS_MAX; i++)
        assert_int_equal(CALL(1, UMK_PORTAL_FREE, i), 0);
    assert_counts();
}

static void freed_while_it_waits(void **state)
{
    u32 n = new_portal(1, PORTAL_FOR_ASYNC);
    u64 r, w;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(sim_call(1, n, SYS_READ, SIM_ARGS(r, 10)), SIM_WAITS);
    assert_int_equal(CALL(1, UMK_PORTAL_FREE, n), 0);
    assert_int_equal(write_text(1, w, "abc"), 3);
    assert_int_equal(CALL(1, SYS_READ, r, 10), 3);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* The process lives as long as it has a thread, whichever it is. */
static void last_thread_is_the_end(void **state)
{
    u32 a = spawn(1), thread = new_portal(a, PORTAL_FOR_THREAD);

    (void)state;
    new_portal(a, PORTAL_FOR_ASYNC);
    CALL(a, UMK_PORTAL_FREE, 0);
    sim_settle();
    assert_non_null(sim_body(a));
    assert_int_equal(sim_call(a, thread, UMK_NULL, SIM_ARGS(0)), 0);
    sim_call(a, thread, UMK_PORTAL_FREE, SIM_ARGS(thread));
    sim_settle();
    assert_null(sim_body(a));
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, a, 0), a);
    assert_counts();
}

static void portal_without_memory(void **state)
{
    (void)state;
    sim_fail_effect(1);
    assert_int_equal(CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC), -ENOMEM);
    core_audit_pool("context")->fail_in = 1;
    assert_int_equal(CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC), -EAGAIN);
    assert_counts();
}

static void loop_only_once(void **state)
{
    u32 a = spawn(1);

    (void)state;
    sim_fail_effect(1);
    assert_int_equal(CALL(a, UMK_LOOP, 0), -ENOMEM);
    assert_int_equal(CALL(a, UMK_LOOP, 0), 0);
    assert_int_equal(CALL(a, UMK_LOOP, 0), -EEXIST);
    reap(a);
    assert_counts();
}

/* How calls are taken */

static void noise_in_the_posted_words(void **state)
{
    struct body *b = sim_body(1);

    (void)state;
    assert_int_equal(CALL(1, UMK_NULL, 0), 0);
    for (u32 w = 0; w < PORTALS_MAX / 64; w++)
        b->page->posted[w] = UINT64_MAX;
    core_poll(b);
    core_audit_check();
    /* what no portal of the process can have posted is not looked at */
    assert_int_equal(b->page->posted[0], 0);
    assert_false(core_poll(b));
    assert_false(core_arm(b));
    assert_int_equal(b->page->kernel_need_ring, 1);
    b->page->posted[0] = 8;
    assert_true(core_arm(b));
    core_disarm(b);
    assert_int_equal(b->page->kernel_need_ring, 0);
}

/* A thread that posts again while it waits gets no second call. */
static void posted_twice(void **state)
{
    u64 r, w;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(CALL(1, SYS_READ, r, 10), SIM_WAITS);
    assert_int_equal(CALL(1, UMK_NULL, 0), SIM_WAITS);
    sim_portal(1, 0)->cancel = 1;
    sim_body(1)->page->posted[0] = 1;
    core_poll(sim_body(1));
    assert_int_equal(done(1), -EINTR);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* Clocks */

static void clocks(void **state)
{
    u64 mono;

    (void)state;
    assert_int_equal(CALL(1, SYS_CLOCK_GETTIME, RX_CLOCK_MONOTONIC), 0);
    mono = sim_portal(1, 0)->ret[0];
    assert_int_equal(CALL(1, SYS_CLOCK_GETTIME, RX_CLOCK_REALTIME), 0);
    assert_int_equal(sim_portal(1, 0)->ret[0] - mono, 1700000000);
    assert_int_equal(CALL(1, SYS_CLOCK_GETTIME, 77), -EINVAL);
    assert_int_equal(CALL(1, SYS_CLOCK_GETTIME, UINT64_MAX), -EINVAL);
}

static u64 clock_of(u32 pid, u64 clock)
{
    assert_int_equal(CALL(pid, SYS_CLOCK_GETTIME, clock), 0);
    return sim_portal(pid, 0)->ret[0] * 1000000000 + sim_portal(pid, 0)->ret[1];
}

static void uses(u32 pid, u64 ns)
{
    ((struct sim_body *)sim_body(pid)->m)->cpu_ns = ns;
}

/* A child's time, and that of those it waited for, is its parent's when it has waited. */
static void processor_time(void **state)
{
    u32 child = spawn(1), grandchild = spawn(child);

    (void)state;
    uses(1, 2000000005);
    assert_int_equal(clock_of(1, RX_CLOCK_PROCESS_CPU), 2000000005);
    uses(child, 300);
    uses(grandchild, 70);
    CALL(grandchild, UMK_PROC, PROC_EXIT, 0);
    sim_settle();
    assert_int_equal(clock_of(child, RX_CLOCK_CHILDREN_CPU), 0);
    assert_int_equal(CALL(child, UMK_PROC, PROC_WAITPID, grandchild, 0), grandchild);
    assert_int_equal(clock_of(child, RX_CLOCK_CHILDREN_CPU), 70);
    assert_int_equal(clock_of(child, RX_CLOCK_PROCESS_CPU), 300);
    sim_kill_host(child);
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, child, 0), child);
    assert_int_equal(clock_of(1, RX_CLOCK_CHILDREN_CPU), 370);
    assert_int_equal(clock_of(1, RX_CLOCK_PROCESS_CPU), 2000000005);
    assert_counts();
}

static void sleeping(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(CALL(a, SYS_NANOSLEEP, 0, 0), 0);
    assert_int_equal(CALL(a, SYS_NANOSLEEP, UINT64_MAX, 0), -EINVAL);
    assert_int_equal(CALL(a, SYS_NANOSLEEP, 0, 1000000000), -EINVAL);
    assert_int_equal(CALL(a, SYS_NANOSLEEP, 2, 500), SIM_WAITS);
    sim_advance(1999 * MS);
    assert_true(waits(a));
    sim_advance(2 * MS);
    assert_int_equal(done(a), 0);
    assert_int_equal(CALL(a, SYS_NANOSLEEP, INT64_MAX, 999999999), SIM_WAITS);
    sim_body(a)->page->sig.actions[RX_SIGALRM - 1].first = 0x1000;
    core_kill_process(a, RX_SIGALRM);
    assert_int_equal(done(a), -EINTR);
    assert_true(sim_portal(a, 0)->ret[0] > 1u << 30);
    sim_body(a)->page->sig.pending = 0;
    assert_int_equal(CALL(a, SYS_NANOSLEEP, 10, 0), SIM_WAITS);
    sim_advance(4000 * MS);
    core_kill_process(a, RX_SIGALRM);
    assert_int_equal(sim_portal(a, 0)->ret[0], 6);
    reap(a);
    assert_counts();
}

/* Futexes */

#define KEY 0x7000

static i64 futex(u32 pid, u32 portal, u32 op, u64 key, u64 value, u64 deadline)
{
    return sim_call(pid, portal, SYS_FUTEX, SIM_ARGS(op, key, value, deadline));
}

static void futex_sleep_and_wake(void **state)
{
    u32 t = new_portal(1, PORTAL_FOR_THREAD), u = new_portal(1, PORTAL_FOR_THREAD);

    (void)state;
    assert_int_equal(futex(1, t, FUTEX_OP_ENQUEUE, KEY, 0, 0), 0);
    assert_int_equal(futex(1, u, FUTEX_OP_ENQUEUE, KEY, 0, 0), 0);
    assert_int_equal(futex(1, t, FUTEX_OP_SLEEP, 0, 0, 0), SIM_WAITS);
    assert_int_equal(futex(1, u, FUTEX_OP_SLEEP, 0, 0, 0), SIM_WAITS);
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, KEY + 4, 9, 0), 0);
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, KEY, 1, 0), 1);
    assert_true(thread_done(1, t, 0) && !thread_done(1, u, 0));
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, KEY, 9, 0), 1);
    assert_true(thread_done(1, u, 0));
    sim_call(1, t, UMK_PORTAL_FREE, SIM_ARGS(t));
    sim_call(1, u, UMK_PORTAL_FREE, SIM_ARGS(u));
    assert_counts();
}

static void futex_token_and_cancel(void **state)
{
    (void)state;
    assert_int_equal(futex(1, 0, FUTEX_OP_ENQUEUE, KEY, 0, 0), 0);
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, KEY, 9, 0), 1);
    assert_int_equal(futex(1, 0, FUTEX_OP_SLEEP, 0, 0, 0), 0); /* woken before it slept */
    assert_int_equal(futex(1, 0, FUTEX_OP_SLEEP, 0, 0, 0), -EINVAL);
    assert_int_equal(futex(1, 0, FUTEX_OP_ENQUEUE, KEY, 0, 0), 0);
    assert_int_equal(futex(1, 0, FUTEX_OP_CANCEL, 0, 0, 0), 0);
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, KEY, 9, 0), 0);
    assert_int_equal(futex(1, 0, FUTEX_OP_ENQUEUE, KEY + 1, 0, 0), -EINVAL);
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, KEY + 2, 1, 0), -EINVAL);
    assert_int_equal(futex(1, 0, 99, KEY, 0, 0), -EINVAL);
    assert_counts();
}

static void futex_times_out(void **state)
{
    (void)state;
    assert_int_equal(futex(1, 0, FUTEX_OP_ENQUEUE, KEY, 0, 0), 0);
    assert_int_equal(futex(1, 0, FUTEX_OP_SLEEP, 0, 0, core.machine->now() + MS), SIM_WAITS);
    sim_advance(2 * MS);
    assert_int_equal(done(1), -ETIMEDOUT);
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, KEY, 9, 0), 0);
    assert_counts();
}

/* Same address, other process: another futex; unless it is shared memory. */
static void futex_keys(void **state)
{
    u32 a = spawn(1);
    u64 fd = open_ok(1, "memory", "", RX_O_RDWR);
    i64 m1 = CALL(1, SYS_FMAP, fd, 0, 4096, 0x60000 | RX_MAP_SHARED, 0), child;

    (void)state;
    assert_int_equal(futex(a, 0, FUTEX_OP_ENQUEUE, KEY, 0, 0), 0);
    assert_int_equal(futex(a, 0, FUTEX_OP_SLEEP, 0, 0, 0), SIM_WAITS);
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, KEY, 9, 0), 0);
    child = sim_fork(1);
    assert_int_equal(futex((u32)child, 0, FUTEX_OP_ENQUEUE, (u64)m1 + 8, 0, 0), 0);
    assert_int_equal(futex((u32)child, 0, FUTEX_OP_SLEEP, 0, 0, 0), SIM_WAITS);
    assert_int_equal(futex(1, 0, FUTEX_OP_WAKE, (u64)m1 + 8, 9, 0), 1);
    assert_int_equal(done((u32)child), 0);
    reap((u32)child);
    reap(a); /* while it sleeps */
    assert_int_equal(CALL(1, SYS_FUNMAP, (u64)m1, 4096), 0);
    close_ok(1, fd);
    assert_counts();
}

/* Faults */

static i64 fault(u32 pid, u32 kind)
{
    sim_portal(pid, 0)->fault.kind = kind;
    return CALL(pid, UMK_FAULT, 0);
}

static void faults(void **state)
{
    static const struct {
        u32 kind, sig;
    } all[] = {{FAULT_ACCESS, RX_SIGSEGV}, {FAULT_BUS, RX_SIGBUS},   {FAULT_ARITHMETIC, RX_SIGFPE},
               {FAULT_ILLEGAL, RX_SIGILL}, {FAULT_TRAP, RX_SIGTRAP}, {FAULT_FORBIDDEN, RX_SIGSYS},
               {FAULT_ABORT, RX_SIGABRT},  {0xdeadbeef, RX_SIGABRT}};

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        u32 a = spawn(1);

        if (all[i].sig != RX_SIGABRT) {
            sim_body(a)->page->sig.actions[all[i].sig - 1].first = 0x1000;
            assert_int_equal(fault(a, all[i].kind), all[i].sig);
            sim_portal(a, 0)->sig.word[0] = 0; /* blocked: no handler can run */
        }
        fault(a, all[i].kind);
        sim_settle();
        assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, a, 0), a);
        assert_int_equal(sim_portal(1, 0)->ret[0], RX_STATUS_SIGNALED(all[i].sig));
    }
    assert_counts();
}

static void unknown_calls(void **state)
{
    (void)state;
    for (u32 op = 0; op < 300; op++)
        if (op != SYS_FUTEX && op != SYS_NANOSLEEP && op != SYS_CLOCK_GETTIME && op != SYS_YIELD &&
            op != SYS_MPROTECT)
            assert_int_equal(CALL(1, op, 0), -ENOSYS);
    assert_int_equal(CALL(1, SYS_YIELD, 0), 0);
    assert_int_equal(CALL(1, UINT32_MAX, 0), -ENOSYS);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(threads_call_for_themselves),
        TEST(wrong_portals),
        TEST(all_portals),
        TEST(freed_while_it_waits),
        TEST(last_thread_is_the_end),
        TEST(portal_without_memory),
        TEST(loop_only_once),
        TEST(noise_in_the_posted_words),
        TEST(posted_twice),
        TEST(clocks),
        TEST(processor_time),
        TEST(sleeping),
        TEST(futex_sleep_and_wake),
        TEST(futex_token_and_cancel),
        TEST(futex_times_out),
        TEST(futex_keys),
        TEST(faults),
        TEST(unknown_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
