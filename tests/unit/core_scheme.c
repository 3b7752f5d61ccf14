/* Schemes served by a process: requests, answers good and bad, cancellation, deaths. */
#include "tests/unit/core_test.h"

static struct sim_server s;
static u32 client;

static void begin(void)
{
    make_server(&s, "x");
    client = spawn(1);
}

static void end(void)
{
    reap(client);
    end_server(&s, "x");
    assert_counts();
}

static void answer_raw(u32 kind, const struct queue_entry *e, u64 result)
{
    sim_server_answer(&s, kind, e->sqe.tag, result, 0);
}

/* Opening */

static void what_an_open_carries(void **state)
{
    struct queue_entry e;

    (void)state;
    begin();
    CALL_IN(client, UMK_PROC, ((u32[6]){1000, 1000, 1000, 500, 500, 500}), 24, PROC_SETRESUGID);
    assert_int_equal(sim_open(client, 0, "x", "dir/f\xc3\xbc", RX_O_RDWR | RX_O_CREAT | 0644),
                     SIM_WAITS);
    e = expect(&s, OP_OPENAT);
    assert_int_equal(e.sqe.args[0], 1);
    assert_int_equal(e.sqe.args[2], 7);
    assert_memory_equal((u8 *)s.q + e.sqe.args[1], "dir/f\xc3\xbc", 7);
    assert_int_equal(e.sqe.args[3], RX_O_RDWR | RX_O_CREAT | 0644);
    assert_int_equal(e.sqe.args[5], 1000 | 500ull << 32);
    assert_int_equal(e.sqe.caller, client);
    assert_int_equal(e.channel, CHANNEL_NONE);
    answer(&s, &e, -EACCES);
    assert_int_equal(done(client), -EACCES);
    nothing(&s);
    end();
}

static void bad_paths(void **state)
{
    static const char *const bad[] = {
        "\x80", "a\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"};
    char path[RX_PATH_MAX + 16];

    (void)state;
    begin();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(sim_open(client, 0, "x", bad[i], RX_O_RDONLY), -EINVAL);
    assert_int_equal(CALL_IN(client, SYS_OPENAT, "xa\0b", 4, RX_FD_UPPER, RX_O_RDONLY, 0, 1, 0, 4),
                     -EINVAL);
    memset(path, 'a', sizeof(path));
    path[0] = 'x';
    assert_int_equal(CALL_IN(client, SYS_OPENAT, path, RX_PATH_MAX + 2, RX_FD_UPPER, RX_O_RDONLY, 0,
                             1, 0, RX_PATH_MAX + 2),
                     -ENAMETOOLONG);
    assert_int_equal(CALL(client, SYS_OPENAT, RX_FD_UPPER, 0, 0, 5, 0, 4), -ENAMETOOLONG);
    assert_int_equal(CALL(client, SYS_OPENAT, RX_FD_UPPER, 0, 0, 1, 0, PORTAL_PAYLOAD + 1),
                     -ENAMETOOLONG);
    assert_int_equal(CALL_IN(client, SYS_OPENAT, path, RX_PATH_MAX + 1, RX_FD_UPPER, RX_O_RDONLY, 0,
                             1, 0, RX_PATH_MAX + 1),
                     SIM_WAITS);
    serve(&s, OP_OPENAT, -ENOENT);
    nothing(&s);
    end();
}

static void open_answered_with_another_file(void **state)
{
    struct queue_entry e;
    u64 r, w;

    (void)state;
    begin();
    make_pipe(s.pid, &r, &w);
    assert_int_equal(write_text(s.pid, w, "through"), 7);
    assert_int_equal(sim_open(client, 0, "x", "pipe", RX_O_RDONLY), SIM_WAITS);
    e = expect(&s, OP_OPENAT);
    answer_raw(CQE_WITH_FD, &e, r);
    assert_true(done(client) >= 0);
    assert_int_equal(CALL(s.pid, SYS_READ, r, 1), -EBADF);
    assert_int_equal(CALL(client, SYS_READ, (u64)done(client), 20), 7);
    assert_int_equal(sim_open(client, 0, "x", "nothing", RX_O_RDONLY), SIM_WAITS);
    e = expect(&s, OP_OPENAT);
    answer_raw(CQE_WITH_FD, &e, 4711);
    assert_int_equal(done(client), -EIO);
    end();
}

/* Reading and writing */

