/* Descriptor tables and descriptions: slots, dup, dup2, close, flags. */
#include "tests/unit/core_test.h"

/* The table itself */

static struct desc *fake(u32 i)
{
    static struct desc d[4];

    return &d[i];
}

static void lowest_slot_first(void **state)
{
    static struct fd_table t;

    (void)state;
    memset(&t, 0, sizeof(t));
    t.limit = RX_FD_MAX;
    for (i64 i = 0; i < 600; i++)
        assert_int_equal(fd_install(&t, 0, fake(0), false), i);
    assert_ptr_equal(fd_take(&t, 300), fake(0));
    assert_ptr_equal(fd_take(&t, 5), fake(0));
    assert_null(fd_take(&t, 5));
    assert_int_equal(fd_install(&t, 100, fake(1), true), 300);
    assert_int_equal(fd_install(&t, 0, fake(1), false), 5);
    assert_int_equal(fd_install(&t, 0, fake(1), false), 600);
    assert_true(fd_slot(&t, 300)->flags & RX_FD_CLOEXEC);
    assert_int_equal(t.open, 601);
    fd_table_free_chunks(&t);
    assert_counts();
}

static void halves_are_apart(void **state)
{
    static struct fd_table t;

    (void)state;
    memset(&t, 0, sizeof(t));
    t.limit = RX_FD_MAX;
    assert_int_equal(fd_install(&t, RX_FD_UPPER, fake(0), false), (i64)RX_FD_UPPER);
    assert_int_equal(fd_install(&t, 0, fake(1), false), 0);
    assert_ptr_equal(fd_lookup(&t, RX_FD_UPPER), fake(0));
    assert_int_equal(fd_next(&t, 0), 0);
    assert_int_equal(fd_next(&t, 1), RX_FD_UPPER);
    assert_int_equal(fd_next(&t, RX_FD_UPPER | 1), RX_FD_NONE);
    fd_table_free_chunks(&t);
}

static void numbers_out_of_range(void **state)
{
    static struct fd_table t;
    struct desc *old;

    (void)state;
    memset(&t, 0, sizeof(t));
    t.limit = RX_FD_MAX;
    assert_null(fd_lookup(&t, RX_FD_MAX));
    assert_null(fd_lookup(&t, RX_FD_NONE));
    assert_null(fd_lookup(&t, 1ull << 63));
    assert_null(fd_lookup(&t, RX_FD_UPPER | RX_FD_MAX));
    assert_null(fd_take(&t, RX_FD_NONE));
    assert_int_equal(fd_replace(&t, RX_FD_MAX, fake(0), false, &old), -EBADF);
    assert_int_equal(fd_replace(&t, RX_FD_MAX - 1, fake(0), false, &old), RX_FD_MAX - 1);
    assert_int_equal(fd_install(&t, RX_FD_MAX - 1, fake(0), false), -EMFILE);
    assert_int_equal(fd_next(&t, 0), RX_FD_MAX - 1);
    fd_table_free_chunks(&t);
}

static void table_fills_up(void **state)
{
    static struct fd_table t;

    (void)state;
    memset(&t, 0, sizeof(t));
    t.limit = RX_FD_MAX;
    for (u32 i = 0; i < RX_FD_MAX; i++)
        assert_int_equal(fd_install(&t, 0, fake(0), false), i);
    assert_int_equal(fd_install(&t, 0, fake(0), false), -EMFILE);
    assert_int_equal(fd_install(&t, RX_FD_UPPER, fake(0), false), -EMFILE);
    fd_take(&t, 77);
    assert_int_equal(fd_install(&t, 0, fake(0), false), 77);
    fd_table_free_chunks(&t);
    assert_counts();
}

/* By calls */

static void dup_shares_the_description(void **state)
{
    u64 r, w;
    i64 fd;

    (void)state;
    make_pipe(1, &r, &w);
    fd = CALL(1, SYS_DUP_INTO, w, 0, 10, RX_FD_CLOEXEC);
    assert_int_equal(fd, 10);
    assert_int_equal(CALL(1, SYS_FCNTL, 10, RX_F_GETFD, 0), RX_FD_CLOEXEC);
    assert_int_equal(CALL(1, SYS_FCNTL, 10, RX_F_SETFD, 0), 0);
    assert_int_equal(CALL(1, SYS_FCNTL, 10, RX_F_GETFD, 0), 0);
    assert_int_equal(CALL(1, SYS_FCNTL, 10, RX_F_SETFL, RX_O_NONBLOCK), 0);
    assert_true(CALL(1, SYS_FCNTL, w, RX_F_GETFL, 0) & RX_O_NONBLOCK);
    close_ok(1, w);
    assert_int_equal(write_text(1, 10, "still open"), 10);
    close_ok(1, 10);
    assert_int_equal(CALL(1, SYS_READ, r, 100), 10);
    assert_int_equal(CALL(1, SYS_READ, r, 100), 0);
    close_ok(1, r);
    assert_counts();
}

