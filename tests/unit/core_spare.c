/*
 * Spares on the kernel's side: how one is made, what makes it a descriptor like any other, what
 * takes it back, and that it never keeps the lowest free number from anybody.
 */
#include "tests/unit/core_test.h"

#define NUMBER 60 /* the server's name for the spare's file */

static struct sim_server s;
static u32 client;
static u64 file; /* an open file, so that there is a channel */

static struct spare *spare(void)
{
    return &sim_body(client)->page->spare;
}

static u32 state(void)
{
    return SPARE_STATE(spare()->word);
}

static u64 spare_fd(void)
{
    return SPARE_FD(spare()->word);
}

static void set_state(u32 to)
{
    spare()->word = SPARE_IN_STATE(spare()->word, to);
}

static void begin(void)
{
    make_server(&s, "x");
    client = spawn(1);
    file = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, UMK_BIND, file), 0);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
}

static void end(void)
{
    reap(client);
    end_server(&s, "x");
    assert_counts();
}

static u32 channel(void)
{
    u64 word;

    assert_int_equal(CALL(client, UMK_BIND, file), 0);
    word = sim_portal(client, 0)->ret[0];
    return BINDING_CHANNEL(word);
}

/* Asks for a spare and makes it. */
static struct queue_entry make(void)
{
    struct queue_entry e;

    assert_int_equal(CALL(client, UMK_SPARE, channel()), SIM_WAITS);
    e = expect(&s, OP_SPARE);
    assert_int_equal(e.sqe.flags, 0);
    answer(&s, &e, NUMBER);
    assert_int_equal(done(client), 0);
    assert_int_equal(state(), SPARE_FREE);
    return e;
}

/* The client has opened the file over the channel. */
static void fill(u32 flags)
{
    spare()->word = SPARE_OPENED(spare()->word, flags);
}

static void expect_gone(u32 handle)
{
    assert_int_equal(expect(&s, OP_UNBIND).sqe.args[1], handle);
    assert_int_equal(expect(&s, OP_CLOSE_MSG).sqe.args[0], NUMBER);
    nothing(&s);
}

static void is_the_lowest_free_number(void **unused)
{
    struct queue_entry e;

    (void)unused;
    begin();
    e = make();
    assert_int_equal(spare_fd(), file + 1);
    assert_int_equal(BINDING_HANDLE(spare()->binding), e.handle);
    /* it is open to nobody */
    assert_int_equal(CALL(client, SYS_FSTAT, spare_fd()), -EBADF);
    assert_int_equal(CALL(client, SYS_DUP_INTO, spare_fd(), 0, 0, 0), -EBADF);
    assert_int_equal(CALL(client, SYS_CLOSE, spare_fd()), -EBADF);
    assert_int_equal(state(), SPARE_FREE);
    nothing(&s);
    end();
}

static void gives_its_number_up(void **unused)
{
    u64 fd;
    u32 handle;

    (void)unused;
    begin();
    handle = make().handle;
    fd = spare_fd();
    assert_int_equal(CALL(client, SYS_DUP_INTO, file, 0, 0, 0), fd);
    assert_int_equal(state(), SPARE_NONE);
    expect_gone(handle);
    close_ok(client, fd);
    /* an open file keeps its number, and so does one that is being opened */
    make();
    set_state(SPARE_BUSY);
    assert_int_equal(CALL(client, SYS_DUP_INTO, file, 0, 0, 0), fd + 1);
    assert_int_equal(state(), SPARE_BUSY);
    fill(RX_O_RDWR);
    assert_int_equal(CALL(client, SYS_DUP_INTO, file, 0, 0, 0), fd + 2);
    assert_int_equal(state(), SPARE_OPEN);
    nothing(&s);
    end();
}

