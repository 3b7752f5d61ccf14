/*
 * Spares and requests with a path as the scheme library serves them: what a client may fill, empty
 * and ask, and what it may not. Channel 0; handle 1 is the root, handle 2 the spare.
 */
#include "tests/libredox/test_server.h"

#define ROOT_HANDLE 1u
#define SPARE 2u

static u64 make_spare(void)
{
    const struct queue_entry e = {
        .sqe = {.opcode = OP_SPARE, .caller = 7}, .channel = 0, .handle = SPARE};
    struct fake_request *r = fake_request(e, NULL, 0);
    i64 number;

    assert_non_null(r);
    number = result_of(r);
    assert_true(number >= 0);
    return (u64)number;
}

static void bind_root(void)
{
    const struct queue_entry e = {
        .sqe = {.opcode = OP_BIND, .flags = SQE_ONEWAY, .args = {0, ROOT_HANDLE, t.root, 1}}};

    assert_true(fake_post_entry(&e));
    fake_run();
}

static u64 begin(void)
{
    t.size = 10;
    c_open(0);
    bind_root();
    return make_spare();
}

/* A request with a path. */
static i64 ask_path(u8 op, u32 handle, const char *path, size_t len, u64 flags, u64 spare)
{
    const struct sqe e = {.opcode = op, .args = {handle, BUFFER_SMALL, len, flags, 0, spare}};

    memcpy(fake_small(&fake.channels[0], 5), path, len);
    fake_submit(&fake.channels[0], 5, &e);
    return c_result(0, 5);
}

static i64 open_there(u64 id, u64 flags)
{
    const char path = (char)('0' + id);

    return ask_path(OP_OPENAT, ROOT_HANDLE, &path, 1, flags, SPARE);
}

static i64 close_there(u32 handle)
{
    c_submit(0, 5, OP_CLOSE, handle, 0, 0, 0);
    return c_result(0, 5);
}

static void opened_and_closed(void **state)
{
    u64 number = begin();

    (void)state;
    assert_int_equal(c_read(0, SPARE, 4, 0), -EBADF);
    assert_int_equal(k_read(number, 4, 0), -EBADF);
    assert_int_equal(close_there(SPARE), -EBADF);
    for (u32 round = 0; round < 3; round++) {
        assert_int_equal(open_there(FILE_ID, RX_O_RDONLY), 0);
        assert_int_equal(c_read(0, SPARE, 4, OFFSET_CURRENT), 4);
        assert_int_equal(c_read(0, SPARE, 8, OFFSET_CURRENT), 6); /* it began at 0 again */
        c_submit(0, 3, OP_WRITE, SPARE, BUFFER_SMALL, 4, 0);
        assert_int_equal(c_result(0, 3), -EBADF); /* opened for reading */
        assert_int_equal(k_read(number, 4, 0), 4);
        assert_int_equal(close_there(SPARE), 0);
        assert_int_equal(t.closes, round + 1);
        assert_int_equal(t.closed_id, FILE_ID);
        assert_int_equal(c_read(0, SPARE, 4, 0), -EBADF);
    }
    assert_int_equal(open_there(1, RX_O_RDONLY), -ENOENT);
    /* the kernel takes it back, empty or not */
    assert_int_equal(open_there(FILE_ID, RX_O_RDONLY), 0);
    fake_message(OP_CLOSE_MSG, number, 0, 0);
    fake_run();
    assert_int_equal(t.closes, 4);
    assert_int_equal(open_there(FILE_ID, RX_O_RDONLY), -EBADF);
}

static void filled_twice(void **state)
{
    (void)state;
    begin();
    assert_int_equal(open_there(FILE_ID, RX_O_RDONLY), 0);
    assert_int_equal(open_there(FILE_ID, RX_O_RDONLY), -EBADF);
    assert_int_equal(t.closes, 0); /* it was not even opened */
    assert_int_equal(ask_path(OP_OPENAT, ROOT_HANDLE, "2", 1, RX_O_RDONLY, ROOT_HANDLE), -EBADF);
    assert_int_equal(ask_path(OP_OPENAT, ROOT_HANDLE, "2", 1, RX_O_RDONLY, 77), -EBADF);
}

/* Others may have the description from now on: its file is not to change under them. */
static void settled(void **state)
{
    u64 number = begin();

    (void)state;
    assert_int_equal(open_there(FILE_ID, RX_O_RDONLY), 0);
    fake_message(OP_SPARE_END, number, 0, 0);
    assert_int_equal(close_there(SPARE), -EINVAL);
    assert_int_equal(open_there(FILE_ID, RX_O_RDWR), -EBADF);
    assert_int_equal(c_read(0, SPARE, 4, 0), 4);
    assert_int_equal(t.closes, 0);
    /* the kernel's word that is in the queue when the client's is found comes first */
    fake_message(OP_CLOSE_MSG, number, 0, 0);
    fake_run();
    number = make_spare();
    assert_int_equal(open_there(FILE_ID, RX_O_RDONLY), 0);
    serve_mark_active(0);
    fake_message(OP_SPARE_END, number, 0, 0);
    c_submit(0, 5, OP_CLOSE, SPARE, 0, 0, 0);
    assert_true(serve_channels());
    assert_int_equal(fake_slots(&fake.channels[0])[5].result, -EINVAL);
}

