/* Event queues: what is registered, what fires, who wakes, and when. */
#include "tests/unit/core_test.h"

#define MS 1000000ull

static u64 new_queue(u32 pid, u32 flags)
{
    return open_ok(pid, "event", "", RX_O_RDWR | flags);
}

static i64 reg(u32 pid, u64 q, u64 id, u64 flags, u64 data)
{
    struct rx_event e = {id, flags, data};

    return CALL_IN(pid, SYS_WRITE, &e, sizeof(e), q, sizeof(e));
}

static i64 take(u32 pid, u64 q, u32 n)
{
    return CALL(pid, SYS_READ, q, n * sizeof(struct rx_event));
}

static void assert_event(u32 pid, u32 portal, u32 i, u64 id, u64 flags, u64 data)
{
    struct rx_event e;

    memcpy(&e, sim_payload(pid, portal) + i * sizeof(e), sizeof(e));
    assert_int_equal(e.id, id);
    assert_int_equal(e.flags, flags);
    assert_int_equal(e.data, data);
}

static void pipe_readiness(void **state)
{
    u64 q = new_queue(1, RX_O_NONBLOCK), r, w;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(take(1, q, 1), -EAGAIN);
    assert_int_equal(reg(1, q, r, EVENT_READ, 7), sizeof(struct rx_event));
    assert_int_equal(take(1, q, 4), -EAGAIN);
    assert_int_equal(reg(1, q, w, EVENT_WRITE, 8), sizeof(struct rx_event));
    assert_int_equal(take(1, q, 4), sizeof(struct rx_event)); /* ready when registered */
    assert_event(1, 0, 0, w, EVENT_WRITE, 8);
    assert_int_equal(write_text(1, w, "x"), 1);
    assert_int_equal(take(1, q, 4), 2 * sizeof(struct rx_event));
    assert_event(1, 0, 0, r, EVENT_READ, 7);
    assert_int_equal(take(1, q, 4), -EAGAIN); /* edges: not again for what stays ready */
    close_ok(1, w);
    assert_int_equal(take(1, q, 4), sizeof(struct rx_event)); /* the end of a file is an event */
    close_ok(1, r);
    close_ok(1, q);
    assert_counts();
}

static void waiting_reader(void **state)
{
    u64 q = new_queue(1, 0), r, w;

    (void)state;
    make_pipe(1, &r, &w);
    reg(1, q, r, EVENT_READ, 7);
    assert_true(CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC) > 0);
    assert_int_equal(sim_call(1, 1, SYS_READ, SIM_ARGS(q, 100)), SIM_WAITS);
    assert_int_equal(write_text(1, w, "x"), 1);
    i64 res;
    assert_true(sim_done(1, 1, &res));
    assert_int_equal(res, sizeof(struct rx_event));
    assert_event(1, 1, 0, r, EVENT_READ, 7);
    close_ok(1, r);
    close_ok(1, w);
    CALL(1, UMK_PORTAL_FREE, 1);
    close_ok(1, q);
    assert_counts();
}

/* Two readers with room for one event each, and two events from one call. */
static void two_readers(void **state)
{
    u64 q = new_queue(1, 0), r, w;
    u32 a = 0;
    i64 res, other;

    (void)state;
    make_pipe(1, &r, &w);
    reg(1, q, r, EVENT_READ, 1);
    other = CALL(1, SYS_DUP_INTO, r, 0, 0, 0);
    reg(1, q, (u64)other, EVENT_READ, 2);
    for (u32 i = 1; i <= 2; i++) {
        CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
        assert_int_equal(sim_call(1, i, SYS_READ, SIM_ARGS(q, sizeof(struct rx_event))), SIM_WAITS);
    }
    assert_int_equal(write_text(1, w, "x"), 1);
    for (u32 i = 1; i <= 2; i++)
        a += sim_done(1, i, &res);
    assert_int_equal(a, 2);
    CALL(1, UMK_PORTAL_FREE, 1);
    CALL(1, UMK_PORTAL_FREE, 2);
    close_ok(1, q);
    close_ok(1, r);
    close_ok(1, w);
    close_ok(1, (u64)other);
    assert_counts();
}

