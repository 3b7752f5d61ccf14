/* Processes: waiting, signals, groups, credentials, ends. */
#include "tests/unit/core_test.h"

#define PROC(pid, ...) CALL(pid, UMK_PROC, __VA_ARGS__)

static u64 status_of(u32 parent)
{
    return sim_portal(parent, 0)->ret[0];
}

static void exit_now(u32 pid, u64 status)
{
    PROC(pid, PROC_EXIT, status);
    sim_settle();
}

static struct sig_proc_control *signals(u32 pid)
{
    return &sim_body(pid)->page->sig;
}

static void handler(u32 pid, u32 sig)
{
    signals(pid)->actions[sig - 1].first = 0x1000;
}

/* Wait */

static void statuses(void **state)
{
    u32 a = spawn(1), b = spawn(1), c = spawn(1);

    (void)state;
    exit_now(a, 7);
    exit_now(b, RX_SIGSEGV << 8);
    sim_kill_host(c);
    assert_int_equal(PROC(1, PROC_WAITPID, a, 0), a);
    assert_int_equal(status_of(1), RX_STATUS_EXITED(7));
    assert_int_equal(PROC(1, PROC_WAITPID, b, 0), b);
    assert_int_equal(status_of(1), RX_STATUS_SIGNALED(RX_SIGSEGV));
    assert_int_equal(PROC(1, PROC_WAITPID, c, 0), c);
    assert_int_equal(status_of(1), RX_STATUS_SIGNALED(RX_SIGKILL));
    assert_int_equal(PROC(1, PROC_WAITPID, a, 0), -ECHILD);
    assert_counts();
}

static void whom_to_wait_for(void **state)
{
    u32 a = spawn(1), b = spawn(1);

    (void)state;
    assert_int_equal(PROC(1, PROC_SETPGID, b, b), 0);
    assert_int_equal(PROC(1, PROC_WAITPID, 1, 0), -EINVAL);
    assert_int_equal(PROC(1, PROC_WAITPID, 30000, 0), -ECHILD);
    assert_int_equal(PROC(1, PROC_WAITPGID, a, RX_WNOHANG), -ECHILD);
    assert_int_equal(PROC(1, PROC_WAITPGID, b, RX_WNOHANG), 0);
    assert_int_equal(PROC(1, PROC_WAITPGID, b, 0), SIM_WAITS);
    exit_now(a, 0);
    assert_true(waits(1));
    exit_now(b, 0);
    assert_int_equal(done(1), b);
    assert_int_equal(PROC(1, PROC_WAITPGID, 0, 0), a);
    assert_counts();
}

static void stop_and_continue(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGSTOP), 0);
    assert_int_equal(PROC(1, PROC_WAITPID, a, RX_WNOHANG), 0);
    assert_int_equal(PROC(1, PROC_WAITPID, a, RX_WUNTRACED), a);
    assert_int_equal(status_of(1), RX_STATUS_STOPPED(RX_SIGSTOP));
    assert_int_equal(PROC(1, PROC_WAITPID, a, RX_WUNTRACED | RX_WNOHANG), 0);
    assert_int_equal(PROC(1, PROC_WAITPID, a, RX_WCONTINUED), SIM_WAITS);
    core_kill_process(a, RX_SIGCONT);
    assert_int_equal(done(1), a);
    assert_int_equal(status_of(1), RX_STATUS_CONTINUED);
    core_kill_process(a, RX_SIGTSTP);
    core_kill_process(a, RX_SIGKILL);
    sim_settle();
    assert_int_equal(PROC(1, PROC_WAITPID, a, RX_WUNTRACED), a);
    assert_int_equal(status_of(1), RX_STATUS_SIGNALED(RX_SIGKILL));
    assert_counts();
}

static void orphans_go_to_init(void **state)
{
    u32 a = spawn(1), b = spawn(a), c = spawn(a);

    (void)state;
    assert_int_equal(PROC(b, PROC_GETPPID), a);
    exit_now(c, 1); /* a zombie when its parent dies */
    exit_now(a, 0);
    assert_int_equal(PROC(b, PROC_GETPPID), 1);
    assert_int_equal(PROC(1, PROC_WAITPID, a, 0), a);
    assert_int_equal(PROC(1, PROC_WAITPID, c, 0), c);
    exit_now(b, 0);
    assert_int_equal(PROC(1, PROC_WAITPID, b, 0), b);
    assert_counts();
}

