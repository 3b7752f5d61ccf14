/* Descriptors that travel: sendfd and recvfd at servers, sockets, pipes and namespaces. */
#include "tests/unit/core_test.h"

#define SEND (CALL_WRITE | CALL_FD)
#define RECV (CALL_READ | CALL_FD)

static struct sim_server s;
static u32 client;
static u64 file;

static void begin(void)
{
    make_server(&s, "x");
    client = spawn(1);
    file = open_at(&s, client, "x", 50);
}

static void end(void)
{
    reap(client);
    end_server(&s, "x");
    assert_counts();
}

static i64 send(u32 pid, u64 to, const u64 *fds, size_t n, u32 flags)
{
    return CALL_IN(pid, SYS_CALL, fds, n * 8, to, n * 8, SEND | flags | 1, 11);
}

/* slots NULL: wherever there is room. */
static i64 receive(u32 pid, u64 from, const u64 *slots, size_t n, u32 flags)
{
    u64 anywhere[MAX_FDS_IN_CALL];

    memset(anywhere, 0xFF, sizeof(anywhere));
    return CALL_IN(pid, SYS_CALL, slots ? slots : anywhere, n * 8, from, n * 8, RECV | flags | 2,
                   22, 33);
}

static i64 obtain(u32 tag, const u64 *slots, size_t n)
{
    u64 anywhere[MAX_FDS_IN_CALL];

    memset(anywhere, 0xFF, sizeof(anywhere));
    return CALL_IN(s.pid, SYS_CALL, slots ? slots : anywhere, n * 8, (u64)s.socket, n * 8, RECV | 2,
                   SOCKET_OBTAIN_FD, tag);
}

static i64 move(u32 tag, const u64 *fds, size_t n)
{
    return CALL_IN(s.pid, SYS_CALL, fds, n * 8, (u64)s.socket, n * 8, SEND | CALL_FD_CLONE | 2,
                   SOCKET_MOVE_FD, tag);
}

static u64 received(u32 pid, u32 i)
{
    u64 fd;

    memcpy(&fd, sim_payload(pid, 0) + 8 * i, 8);
    return fd;
}

/* Client to server */

static void all_at_once(void **state)
{
    struct queue_entry e;
    u64 fds[2];

    (void)state;
    begin();
    make_pipe(client, &fds[0], &fds[1]);
    assert_int_equal(send(client, file, fds, 2, 0), SIM_WAITS);
    e = expect(&s, OP_SENDFD);
    assert_int_equal(e.sqe.args[0], 50);
    assert_int_equal(e.sqe.args[1], 0);
    assert_int_equal(e.sqe.args[2], 11);
    assert_int_equal(e.sqe.args[3], 2);
    assert_int_equal(CALL(client, SYS_CLOSE, fds[0]), SIM_WAITS); /* still in its call */
    assert_int_equal(obtain(e.sqe.tag, NULL, 1), -EINVAL);
    assert_int_equal(obtain(e.sqe.tag + 1, NULL, 2), -EINVAL);
    assert_int_equal(obtain(e.sqe.tag, NULL, 2), 2);
    assert_int_equal(write_text(s.pid, received(s.pid, 1), "hi"), 2);
    assert_int_equal(obtain(e.sqe.tag, NULL, 2), -ENOENT);
    answer(&s, &e, 0);
    assert_int_equal(done(client), 2);
    assert_int_equal(CALL(client, SYS_CLOSE, fds[0]), -EBADF);
    end();
}

static void one_by_one(void **state)
{
    struct queue_entry e;
    u64 fds[2];

    (void)state;
    begin();
    make_pipe(client, &fds[0], &fds[1]);
    assert_int_equal(send(client, file, fds, 2, CALL_FD_CLONE), SIM_WAITS);
    e = expect(&s, OP_SENDFD);
    sim_server_answer(&s, CQE_OBTAIN_FD, e.sqe.tag, 40, 0);
    sim_server_answer(&s, CQE_OBTAIN_FD, e.sqe.tag, 40, 0); /* taken: nothing happens */
    sim_server_answer(&s, CQE_OBTAIN_FD, e.sqe.tag, RX_FD_MAX, 0);
    sim_server_answer(&s, CQE_OBTAIN_FD, e.sqe.tag, 41, 0);
    sim_server_answer(&s, CQE_OBTAIN_FD, e.sqe.tag, 42, 0); /* none left */
    answer(&s, &e, 0);
    assert_int_equal(done(client), 2);
    assert_int_equal(write_text(s.pid, 41, "x"), 1);
    assert_int_equal(CALL(client, SYS_READ, fds[0], 9), 1); /* clones: they stay */
    assert_int_equal(CALL(s.pid, SYS_CLOSE, 42), -EBADF);
    end();
}

