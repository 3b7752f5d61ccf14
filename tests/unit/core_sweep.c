/*
 * Sweeps: every operation of several steps, with each effect of the machine and each allocation
 * failing in turn, and with the caller or the server dying at each step. Whatever happens, the
 * caller gets an answer, and when all are gone nothing is left.
 */
#include "tests/unit/core_test.h"

static struct sim_server s;
static u32 client;
static u64 file, image_at, moved, next_number;

/* A server that answers everything */

static void answer_sendfd(const struct queue_entry *e)
{
    for (u64 i = 0; i < e->sqe.args[3]; i++)
        sim_server_answer(&s, CQE_OBTAIN_FD, e->sqe.tag, 200 + i, 0);
    answer(&s, e, 0);
}

static void answer_recvfd(const struct queue_entry *e)
{
    if (CALL_IN(s.pid, SYS_CALL, &moved, 8, (u64)s.socket, 8,
                CALL_WRITE | CALL_FD | CALL_FD_CLONE | 2, SOCKET_MOVE_FD, e->sqe.tag) == 1)
        sim_server_answer(&s, CQE_WITH_MULTIPLE_FDS, e->sqe.tag, 1, 0);
    else
        answer(&s, e, -EIO);
}

/* Serves one message; false: there was none. */
static bool serve_one(void)
{
    struct queue_entry e;

    if (!sim_body(s.pid) || process_find(s.pid)->state != PROC_ALIVE || !sim_server_take(&s, &e))
        return false;
    if (e.sqe.flags & SQE_ONEWAY || e.sqe.opcode == OP_CLOSE_MSG || e.sqe.opcode == OP_DETACH)
        core_poll(sim_body(s.pid));
    else if (e.sqe.opcode == OP_OPENAT || e.sqe.opcode == OP_DUP)
        answer(&s, &e, (i64)++next_number);
    else if (e.sqe.opcode == OP_FSTAT)
        sim_server_stat(&s, &e, MODE_FILE | 0755, 5000);
    else if (e.sqe.opcode == OP_MMAP_PREP)
        answer(&s, &e, (i64)image_at);
    else if (e.sqe.opcode == OP_FEVENT)
        answer(&s, &e, EVENT_READ);
    else if (e.sqe.opcode == OP_SENDFD)
        answer_sendfd(&e);
    else if (e.sqe.opcode == OP_RECVFD)
        answer_recvfd(&e);
    else
        answer(&s, &e, 0);
    core_audit_check();
    return true;
}

/* One thing happens: the server serves, or the machine reports. */
static bool step(void)
{
    return serve_one() || sim_event();
}

/* The operations */

static const u64 zero = 0;

static i64 start_from(u32 op, u64 image)
{
    struct {
        struct spawn_args args;
        struct exec_block block;
        char strings[8];
    } in = {.args = {.sigallowed = UINT64_MAX},
            .block = {.magic = EXEC_BLOCK_MAGIC, .argc = 1, .strings_len = 7, .cwd_len = 2},
            .strings = "prog\0/"};

    return CALL_IN(client, op, &in, sizeof(in), image, RX_ANON_FD, sizeof(in.block) + 8, 0);
}

static i64 do_spawn(void)
{
    return start_from(UMK_SPAWN, 3);
}

static i64 do_spawn_from_server(void)
{
    return start_from(UMK_SPAWN, file);
}

static i64 do_exec(void)
{
    return start_from(UMK_EXEC, 3);
}

static i64 do_exec_from_server(void)
{
    return start_from(UMK_EXEC, file);
}

static i64 do_fork(void)
{
    return CALL(client, UMK_FORK, 0);
}

static i64 do_fork_mapped(void)
{
    i64 res = CALL(client, SYS_FMAP, file, 0, 8192, RX_PROT_READ | RX_MAP_SHARED, 0);

    while (res == SIM_WAITS && serve_one())
        sim_done(client, 0, &res);
    return res < 0 ? res : do_fork();
}

static i64 do_open(void)
{
    return sim_open(client, 0, "x", "file", RX_O_RDWR);
}

static i64 do_dup(void)
{
    return CALL_IN(client, SYS_DUP_INTO, "listen", 6, file, 6, 0, 0);
}

static i64 do_dup_far(void)
{
    return CALL(client, SYS_DUP_INTO, file, 0, 5000, 0);
}

static i64 do_fmap(void)
{
    return CALL(client, SYS_FMAP, file, 0, 8192, RX_PROT_READ | RX_MAP_SHARED, 0);
}