static void changing_and_removing(void **state)
{
    u64 q = new_queue(1, RX_O_NONBLOCK), r, w;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(reg(1, q, 999, EVENT_READ, 0), -EBADF);
    assert_int_equal(reg(1, q, 999, 0, 0), -EBADF);
    assert_int_equal(reg(1, q, q, EVENT_READ, 0), -EBADF);
    assert_int_equal(CALL(1, SYS_WRITE, q, 23), -EINVAL);
    assert_int_equal(CALL(1, SYS_READ, q, 23), -EINVAL);
    reg(1, q, r, EVENT_READ, 1);
    reg(1, q, r, EVENT_READ | EVENT_WRITE, 2);
    write_text(1, w, "x");
    assert_int_equal(take(1, q, 4), sizeof(struct rx_event));
    assert_event(1, 0, 0, r, EVENT_READ, 2);
    write_text(1, w, "x"); /* fires, and is removed unread */
    assert_true(reg(1, q, r, 0, 0) > 0);
    assert_int_equal(take(1, q, 4), -EAGAIN);
    write_text(1, w, "x");
    assert_int_equal(take(1, q, 4), -EAGAIN);
    close_ok(1, r);
    close_ok(1, w);
    close_ok(1, q);
    assert_counts();
}

/* A registration is of the file: it outlives the descriptor and goes with the last one. */
static void registration_follows_the_file(void **state)
{
    u64 q = new_queue(1, RX_O_NONBLOCK), r, w;
    i64 two;

    (void)state;
    make_pipe(1, &r, &w);
    reg(1, q, r, EVENT_READ, 1);
    two = CALL(1, SYS_DUP_INTO, r, 0, 30, 0);
    close_ok(1, r);
    write_text(1, w, "x");
    assert_int_equal(take(1, q, 4), sizeof(struct rx_event));
    close_ok(1, (u64)two);
    assert_int_equal(core_audit_pool("event_reg")->live, 0);
    close_ok(1, w);
    close_ok(1, q);
    assert_counts();
}

/* Same number, another file: the registration is the new one's. */
static void number_is_reused(void **state)
{
    u64 q = new_queue(1, RX_O_NONBLOCK), r, w, r2, w2;
    i64 keep;

    (void)state;
    make_pipe(1, &r, &w);
    reg(1, q, r, EVENT_READ, 1);
    keep = CALL(1, SYS_DUP_INTO, r, 0, 40, 0);
    close_ok(1, r);
    make_pipe(1, &r2, &w2);
    assert_int_equal(r2, r);
    reg(1, q, r2, EVENT_READ, 2);
    write_text(1, w, "x");
    assert_int_equal(take(1, q, 4), -EAGAIN);
    write_text(1, w2, "x");
    assert_int_equal(take(1, q, 4), sizeof(struct rx_event));
    assert_event(1, 0, 0, r2, EVENT_READ, 2);
    close_ok(1, q);
    for (u64 fd = r; fd <= w2; fd++)
        CALL(1, SYS_CLOSE, fd);
    CALL(1, SYS_CLOSE, (u64)keep);
    assert_counts();
}

/* Queues in queues */

