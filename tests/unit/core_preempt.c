/* The scheduler on a machine that can take the processor from a thread at any instruction. */
#include "umk/sim/sim.h"
#include "umk/core/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static int setup(void **state)
{
    (void)state;
    sim_cpus = 1;
    sim_bare = true;
    assert_int_equal(sim_boot(64u << 20, 0), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sim_end();
    sim_cpus = 0;
    sim_bare = false;
    return 0;
}

/* A new process gets the processor in its turn; its maker's answer comes later. */
static void a_new_thread_waits_for_its_turn(void **state)
{
    i64 res;

    (void)state;
    assert_true(core_may_run(sim_body(1), 0));
    assert_int_equal(sim_spawn(1), SIM_WAITS);
    assert_true(core_may_run(sim_body(2), 0));
    assert_false(core_may_run(sim_body(1), 0));
    assert_int_equal(sim_call(2, 0, SYS_YIELD, SIM_ARGS(0)), SIM_WAITS);
    assert_true(sim_done(1, 0, &res));
    assert_true(core_may_run(sim_body(1), 0));
}

/* A call that need not wait costs nobody the processor, unless somebody more urgent waits. */
static void answered_at_once(void **state)
{
    i64 res;

    (void)state;
    assert_int_equal(sim_spawn(1), SIM_WAITS); /* 2 runs, init's answer is due */
    assert_int_equal(sim_call(2, 0, UMK_NULL, SIM_ARGS(0)), 0);
    assert_true(core_may_run(sim_body(2), 0));
    assert_false(sim_done(1, 0, &res));
    process_find(2)->prio = process_find(1)->prio + 1;
    assert_int_equal(sim_call(2, 0, UMK_NULL, SIM_ARGS(0)), SIM_WAITS);
    assert_true(sim_done(1, 0, &res));
    assert_false(core_may_run(sim_body(2), 0));
}

/* It is answered when it is continued, and not before. */
static void stops_itself(void **state)
{
    i64 res;

    (void)state;
    assert_int_equal(sim_spawn(1), SIM_WAITS);
    assert_int_equal(sim_call(2, 0, UMK_PROC, SIM_ARGS(PROC_KILL, 2, RX_SIGSTOP)), SIM_WAITS);
    assert_true(sim_done(1, 0, &res));
    assert_int_equal(sim_call(1, 0, SYS_YIELD, SIM_ARGS(0)), 0);
    assert_int_equal(sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_KILL, 2, RX_SIGCONT)), 0);
    assert_false(sim_done(2, 0, &res));
    assert_int_equal(sim_call(1, 0, SYS_YIELD, SIM_ARGS(0)), SIM_WAITS);
    assert_true(sim_done(2, 0, &res));
}

/* Neither calls: they take turns all the same, and nobody's portal is touched. */
static void slices_end_by_force(void **state)
{
    i64 res;

    (void)state;
    sim_spawn(1);
    sim_call(2, 0, SYS_YIELD, SIM_ARGS(0)); /* init runs with its answer, 2's is due */
    assert_false(sim_done(2, 0, &res));
    sim_advance(50000000);
    assert_true(sim_done(2, 0, &res));
    assert_true(core_may_run(sim_body(2), 0));
    assert_false(core_may_run(sim_body(1), 0));
    sim_portal(1, 0)->state = WAIT_FREE;
    assert_int_equal(sim_body(2)->page->yield, 0);
    sim_call(1, 0, UMK_NULL, SIM_ARGS(0)); /* as if it had run all the while */
    sim_advance(50000000);
    assert_true(core_may_run(sim_body(1), 0));
}

/* What was taken from a thread that was not in a call is given back without an answer. */
static void a_resumed_thread_gets_no_answer(void **state)
{
    (void)state;
    sim_spawn(1);
    sim_call(2, 0, SYS_YIELD, SIM_ARGS(0)); /* init runs */
    sim_advance(50000000);                  /* 2 runs, init's turn is over */
    sim_portal(1, 0)->state = WAIT_FREE;
    sim_call(2, 0, UMK_PROC, SIM_ARGS(PROC_EXIT, 0));
    assert_true(core_may_run(sim_body(1), 0));
    assert_int_equal(sim_portal(1, 0)->state, WAIT_FREE);
}