static i64 do_fmap_fixed(void)
{
    i64 at = CALL(client, SYS_FMAP, RX_ANON_FD, 0, 8 * 4096, RX_PROT_READ, 0);

    return at < 0 ? at
                  : CALL(client, SYS_FMAP, file, 0, 8192, RX_PROT_READ | RX_MAP_FIXED | 1,
                         (u64)at + 4096);
}

static i64 do_object(void)
{
    i64 fd = sim_open(client, 0, "memory", "", RX_O_RDWR);

    return fd < 0 ? fd : CALL(client, SYS_FMAP, (u64)fd, 0, 4096, 0x60000 | RX_MAP_SHARED, 0);
}

static i64 do_unmap(void)
{
    i64 at = CALL(client, SYS_FMAP, RX_ANON_FD, 0, 8 * 4096, RX_PROT_READ, 0);

    return at < 0 ? at : CALL(client, SYS_FUNMAP, (u64)at + 4096, 4096);
}

static i64 do_bind(void)
{
    return CALL(client, UMK_BIND, file);
}

static i64 do_bind_and_open(void)
{
    return CALL(client, UMK_BIND, file) < 0 ? -EIO : do_open();
}

static i64 do_bind_and_close(void)
{
    return CALL(client, UMK_BIND, file) < 0 ? -EIO : CALL(client, SYS_CLOSE, file);
}

static i64 do_sendfd(void)
{
    return CALL_IN(client, SYS_CALL, &zero, 8, file, 8, CALL_WRITE | CALL_FD | CALL_FD_CLONE);
}

static i64 do_recvfd(void)
{
    u64 slot = 600;

    return CALL_IN(client, SYS_CALL, &slot, 8, file, 8, CALL_READ | CALL_FD);
}

static i64 do_register(void)
{
    struct rx_event e[2] = {{file, EVENT_READ, 1}, {0, EVENT_READ, 2}};
    i64 q = sim_open(client, 0, "event", "", RX_O_RDWR);

    return q < 0 ? q : CALL_IN(client, SYS_WRITE, e, sizeof(e), (u64)q, sizeof(e));
}

static i64 do_pipe(void)
{
    i64 r = sim_open(client, 0, "pipe", "", RX_O_RDONLY), w;

    if (r < 0)
        return r;
    w = CALL_IN(client, SYS_DUP_INTO, "write", 5, (u64)r, 5, 0, 0);
    if (w < 0)
        return w;
    CALL_IN(client, SYS_CALL, &zero, 8, (u64)w, 8, CALL_WRITE | CALL_FD | CALL_FD_CLONE);
    return write_text(client, (u64)w, "bytes");
}

static i64 do_scheme(void)
{
    struct sim_server other;
    i64 res = sim_server_make(client, "other", &other);

    drop_name("other");
    return res;
}

static i64 do_namespace(void)
{
    u64 all[3] = {NSDUP_FORK, 1, '*'};

    return CALL_IN(client, SYS_DUP_INTO, all, 17, RX_FD_UPPER, 17, RX_FD_UPPER, 0);
}

static i64 do_thread(void)
{
    return CALL(client, UMK_PORTAL_NEW, PORTAL_FOR_THREAD);
}

static i64 do_files(void)
{
    static const char *const names[][2] = {
        {"debug", ""}, {"irq", "1"}, {"time", "4/timer"}, {"sys", "log"}, {"proc", "ps"}};
    i64 res = 0;

    for (size_t i = 0; i < 5 && res >= 0; i++)
        res = sim_open(client, 0, names[i][0], names[i][1], RX_O_RDWR);
    return res;
}

static const struct operation {
    const char *name;
    i64 (*run)(void);
} operations[] = {
    {"spawn", do_spawn},
    {"spawn from a server", do_spawn_from_server},
    {"exec", do_exec},
    {"exec from a server", do_exec_from_server},
    {"fork", do_fork},
    {"fork with a mapped file", do_fork_mapped},
    {"open", do_open},
    {"named dup", do_dup},
    {"dup to a far slot", do_dup_far},
    {"fmap", do_fmap},
    {"fmap over something", do_fmap_fixed},
    {"memory object", do_object},
    {"unmap in the middle", do_unmap},
    {"bind", do_bind},
    {"bind, open", do_bind_and_open},
    {"bind, close", do_bind_and_close},
    {"sendfd", do_sendfd},
    {"recvfd", do_recvfd},
    {"event registration", do_register},
    {"pipe", do_pipe},
    {"scheme", do_scheme},
    {"namespace", do_namespace},
    {"thread", do_thread},
    {"kernel files", do_files},
};
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

/* The world around one operation */