/* A consuming call takes the file out of the caller's table, and the server hears of its end. */
static void a_call_consumes_its_file(void **state)
{
    u64 second, copy;
    struct queue_entry e;

    (void)state;
    begin();
    second = open_at(&s, client, "x", 51);
    assert_int_equal(CALL(client, SYS_CALL, file, 0, CALL_CONSUME | 1, 5), SIM_WAITS);
    e = expect(&s, OP_CALL);
    assert_int_equal(e.sqe.args[0], 50);
    answer(&s, &e, 9);
    assert_int_equal(done(client), 9);
    assert_int_equal(expect(&s, OP_CLOSE_MSG).sqe.args[0], 50);
    assert_int_equal(CALL(client, SYS_CLOSE, file), -EBADF);
    /* a copy keeps it open */
    copy = (u64)CALL(client, SYS_DUP_INTO, second, 0, 0, 0);
    assert_true((i64)copy > 0);
    assert_int_equal(CALL(client, SYS_CALL, second, 0, CALL_CONSUME | 1, 5), SIM_WAITS);
    serve(&s, OP_CALL, -EIO);
    assert_int_equal(done(client), -EIO);
    nothing(&s);
    close_ok(client, copy);
    expect(&s, OP_CLOSE_MSG);
    assert_int_equal(CALL(client, SYS_CALL, second, 0, CALL_CONSUME | 1, 5), -EBADF);
    end();
}

static void not_obtained_is_closed(void **state)
{
    struct queue_entry e;
    u64 r, w;

    (void)state;
    begin();
    make_pipe(client, &r, &w);
    assert_int_equal(send(client, file, &w, 1, 0), SIM_WAITS);
    e = expect(&s, OP_SENDFD);
    answer(&s, &e, -EPERM);
    assert_int_equal(done(client), -EPERM);
    assert_int_equal(CALL(client, SYS_READ, r, 1), 0);
    end();
}

static void wrong_sends(void **state)
{
    u64 many[MAX_FDS_IN_CALL + 1], fds[2] = {0, 777};

    (void)state;
    begin();
    for (u32 i = 0; i <= MAX_FDS_IN_CALL; i++)
        many[i] = 0;
    assert_int_equal(send(client, file, fds, 2, 0), -EBADF);
    assert_int_equal(CALL(client, SYS_FCNTL, 0, RX_F_GETFD, 0), 0); /* all or none */
    fds[1] = 0;
    assert_int_equal(send(client, file, fds, 2, 0), -EBADF);
    assert_int_equal(send(client, file, many, MAX_FDS_IN_CALL + 1, CALL_FD_CLONE), -EINVAL);
    assert_int_equal(send(client, file, many, 0, CALL_FD_CLONE), -EINVAL);
    assert_int_equal(CALL(client, SYS_CALL, file, 9, SEND), -EINVAL);
    assert_int_equal(send(client, file, many, 1, CALL_FD_EXCLUSIVE), -EBUSY);
    assert_int_equal(send(client, file, many, 1, 0), -EBADF); /* and lost */
    fds[0] = 1;
    assert_int_equal(send(client, 2, fds, 1, CALL_FD_CLONE), -EOPNOTSUPP);
    nothing(&s);
    end();
}

static void a_file_sends_itself(void **state)
{
    struct queue_entry e;

    (void)state;
    begin();
    assert_int_equal(send(client, file, &file, 1, CALL_FD_EXCLUSIVE), -EBUSY);
    expect(&s, OP_CLOSE_MSG);
    file = open_at(&s, client, "x", 51);
    assert_int_equal(send(client, file, &file, 1, 0), SIM_WAITS);
    e = expect(&s, OP_SENDFD);
    answer(&s, &e, 0);
    assert_int_equal(done(client), 1);
    expect(&s, OP_CLOSE_MSG);
    end();
}

static void server_dies_with_descriptors(void **state)
{
    u64 r, w;

    (void)state;
    begin();
    make_pipe(client, &r, &w);
    assert_int_equal(send(client, file, &w, 1, 0), SIM_WAITS);
    reap(s.pid);
    assert_int_equal(done(client), -ENODEV);
    assert_int_equal(CALL(client, SYS_READ, r, 1), 0);
    reap(client);
    assert_int_equal(drop_name("x"), 0);
    assert_counts();
}