static void files_of_the_kernels_are_not_closed(void **state)
{
    u64 f;

    (void)state;
    begin();
    f = k_open(FILE_ID, RX_O_RDWR, 0, 9);
    assert_int_equal(close_there(9), -EINVAL);
    assert_int_equal(k_read(f, 4, 0), 4);
    assert_int_equal(close_there(ROOT_HANDLE), -EBADF);
    assert_int_equal(t.closes, 0);
}

static void a_root_is_for_paths_only(void **state)
{
    (void)state;
    begin();
    assert_int_equal(c_read(0, ROOT_HANDLE, 4, 0), -EBADF);
    c_submit(0, 3, OP_STD_FS_CALL, ROOT_HANDLE, BUFFER_SMALL, 0, STD_FCHMOD);
    assert_int_equal(c_result(0, 3), -EBADF);
    assert_int_equal(ask_path(OP_STATAT, ROOT_HANDLE, "2", 1, 0, 0), -EOPNOTSUPP); /* no fstat */
    assert_int_equal(t.closes, 1);
    assert_int_equal(ask_path(OP_UNLINKAT, ROOT_HANDLE, "2", 1, 0, 0), -ENOENT);
    /* the rest is the kernel's, whatever the handle */
    assert_int_equal(open_there(FILE_ID, RX_O_RDONLY), 0);
    for (u32 op = 0; op < 256; op++) {
        bool kernels = op == OP_DUP || op == OP_FLINK || op == OP_FRENAME || op == OP_SENDFD ||
                       op == OP_RECVFD || op == OP_FCHOWN || op == OP_FCNTL || op == OP_FEVENT ||
                       op == OP_MMAP_PREP || op == OP_MUNMAP || op == OP_SPARE;

        if (kernels)
            assert_int_equal(ask_path((u8)op, SPARE, "2", 1, 0, 0), -EINVAL);
    }
}

static void bad_paths(void **state)
{
    static const char *const bad[] = {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "\xe2\x82"};
    static char longest[CHANNEL_SMALL];

    (void)state;
    begin();
    for (u32 i = 0; i < 5; i++)
        assert_int_equal(
            ask_path(OP_OPENAT, ROOT_HANDLE, bad[i], strlen(bad[i]), RX_O_RDONLY, SPARE), -EINVAL);
    assert_int_equal(ask_path(OP_OPENAT, ROOT_HANDLE, "2\0", 2, RX_O_RDONLY, SPARE), -EINVAL);
    assert_int_equal(t.last_len, 0); /* no handler saw any of them */
    memset(longest, 'a', sizeof(longest));
    assert_int_equal(ask_path(OP_OPENAT, ROOT_HANDLE, longest, sizeof(longest), 0, SPARE), -ENOENT);
    assert_int_equal(t.last_len, sizeof(longest));
    const struct sqe big = {.opcode = OP_OPENAT,
                            .args = {ROOT_HANDLE, BUFFER_BIG, CHANNEL_SMALL + 1, 0, 0, SPARE}};
    fake_submit(&fake.channels[0], 5, &big);
    assert_int_equal(c_result(0, 5), -EINVAL);
    const struct sqe none = {.opcode = OP_OPENAT,
                             .args = {ROOT_HANDLE, BUFFER_SMALL, UINT64_MAX, 0, 0, SPARE}};
    fake_submit(&fake.channels[0], 5, &none);
    assert_int_equal(c_result(0, 5), -EINVAL);
}

/* A read that waits when its file is closed must not come back to life on the next one. */
static void closed_while_requests_wait(void **state)
{
    (void)state;
    begin();
    assert_int_equal(open_there(QUEUE_ID, RX_O_RDONLY), 0);
    c_submit(0, 3, OP_READ, SPARE, BUFFER_SMALL, 1, OFFSET_CURRENT);
    fake_run();
    assert_false(c_answered(0, 3));
    assert_int_equal(close_there(SPARE), 0);
    assert_true(c_answered(0, 3));
    assert_int_equal(fake_slots(&fake.channels[0])[3].result, -ECANCELED);
    assert_int_equal(open_there(QUEUE_ID, RX_O_RDONLY), 0);
    t.queued = 1;
    scheme_wake(t.scheme, QUEUE_ID);
    assert_int_equal(t.queued, 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, t_reset, t_check_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(opened_and_closed),
        TEST(filled_twice),
        TEST(settled),
        TEST(files_of_the_kernels_are_not_closed),
        TEST(a_root_is_for_paths_only),
        TEST(bad_paths),
        TEST(closed_while_requests_wait),
    };

    return cmocka_run_group_tests(tests, t_setup, NULL);
}
