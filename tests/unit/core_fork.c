/* Fork: what the child is a copy of, and all that happens before it has checked in. */
#include "tests/unit/core_test.h"
#include "umk/core/signal.h"
#include "umk/sim/machine.h"

static struct sim_server s;

static void fork_is_a_copy(void **state)
{
    u32 a = spawn(1);
    u64 rd, wr;
    i64 child;

    (void)state;
    make_pipe(a, &rd, &wr);
    CALL(a, SYS_FCNTL, rd, RX_F_SETFD, RX_FD_CLOEXEC);
    sim_body(a)->page->sig.actions[RX_SIGUSR1 - 1].first = 0x1234;
    sim_body(a)->page->sig.pending = 1;
    sim_portal(a, 0)->sig.word[0] = RX_SIGBIT(RX_SIGUSR1) << 32 | 5;
    child = sim_fork(a);
    assert_int_equal(sim_body((u32)child)->page->sig.actions[RX_SIGUSR1 - 1].first, 0x1234);
    assert_int_equal(sim_body((u32)child)->page->sig.pending, 0);
    assert_int_equal(sim_portal((u32)child, 0)->sig.word[0], RX_SIGBIT(RX_SIGUSR1) << 32);
    assert_int_equal(CALL((u32)child, SYS_FCNTL, rd, RX_F_GETFD, 0), RX_FD_CLOEXEC);
    assert_int_equal(write_text((u32)child, wr, "hi"), 2);
    assert_int_equal(CALL(a, SYS_READ, rd, 9), 2);
    assert_int_equal(CALL((u32)child, UMK_PROC, PROC_GETPPID), a);
    reap(a);
    reap((u32)child);
    assert_counts();
}

/* A server counts the mappings of its files: a fork adds one, and each ends once. */
static void fork_copies_mappings_of_files(void **state)
{
    struct queue_entry e;
    u64 image, at;
    i64 child, mapped;
    u32 a;

    (void)state;
    make_server(&s, "x");
    at = server_memory(&s, 8192);
    a = spawn(1);
    image = image_at_server(&s, a);
    assert_int_equal(CALL(a, SYS_FMAP, image, 0, 8192, RX_PROT_READ | RX_MAP_SHARED, 0), SIM_WAITS);
    serve(&s, OP_MMAP_PREP, (i64)at);
    mapped = done(a);
    assert_true(mapped > 0);
    assert_int_equal(CALL(a, UMK_MSYNC, (u64)mapped + 4096), SIM_WAITS);
    e = expect(&s, OP_FSYNC);
    assert_int_equal(e.sqe.args[0], 50);
    answer(&s, &e, 0);
    assert_int_equal(done(a), 0);
    assert_int_equal(sim_portal(a, 0)->ret[0], mapped + 8192);
    assert_int_equal(CALL(a, UMK_MSYNC, (u64)mapped), SIM_WAITS);
    serve(&s, OP_FSYNC, -EIO);
    assert_int_equal(done(a), -EIO);
    child = sim_fork(a);
    e = expect(&s, OP_MMAP_PREP);
    assert_int_equal(e.sqe.args[0], 50);
    assert_int_equal(e.sqe.args[1], 8192);
    assert_int_equal(e.sqe.caller, child);
    answer(&s, &e, (i64)at);
    sim_kill_host((u32)child);
    assert_int_equal(expect(&s, OP_MUNMAP).sqe.caller, child);
    nothing(&s);
    assert_int_equal(CALL(a, SYS_FUNMAP, (u64)mapped, 8192), 0);
    assert_int_equal(expect(&s, OP_MUNMAP).sqe.caller, a);
    nothing(&s);
    reap(a);
    expect(&s, OP_CLOSE_MSG);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, (u64)child, 0), child);
    end_server(&s, "x");
    assert_counts();
}