static void nested(void **state)
{
    u64 in = new_queue(1, RX_O_NONBLOCK), mid = new_queue(1, RX_O_NONBLOCK), r, w;
    u64 out = new_queue(1, RX_O_NONBLOCK);

    (void)state;
    make_pipe(1, &r, &w);
    reg(1, in, r, EVENT_READ, 1);
    reg(1, mid, in, EVENT_READ, 2);
    reg(1, out, mid, EVENT_READ, 3);
    write_text(1, w, "x");
    assert_int_equal(take(1, out, 4), sizeof(struct rx_event));
    assert_event(1, 0, 0, mid, EVENT_READ, 3);
    assert_int_equal(take(1, mid, 4), sizeof(struct rx_event));
    assert_int_equal(take(1, in, 4), sizeof(struct rx_event));
    assert_event(1, 0, 0, r, EVENT_READ, 1);
    close_ok(1, mid);
    write_text(1, w, "x");
    assert_int_equal(take(1, out, 4), -EAGAIN);
    close_ok(1, in);
    close_ok(1, out);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

static void circle(void **state)
{
    u64 a = new_queue(1, 0), b = new_queue(1, 0), r, w;
    i64 res;

    (void)state;
    make_pipe(1, &r, &w);
    reg(1, a, b, EVENT_READ, 1);
    reg(1, b, a, EVENT_READ, 2);
    reg(1, a, r, EVENT_READ, 3);
    for (u32 i = 1; i <= 3; i++) {
        CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
        assert_int_equal(sim_call(1, i, SYS_READ, SIM_ARGS(i % 2 ? a : b, 24)), SIM_WAITS);
    }
    write_text(1, w, "x");
    assert_true(sim_done(1, 1, &res) && sim_done(1, 2, &res));
    for (u32 i = 1; i <= 3; i++)
        CALL(1, UMK_PORTAL_FREE, i);
    close_ok(1, a);
    close_ok(1, b);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* The reader holds the last reference to the queue when it is woken. */
static void queue_goes_with_its_reader(void **state)
{
    u64 q = new_queue(1, 0), outer = new_queue(1, RX_O_NONBLOCK), r, w;
    i64 res;

    (void)state;
    make_pipe(1, &r, &w);
    reg(1, q, r, EVENT_READ, 1);
    reg(1, outer, q, EVENT_READ, 1);
    CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
    assert_int_equal(sim_call(1, 1, SYS_READ, SIM_ARGS(q, 100)), SIM_WAITS);
    close_ok(1, q);
    write_text(1, w, "x");
    assert_true(sim_done(1, 1, &res));
    assert_int_equal(core_audit_pool("event_queue")->live, 1);
    CALL(1, UMK_PORTAL_FREE, 1);
    close_ok(1, outer);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* Timeouts */

static void timeouts(void **state)
{
    u64 q = new_queue(1, 0), r, w;

    (void)state;
    make_pipe(1, &r, &w);
    reg(1, q, r, EVENT_READ, 1);
    assert_true(reg(1, q, EVENT_TIMEOUT_ID, 1, 50) > 0);
    assert_int_equal(take(1, q, 4), SIM_WAITS);
    sim_advance(49 * MS);
    assert_true(waits(1));
    sim_advance(2 * MS);
    assert_int_equal(done(1), sizeof(struct rx_event));
    assert_event(1, 0, 0, EVENT_TIMEOUT_ID, EVENT_READ, 50);
    assert_int_equal(take(1, q, 4), SIM_WAITS); /* one shot */
    sim_advance(5000 * MS);
    assert_true(waits(1));
    sim_portal(1, 0)->cancel = 1;
    sim_body(1)->page->posted[0] = 1;
    core_poll(sim_body(1));
    assert_int_equal(done(1), -EINTR);
    reg(1, q, EVENT_TIMEOUT_ID, 1, 50);
    reg(1, q, EVENT_TIMEOUT_ID, 0, 0); /* disarmed */
    assert_int_equal(take(1, q, 4), SIM_WAITS);
    sim_advance(100 * MS);
    assert_true(waits(1));
    sim_portal(1, 0)->cancel = 1;
    sim_body(1)->page->posted[0] = 1;
    core_poll(sim_body(1));
    reg(1, q, EVENT_TIMEOUT_ID, 1, UINT64_MAX);
    assert_int_equal(take(1, q, 4), SIM_WAITS);
    assert_null(core.timers);
    sim_portal(1, 0)->cancel = 1;
    sim_body(1)->page->posted[0] = 1;
    core_poll(sim_body(1));
    reg(1, q, EVENT_TIMEOUT_ID, 1, 50);
    write_text(1, w, "x");
    assert_int_equal(take(1, q, 4), sizeof(struct rx_event));
    assert_event(1, 0, 0, r, EVENT_READ, 1);
    close_ok(1, q);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* Files of servers */

static void server_is_asked(void **state)
{
    struct sim_server s;
    struct queue_entry e;
    u32 client;
    u64 fd, q;

    (void)state;
    make_server(&s, "x");
    client = spawn(1);
    fd = open_at(&s, client, "x", 50);
    q = new_queue(client, RX_O_NONBLOCK);
    assert_int_equal(reg(client, q, fd, EVENT_READ | EVENT_WRITE, 9), SIM_WAITS);
    e = expect(&s, OP_FEVENT);
    assert_int_equal(e.sqe.args[1], EVENT_READ | EVENT_WRITE);
    answer(&s, &e, EVENT_WRITE);
    assert_int_equal(done(client), sizeof(struct rx_event));
    assert_int_equal(take(client, q, 4), sizeof(struct rx_event));
    assert_event(client, 0, 0, fd, EVENT_WRITE, 9);
    sim_server_answer(&s, CQE_FEVENT, EVENT_READ, 51, 0); /* another file */
    assert_int_equal(take(client, q, 4), -EAGAIN);
    sim_server_answer(&s, CQE_FEVENT, EVENT_READ, 50, 0);
    sim_server_answer(&s, CQE_FEVENT, EVENT_READ | EVENT_WRITE, 50, 0);
    assert_int_equal(take(client, q, 4), sizeof(struct rx_event));
    assert_event(client, 0, 0, fd, EVENT_READ | EVENT_WRITE, 9);
    assert_int_equal(reg(client, q, fd, EVENT_READ, 9), SIM_WAITS);
    serve(&s, OP_FEVENT, -EPERM);
    assert_int_equal(done(client), -EPERM);
    reap(client);
    end_server(&s, "x");
    assert_counts();
}

/* Several at once, one of which the server refuses: those before it count. */
static void several_registrations(void **state)
{
    struct sim_server s;
    struct rx_event ev[4];
    u32 client;
    u64 fd, q, r, w;

    (void)state;
    make_server(&s, "x");
    client = spawn(1);
    fd = open_at(&s, client, "x", 50);
    q = new_queue(client, RX_O_NONBLOCK);
    make_pipe(client, &r, &w);
    ev[0] = (struct rx_event){fd, EVENT_READ, 1};
    ev[1] = (struct rx_event){w, EVENT_WRITE, 2};
    ev[2] = (struct rx_event){fd, EVENT_WRITE, 3};
    ev[3] = (struct rx_event){9999, EVENT_WRITE, 4};
    assert_int_equal(CALL_IN(client, SYS_WRITE, ev, sizeof(ev), q, sizeof(ev)), SIM_WAITS);
    serve(&s, OP_FEVENT, 0);
    assert_true(waits(client));
    serve(&s, OP_FEVENT, 0);
    assert_int_equal(done(client), 3 * sizeof(struct rx_event));
    assert_int_equal(take(client, q, 4), sizeof(struct rx_event));
    reap(client);
    end_server(&s, "x");
    assert_counts();
}

static void queue_closed_while_a_server_is_asked(void **state)
{
    struct sim_server s;
    struct queue_entry e;
    u32 client;
    u64 fd, q;

    (void)state;
    make_server(&s, "x");
    client = spawn(1);
    fd = open_at(&s, client, "x", 50);
    q = new_queue(client, RX_O_NONBLOCK);
    CALL(client, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
    memcpy(sim_payload(client, 1), &(struct rx_event){fd, EVENT_READ, 1}, 24);
    assert_int_equal(sim_call(client, 1, SYS_WRITE, SIM_ARGS(q, 24)), SIM_WAITS);
    e = expect(&s, OP_FEVENT);
    close_ok(client, q);
    close_ok(client, fd);
    answer(&s, &e, EVENT_READ);
    i64 res;
    assert_true(sim_done(client, 1, &res));
    expect(&s, OP_CLOSE_MSG);
    assert_int_equal(core_audit_pool("event_queue")->live, 0);
    reap(client);
    end_server(&s, "x");
    assert_counts();
}

static void odds_and_ends(void **state)
{
    u64 q = new_queue(1, RX_O_NONBLOCK);

    (void)state;
    assert_int_equal(CALL(1, SYS_FPATH, q, 100), 14);
    assert_memory_equal(sim_payload(1, 0), "/scheme/event/", 14);
    assert_int_equal(CALL(1, SYS_FEVENT, q, EVENT_READ | EVENT_WRITE), EVENT_WRITE);
    core_audit_pool("event_reg")->fail_in = 1;
    assert_int_equal(reg(1, q, 0, EVENT_READ, 0), -ENOMEM);
    core_audit_pool("event_queue")->fail_in = 1;
    assert_int_equal(sim_open(1, 0, "event", "", RX_O_RDWR), -ENOMEM);
    core_audit_pool("desc")->fail_in = 1;
    assert_int_equal(sim_open(1, 0, "event", "", RX_O_RDWR), -ENOMEM);
    close_ok(1, q);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pipe_readiness),
        TEST(waiting_reader),
        TEST(two_readers),
        TEST(changing_and_removing),
        TEST(registration_follows_the_file),
        TEST(number_is_reused),
        TEST(nested),
        TEST(circle),
        TEST(queue_goes_with_its_reader),
        TEST(timeouts),
        TEST(server_is_asked),
        TEST(several_registrations),
        TEST(queue_closed_while_a_server_is_asked),
        TEST(odds_and_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