static void init_ends_the_system(void **state)
{
    u32 status = 0, a = spawn(1);

    (void)state;
    exit_now(a, 0);
    PROC(1, PROC_EXIT, 3);
    sim_settle();
    assert_true(sim_stopped(&status));
    assert_int_equal(status, 1);
}

/* Signals */

static void default_actions(void **state)
{
    u32 a = spawn(1), b;

    (void)state;
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGCHLD), 0);
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGURG), 0);
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGWINCH), 0);
    assert_int_equal(PROC(1, PROC_KILL, a, 0), 0);
    assert_non_null(sim_body(a));
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGTERM), 0);
    sim_settle();
    assert_int_equal(PROC(1, PROC_WAITPID, a, 0), a);
    assert_int_equal(status_of(1), RX_STATUS_SIGNALED(RX_SIGTERM));
    b = spawn(1);
    signals(b)->actions[RX_SIGTERM - 1].first = SIGACT_IGNORED;
    assert_int_equal(PROC(1, PROC_KILL, b, RX_SIGTERM), 0);
    assert_int_equal(signals(b)->pending, 0);
    assert_non_null(sim_body(b));
    reap(b);
    assert_counts();
}

static void init_is_spared(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(PROC(a, PROC_KILL, 0, RX_SIGSTOP), 0); /* the group of both */
    assert_int_equal(PROC(a, PROC_KILL, 1, RX_SIGTERM), 0);
    assert_false(process_find(1)->stopped);
    assert_true(process_find(a)->stopped);
    assert_int_equal(CALL(1, UMK_NULL, 0), 0);
    reap(a);
    assert_counts();
}

static void bad_kills(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(PROC(1, PROC_KILL, a, 65), -EINVAL);
    assert_int_equal(PROC(1, PROC_KILL, a, 32), -EINVAL);
    assert_int_equal(PROC(1, PROC_KILL, a, UINT64_MAX), -EINVAL);
    assert_int_equal(PROC(1, PROC_KILL, 30000, RX_SIGTERM), -ESRCH);
    assert_int_equal(PROC(1, PROC_KILL, 1ull << 40, RX_SIGTERM), -ESRCH);
    assert_int_equal(PROC(1, PROC_KILL, (u64)-30000, RX_SIGTERM), -ESRCH);
    assert_int_equal(PROC(1, PROC_KILL, (u64)INT64_MIN, RX_SIGTERM), -ESRCH);
    reap(a);
    assert_counts();
}

static void handled_signal_interrupts(void **state)
{
    u32 a = spawn(1);
    u64 r, w;

    (void)state;
    make_pipe(a, &r, &w);
    handler(a, RX_SIGUSR1);
    assert_int_equal(CALL(a, SYS_READ, r, 10), SIM_WAITS);
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGUSR1), 0);
    assert_int_equal(done(a), -EINTR);
    assert_int_equal(signals(a)->pending, RX_SIGBIT(RX_SIGUSR1));
    assert_int_equal(signals(a)->sender_infos[RX_SIGUSR1 - 1], 1);
    /* still pending: the next wait ends at once */
    assert_int_equal(CALL(a, SYS_READ, r, 10), -EINTR);
    signals(a)->pending = 0;
    assert_int_equal(CALL(a, SYS_READ, r, 10), SIM_WAITS);
    reap(a);
    assert_counts();
}

static i64 dequeue(u32 pid, u32 index, struct rx_rt_sig_info *info)
{
    i64 r = CALL_IN(pid, UMK_PROC, &index, sizeof(index), PROC_SIGDEQ);

    memcpy(info, sim_payload(pid, 0), sizeof(*info));
    return r;
}