static void ends_with_a_lower_close(void **unused)
{
    u32 handle;
    u64 two;

    (void)unused;
    begin();
    two = (u64)CALL(client, SYS_DUP_INTO, file, 0, 0, 0);
    handle = make().handle;
    close_ok(client, two);
    assert_int_equal(state(), SPARE_NONE);
    expect_gone(handle);
    /* one that is open becomes an ordinary descriptor instead */
    two = (u64)CALL(client, SYS_DUP_INTO, file, 0, 0, 0);
    make();
    fill(RX_O_RDONLY);
    close_ok(client, two);
    assert_int_equal(state(), SPARE_NONE);
    assert_int_equal(expect(&s, OP_SPARE_END).sqe.args[0], NUMBER);
    close_ok(client, two + 1);
    expect(&s, OP_UNBIND);
    expect(&s, OP_CLOSE_MSG);
    end();
}

/* Whatever the kernel is asked about it: the server hears first that it is a spare no more. */
static void becomes_ordinary(void **unused)
{
    struct queue_entry e;
    u64 fd;

    (void)unused;
    begin();
    make();
    fd = spare_fd();
    fill(RX_O_RDONLY | RX_O_CLOEXEC);
    assert_int_equal(CALL(client, SYS_FCNTL, fd, RX_F_GETFD, 0), RX_FD_CLOEXEC);
    assert_int_equal(state(), SPARE_NONE);
    e = expect(&s, OP_SPARE_END);
    assert_int_equal(e.sqe.args[0], NUMBER);
    assert_int_equal(e.sqe.flags, SQE_ONEWAY);
    assert_int_equal(CALL(client, SYS_FCNTL, fd, RX_F_SETFD, 0), 0);
    assert_int_equal(CALL(client, SYS_WRITE, fd, 1), -EBADF); /* opened for reading */
    assert_int_equal(CALL(client, SYS_READ, fd, 1), SIM_WAITS);
    e = expect(&s, OP_READ);
    assert_int_equal(e.sqe.args[0], NUMBER);
    answer(&s, &e, 0);
    close_ok(client, fd);
    expect(&s, OP_UNBIND);
    expect(&s, OP_CLOSE_MSG);
    end();
}

/* A child gets what is open, and nothing else. */
static void forks(void **unused)
{
    u32 child;
    u64 fd;

    (void)unused;
    begin();
    make();
    fd = spare_fd();
    child = (u32)sim_fork(client);
    assert_int_equal(CALL(child, SYS_FCNTL, fd, RX_F_GETFD, 0), -EBADF);
    assert_int_equal(state(), SPARE_FREE);
    assert_int_equal(sim_body(child)->page->spare.word, 0);
    set_state(SPARE_BUSY);
    assert_true(sim_fork(client) > 0);
    assert_int_equal(state(), SPARE_BUSY);
    nothing(&s);
    fill(RX_O_RDWR);
    child = (u32)sim_fork(client);
    assert_int_equal(CALL(child, SYS_FCNTL, fd, RX_F_GETFD, 0), 0);
    assert_int_equal(state(), SPARE_NONE);
    expect(&s, OP_SPARE_END);
    sim_kill_host(child);
    sim_settle();
    nothing(&s); /* the parent has it open */
    reap(client);
    for (u32 pid = client + 1; pid <= child; pid++)
        reap(pid);
    end_server(&s, "x");
    assert_counts();
}

static void dup2_onto_it(void **unused)
{
    u32 handle;
    u64 fd;

    (void)unused;
    begin();
    handle = make().handle;
    fd = spare_fd();
    assert_int_equal(CALL(client, SYS_DUP2, file, fd, 0, 0), fd);
    assert_int_equal(state(), SPARE_NONE);
    expect_gone(handle);
    close_ok(client, fd);
    make();
    fill(RX_O_RDWR);
    assert_int_equal(CALL(client, SYS_DUP2, file, fd, 0, 0), fd);
    expect(&s, OP_SPARE_END);
    expect(&s, OP_UNBIND);
    expect(&s, OP_CLOSE_MSG);
    end();
}