/* Server to client */

static void moved_to_the_client(void **state)
{
    struct queue_entry e;
    u64 fds[2], slots[2] = {RX_FD_NONE, 30};

    (void)state;
    begin();
    make_pipe(s.pid, &fds[0], &fds[1]);
    assert_int_equal(receive(client, file, slots, 2, CALL_FD_UPPER | CALL_FD_CLOEXEC), SIM_WAITS);
    e = expect(&s, OP_RECVFD);
    assert_int_equal(e.sqe.args[1], 2);
    assert_int_equal(e.sqe.args[2], 2);
    assert_int_equal(e.sqe.args[3], 22);
    assert_int_equal(e.sqe.args[4], 33);
    assert_int_equal(move(e.sqe.tag + 1, fds, 2), -EINVAL);
    assert_int_equal(move(e.sqe.tag, fds, 1), 1);
    assert_int_equal(move(e.sqe.tag, fds, 2), 2); /* replaces */
    sim_server_answer(&s, CQE_WITH_MULTIPLE_FDS, e.sqe.tag, 2, 0);
    assert_int_equal(done(client), 2);
    assert_true(received(client, 0) & RX_FD_UPPER);
    assert_int_equal(received(client, 1), 30);
    assert_int_equal(write_text(client, 30, "abc"), 3);
    assert_int_equal(CALL(client, SYS_READ, RX_FD_UPPER | 1, 9), 3);
    assert_int_equal(CALL(client, SYS_FCNTL, 30, RX_F_GETFD, 0), RX_FD_CLOEXEC);
    end();
}

static void wrong_answers_to_a_receive(void **state)
{
    struct queue_entry e;
    u64 fd = 0, slots[2] = {60, 0};

    (void)state;
    begin();
    assert_int_equal(receive(client, file, NULL, 2, 0), SIM_WAITS);
    e = expect(&s, OP_RECVFD);
    assert_int_equal(move(e.sqe.tag, &fd, 1), 1);
    sim_server_answer(&s, CQE_WITH_MULTIPLE_FDS, e.sqe.tag, 2, 0);
    assert_int_equal(done(client), -EINVAL); /* fewer than asked for */
    assert_int_equal(receive(client, file, NULL, 1, 0), SIM_WAITS);
    serve(&s, OP_RECVFD, 1);
    assert_int_equal(done(client), -EIO);
    assert_int_equal(receive(client, file, NULL, 1, 0), SIM_WAITS);
    serve(&s, OP_RECVFD, -EACCES);
    assert_int_equal(done(client), -EACCES);
    /* the second slot is taken: neither is kept */
    assert_int_equal(receive(client, file, slots, 2, 0), SIM_WAITS);
    e = expect(&s, OP_RECVFD);
    assert_int_equal(move(e.sqe.tag, (u64[2]){0, 1}, 2), 2);
    sim_server_answer(&s, CQE_WITH_MULTIPLE_FDS, e.sqe.tag, 2, 0);
    assert_int_equal(done(client), -EEXIST);
    assert_int_equal(CALL(client, SYS_CLOSE, 60), -EBADF);
    slots[1] = 60; /* the same slot twice */
    assert_int_equal(receive(client, file, slots, 2, 0), SIM_WAITS);
    e = expect(&s, OP_RECVFD);
    assert_int_equal(move(e.sqe.tag, (u64[2]){0, 1}, 2), 2);
    sim_server_answer(&s, CQE_WITH_MULTIPLE_FDS, e.sqe.tag, 2, 0);
    assert_true(done(client) < 0);
    assert_int_equal(CALL(client, SYS_CLOSE, 60), -EBADF);
    end();
}

static void receiver_dies(void **state)
{
    struct queue_entry e;
    u64 r, w;

    (void)state;
    begin();
    make_pipe(s.pid, &r, &w);
    assert_int_equal(receive(client, file, NULL, 1, 0), SIM_WAITS);
    e = expect(&s, OP_RECVFD);
    assert_int_equal(move(e.sqe.tag, &w, 1), 1);
    close_ok(s.pid, w);
    reap(client);
    sim_server_answer(&s, CQE_WITH_MULTIPLE_FDS, e.sqe.tag, 1, 0);
    assert_int_equal(CALL(s.pid, SYS_READ, r, 1), 0);
    end_server(&s, "x");
    assert_counts();
}

/* The socket */