/* Real-time signals are queued, in order, each with its value and its true sender. */
static void signals_are_queued(void **state)
{
    struct rx_rt_sig_info info = {.arg = 5, .code = -1, .uid = 77, .pid = 78}, got;
    u32 a = spawn(1), mine = 33;

    (void)state;
    handler(a, mine);
    for (u64 i = 0; i < 31; i++, info.arg++)
        assert_int_equal(CALL_IN(1, UMK_PROC, &info, sizeof(info), PROC_SIGQ, a, mine), 0);
    assert_int_equal(PROC(1, PROC_KILL, a, mine), 0);
    assert_int_equal(CALL_IN(1, UMK_PROC, &info, sizeof(info), PROC_SIGQ, a, mine), -EAGAIN);
    assert_int_equal(PROC(1, PROC_KILL, a, mine), -EAGAIN);
    assert_int_equal(CALL_IN(1, UMK_PROC, &info, sizeof(info), PROC_SIGQ, a, RX_SIGTERM), -EINVAL);
    assert_int_equal(CALL_IN(1, UMK_PROC, &info, sizeof(info), PROC_SIGQ, a, 65), -EINVAL);
    assert_int_equal(CALL_IN(1, UMK_PROC, &info, sizeof(info), PROC_SIGQ, 4000, mine), -ESRCH);
    assert_int_equal(signals(a)->pending, RX_SIGBIT(mine));
    assert_int_equal(dequeue(a, 32, &got), -EINVAL);
    assert_int_equal(dequeue(a, 1, &got), -EAGAIN);
    for (u64 i = 0; i < 32; i++) {
        assert_int_equal(dequeue(a, 0, &got), 0);
        assert_int_equal(got.arg, i < 31 ? 5 + i : 0);
        assert_int_equal(got.code, i < 31 ? -1 : 0);
        assert_int_equal(got.pid, 1);
        assert_int_equal(got.uid, 0);
    }
    assert_int_equal(dequeue(a, 0, &got), -EAGAIN);
    /* what was not taken goes with the process */
    assert_int_equal(CALL_IN(1, UMK_PROC, &info, sizeof(info), PROC_SIGQ, a, mine), 0);
    reap(a);
    assert_counts();
}

static void blocked_signal_waits(void **state)
{
    u32 a = spawn(1);

    (void)state;
    sim_portal(a, 0)->sig.word[0] = 0;
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGTERM), 0);
    assert_int_equal(signals(a)->pending, RX_SIGBIT(RX_SIGTERM));
    assert_int_equal(CALL(a, SYS_NANOSLEEP, 1, 0), SIM_WAITS);
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGINT), 0);
    assert_true(waits(a));
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGKILL), 0);
    sim_settle();
    assert_int_equal(PROC(1, PROC_WAITPID, a, 0), a);
    assert_counts();
}

static void child_signals(void **state)
{
    u32 a = spawn(1);

    (void)state;
    handler(1, RX_SIGCHLD);
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGSTOP), 0);
    assert_true(signals(1)->pending & RX_SIGBIT(RX_SIGCHLD));
    signals(1)->pending = 0;
    signals(1)->actions[RX_SIGCHLD - 1].first = 0x1000 | SIGACT_DEFAULT_IS_STOP;
    assert_int_equal(PROC(1, PROC_KILL, a, RX_SIGCONT), 0);
    assert_false(signals(1)->pending & RX_SIGBIT(RX_SIGCHLD));
    exit_now(a, 0);
    assert_true(signals(1)->pending & RX_SIGBIT(RX_SIGCHLD));
    signals(1)->pending = 0;
    assert_int_equal(PROC(1, PROC_WAITPID, 0, 0), a);
    assert_counts();
}

static void thread_signals(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(PROC(a, PROC_SIGNAL_THREAD, 0, 0), 0);
    assert_int_equal(PROC(a, PROC_SIGNAL_THREAD, 9, RX_SIGUSR1), -ESRCH);
    assert_int_equal(PROC(a, PROC_SIGNAL_THREAD, UINT64_MAX, RX_SIGUSR1), -ESRCH);
    assert_int_equal(PROC(a, PROC_SIGNAL_THREAD, 0, 99), -EINVAL);
    handler(a, RX_SIGUSR1);
    assert_int_equal(PROC(a, PROC_SIGNAL_THREAD, 0, RX_SIGUSR1), 0);
    assert_true(sim_portal(a, 0)->sig.word[0] & RX_SIGBIT(RX_SIGUSR1));
    handler(a, 40);
    assert_int_equal(PROC(a, PROC_SIGNAL_THREAD, 0, 40), 0);
    assert_true(sim_portal(a, 0)->sig.word[1] & 1ull << (40 - 33));
    PROC(a, PROC_SIGNAL_THREAD, 0, RX_SIGKILL);
    sim_settle();
    assert_int_equal(PROC(1, PROC_WAITPID, a, 0), a);
    assert_counts();
}