static void reads_and_writes(void **state)
{
    struct queue_entry e;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, SYS_READ2, fd, 10, 1234, RX_RWF_NONBLOCK), SIM_WAITS);
    e = expect(&s, OP_READ);
    assert_int_equal(e.sqe.args[0], 50);
    assert_int_equal(e.sqe.args[2], 10);
    assert_int_equal(e.sqe.args[3], 1234);
    assert_int_equal(e.sqe.args[4], RX_O_RDWR | RX_O_NONBLOCK);
    memcpy((u8 *)s.q + e.sqe.args[1], "0123456789", 10);
    answer(&s, &e, 4);
    assert_int_equal(done(client), 4);
    assert_memory_equal(sim_payload(client, 0), "0123", 4);
    assert_int_equal(write_text(client, fd, "abcdef"), SIM_WAITS);
    e = expect(&s, OP_WRITE);
    assert_memory_equal((u8 *)s.q + e.sqe.args[1], "abcdef", 6);
    assert_int_equal(e.sqe.args[3], OFFSET_CURRENT);
    answer(&s, &e, 6);
    assert_int_equal(done(client), 6);
    end();
}

/* The room for an answer was another's: nothing of it is seen. */
static void buffers_are_clean(void **state)
{
    struct queue_entry e;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(write_text(client, fd, "a secret in the slot"), SIM_WAITS);
    serve(&s, OP_WRITE, 20);
    assert_int_equal(CALL(client, SYS_READ, fd, 4000), SIM_WAITS);
    e = expect(&s, OP_READ);
    for (u32 i = 0; i < 4000; i++)
        assert_int_equal(((u8 *)s.q)[e.sqe.args[1] + i], 0);
    answer(&s, &e, 0);
    end();
}

static void insane_results(void **state)
{
    static const struct {
        i64 given, seen;
    } all[] = {{11, -EIO},        {INT64_MAX, -EIO},
               {INT64_MIN, -EIO}, {-4000, -EIO},
               {-133, -EIO},      {-RX_EWOULDBLOCK, -EAGAIN},
               {-EINTR, -EIO},    {-ECANCELED, -ECANCELED},
               {-132, -132},      {10, 10}};
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        assert_int_equal(CALL(client, SYS_READ, fd, 10), SIM_WAITS);
        serve(&s, OP_READ, all[i].given);
        assert_int_equal(done(client), all[i].seen);
    }
    end();
}

/* More long reads than big slots: the rest is cut short rather than kept waiting. */
static void long_reads_do_not_starve(void **state)
{
    struct queue_entry e;
    u32 cut = 0;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    for (u32 i = 1; i <= 20; i++) {
        assert_true(CALL(client, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC) > 0);
        assert_int_equal(sim_call(client, i, SYS_READ, SIM_ARGS(fd, PORTAL_PAYLOAD)), SIM_WAITS);
        e = expect(&s, OP_READ);
        assert_true(e.sqe.args[1] + e.sqe.args[2] <= QUEUE_SIZE);
        cut += e.sqe.args[2] == QUEUE_SMALL;
    }
    assert_int_equal(cut, 20 - (QUEUE_BIGS - 4));
    /* and there is still one for a call that cannot be cut */
    assert_int_equal(CALL(client, SYS_CALL, fd, 60000, 0), SIM_WAITS);
    e = expect(&s, OP_CALL);
    assert_int_equal(e.sqe.args[2], 60000);
    answer(&s, &e, 5);
    assert_int_equal(done(client), 5);
    end();
}

/* More than the queue holds */

static void full_queue_keeps_order(void **state)
{
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    for (u32 i = 1; i <= 100; i++) {
        assert_true(CALL(client, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC) > 0);
        assert_int_equal(sim_call(client, i, SYS_READ2, SIM_ARGS(fd, 1, i, UINT64_MAX)), SIM_WAITS);
    }
    for (u32 i = 1; i <= 100; i++) {
        struct queue_entry e = expect(&s, OP_READ);

        assert_int_equal(e.sqe.args[3], i);
        answer(&s, &e, 1);
    }
    for (u32 i = 1; i <= 100; i++) {
        i64 res;

        assert_true(sim_done(client, i, &res));
        assert_int_equal(res, 1);
    }
    nothing(&s);
    end();
}