static i64 socket_dup(const void *buf, size_t len)
{
    return CALL_IN(s.pid, SYS_DUP_INTO, buf, len, (u64)s.socket, len, 0, 0);
}

static void what_a_socket_does(void **state)
{
    struct rx_new_fd n = {.number = 9, .flags = RX_O_RDONLY, .internal_flags = 2};
    i64 fd;

    (void)state;
    begin();
    assert_int_equal(socket_dup(&n, sizeof(n)), -EINVAL);
    assert_int_equal(socket_dup(&n, 31), -EINVAL);
    n.internal_flags = NEWFD_POSITIONED;
    assert_true((fd = socket_dup(&n, sizeof(n))) > 0);
    close_ok(s.pid, (u64)fd);
    assert_int_equal(expect(&s, OP_CLOSE_MSG).sqe.args[0], 9);
    assert_int_equal(CALL(s.pid, SYS_FPATH, (u64)s.socket, 100), 7);
    assert_memory_equal(sim_payload(s.pid, 0), "/scheme", 7);
    assert_int_equal(CALL(s.pid, SYS_FMAP, (u64)s.socket, 0, 4096,
                          RX_PROT_READ | RX_PROT_WRITE | RX_MAP_SHARED, 0),
                     -EINVAL);
    assert_int_equal(CALL(s.pid, SYS_FMAP, (u64)s.socket, 0, QUEUE_SIZE,
                          RX_PROT_READ | RX_PROT_WRITE | RX_MAP_PRIVATE, 0),
                     -EINVAL);
    end();
}

static void who_may_make_a_scheme(void **state)
{
    u32 a = spawn(1);
    u64 cap = open_ok(a, "namespace", "scheme-creation-cap", RX_O_RDWR);

    (void)state;
    assert_int_equal(CALL_IN(a, SYS_DUP_INTO, "create-schema", 13, cap, 13, 0, 0), -EINVAL);
    assert_int_equal(CALL_IN(a, SYS_DUP_INTO, "create", 6, cap, 6, 0, 0), -EINVAL);
    assert_int_equal(CALL(a, SYS_FMAP, cap, 0, QUEUE_SIZE, RX_PROT_READ | RX_MAP_SHARED, 0),
                     -EOPNOTSUPP);
    CALL_IN(a, UMK_PROC, ((u32[6]){7, 7, 7, 7, 7, 7}), 24, PROC_SETRESUGID);
    assert_int_equal(CALL_IN(a, SYS_DUP_INTO, "create-scheme", 13, cap, 13, 0, 0), -EACCES);
    reap(a);
    assert_counts();
}

/* A child that inherited the socket is not the server. */
static void socket_of_another_process(void **state)
{
    struct queue_entry e;
    u64 anywhere = RX_FD_NONE, zero = 0;
    i64 child;

    (void)state;
    begin();
    child = sim_fork(s.pid);
    assert_true(child > 0);
    assert_int_equal(send(client, file, &zero, 1, CALL_FD_CLONE), SIM_WAITS);
    e = expect(&s, OP_SENDFD);
    assert_int_equal(CALL_IN((u32)child, SYS_CALL, &anywhere, 8, (u64)s.socket, 8, RECV | 2,
                             SOCKET_OBTAIN_FD, e.sqe.tag),
                     -EINVAL);
    sim_kill_host(s.pid);
    assert_int_equal(done(client), -ENODEV); /* the service ends with its maker */
    reap((u32)child);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, s.pid, 0), s.pid);
    reap(client);
    assert_int_equal(drop_name("x"), 0);
    assert_counts();
}

/* Pipes */

static void through_a_pipe(void **state)
{
    u64 r, w, fds[2];
    i64 got;

    (void)state;
    make_pipe(1, &r, &w);
    make_pipe(1, &fds[0], &fds[1]);
    assert_int_equal(receive(1, w, NULL, 1, 0), -EBADF);
    assert_int_equal(send(1, r, fds, 1, CALL_FD_CLONE), -EBADF);
    assert_int_equal(send(1, w, &w, 1, CALL_FD_CLONE), -EINVAL);
    assert_int_equal(send(1, w, &r, 1, CALL_FD_CLONE), -EINVAL);
    assert_int_equal(send(1, w, fds, 2, 0), 2);
    assert_int_equal(receive(1, r, NULL, 2, 0), 2);
    memcpy(fds, sim_payload(1, 0), sizeof(fds));
    assert_int_equal(write_text(1, fds[1], "x"), 1);
    got = CALL(1, SYS_READ, fds[0], 5);
    assert_int_equal(got, 1);
    assert_int_equal(send(1, w, fds, 1, 0), 1);
    close_ok(1, w);
    assert_int_equal(receive(1, r, NULL, 2, 0), -EINVAL); /* fewer than asked for, and no more */
    assert_int_equal(receive(1, r, NULL, 1, 0), 1);
    close_ok(1, received(1, 0));
    assert_int_equal(receive(1, r, NULL, 1, 0), 0);
    close_ok(1, r);
    close_ok(1, fds[1]);
    assert_counts();
}

