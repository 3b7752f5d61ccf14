/* The scheduler on sim: with one processor answers are held back until their thread is chosen. */
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
    assert_int_equal(sim_boot(64u << 20, 0), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sim_end();
    sim_cpus = 0;
    return 0;
}

/* Three running threads (init and two programs) on one processor: the first ones to call are not
 * answered before the others have come in too. */
static void answers_wait_for_the_processor(void **state)
{
    u32 a = 2, b;
    i64 res;

    (void)state;
    /* a runs since its start, so init's answer waited for it */
    assert_int_equal(sim_spawn(1), SIM_WAITS);
    assert_int_equal(sim_call(a, 0, UMK_NULL, SIM_ARGS(0)), SIM_WAITS);
    assert_true(sim_done(1, 0, &res));
    assert_int_equal(res, 2);
    /* init runs; when it comes in, a's answer is due */
    assert_int_equal(sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, 0)), SIM_WAITS);
    assert_true(sim_done(a, 0, &res));
    b = a;
    /* alone, a thread is answered at once */
    assert_int_equal(sim_call(b, 0, UMK_NULL, SIM_ARGS(0)), 0);
}

static void the_urgent_one_is_first(void **state)
{
    i64 res;

    (void)state;
    sim_spawn(1);
    sim_call(2, 0, UMK_NULL, SIM_ARGS(0)); /* init's spawn is answered: pid 2 */
    assert_int_equal(sim_spawn(1), SIM_WAITS);
    /* now 2 waits with an answer, 3 runs, init waits with an answer */
    assert_true(sim_body(3) != NULL);
    process_find(1)->prio = 30;
    process_find(2)->prio = 10;
    assert_true(sim_done(2, 0, &res));
    assert_int_equal(sim_call(2, 0, UMK_NULL, SIM_ARGS(0)), SIM_WAITS);
    sim_call(3, 0, UMK_PROC, SIM_ARGS(PROC_EXIT, 0));
    assert_false(sim_done(1, 0, &res) && !sim_done(2, 0, &res));
}

static void a_long_run_is_interrupted(void **state)
{
    (void)state;
    sim_spawn(1); /* 2 runs, init waits for the processor */
    assert_int_equal(sim_body(2)->page->yield, 0);
    sim_advance(50000000);
    assert_int_equal(sim_body(2)->page->yield, 1);
}

/* 2 never comes in. It is stopped, not before it had time, and goes on when its turn has come. */
static void who_does_not_come_in_is_stopped(void **state)
{
    i64 res;

    (void)state;
    sim_spawn(1); /* 2 runs, init waits for the processor */
    sim_advance(11000000);
    assert_int_equal(sim_body(2)->page->yield, 1);
    sim_advance(11000000);
    assert_false(sim_stopped_body(2));
    assert_false(sim_done(1, 0, &res));
    sim_advance(11000000);
    assert_true(sim_stopped_body(2));
    assert_true(sim_done(1, 0, &res));
    /* stopped and continued by signals meanwhile: it still has to wait for its turn */
    core_kill_process(2, RX_SIGSTOP);
    core_kill_process(2, RX_SIGCONT);
    assert_true(sim_stopped_body(2));
    /* init comes in: its turn */
    assert_int_equal(sim_call(1, 0, SYS_NANOSLEEP, SIM_ARGS(1000, 0)), SIM_WAITS);
    assert_false(sim_stopped_body(2));
    /* and it may still die while it is stopped */
    assert_int_equal(sim_spawn(2), SIM_WAITS); /* 3 runs, 2 waits with its answer */
    for (u32 i = 0; i < 3; i++)
        sim_advance(11000000);
    assert_true(sim_stopped_body(3));
    assert_true(sim_done(2, 0, &res));
    core_kill_process(3, RX_SIGKILL);
    sim_settle();
    assert_null(sim_body(3));
    assert_int_equal(sim_call(2, 0, UMK_NULL, SIM_ARGS(0)), 0);
}

static void a_stopped_process_gives_way(void **state)
{
    i64 res;

    (void)state;
    sim_spawn(1); /* 2 runs, init waits for the processor */
    assert_false(sim_done(1, 0, &res));
    core_kill_process(2, RX_SIGSTOP);
    assert_true(sim_done(1, 0, &res));
    core_kill_process(2, RX_SIGCONT);
    core_kill_process(2, RX_SIGKILL);
    sim_settle();
    assert_null(sim_body(2));
}

/* A thread that calls again before it was given the processor for its last answer. */
static void impatient_call(void **state)
{
    i64 res;

    (void)state;
    assert_int_equal(sim_spawn(1), SIM_WAITS); /* 2 runs, init waits for the processor */
    assert_int_equal(sim_call(1, 0, UMK_NULL, SIM_ARGS(0)), SIM_WAITS);
    assert_int_equal(sim_call(1, 0, SYS_NANOSLEEP, SIM_ARGS(1, 0)), SIM_WAITS);
    assert_int_equal(sim_call(2, 0, UMK_NULL, SIM_ARGS(0)), 0);
    sim_advance(2000000000);
    sim_call(2, 0, SYS_NANOSLEEP, SIM_ARGS(1, 0));
    assert_true(sim_done(1, 0, &res));
    assert_int_equal(res, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_wait_for_the_processor, setup, teardown),
        cmocka_unit_test_setup_teardown(the_urgent_one_is_first, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_run_is_interrupted, setup, teardown),
        cmocka_unit_test_setup_teardown(who_does_not_come_in_is_stopped, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stopped_process_gives_way, setup, teardown),
        cmocka_unit_test_setup_teardown(impatient_call, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