/* Those who still wait for room are cancelled without the server's help. */
static void pending_requests_end_at_once(void **state)
{
    struct queue_entry e;
    u32 n = 0;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    for (u32 i = 1; i <= 80; i++) {
        CALL(client, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
        sim_call(client, i, SYS_READ, SIM_ARGS(fd, 1));
    }
    sim_portal(client, 80)->cancel = 1;
    sim_body(client)->page->posted[1] = 1ull << 16;
    core_poll(sim_body(client));
    i64 res;
    assert_true(sim_done(client, 80, &res));
    assert_int_equal(res, -EINTR);
    assert_int_equal(CALL(client, UMK_PORTAL_FREE, 79), 0);
    sim_kill_host(client);
    while (sim_server_take(&s, &e)) {
        if (e.sqe.opcode == OP_READ) {
            answer(&s, &e, 0);
            n++;
        }
        core_poll(sim_body(s.pid));
    }
    assert_int_equal(n, 64);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, client, 0), client);
    end_server(&s, "x");
    assert_counts();
}

/* Cancellation */

static void interrupt(u32 pid)
{
    sim_body(pid)->page->sig.actions[RX_SIGUSR1 - 1].first = 0x1000;
    core_kill_process(pid, RX_SIGUSR1);
    sim_body(pid)->page->sig.pending = 0;
}

static void signal_cancels_once(void **state)
{
    struct queue_entry e, c;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, SYS_READ, fd, 10), SIM_WAITS);
    e = expect(&s, OP_READ);
    interrupt(client);
    assert_true(waits(client));
    c = expect(&s, OP_CANCEL);
    assert_int_equal(c.sqe.tag, e.sqe.tag);
    assert_int_equal(c.sqe.flags, SQE_ONEWAY);
    assert_int_equal(c.sqe.caller, 0);
    interrupt(client);
    nothing(&s);
    answer(&s, &e, -ECANCELED);
    assert_int_equal(done(client), -EINTR);
    assert_int_equal(CALL(client, SYS_READ, fd, 10), SIM_WAITS);
    e = expect(&s, OP_READ);
    interrupt(client);
    expect(&s, OP_CANCEL);
    answer(&s, &e, 3); /* it was done already */
    assert_int_equal(done(client), 3);
    end();
}

static void caller_dies(void **state)
{
    struct queue_entry e;

    (void)state;
    begin();
    assert_int_equal(sim_open(client, 0, "x", "f", RX_O_RDONLY), SIM_WAITS);
    e = expect(&s, OP_OPENAT);
    sim_kill_host(client);
    expect(&s, OP_CANCEL);
    answer(&s, &e, 66); /* opened all the same: it is closed again */
    e = expect(&s, OP_CLOSE_MSG);
    assert_int_equal(e.sqe.args[0], 66);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, client, 0), client);
    end_server(&s, "x");
    assert_counts();
}

/* The server misbehaves */

static void unknown_completions(void **state)
{
    struct queue_entry e;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, SYS_READ, fd, 10), SIM_WAITS);
    e = expect(&s, OP_READ);
    sim_server_answer(&s, CQE_REGULAR, e.sqe.tag + SCHEME_REQUESTS, 1, 0);
    sim_server_answer(&s, CQE_REGULAR, 0xdeadbeef, 1, 0);
    sim_server_answer(&s, 6, e.sqe.tag, 1, 0);
    sim_server_answer(&s, 7, e.sqe.tag, 1, 0);
    answer_raw(CQE_OBTAIN_FD, &e, 9);
    sim_server_answer(&s, CQE_FEVENT, UINT32_MAX, 50, 0);
    assert_true(waits(client));
    answer(&s, &e, 2);
    assert_int_equal(done(client), 2);
    answer(&s, &e, 2); /* twice */
    assert_int_equal(CALL(client, SYS_READ, fd, 10), SIM_WAITS);
    e = expect(&s, OP_READ);
    answer_raw(CQE_WITH_FD, &e, 0);
    assert_int_equal(done(client), -EIO);
    assert_int_equal(CALL(client, SYS_READ, fd, 10), SIM_WAITS);
    e = expect(&s, OP_READ);
    answer_raw(CQE_WITH_MULTIPLE_FDS, &e, 0);
    assert_int_equal(done(client), -EIO);
    end();
}

static void assert_killed(void)
{
    assert_null(sim_body(s.pid));
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, s.pid, 0), s.pid);
    assert_int_equal(sim_portal(1, 0)->ret[0], RX_STATUS_SIGNALED(RX_SIGKILL));
    assert_int_equal(drop_name("x"), 0);
    assert_counts();
}