static void a_waiting_receiver(void **state)
{
    u32 a = spawn(1);
    u64 r, w, fd = 1;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(sim_call(1, 0, UMK_PORTAL_NEW, SIM_ARGS(PORTAL_FOR_ASYNC)) > 0, 1);
    memset(sim_payload(1, 1), 0xFF, 16);
    assert_int_equal(sim_call(1, 1, SYS_CALL, SIM_ARGS(r, 16, RECV)), SIM_WAITS);
    assert_int_equal(send(1, w, &fd, 1, CALL_FD_CLONE), 1);
    i64 res;
    assert_false(sim_done(1, 1, &res)); /* it waits for two */
    assert_int_equal(send(1, w, &fd, 1, CALL_FD_CLONE), 1);
    assert_true(sim_done(1, 1, &res));
    assert_int_equal(res, 2);
    for (u32 i = 0; i < 2; i++) {
        memcpy(&fd, sim_payload(1, 1) + 8 * i, 8);
        close_ok(1, fd);
    }
    memset(sim_payload(1, 1), 0xFF, 16);
    assert_int_equal(sim_call(1, 1, SYS_CALL, SIM_ARGS(r, 16, RECV)), SIM_WAITS);
    close_ok(1, w);
    assert_true(sim_done(1, 1, &res));
    assert_int_equal(res, 0);
    close_ok(1, r);
    CALL(1, UMK_PORTAL_FREE, 1);
    reap(a);
    assert_counts();
}

static void pipes_do_not_carry_each_other(void **state)
{
    u64 r[3], w[3], zero = 0;

    (void)state;
    for (u32 i = 0; i < 3; i++)
        make_pipe(1, &r[i], &w[i]);
    assert_int_equal(send(1, w[0], &r[1], 1, CALL_FD_CLONE), 1);
    assert_int_equal(send(1, w[1], &r[2], 1, CALL_FD_CLONE), -EINVAL);
    assert_int_equal(send(1, w[2], &r[0], 1, CALL_FD_CLONE), -EINVAL);
    assert_int_equal(send(1, w[1], &zero, 1, CALL_FD_CLONE), 1); /* other files may travel */
    assert_int_equal(send(1, w[1], &w[0], 1, CALL_FD_CLONE), -EINVAL);
    assert_int_equal(receive(1, r[0], NULL, 1, 0), 1); /* no longer carried */
    close_ok(1, received(1, 0));
    assert_int_equal(send(1, w[1], &w[0], 1, CALL_FD_CLONE), 1);
    for (u32 i = 0; i < 3; i++) {
        close_ok(1, r[i]);
        close_ok(1, w[i]);
    }
    assert_counts();
}

static void pipe_full_of_descriptors(void **state)
{
    u64 r, w, fds[MAX_FDS_IN_CALL] = {0};

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(send(1, w, fds, MAX_FDS_IN_CALL, CALL_FD_CLONE), MAX_FDS_IN_CALL);
    assert_int_equal(send(1, w, fds, 1, CALL_FD_CLONE), -EAGAIN);
    close_ok(1, r);
    assert_int_equal(send(1, w, fds, 1, CALL_FD_CLONE), -EPIPE);
    close_ok(1, w);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_at_once),
        TEST(one_by_one),
        TEST(a_call_consumes_its_file),
        TEST(not_obtained_is_closed),
        TEST(wrong_sends),
        TEST(a_file_sends_itself),
        TEST(server_dies_with_descriptors),
        TEST(moved_to_the_client),
        TEST(wrong_answers_to_a_receive),
        TEST(receiver_dies),
        TEST(what_a_socket_does),
        TEST(who_may_make_a_scheme),
        TEST(socket_of_another_process),
        TEST(through_a_pipe),
        TEST(a_waiting_receiver),
        TEST(pipes_do_not_carry_each_other),
        TEST(pipe_full_of_descriptors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