/* What a server has granted and what does not come to be ends for it as well. */
static void granted_mappings_that_fail(void **state)
{
    struct queue_entry e;
    u64 image, at;
    i64 taken;
    u32 a;

    (void)state;
    make_server(&s, "x");
    at = server_memory(&s, 8192);
    a = spawn(1);
    image = image_at_server(&s, a);
    taken = CALL(a, SYS_FMAP, RX_ANON_FD, 0, 4096, RX_PROT_READ, 0);
    assert_int_equal(CALL(a, SYS_FMAP, image, 4096, 100,
                          RX_PROT_READ | RX_MAP_SHARED | RX_MAP_FIXED_NOREPLACE, taken),
                     SIM_WAITS);
    serve(&s, OP_MMAP_PREP, (i64)at);
    assert_int_equal(done(a), -EEXIST);
    e = expect(&s, OP_MUNMAP);
    assert_int_equal(e.sqe.args[0], 50);
    assert_int_equal(e.sqe.args[1], 4096);
    assert_int_equal(e.sqe.args[3], 4096);
    nothing(&s);
    /* an address that is not the server's */
    assert_int_equal(CALL(a, SYS_FMAP, image, 0, 8192, RX_PROT_READ | RX_MAP_SHARED, 0), SIM_WAITS);
    serve(&s, OP_MMAP_PREP, (i64)at + 4096);
    assert_int_equal(done(a), -EINVAL);
    assert_int_equal(expect(&s, OP_MUNMAP).sqe.args[1], 8192);
    /* the caller dies before the answer */
    assert_int_equal(CALL(a, SYS_FMAP, image, 0, 8192, RX_PROT_READ | RX_MAP_SHARED, 0), SIM_WAITS);
    e = expect(&s, OP_MMAP_PREP);
    reap(a);
    expect(&s, OP_CANCEL);
    answer(&s, &e, (i64)at);
    assert_int_equal(expect(&s, OP_MUNMAP).sqe.caller, a);
    expect(&s, OP_CLOSE_MSG);
    nothing(&s);
    end_server(&s, "x");
    assert_counts();
}

/* The parent was told a pid: it hears of that child's end in any case. */
static void fork_that_does_not_check_in(void **state)
{
    i64 child;

    (void)state;
    sim_fail_effect(2);
    child = CALL(1, UMK_FORK, 0);
    assert_true(child > 1);
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, (u64)child, 0), SIM_WAITS);
    sim_settle();
    assert_int_equal(done(1), child);
    assert_int_equal(sim_portal(1, 0)->ret[0], RX_STATUS_SIGNALED(RX_SIGKILL));
    child = CALL(1, UMK_FORK, 0);
    core_kill_process((u32)child, RX_SIGTERM);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, (u64)child, 0), child);
    assert_int_equal(sim_portal(1, 0)->ret[0], RX_STATUS_SIGNALED(RX_SIGTERM));
    assert_counts();
}

static u64 pending_of(i64 pid)
{
    return sim_body((u32)pid)->page->sig.pending;
}

/* What a child is sent before it has checked in finds the handlers that it inherits. */
static void signals_to_a_fork_under_way(void **state)
{
    struct sig_proc_control *ctl = &sim_body(1)->page->sig;
    const struct rx_rt_sig_info value = {.arg = 7, .code = -1};
    struct rx_rt_sig_info got;
    i64 child;

    (void)state;
    ctl->actions[RX_SIGTERM - 1].first = SIGACT_ADDRESS;
    ctl->actions[RX_SIGINT - 1].first = SIGACT_IGNORED;
    ctl->actions[40 - 1].first = SIGACT_ADDRESS;
    child = CALL(1, UMK_FORK, 0);
    assert_int_equal(CALL(1, UMK_PROC, PROC_KILL, (u64)child, RX_SIGTERM), 0);
    assert_int_equal(CALL(1, UMK_PROC, PROC_KILL, (u64)child, RX_SIGINT), 0);
    assert_int_equal(signal_queue(process_find((u32)child), 40, process_find(1), &value), 0);
    sim_settle();
    assert_int_equal(pending_of(child), RX_SIGBIT(RX_SIGTERM) | RX_SIGBIT(40));
    assert_int_equal(sigqueue_take(process_find((u32)child), 40 - 33, &got), 0);
    assert_int_equal(got.arg, 7);
    assert_int_equal(sigqueue_take(process_find((u32)child), 40 - 33, &got), -EAGAIN);
    reap((u32)child);
    memset(ctl->actions, 0, sizeof(ctl->actions));
    assert_counts();
}

static void parent_dies_during_fork(void **state)
{
    u32 a = spawn(1);
    i64 child = CALL(a, UMK_FORK, 0);

    (void)state;
    sim_kill_host(a);
    sim_settle();
    assert_non_null(sim_body((u32)child));
    assert_int_equal(CALL((u32)child, UMK_PROC, PROC_GETPPID), 1);
    sim_kill_host((u32)child);
    reap_any();
    reap_any();
    assert_counts();
}

static void more_memory_than_a_fork_can_have(void **state)
{
    i64 at = CALL(1, SYS_FMAP, RX_ANON_FD, 0, 40u << 20, 0x60000, 0);

    (void)state;
    assert_true(at > 0);
    assert_int_equal(CALL(1, UMK_FORK, 0), -ENOMEM);
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, 0, 0), -ECHILD);
    CALL(1, SYS_FUNMAP, (u64)at, 40u << 20);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fork_is_a_copy),
        TEST(fork_copies_mappings_of_files),
        TEST(granted_mappings_that_fail),
        TEST(fork_that_does_not_check_in),
        TEST(signals_to_a_fork_under_way),
        TEST(parent_dies_during_fork),
        TEST(more_memory_than_a_fork_can_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