static void dup_into_the_upper_half(void **state)
{
    i64 fd;

    (void)state;
    fd = CALL(1, SYS_DUP_INTO, 1, 0, RX_FD_UPPER | 7, 0);
    assert_int_equal(fd, (i64)(RX_FD_UPPER | 7));
    close_ok(1, (u64)fd);
    assert_int_equal(CALL(1, SYS_DUP_INTO, 1, 0, RX_FD_MAX, 0), -EINVAL);
    assert_int_equal(CALL(1, SYS_DUP_INTO, 99, 0, 0, 0), -EBADF);
    assert_int_equal(CALL(1, SYS_DUP_INTO, 1, PORTAL_PAYLOAD + 1, 0, 0), -E2BIG);
    assert_counts();
}

static void dup2_replaces(void **state)
{
    u64 r, w;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(CALL(1, SYS_DUP2, 1, w, 0, 0), w);
    assert_int_equal(CALL(1, SYS_READ, r, 10), 0); /* the write end went */
    assert_int_equal(CALL(1, SYS_DUP2, w, w, 0, 0), w);
    assert_int_equal(CALL(1, SYS_DUP2, 99, 99, 0, 0), -EBADF);
    assert_int_equal(CALL(1, SYS_DUP2, 1, RX_FD_MAX, 0, 0), -EBADF);
    close_ok(1, r);
    close_ok(1, w);
    assert_int_equal(CALL(1, SYS_CLOSE, w), -EBADF);
    assert_counts();
}

/* spec 1.7: every call on a descriptor that is not open is EBADF. */
static void not_open(void **state)
{
    static const u32 ops[] = {SYS_CLOSE,  SYS_DUP_INTO, SYS_DUP2,    SYS_READ,   SYS_READ2,
                              SYS_WRITE,  SYS_WRITE2,   SYS_LSEEK,   SYS_FCHOWN, SYS_FCNTL,
                              SYS_FEVENT, SYS_CALL,     SYS_FMAP,    SYS_FLINK,  SYS_FRENAME,
                              SYS_FPATH,  SYS_FSTAT,    SYS_FSYNC,   UMK_BIND,   SYS_OPENAT,
                              UMK_SPAWN,  UMK_EXEC,     SYS_UNLINKAT};

    (void)state;
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        u64 second = ops[i] == SYS_FMAP ? 0 : ops[i] == SYS_DUP2 ? 50 : 8;
        u64 third = ops[i] == SYS_FMAP ? 4096 : 0;

        assert_int_equal(CALL(1, ops[i], 999, second, third, 0, 0, 0), -EBADF);
    }
    assert_counts();
}

static void access_modes(void **state)
{
    u64 r, w;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(write_text(1, r, "x"), -EBADF);
    assert_int_equal(CALL(1, SYS_READ, w, 1), -EBADF);
    assert_int_equal(CALL(1, SYS_READ2, r, 1, 5, UINT64_MAX), -ESPIPE);
    assert_int_equal(CALL(1, SYS_READ2, r, 1, OFFSET_CURRENT, 4), -EINVAL);
    assert_int_equal(CALL(1, SYS_LSEEK, r, 0, RX_SEEK_SET), -ESPIPE);
    assert_int_equal(CALL(1, SYS_LSEEK, r, 0, RX_SEEK_END), -ESPIPE);
    assert_int_equal(CALL(1, SYS_FCHOWN, r, 0, 0), -EBADF);
    assert_int_equal(CALL(1, SYS_FSYNC, r), 0);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* Descriptors that cannot be installed are given back to the scheme. */
static void no_room_for_an_open(void **state)
{
    struct pool *chunks = core_audit_pool("fd_chunk");

    (void)state;
    assert_int_equal(CALL(1, SYS_DUP_INTO, 1, 0, 300, 0), 300);
    close_ok(1, 300);
    for (u32 i = 4; i < 256; i++)
        assert_int_equal(CALL(1, SYS_DUP_INTO, 1, 0, 0, 0), i);
    assert_int_equal(CALL(1, SYS_DUP_INTO, 1, 0, 511, 0), 511);
    for (u32 i = 256; i < 511; i++)
        assert_int_equal(CALL(1, SYS_DUP_INTO, 1, 0, 0, 0), i);
    chunks->fail_in = 1;
    assert_int_equal(sim_open(1, 0, "pipe", "", RX_O_RDONLY), -EMFILE);
    assert_int_equal(core_audit_pool("pipe")->live, 0);
    for (u32 i = 4; i < 512; i++)
        close_ok(1, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lowest_slot_first),
        TEST(halves_are_apart),
        TEST(numbers_out_of_range),
        TEST(table_fills_up),
        TEST(dup_shares_the_description),
        TEST(dup_into_the_upper_half),
        TEST(dup2_replaces),
        TEST(not_open),
        TEST(access_modes),
        TEST(no_room_for_an_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