static void corrupt_completions_kill_the_server(void **state)
{
    (void)state;
    begin();
    assert_int_equal(sim_open(client, 0, "x", "f", RX_O_RDONLY), SIM_WAITS);
    s.q->cq_tail += QUEUE_CQ_ENTRIES + 1;
    core_poll(sim_body(s.pid));
    assert_true(waits(client));
    sim_settle();
    assert_int_equal(done(client), -ENODEV);
    reap(client);
    assert_killed();
}

static void corrupt_requests_kill_the_server(void **state)
{
    (void)state;
    begin();
    s.q->sq_head += 1;
    assert_int_equal(sim_open(client, 0, "x", "f", RX_O_RDONLY), SIM_WAITS);
    assert_int_equal(sim_call(client, 0, UMK_NULL, SIM_ARGS(0)), SIM_WAITS);
    sim_settle();
    assert_int_equal(done(client), -ENODEV);
    reap(client);
    assert_killed();
}

/* Two servers hold each other's files, and both queues are corrupt when one ends: the kernel ends
 * neither in the middle of the other's end. */
static void corrupt_servers_hold_each_other(void **state)
{
    struct sim_server t;

    (void)state;
    make_server(&s, "x");
    make_server(&t, "y");
    client = spawn(1);
    open_at(&s, t.pid, "x", 5);
    open_at(&t, s.pid, "y", 6);
    open_at(&s, client, "x", 7);
    open_at(&t, client, "y", 8);
    s.q->sq_head -= 500;
    t.q->sq_head -= 500;
    sim_kill_host(client);
    core_audit_check();
    sim_settle();
    for (u32 i = 0; i < 3; i++)
        assert_true(CALL(1, UMK_PROC, PROC_WAITPID, 0, 0) > 1);
    assert_int_equal(drop_name("x"), 0);
    assert_int_equal(drop_name("y"), 0);
    assert_counts();
}

/* A server of two schemes ends one of them by its answer on the other. */
static void server_ends_its_other_scheme(void **state)
{
    struct sim_server a, b;
    struct queue_entry e;

    (void)state;
    client = spawn(1);
    make_server(&a, "a");
    assert_int_equal(sim_server_make(a.pid, "b", &b), 1);
    for (u32 i = 0; i < 2; i++) {
        struct sim_server *from = i ? &b : &a, *to = i ? &a : &b;

        if (i) { /* once more, the other way round */
            assert_int_equal(sim_server_make(a.pid, "b", &b), 1);
        }
        assert_int_equal(sim_open(client, 0, i ? "b" : "a", "f", RX_O_RDONLY), SIM_WAITS);
        e = expect(from, OP_OPENAT);
        reap(client);
        client = spawn(1);
        /* the caller is gone, so this is the socket's last reference, and the scheme's */
        assert_int_equal(drop_name(i ? "a" : "b"), 0);
        CALL(from->pid, SYS_CLOSE, (u64)to->root);
        sim_server_answer(from, CQE_WITH_FD, e.sqe.tag, (u64)to->socket, 0);
        core_audit_check();
    }
    reap(client);
    reap(a.pid);
    assert_int_equal(drop_name("b"), 0);
    assert_counts();
}

/* The end of a service */

static void socket_closes(void **state)
{
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, SYS_READ, fd, 10), SIM_WAITS);
    close_ok(s.pid, (u64)s.socket);
    assert_int_equal(done(client), -ENODEV);
    assert_int_equal(CALL(client, SYS_READ, fd, 10), -ENODEV);
    assert_int_equal(sim_open(client, 0, "x", "f", RX_O_RDONLY), -ENODEV);
    assert_int_equal(CALL(client, SYS_FSTAT, fd), -ENODEV);
    close_ok(client, fd);
    assert_non_null(sim_body(s.pid));
    end();
}

/* The server answers a read with its socket: a wrong answer, and the end of its service. */
static void socket_as_an_answer(void **state)
{
    struct queue_entry e;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, SYS_READ, fd, 10), SIM_WAITS);
    e = expect(&s, OP_READ);
    answer_raw(CQE_WITH_FD, &e, (u64)s.socket);
    assert_int_equal(done(client), -EIO);
    assert_int_equal(CALL(client, SYS_READ, fd, 10), -ENODEV);
    end();
}

/* A name whose server died is taken by the next one. */
static void successor(void **state)
{
    (void)state;
    begin();
    reap(s.pid);
    make_server(&s, "x");
    open_at(&s, client, "x", 3);
    end();
}

/* Other calls on files */