static void group_kill(void **state)
{
    u32 a = spawn(1), b = spawn(1), c = spawn(1);

    (void)state;
    assert_int_equal(PROC(1, PROC_SETPGID, a, 0), 0);
    assert_int_equal(PROC(1, PROC_SETPGID, b, a), 0);
    assert_int_equal(PROC(1, PROC_KILL, (u64) - (i64)a, RX_SIGTERM), 0);
    sim_settle();
    assert_null(sim_body(a));
    assert_null(sim_body(b));
    assert_non_null(sim_body(c));
    assert_int_equal(PROC(1, PROC_KILL, UINT64_MAX, RX_SIGKILL), 0);
    sim_settle();
    assert_null(sim_body(c));
    for (u32 i = 0; i < 3; i++)
        assert_true(PROC(1, PROC_WAITPID, 0, 0) > 1);
    assert_counts();
}

/* Groups, sessions, credentials */

static void groups_and_sessions(void **state)
{
    u32 a = spawn(1), b = spawn(1);

    (void)state;
    assert_int_equal(PROC(a, PROC_SETPGID, 0, UINT64_MAX), 1);
    assert_int_equal(PROC(a, PROC_SETPGID, 0, b), -EPERM); /* no such group */
    assert_int_equal(PROC(a, PROC_SETPGID, b, 0), -ESRCH); /* not its child */
    assert_int_equal(PROC(a, PROC_SETPGID, 0, PID_MAX), -EINVAL);
    assert_int_equal(PROC(a, PROC_SETPGID, 1ull << 33, 0), -ESRCH);
    assert_int_equal(PROC(a, PROC_SETSID), a);
    assert_int_equal(PROC(a, PROC_SETSID), -EPERM);
    assert_int_equal(PROC(1, PROC_GETSID, a), a);
    assert_int_equal(PROC(1, PROC_GETSID, 1ull << 33), -ESRCH);
    assert_int_equal(PROC(a, PROC_SETPGID, 0, 0), -EPERM); /* a session leader */
    assert_int_equal(PROC(1, PROC_SETPGID, a, 1), -EPERM); /* another session */
    assert_int_equal(PROC(b, PROC_DISABLE_SETPGID), 0);
    assert_int_equal(PROC(1, PROC_SETPGID, b, b), -EACCES);
    reap(a);
    reap(b);
    assert_counts();
}

/* The group of a pipeline lives while its first member has not been waited for. */
static void group_of_a_zombie(void **state)
{
    u32 a = spawn(1), b = spawn(1);

    (void)state;
    assert_int_equal(PROC(1, PROC_SETPGID, a, a), 0);
    exit_now(a, 0);
    assert_int_equal(PROC(1, PROC_SETPGID, b, a), 0);
    assert_int_equal(PROC(1, PROC_WAITPID, a, 0), a);
    reap(b);
    assert_counts();
}

static i64 set_ids(u32 pid, u32 ruid, u32 euid, u32 suid)
{
    u32 ids[6] = {ruid, euid, suid, UINT32_MAX, UINT32_MAX, UINT32_MAX};

    return CALL_IN(pid, UMK_PROC, ids, sizeof(ids), PROC_SETRESUGID);
}

static i64 lift(u32 pid, u64 handle, u32 uid)
{
    u32 ids[6] = {uid, uid, uid, UINT32_MAX, UINT32_MAX, UINT32_MAX};

    return CALL_IN(pid, SYS_CALL, ids, sizeof(ids), handle, sizeof(ids), CALL_WRITE | 1,
                   PROC_SETRESUGID);
}

/* A process gives away a handle on itself; root who holds it may set its ids. */
static void handles(void **state)
{
    u32 a = spawn(1);
    u64 handle = (u64)PROC(a, PROC_HANDLE);
    u32 holder = (u32)sim_fork(a);

    (void)state;
    assert_false(RX_IS_ERR((i64)handle));
    assert_int_equal(set_ids(a, 1000, 1000, 1000), 0);
    assert_int_equal(lift(a, handle, 0), -EPERM); /* not by itself */
    assert_int_equal(lift(holder, handle, 0), 0);
    assert_int_equal(set_ids(a, 7, 7, 7), 0);
    assert_int_equal(CALL(holder, SYS_CALL, handle, 0, CALL_WRITE | 1, PROC_SETRESUGID), -EINVAL);
    assert_int_equal(CALL(holder, SYS_CALL, handle, 0, CALL_WRITE | 1, PROC_KILL), -EOPNOTSUPP);
    assert_int_equal(CALL(holder, SYS_READ, handle, 10), -EBADF);
    exit_now(a, 0);
    assert_int_equal(lift(holder, handle, 0), -ESRCH);
    reap(a);
    assert_int_equal(lift(holder, handle, 0), -ESRCH);
    reap(holder);
}

