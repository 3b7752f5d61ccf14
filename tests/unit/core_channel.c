/* Channels and bindings: who hears of what, and when a handle lives and ends. */
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

static u64 bind(u32 pid, u64 fd)
{
    assert_int_equal(CALL(pid, UMK_BIND, fd), 0);
    return sim_portal(pid, 0)->ret[0];
}

static struct channel_header *client_side(u64 binding)
{
    return sim_mapped(client, WINDOW_DEFAULT + WINDOW_CLIENT_CHANNELS +
                                  BINDING_CHANNEL(binding) * WINDOW_CHANNEL_SPAN);
}

static void server_hears_of_a_binding(void **state)
{
    struct queue_entry e;
    u64 fd, b;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    b = bind(client, fd);
    assert_true(b != BINDING_NONE);
    e = expect(&s, OP_CHANNEL_OPEN);
    assert_int_equal(e.sqe.flags, SQE_ONEWAY);
    assert_int_equal(e.sqe.args[1], client);
    assert_ptr_equal(sim_mapped(s.pid, e.sqe.args[3]), client_side(b));
    assert_int_equal(client_side(b)->need_ring, 1);
    e = expect(&s, OP_BIND);
    assert_int_equal(e.sqe.args[1], BINDING_HANDLE(b));
    assert_int_equal(e.sqe.args[2], 50);
    assert_int_equal(bind(client, fd), b); /* again: the same */
    nothing(&s);
    close_ok(client, fd);
    e = expect(&s, OP_UNBIND);
    assert_int_equal(e.sqe.args[1], BINDING_HANDLE(b));
    expect(&s, OP_CLOSE_MSG);
    reap(client);
    e = expect(&s, OP_CHANNEL_CLOSE);
    nothing(&s);
    end_server(&s, "x");
    assert_counts();
}

static void files_without_a_channel(void **state)
{
    (void)state;
    begin();
    assert_int_equal(bind(client, open_ok(client, "memory", "", RX_O_RDWR)), BINDING_NONE);
    assert_int_equal(bind(s.pid, (u64)s.root), BINDING_NONE); /* its own server */
    end();
}

/* With a channel, an open brings its handle along. */
static void open_binds(void **state)
{
    struct queue_entry e;
    u64 first, b;

    (void)state;
    begin();
    first = open_at(&s, client, "x", 50);
    assert_int_equal(sim_portal(client, 0)->ret[0], BINDING_NONE);
    b = bind(client, first);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    assert_int_equal(sim_open(client, 0, "x", "f", RX_O_RDWR), SIM_WAITS);
    e = expect(&s, OP_OPENAT);
    assert_true(e.channel != CHANNEL_NONE && e.handle != BINDING_HANDLE(b));
    answer(&s, &e, 51);
    assert_true(done(client) >= 0);
    assert_int_equal(BINDING_HANDLE(sim_portal(client, 0)->ret[0]), e.handle);
    close_ok(client, (u64)done(client));
    assert_int_equal(expect(&s, OP_UNBIND).sqe.args[1], e.handle);
    expect(&s, OP_CLOSE_MSG);
    /* refused: the handle is free again, with another generation */
    b = e.handle;
    assert_int_equal(sim_open(client, 0, "x", "f", RX_O_RDWR), SIM_WAITS);
    e = expect(&s, OP_OPENAT);
    assert_int_equal(HANDLE_INDEX(e.handle), HANDLE_INDEX(b));
    assert_int_not_equal(e.handle, b);
    answer(&s, &e, -ENOENT);
    nothing(&s);
    end();
}