static void calls_on_files(void **state)
{
    static const struct {
        u32 op;
        u64 a, b;
        u8 opcode;
        u64 want1, want2;
    } all[] = {{SYS_LSEEK, 7, RX_SEEK_END, OP_LSEEK, 7, RX_SEEK_END},
               {SYS_FCHOWN, 5, 6, OP_FCHOWN, 5, 6},
               {SYS_FEVENT, 3, 0, OP_FEVENT, 3, 0},
               {SYS_FSYNC, 0, 0, OP_FSYNC, 0, 0}};
    struct queue_entry e;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        assert_int_equal(CALL(client, all[i].op, fd, all[i].a, all[i].b), SIM_WAITS);
        e = expect(&s, all[i].opcode);
        assert_int_equal(e.sqe.args[0], 50);
        assert_int_equal(e.sqe.args[1], all[i].want1);
        assert_int_equal(e.sqe.args[2], all[i].want2);
        answer(&s, &e, 17);
        assert_int_equal(done(client), 17);
    }
    assert_int_equal(CALL_IN(client, SYS_FRENAME, "/new", 4, fd, 0, 0, 0, 0, 4), SIM_WAITS);
    serve(&s, OP_FRENAME, 0);
    assert_int_equal(CALL_IN(client, SYS_FLINK, "/\xff", 2, fd, 0, 0, 0, 0, 2), -EINVAL);
    assert_int_equal(CALL(client, SYS_FLINK, fd, 0, 0, 0, 0, RX_PATH_MAX + 1), -ENAMETOOLONG);
    assert_int_equal(CALL(client, SYS_FPATH, fd, 100), SIM_WAITS);
    e = expect(&s, OP_FPATH);
    memcpy((u8 *)s.q + e.sqe.args[1], "/p", 2);
    answer(&s, &e, 2);
    assert_memory_equal(sim_payload(client, 0), "/p", 2);
    end();
}

static void fcntl_asks_first(void **state)
{
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, SYS_FCNTL, fd, RX_F_SETFL, RX_O_NONBLOCK | RX_O_WRONLY),
                     SIM_WAITS);
    serve(&s, OP_FCNTL, 99);
    assert_int_equal(done(client), 0);
    assert_int_equal(CALL(client, SYS_FCNTL, fd, RX_F_GETFL, 0), SIM_WAITS);
    serve(&s, OP_FCNTL, 0);
    assert_int_equal(done(client), RX_O_RDWR | RX_O_NONBLOCK);
    assert_int_equal(CALL(client, SYS_FCNTL, fd, RX_F_SETFL, 0), SIM_WAITS);
    serve(&s, OP_FCNTL, -EPERM);
    assert_int_equal(done(client), -EPERM);
    assert_int_equal(CALL(client, SYS_FCNTL, fd, 77, 0), SIM_WAITS);
    serve(&s, OP_FCNTL, 0);
    assert_int_equal(done(client), -EINVAL);
    end();
}

static void fchown_needs_the_right(void **state)
{
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    CALL_IN(client, UMK_PROC, ((u32[6]){7, 7, 7, 8, 8, 8}), 24, PROC_SETRESUGID);
    assert_int_equal(CALL(client, SYS_FCHOWN, fd, 0, 8), -EPERM);
    assert_int_equal(CALL(client, SYS_FCHOWN, fd, 7, 8), SIM_WAITS);
    serve(&s, OP_FCHOWN, 0);
    end();
}

/* However it is asked for: a file has one device. */
static void stat_gets_its_device(void **state)
{
    struct queue_entry e;
    struct rx_stat st = {.dev = 0xdead, .size = 123};
    u64 fd, dev;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, SYS_FSTAT, fd), SIM_WAITS);
    e = expect(&s, OP_FSTAT);
    memcpy((u8 *)s.q + e.sqe.args[1], &st, sizeof(st));
    answer(&s, &e, 0);
    memcpy(&st, sim_payload(client, 0), sizeof(st));
    assert_int_equal(st.size, 123);
    assert_true(st.dev >= 17 && st.dev < 65536);
    dev = st.dev;
    assert_int_equal(CALL(client, SYS_CALL, fd, sizeof(st), CALL_STD_FS | 3, STD_FSTAT, 0),
                     SIM_WAITS);
    e = expect(&s, OP_STD_FS_CALL);
    st = (struct rx_stat){.dev = 0xdead, .size = 124};
    memcpy((u8 *)s.q + e.sqe.args[1], &st, sizeof(st));
    answer(&s, &e, 0);
    memcpy(&st, sim_payload(client, 0), sizeof(st));
    assert_int_equal(st.size, 124);
    assert_int_equal(st.dev, dev);
    /* no room for a device: what the server said is not written over */
    assert_int_equal(CALL(client, SYS_CALL, fd, 4, CALL_STD_FS | 3, STD_FSTAT, 0), SIM_WAITS);
    e = expect(&s, OP_STD_FS_CALL);
    answer(&s, &e, -EINVAL);
    assert_int_equal(done(client), -EINVAL);
    end();
}

