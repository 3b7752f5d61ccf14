/* Boot, processes, pipes and a first server on sim; each test ends with the counts it began with.
 */
#include "umk/sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct audit_counts before;

static int setup(void **state)
{
    (void)state;
    assert_int_equal(sim_boot(64u << 20, 0), 0);
    /* what the first use of anything leaves behind for good is made here */
    core_audit_counts(&before);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sim_end();
    return 0;
}

static void assert_counts(void)
{
    struct audit_counts after;

    core_audit_counts(&after);
    for (u32 i = 0; i < after.n; i++)
        if (after.live[i] != before.live[i])
            fail_msg("%s: %u before, %u after", after.name[i], before.live[i], after.live[i]);
    assert_int_equal(after.memory_used, before.memory_used);
}

static void null_call(void **state)
{
    (void)state;
    assert_int_equal(sim_call(1, 0, UMK_NULL, SIM_ARGS(0)), 0);
    assert_int_equal(sim_call(1, 0, 0xdead, SIM_ARGS(0)), -ENOSYS);
    assert_counts();
}

static void console(void **state)
{
    struct sim_args a = {.a = {1, 5}, .in = "hello", .in_len = 5};
    i64 n;

    (void)state;
    assert_int_equal(sim_call(1, 0, SYS_WRITE, &a), 5);
    assert_memory_equal(sim_console, "hello", 5);
    assert_int_equal(sim_call(1, 0, SYS_READ, SIM_ARGS(0, 100)), SIM_WAITS);
    sim_type("abc\n");
    assert_true(sim_done(1, 0, &n));
    assert_int_equal(n, 4);
    assert_memory_equal(sim_payload(1, 0), "abc\n", 4);
    assert_counts();
}

static void spawn_and_wait(void **state)
{
    i64 pid = sim_spawn(1), res;

    (void)state;
    assert_true(pid > 1);
    assert_int_equal(sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, RX_WNOHANG)), 0);
    assert_int_equal(sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, 0)), SIM_WAITS);
    sim_call((u32)pid, 0, UMK_PROC, SIM_ARGS(PROC_EXIT, 7));
    sim_settle();
    assert_true(sim_done(1, 0, &res));
    assert_int_equal(res, pid);
    assert_int_equal(sim_portal(1, 0)->ret[0], RX_STATUS_EXITED(7));
    assert_int_equal(sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, 0)), -ECHILD);
    assert_counts();
}

static void server_round_trip(void **state)
{
    i64 server = sim_spawn(1), client = sim_spawn(1), res;
    struct sim_server s;
    struct queue_entry e;

    (void)state;
    assert_int_equal(sim_server_make((u32)server, "x", &s), 1);
    assert_int_equal(sim_open((u32)client, 0, "x", "a/b", RX_O_RDONLY), SIM_WAITS);
    assert_true(sim_server_take(&s, &e));
    assert_int_equal(e.sqe.opcode, OP_OPENAT);
    assert_int_equal(e.sqe.args[0], 1);
    assert_int_equal(e.sqe.args[2], 3);
    assert_memory_equal((u8 *)s.q + e.sqe.args[1], "a/b", 3);
    sim_server_answer(&s, CQE_REGULAR, e.sqe.tag, 77, 0);
    assert_true(sim_done((u32)client, 0, &res));
    assert_true(res >= 0);
    assert_int_equal(sim_call((u32)client, 0, SYS_READ, SIM_ARGS((u64)res, 10)), SIM_WAITS);
    assert_true(sim_server_take(&s, &e));
    assert_int_equal(e.sqe.opcode, OP_READ);
    memcpy((u8 *)s.q + e.sqe.args[1], "data", 4);
    sim_server_answer(&s, CQE_REGULAR, e.sqe.tag, 4, 0);
    assert_true(sim_done((u32)client, 0, &res));
    assert_int_equal(res, 4);
    assert_memory_equal(sim_payload((u32)client, 0), "data", 4);
    sim_kill_host((u32)client);
    sim_settle();
    assert_true(sim_server_take(&s, &e));
    assert_int_equal(e.sqe.opcode, OP_CLOSE_MSG);
    assert_int_equal(e.sqe.args[0], 77);
    sim_kill_host((u32)server);
    sim_settle();
    sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, 0));
    sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, 0));
    struct sim_args unlink = {.a = {RX_FD_UPPER, 0, 1, 0, 0, 1}, .in = "x", .in_len = 1};
    assert_int_equal(sim_call(1, 0, SYS_UNLINKAT, &unlink), 0);
    assert_counts();
}

static void dead_server_fails_callers(void **state)
{
    i64 server = sim_spawn(1), client = sim_spawn(1), res;
    struct sim_server s;

    (void)state;
    assert_int_equal(sim_server_make((u32)server, "x", &s), 1);
    assert_int_equal(sim_open((u32)client, 0, "x", "f", RX_O_RDONLY), SIM_WAITS);
    sim_kill_host((u32)server);
    assert_true(sim_done((u32)client, 0, &res));
    assert_int_equal(res, -ENODEV);
    assert_int_equal(sim_open((u32)client, 0, "x", "f", RX_O_RDONLY), -ENODEV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(null_call, setup, teardown),
        cmocka_unit_test_setup_teardown(console, setup, teardown),
        cmocka_unit_test_setup_teardown(spawn_and_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(server_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(dead_server_fails_callers, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