static void copies_share_the_handle(void **state)
{
    u64 fd, b;
    i64 two;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    b = bind(client, fd);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    two = CALL(client, SYS_DUP_INTO, fd, 0, 20, 0);
    assert_int_equal(sim_portal(client, 0)->ret[0], b);
    close_ok(client, fd);
    nothing(&s);
    assert_int_equal(CALL(client, SYS_DUP2, (u64)two, (u64)two, 0, 0), two);
    assert_int_equal(sim_portal(client, 0)->ret[0], b);
    assert_int_equal(CALL(client, SYS_DUP2, 0, (u64)two, 0, 0), two); /* the last slot goes */
    expect(&s, OP_UNBIND);
    expect(&s, OP_CLOSE_MSG);
    end();
}

/* Two slots held the file before it was bound. */
static void bound_late(void **state)
{
    u64 fd;
    i64 two;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    two = CALL(client, SYS_DUP_INTO, fd, 0, 20, 0);
    bind(client, fd);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    close_ok(client, fd);
    nothing(&s);
    close_ok(client, (u64)two);
    expect(&s, OP_UNBIND);
    expect(&s, OP_CLOSE_MSG);
    end();
}

/* The answer comes when the caller is gone, and its process is not: the server has bound the
 * handle and is told that it ended. */
static void caller_leaves_an_open(void **state)
{
    struct queue_entry e;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    bind(client, fd);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    assert_true(CALL(client, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC) > 0);
    assert_int_equal(sim_open(client, 1, "x", "f", RX_O_RDWR), SIM_WAITS);
    e = expect(&s, OP_OPENAT);
    assert_int_equal(CALL(client, UMK_PORTAL_FREE, 1), 0);
    expect(&s, OP_CANCEL);
    answer(&s, &e, 51);
    assert_int_equal(expect(&s, OP_UNBIND).sqe.args[1], e.handle);
    expect(&s, OP_CLOSE_MSG);
    end();
}

static void no_slot_for_an_open(void **state)
{
    struct queue_entry e;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    bind(client, fd);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    for (u32 i = 5; i < 256; i++)
        assert_int_equal(CALL(client, SYS_DUP_INTO, 0, 0, 0, 0), i);
    assert_int_equal(sim_open(client, 0, "x", "f", RX_O_RDWR), SIM_WAITS);
    e = expect(&s, OP_OPENAT);
    core_audit_pool("fd_chunk")->fail_in = 1;
    answer(&s, &e, 51);
    assert_int_equal(done(client), -EMFILE);
    assert_int_equal(expect(&s, OP_UNBIND).sqe.args[1], e.handle);
    expect(&s, OP_CLOSE_MSG);
    end();
}

/* Opens a file, though other messages come before the request. */
static u64 open_at_last(u32 pid, u64 number)
{
    struct queue_entry e;

    assert_int_equal(sim_open(pid, 0, "x", "f", RX_O_RDWR), SIM_WAITS);
    while (sim_server_take(&s, &e))
        if (e.sqe.opcode == OP_OPENAT)
            answer(&s, &e, (i64)number);
    return (u64)done(pid);
}

/* While an open is under way its channel ends, and so many others are made that one has the same
 * number and handle. */
static void channel_number_comes_round(void **state)
{
    struct queue_entry open, e;
    u32 same[6] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    u64 fd, b = 0;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    bind(client, fd);
    close_ok(client, fd);
    while (sim_server_take(&s, &e))
        ;
    assert_true(CALL(client, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC) > 0);
    assert_int_equal(sim_open(client, 1, "x", "f", RX_O_RDWR), SIM_WAITS);
    open = expect(&s, OP_OPENAT);
    fd = open_at(&s, client, "x", 52);
    for (u32 i = 0; i < CLIENT_CHANNELS_MAX; i++) {
        assert_int_equal(CALL_IN(client, UMK_PROC, same, sizeof(same), PROC_SETRESUGID), 0);
        b = bind(client, fd);
        while (sim_server_take(&s, &e))
            core_poll(sim_body(s.pid));
    }
    /* the handle of the open under way, too, after 65536 others */
    close_ok(client, fd);
    process_find(client)->handle_generation = HANDLE_GENERATION(open.handle);
    fd = open_at_last(client, 53);
    b = sim_portal(client, 0)->ret[0];
    assert_int_equal(BINDING_CHANNEL(b), 0);
    assert_int_equal(BINDING_HANDLE(b), open.handle);
    answer(&s, &open, 51);
    i64 res;
    assert_true(sim_done(client, 1, &res));
    assert_true(res > 0);
    assert_int_equal(sim_portal(client, 1)->ret[0], BINDING_NONE);
    close_ok(client, (u64)res);
    assert_int_equal(bind(client, fd), b);
    end();
}