static void standard_calls(void **state)
{
    struct queue_entry e;
    u64 fd, other, third;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    other = open_at(&s, client, "x", 51);
    third = open_ok(client, "pipe", "", RX_O_RDONLY);
    assert_int_equal(CALL(client, SYS_CALL, fd, 100, CALL_STD_FS | 2, STD_FSTAT, 0), -EINVAL);
    assert_int_equal(CALL(client, SYS_CALL, fd, 100, CALL_STD_FS | 3, 9, 0), -EOPNOTSUPP);
    assert_int_equal(CALL(client, SYS_CALL, fd, 100, CALL_STD_FS | 3, 15, 0), -EOPNOTSUPP);
    assert_int_equal(CALL(client, SYS_CALL, fd, 100, 0x40000), -EINVAL);
    assert_int_equal(CALL(client, SYS_CALL, fd, PORTAL_PAYLOAD + 1, 0), -EINVAL);
    assert_int_equal(CALL(client, SYS_CALL, fd, 100, CALL_STD_FS | CALL_MULTIPLE_FDS | 3,
                          STD_RELPATHAT, 0, third),
                     -EXDEV);
    assert_int_equal(
        CALL(client, SYS_CALL, fd, 100, CALL_STD_FS | CALL_MULTIPLE_FDS | 3, STD_RELPATHAT, 0, 999),
        -EBADF);
    assert_int_equal(CALL(client, SYS_CALL, fd, 100, CALL_STD_FS | CALL_MULTIPLE_FDS | 3,
                          STD_RELPATHAT, 0, other),
                     SIM_WAITS);
    e = expect(&s, OP_STD_FS_CALL);
    assert_int_equal(e.sqe.flags, SQE_MULTIPLE_IDS);
    assert_int_equal(e.sqe.args[5], 51);
    answer(&s, &e, 0);
    assert_int_equal(CALL(client, SYS_CALL, fd, 0, CALL_STD_FS | 3, STD_FTRUNCATE, 777, 0),
                     SIM_WAITS);
    e = expect(&s, OP_STD_FS_CALL);
    assert_int_equal(e.sqe.args[3], STD_FTRUNCATE);
    assert_int_equal(e.sqe.args[4], 777);
    answer(&s, &e, 0);
    end();
}

/* spec 4.8: after a lock was granted so, every close tells. */
static void detach_after_a_lock(void **state)
{
    struct queue_entry e;
    u64 fd;
    i64 two;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    two = CALL(client, SYS_DUP_INTO, fd, 0, 0, 0);
    assert_int_equal(CALL(client, SYS_CALL, fd, 0, CALL_STD_FS | 3, STD_LOCK, 0, 0), SIM_WAITS);
    e = expect(&s, OP_STD_FS_CALL);
    answer_raw(CQE_NOTIFY_ON_DETACH, &e, 0);
    assert_int_equal(done(client), 0);
    close_ok(client, (u64)two);
    e = expect(&s, OP_DETACH);
    assert_int_equal(e.sqe.args[0], 50);
    assert_int_equal(e.sqe.caller, client);
    close_ok(client, fd);
    expect(&s, OP_DETACH);
    expect(&s, OP_CLOSE_MSG);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_an_open_carries),
        TEST(bad_paths),
        TEST(open_answered_with_another_file),
        TEST(reads_and_writes),
        TEST(buffers_are_clean),
        TEST(insane_results),
        TEST(long_reads_do_not_starve),
        TEST(full_queue_keeps_order),
        TEST(pending_requests_end_at_once),
        TEST(signal_cancels_once),
        TEST(caller_dies),
        TEST(unknown_completions),
        TEST(corrupt_completions_kill_the_server),
        TEST(corrupt_requests_kill_the_server),
        TEST(corrupt_servers_hold_each_other),
        TEST(server_ends_its_other_scheme),
        TEST(socket_closes),
        TEST(socket_as_an_answer),
        TEST(successor),
        TEST(calls_on_files),
        TEST(fcntl_asks_first),
        TEST(fchown_needs_the_right),
        TEST(stat_gets_its_device),
        TEST(standard_calls),
        TEST(detach_after_a_lock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