static void begin(void)
{
    u64 fd;
    i64 at;

    make_server(&s, "x");
    fd = open_ok(s.pid, "memory", "", RX_O_RDWR);
    at = CALL(s.pid, SYS_FMAP, fd, 0, 8192, 0x60000 | RX_MAP_SHARED, 0);
    assert_true(at > 0);
    image_at = (u64)at;
    moved = 0;
    next_number = 100;
    client = spawn(1);
    file = open_at(&s, client, "x", 50);
}

static void stop_failing(void)
{
    struct audit_counts c;

    sim_fail_effect(0);
    core_audit_counts(&c);
    for (u32 i = 0; i < c.n; i++)
        core_audit_pool(c.name[i])->fail_in = 0;
}

static void end(void)
{
    stop_failing();
    for (u32 pid = 2; pid < core.next_pid + 2; pid++)
        if (process_find(pid))
            core_kill_process(pid, RX_SIGKILL);
    sim_settle();
    while (CALL(1, UMK_PROC, PROC_WAITPID, 0, RX_WNOHANG) > 0)
        ;
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, 0, RX_WNOHANG), -ECHILD);
    assert_int_equal(drop_name("x"), 0);
    assert_counts();
}

/* Lets all happen that will; the client, if it lives, has its answer: a value or an errno. */
static void finish(const struct operation *op, i64 result)
{
    while (step())
        ;
    if (result == SIM_WAITS && sim_body(client) && process_find(client)->state == PROC_ALIVE &&
        !process_find(client)->execed && !sim_done(client, 0, &result))
        fail_msg("%s: no answer", op->name);
    if (result != SIM_WAITS && result < -RX_ERRNO_MAX)
        fail_msg("%s: %ld", op->name, result);
}

static void failing_effects(void **state)
{
    (void)state;
    for (size_t i = 0; i < OPERATIONS; i++)
        for (u32 n = 1, more = 1; more; n++) {
            i64 result;

            begin();
            sim_fail_effect(n);
            result = operations[i].run();
            finish(&operations[i], result);
            more = sim_fails_pending() == 0;
            end();
        }
}

static void failing_allocations(void **state)
{
    struct audit_counts c;

    (void)state;
    core_audit_counts(&c);
    for (size_t i = 0; i < OPERATIONS; i++)
        for (u32 p = 0; p < c.n; p++)
            for (u32 n = 1, more = 1; more; n++) {
                i64 result;

                begin();
                core_audit_pool(c.name[p])->fail_in = n;
                result = operations[i].run();
                finish(&operations[i], result);
                more = core_audit_pool(c.name[p])->fail_in == 0;
                end();
            }
}

/* Who dies: 0 the client, 1 the server, both from outside; 2, 3 the same by SIGKILL; 4 what the
 * client started. */
static void kill_one(u32 who)
{
    struct list *child;

    if (who < 2)
        sim_kill_host(who ? s.pid : client);
    else if (who < 4)
        core_kill_process(who == 2 ? client : s.pid, RX_SIGKILL);
    else if (process_find(client) && (child = list_first(&process_find(client)->children)))
        core_kill_process(LIST_ENTRY(child, struct process, siblings)->pid, RX_SIGKILL);
}

static void deaths(void **state)
{
    (void)state;
    for (size_t i = 0; i < OPERATIONS; i++)
        for (u32 who = 0; who < 5; who++)
            for (u32 when = 0, more = 1; more; when++) {
                i64 result;

                begin();
                result = operations[i].run();
                for (u32 k = 0; k < when && more; k++)
                    more = step();
                kill_one(who);
                core_audit_check();
                finish(&operations[i], result);
                end();
            }
}

/* The caller is interrupted at each step. */
static void interruptions(void **state)
{
    (void)state;
    for (size_t i = 0; i < OPERATIONS; i++)
        for (u32 when = 0, more = 1; more; when++) {
            i64 result;

            begin();
            sim_body(client)->page->sig.actions[RX_SIGUSR1 - 1].first = 0x1000;
            result = operations[i].run();
            for (u32 k = 0; k < when && more; k++)
                more = step();
            core_kill_process(client, RX_SIGUSR1);
            core_audit_check();
            finish(&operations[i], result);
            end();
        }
}

/* The queue is corrupt at each step. */
static void corruptions(void **state)
{
    (void)state;
    for (size_t i = 0; i < OPERATIONS; i++)
        for (u32 when = 0, more = 1; more; when++) {
            i64 result;

            begin();
            if (when == 0)
                s.q->sq_head += 1000;
            result = operations[i].run();
            for (u32 k = 0; k < when && more; k++)
                more = step();
            s.q->sq_head += 1000;
            if (sim_body(client) && result != SIM_WAITS)
                CALL(client, SYS_CLOSE, file);
            finish(&operations[i], result);
            end();
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(failing_effects), TEST(failing_allocations), TEST(deaths),
        TEST(interruptions),   TEST(corruptions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