static void a_stopped_thread_comes_back_in_turn(void **state)
{
    i64 res;

    (void)state;
    sim_spawn(1); /* 2 runs */
    core_kill_process(2, RX_SIGSTOP);
    assert_true(sim_done(1, 0, &res));
    assert_false(core_may_run(sim_body(2), 0));
    core_kill_process(2, RX_SIGCONT);
    assert_false(core_may_run(sim_body(2), 0)); /* there is one processor, and init has it */
    sim_advance(50000000);
    assert_true(core_may_run(sim_body(2), 0));
}

/* Another thread of its process comes in first: the post stays for the one that made it. */
static void a_post_waits_for_its_thread(void **state)
{
    i64 res;

    (void)state;
    assert_true(sim_call(1, 0, UMK_PORTAL_NEW, SIM_ARGS(PORTAL_FOR_THREAD, 0x1000)) > 0);
    assert_int_equal(sim_call(1, 0, SYS_YIELD, SIM_ARGS(0)), SIM_WAITS);
    assert_true(core_may_run(sim_body(1), 1));
    sim_outside = 1ull << 1;
    assert_int_equal(sim_call(1, 1, UMK_NULL, SIM_ARGS(0)), SIM_WAITS);
    assert_true(core_may_run(sim_body(1), 1));
    sim_outside = 0;
    core_poll(sim_body(1));
    sim_advance(50000000);
    assert_true(sim_done(1, 1, &res));
    assert_int_equal(res, 0);
}

/* A thread brings its own call: what others have posted stays, what was closed before is closed. */
static void a_thread_brings_its_call(void **state)
{
    struct portal *p;
    u64 *posted;
    i64 res;

    (void)state;
    assert_true(sim_call(1, 0, UMK_PORTAL_NEW, SIM_ARGS(PORTAL_FOR_ASYNC)) > 0);
    p = sim_portal(1, 1);
    posted = sim_body(1)->page->posted;
    p->op = UMK_NULL;
    p->state = WAIT_PENDING;
    posted[0] |= 1u << 1;
    assert_int_equal(sim_call(1, 0, UMK_NULL, SIM_ARGS(0)), 0);
    assert_false(sim_done(1, 1, &res));
    assert_int_equal(posted[0], 1u << 1);
    core_poll(sim_body(1));
    assert_true(sim_done(1, 1, &res));
}

static void closes_come_before_its_call(void **state)
{
    struct proc_page *page = sim_body(1)->page;
    i64 fd = sim_open(1, 0, "event", "", RX_O_RDWR);

    (void)state;
    assert_true(fd >= 0);
    page->closes[page->close_tail++ % CLOSES_KEPT] = (u64)fd;
    assert_int_equal(sim_call(1, 0, SYS_FCNTL, SIM_ARGS((u64)fd, RX_F_GETFD)), -EBADF);
}

/* Coming in without a call, or after the end of its process, is nothing. */
static void a_thread_brings_nothing(void **state)
{
    struct body *b = sim_body(1);

    (void)state;
    sim_portal(1, 0)->state = WAIT_FREE;
    assert_true(core_call(b, 0));
    assert_int_equal(sim_portal(1, 0)->state, WAIT_FREE);
    assert_false(core_call(b, 1)); /* there is no such thread */
    assert_int_equal(sim_spawn(1), SIM_WAITS);
    b = sim_body(2);
    core_kill_process(2, RX_SIGKILL);
    assert_false(core_call(b, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_thread_waits_for_its_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(answered_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(stops_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(slices_end_by_force, setup, teardown),
        cmocka_unit_test_setup_teardown(a_resumed_thread_gets_no_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stopped_thread_comes_back_in_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(a_post_waits_for_its_thread, setup, teardown),
        cmocka_unit_test_setup_teardown(a_thread_brings_its_call, setup, teardown),
        cmocka_unit_test_setup_teardown(closes_come_before_its_call, setup, teardown),
        cmocka_unit_test_setup_teardown(a_thread_brings_nothing, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