static void forked_child_binds_for_itself(void **state)
{
    struct queue_entry e;
    u64 fd, b;
    i64 child;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    b = bind(client, fd);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    child = sim_fork(client);
    assert_true(bind((u32)child, fd) != BINDING_NONE);
    assert_int_equal(expect(&s, OP_CHANNEL_OPEN).sqe.args[1], child);
    e = expect(&s, OP_BIND);
    assert_int_equal(e.sqe.args[2], 50);
    close_ok(client, fd);
    expect(&s, OP_UNBIND);
    nothing(&s);
    reap(client);
    expect(&s, OP_CHANNEL_CLOSE);
    sim_kill_host((u32)child);
    expect(&s, OP_CHANNEL_CLOSE);
    expect(&s, OP_CLOSE_MSG);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, (u64)child, 0), child);
    (void)b;
    end_server(&s, "x");
    assert_counts();
}

/* Sleepers on a channel learn that the server is gone. */
static void server_dies(void **state)
{
    struct channel_slot *slots;
    u64 fd, b;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    b = bind(client, fd);
    slots = (void *)((u8 *)client_side(b) + CHANNEL_SLOT_OFFSET);
    slots[3].state = WAIT_PENDING | WAIT_SLEEPING;
    slots[4].state = WAIT_DONE;
    slots[4].result = 5;
    sim_kill_host(s.pid);
    assert_int_equal(slots[3].state & WAIT_STATE, WAIT_DONE);
    assert_int_equal(slots[3].result, -ENODEV);
    assert_int_equal(slots[4].result, 5);
    assert_int_equal(client_side(b)->closed, 1);
    assert_int_equal(bind(client, fd), BINDING_NONE);
    close_ok(client, fd);
    reap(client);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, s.pid, 0), s.pid);
    assert_int_equal(drop_name("x"), 0);
    assert_counts();
}

static void many_handles(void **state)
{
    struct queue_entry e;
    u64 fd;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 1);
    bind(client, fd);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    for (u32 i = 1; i < HANDLE_MAX + 10; i++) {
        open_at(&s, client, "x", i + 1);
        assert_int_equal(sim_portal(client, 0)->ret[0] != BINDING_NONE, i < HANDLE_MAX);
    }
    sim_kill_host(client);
    for (u32 n = 0; sim_server_take(&s, &e); n++)
        core_poll(sim_body(s.pid));
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, client, 0), client);
    end_server(&s, "x");
    assert_counts();
}

/* Without memory for the message that ends a handle, the whole channel ends: the message for that
 * is there already. */
static void unbind_without_memory(void **state)
{
    u64 fd, b;

    (void)state;
    begin();
    fd = open_at(&s, client, "x", 50);
    b = bind(client, fd);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    core_audit_pool("request")->fail_in = 1;
    close_ok(client, fd);
    expect(&s, OP_CHANNEL_CLOSE);
    expect(&s, OP_CLOSE_MSG);
    assert_int_equal(client_side(b)->closed, 1);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(server_hears_of_a_binding),
        TEST(files_without_a_channel),
        TEST(open_binds),
        TEST(copies_share_the_handle),
        TEST(bound_late),
        TEST(caller_leaves_an_open),
        TEST(no_slot_for_an_open),
        TEST(channel_number_comes_round),
        TEST(forked_child_binds_for_itself),
        TEST(server_dies),
        TEST(many_handles),
        TEST(unbind_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