static void credentials(void **state)
{
    u32 a = spawn(1), b = spawn(1);
    struct rx_proc_meta m;

    (void)state;
    assert_int_equal(set_ids(a, 1000, 1000, 0), 0);
    assert_int_equal(set_ids(a, 1000, 0, 0), 0); /* saved id */
    assert_int_equal(set_ids(a, 1000, 1000, 1000), 0);
    assert_int_equal(set_ids(a, 0, UINT32_MAX, UINT32_MAX), -EPERM);
    assert_int_equal(PROC(a, PROC_CREDENTIALS, 0), sizeof(m));
    memcpy(&m, sim_payload(a, 0), sizeof(m));
    assert_int_equal(m.ruid, 1000);
    assert_int_equal(m.euid, 1000);
    assert_int_equal(m.rgid, 0);
    assert_int_equal(m.ppid, 1);
    assert_int_equal(PROC(a, PROC_CREDENTIALS, b), -EPERM);
    assert_int_equal(PROC(1, PROC_CREDENTIALS, a), sizeof(m));
    assert_int_equal(PROC(1, PROC_CREDENTIALS, 31000), -ESRCH);
    assert_int_equal(PROC(a, PROC_KILL, b, RX_SIGTERM), -EPERM);
    assert_int_equal(PROC(a, PROC_KILL, b, 0), -EPERM);
    assert_int_equal(PROC(a, PROC_KILL, UINT64_MAX, RX_SIGTERM), -EPERM);
    assert_int_equal(PROC(a, PROC_SETPRIORITY, 0, 30), 0);
    assert_int_equal(PROC(a, PROC_SETPRIORITY, 0, 20), -EPERM);
    assert_int_equal(PROC(a, PROC_SETPRIORITY, 0, 40), -EINVAL);
    assert_int_equal(PROC(a, PROC_SETPRIORITY, b, 39), -EPERM);
    assert_int_equal(PROC(1, PROC_GETPRIORITY, a), 30);
    reap(a);
    reap(b);
    assert_counts();
}

static void names_and_verbs(void **state)
{
    u32 a = spawn(1);
    char name[32] = "new\nname";

    (void)state;
    assert_int_equal(CALL_IN(a, UMK_PROC, name, 32, PROC_RENAME), 0);
    assert_string_equal(process_find(a)->name, "new?name");
    memset(name, 'x', sizeof(name));
    assert_int_equal(CALL_IN(a, UMK_PROC, name, 32, PROC_RENAME), 0);
    assert_int_equal(strlen(process_find(a)->name), 31);
    assert_int_equal(PROC(a, PROC_SETRENS), -EINVAL);
    assert_int_equal(PROC(a, 55), -ENOSYS);
    reap(a);
    assert_counts();
}

/* Pids run round without meeting one in use. */
static void pids_run_round(void **state)
{
    u32 a;

    (void)state;
    core.next_pid = PID_MAX - 2;
    a = spawn(1);
    assert_int_equal(a, PID_MAX - 1);
    assert_int_equal(spawn(1), 2);
    core.next_pid = PID_MAX - 2;
    assert_int_equal(spawn(1), 3);
    reap(a);
    reap(2);
    reap(3);
    assert_counts();
}

static void count_one(const struct core_process_info *i, void *arg)
{
    *(u32 *)arg += i->pid == 1 || i->ppid == 1;
}

static void listing(void **state)
{
    u32 a = spawn(1), n = 0;

    (void)state;
    core_each_process(count_one, &n);
    assert_int_equal(n, 2);
    assert_int_equal(core_kill_process(31000, RX_SIGKILL), -ESRCH);
    assert_int_equal(core_kill_process(a, RX_SIGKILL), 0);
    sim_settle();
    assert_int_equal(core_kill_process(a, RX_SIGKILL), -ESRCH);
    assert_int_equal(PROC(1, PROC_WAITPID, a, 0), a);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(statuses),
        TEST(whom_to_wait_for),
        TEST(stop_and_continue),
        TEST(orphans_go_to_init),
        TEST(init_ends_the_system),
        TEST(default_actions),
        TEST(init_is_spared),
        TEST(bad_kills),
        TEST(handled_signal_interrupts),
        TEST(signals_are_queued),
        TEST(blocked_signal_waits),
        TEST(child_signals),
        TEST(thread_signals),
        TEST(group_kill),
        TEST(groups_and_sessions),
        TEST(group_of_a_zombie),
        TEST(handles),
        TEST(credentials),
        TEST(names_and_verbs),
        TEST(pids_run_round),
        TEST(listing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