static void a_second_takes_the_place_of_the_first(void **unused)
{
    u32 handle;

    (void)unused;
    begin();
    handle = make().handle;
    assert_int_equal(CALL(client, UMK_SPARE, channel()), SIM_WAITS);
    expect(&s, OP_UNBIND);
    expect(&s, OP_CLOSE_MSG);
    struct queue_entry e = expect(&s, OP_SPARE);
    assert_int_not_equal(e.handle, handle);
    answer(&s, &e, -EOPNOTSUPP);
    assert_int_equal(done(client), -EOPNOTSUPP);
    assert_int_equal(state(), SPARE_NONE);
    assert_int_equal(CALL(client, UMK_SPARE, 77), -EINVAL);
    end();
}

static void the_server_dies(void **unused)
{
    u64 fd;

    (void)unused;
    begin();
    make();
    fd = spare_fd();
    fill(RX_O_RDWR);
    reap(s.pid);
    assert_int_equal(CALL(client, SYS_FSTAT, fd), -ENODEV);
    close_ok(client, fd);
    make_server(&s, "y");
    end_server(&s, "y");
    reap(client);
    assert_int_equal(CALL_IN(1, SYS_UNLINKAT, "x", 1, RX_FD_UPPER, 0, 1, 0, 0, 1), 0);
    assert_counts();
}

static void the_client_dies_waiting(void **unused)
{
    struct queue_entry e;

    (void)unused;
    begin();
    assert_int_equal(CALL(client, UMK_SPARE, channel()), SIM_WAITS);
    e = expect(&s, OP_SPARE);
    reap(client);
    while (sim_server_take(&s, &(struct queue_entry){0}))
        ;
    answer(&s, &e, NUMBER);
    expect(&s, OP_CLOSE_MSG);
    end_server(&s, "x");
    assert_counts();
}

/* Roots: what a namespace names can be asked for paths, until it is named no more. */
static void roots_live_with_the_namespace(void **unused)
{
    struct queue_entry e;
    u64 word, ns = RX_FD_UPPER;

    (void)unused;
    begin();
    assert_int_equal(CALL_IN(client, UMK_BIND, "x", 1, ns, 1), 0);
    word = sim_portal(client, 0)->ret[0];
    assert_true(word != BINDING_NONE);
    e = expect(&s, OP_BIND);
    assert_int_equal(e.sqe.args[1], BINDING_HANDLE(word));
    assert_int_equal(e.sqe.args[3], 1);
    assert_int_equal(CALL_IN(client, UMK_BIND, "x", 1, ns, 1), 0);
    assert_int_equal(sim_portal(client, 0)->ret[0], word);
    nothing(&s);
    assert_int_equal(CALL_IN(client, UMK_BIND, "memory", 6, ns, 6), 0);
    assert_int_equal(sim_portal(client, 0)->ret[0], BINDING_NONE);
    assert_int_equal(CALL_IN(client, UMK_BIND, "q", 1, ns, 1), -ENODEV);
    assert_int_equal(CALL_IN(client, UMK_BIND, "x", 1, file, 1), -EBADF);
    close_ok(client, ns);
    e = expect(&s, OP_UNBIND);
    assert_int_equal(e.sqe.args[1], BINDING_HANDLE(word));
    end();
}

static void roots_end_with_the_name(void **unused)
{
    u64 word;

    (void)unused;
    begin();
    assert_int_equal(CALL_IN(client, UMK_BIND, "x", 1, RX_FD_UPPER, 1), 0);
    word = sim_portal(client, 0)->ret[0];
    expect(&s, OP_BIND);
    assert_int_equal(CALL_IN(1, SYS_UNLINKAT, "x", 1, RX_FD_UPPER, 0, 1, 0, 0, 1), 0);
    assert_int_equal(expect(&s, OP_UNBIND).sqe.args[1], BINDING_HANDLE(word));
    reap(client);
    reap(s.pid);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(is_the_lowest_free_number),
        TEST(gives_its_number_up),
        TEST(ends_with_a_lower_close),
        TEST(becomes_ordinary),
        TEST(forks),
        TEST(dup2_onto_it),
        TEST(a_second_takes_the_place_of_the_first),
        TEST(the_server_dies),
        TEST(the_client_dies_waiting),
        TEST(roots_live_with_the_namespace),
        TEST(roots_end_with_the_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
