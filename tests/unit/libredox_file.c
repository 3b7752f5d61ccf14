/*
 * Operations on open files over the fake gate and a scripted channel: what goes over
 * the channel and what through the kernel, in which pieces, and with which words.
 */
#include "tests/libredox/fake_gate.h"

static u32 chan_ops[16];
static u64 chan_args[16][6];
static size_t chan_count;
static i64 chan_results[16]; /* what the scripted channel answers, in order */

static i64 scripted(u64 fd, u32 op, const u64 args[6], const void *in, void *out, size_t len)
{
    (void)fd;
    (void)in;
    (void)out;
    assert_int_equal(args[0], 0);
    assert_true(op == OP_LSEEK || args[2] == len);
    assert_in_range(chan_count, 0, 15);
    chan_ops[chan_count] = op;
    memcpy(chan_args[chan_count], args, sizeof(chan_args[0]));
    return chan_results[chan_count++];
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    chan_count = 0;
    memset(chan_results, 0, sizeof(chan_results));
    fake_add("tmp:", FAKE_DIR, "");
    fake_add("tmp:a", FAKE_FILE, "text");
    return 0;
}

static u64 open_a(void)
{
    i64 fd = rx_openat(RX_AT_FDCWD, "/scheme/tmp/a", 13, RX_O_RDWR, 0);
    assert_true(fd >= 0);
    return (u64)fd;
}

static u8 many[3 * IO_CHUNK];

/* Without a position a read ends with its first piece; with one it goes on. */
static void only_positioned_reads_go_on(void **state)
{
    (void)state;
    fake_channel = scripted;
    chan_results[0] = IO_CHUNK;
    chan_results[1] = -ESPIPE;
    assert_int_equal(redox_read_v1(1, many, sizeof(many)), IO_CHUNK);
    assert_int_equal(chan_count, 2);
    assert_int_equal(chan_ops[0], OP_READ);
    assert_int_equal(chan_args[0][2], sizeof(many));
    assert_int_equal(chan_args[0][3], OFFSET_CURRENT);
    assert_int_equal(chan_args[0][4], FLAGS_OF_FILE);
    assert_int_equal(chan_ops[1], OP_LSEEK);
    chan_results[2] = IO_CHUNK;
    chan_results[3] = IO_CHUNK; /* lseek: where it is now */
    chan_results[4] = 100;
    assert_int_equal(redox_read_v1(1, many, sizeof(many)), IO_CHUNK + 100);
    assert_int_equal(chan_args[4][2], 2 * IO_CHUNK);
    chan_results[5] = -EAGAIN;
    assert_int_equal((i64)redox_read_v1(1, many, sizeof(many)), -EAGAIN);
    assert_int_equal(chan_count, 6);
}

static void positioned_pieces_advance(void **state)
{
    (void)state;
    fake_channel = scripted;
    chan_results[0] = IO_CHUNK;
    chan_results[1] = 2 * IO_CHUNK;
    assert_int_equal(rx_pwrite(1, many, sizeof(many), 7), 3 * IO_CHUNK);
    assert_int_equal(chan_args[0][3], 7);
    assert_int_equal(chan_args[1][3], 7 + IO_CHUNK);
    assert_int_equal(chan_args[1][4], FLAGS_OF_FILE);
    chan_results[2] = IO_CHUNK;
    chan_results[3] = 0;
    assert_int_equal(rx_pread(1, many, sizeof(many), 7), IO_CHUNK);
    chan_results[4] = IO_CHUNK;
    chan_results[5] = -EIO;
    assert_int_equal(rx_pread(1, many, sizeof(many), 7), IO_CHUNK);
    assert_int_equal(rx_pread(1, many, 1, UINT64_MAX), -EINVAL);
    assert_int_equal(chan_count, 6);
}

static void without_a_channel_the_kernel_reads(void **state)
{
    (void)state;
    u64 fd = open_a();
    u8 buf[8];
    assert_int_equal(redox_read_v1(fd, buf, sizeof(buf)), 4);
    assert_memory_equal(buf, "text", 4);
    assert_int_equal(fake_last_op, SYS_READ);
    rx_pread(fd, buf, 3, 1);
    assert_int_equal(fake_last_op, SYS_READ2);
    assert_int_equal(fake_last_args[2], 1);
    assert_int_equal(fake_last_args[3], FLAGS_OF_FILE);
    redox_write_v1(fd, buf, 0);
    assert_int_equal(fake_last_op, SYS_WRITE);
}

static void status_is_converted(void **state)
{
    (void)state;
    struct redox_c_stat st;
    assert_int_equal(redox_fstat_v1(open_a(), &st), 0);
    assert_int_equal(st.mode, MODE_FILE);
    assert_int_equal(st.atime, 11);
    assert_int_equal(st.mtime, 22);
    assert_int_equal((i64)redox_fstat_v1(50, &st), -EBADF);
}

static void times_are_resolved_before_they_are_set(void **state)
{
    (void)state;
    u64 fd = open_a();
    struct rx_timespec set[2];
    struct redox_c_timespec times[2] = {{5, RX_UTIME_OMIT}, {6, 7}};
    assert_int_equal(redox_futimens_v1(fd, times), 0);
    memcpy(set, fake_last_payload, sizeof(set));
    assert_int_equal(set[0].sec, 11);
    assert_int_equal(set[1].sec, 6);
    assert_int_equal(set[1].nsec, 7);
    times[0].nsec = RX_UTIME_NOW;
    assert_int_equal(redox_futimens_v1(fd, times), 0);
    memcpy(set, fake_last_payload, sizeof(set));
    assert_int_equal(set[0].sec, 33);
    times[1].nsec = 1000000000;
    assert_int_equal((i64)redox_futimens_v1(fd, times), -EINVAL);
    assert_int_equal(redox_futimens_v1(fd, NULL), 0);
    memcpy(set, fake_last_payload, sizeof(set));
    assert_int_equal(set[1].sec, 33);
    assert_int_equal(set[1].nsec, 44);
    /* nothing to be set: the server is not asked to */
    times[0].nsec = times[1].nsec = RX_UTIME_OMIT;
    memset(fake_last_payload, 0, sizeof(set));
    assert_int_equal(redox_futimens_v1(fd, times), 0);
    assert_int_equal((i64)redox_futimens_v1(50, times), -EBADF);
    memcpy(set, fake_last_payload, sizeof(set));
    assert_int_equal(set[1].sec, 0);
}

static void now_is_said_to_who_refuses_a_time(void **state)
{
    (void)state;
    u64 fd = open_a();
    struct redox_c_timespec times[2] = {{0, RX_UTIME_NOW}, {6, 7}};
    fake_not_owner = true;
    assert_int_equal(redox_futimens_v1(fd, NULL), 0);
    assert_int_equal((i64)redox_futimens_v1(fd, times), -EPERM);
    times[1].nsec = RX_UTIME_NOW;
    assert_int_equal(redox_futimens_v1(fd, times), 0);
    fake_not_owner = false;
}

static void closing_forgets_the_channel_first(void **state)
{
    (void)state;
    size_t before = fake_open_count();
    u64 fd = open_a();
    assert_int_equal(fake_noted[fd], 0); /* what the open's reply said */
    assert_int_equal(redox_close_v1(fd), 0);
    assert_int_equal(fake_noted[fd], BINDING_NONE);
    fd = open_a();
    assert_int_equal(rx_call(SYS_CLOSE, GATE_ARGS(fd), NULL, 0, NULL, 0, NULL), 0);
    assert_int_equal(fake_noted[fd], BINDING_NONE);
    assert_int_equal(fake_open_count(), before);
    fake_noted[20] = 1;
    redox_dup2_v1(1, 20, NULL, 0);
    assert_int_equal(fake_noted[20], BINDING_NONE);
}

static void calls_choose_channel_or_kernel(void **state)
{
    (void)state;
    u64 meta[] = {1, 2, 3, 4}, fds[2] = {4, 5};
    u8 payload[16] = {0};
    fake_channel = scripted;
    chan_results[0] = 9;
    assert_int_equal(redox_sys_call_v0(1, payload, 16, CALL_READ | 77, meta, 4), 9);
    assert_int_equal(chan_ops[0], OP_CALL);
    assert_int_equal(chan_args[0][5], 3);
    chan_results[1] = -ENOTCONN;
    redox_sys_call_v0(1, payload, 16, CALL_READ | CALL_WRITE, meta, 2);
    assert_int_equal(fake_last_len, 16);
    assert_int_equal(fake_last_args[2], CALL_READ | CALL_WRITE | 2);
    redox_sys_call_v0(1, (u8 *)fds, 16, CALL_WRITE | CALL_FD | CALL_FD_CLONE, meta, 1);
    assert_int_equal(fake_last_args[2], CALL_WRITE | CALL_FD | CALL_FD_CLONE | 1);
    assert_int_equal(fake_last_len, 16);
    assert_int_equal((i64)redox_sys_call_v0(1, (u8 *)fds, 15, CALL_WRITE | CALL_FD, meta, 1),
                     -EINVAL);
    assert_int_equal((i64)redox_sys_call_v0(1, payload, 16, 1u << 20, meta, 1), -EINVAL);
    const size_t two[] = {3, 4};
    redox_sys_call_multiple_v0(two, 2, payload, 16, CALL_READ, meta, 2);
    assert_int_equal(fake_last_args[0], 3);
    assert_int_equal(fake_last_args[2], CALL_READ | CALL_MULTIPLE_FDS | 2);
    assert_int_equal(fake_last_args[5], 4);
    assert_int_equal(chan_count, 2);
}

static void namespace_requests_are_words_and_names(void **state)
{
    (void)state;
    const struct redox_iovec names[] = {{"memory", 6}, {"disk.*", 6}};
    redox_mkns_v1(names, 2, 0);
    static const u8 expected[] = "\0\0\0\0\0\0\0\0\6\0\0\0\0\0\0\0memory\6\0\0\0\0\0\0\0disk.*";
    assert_int_equal(fake_last_len, sizeof(expected) - 1);
    assert_memory_equal(fake_last_payload, expected, sizeof(expected) - 1);
    static char big[5000];
    const struct redox_iovec much = {big, sizeof(big)};
    assert_int_equal((i64)redox_mkns_v1(&much, 1, 0), -E2BIG);
    u64 old = redox_setns_v0(99);
    assert_int_equal(old, RX_FD_UPPER | FAKE_NS);
    assert_int_equal(redox_get_ns_v0(), 99);
    assert_int_equal(redox_setns_v0(RX_FD_NONE), 99);
    assert_int_equal((i64)redox_get_ns_v0(), -ENODEV);
    assert_int_equal((i64)redox_mkns_v1(names, 2, 0), -ENODEV);
}

static void texts_of_errors(void **state)
{
    (void)state;
    u8 buf[8];
    size_t len = sizeof(buf);
    assert_int_equal(redox_strerror_v1(buf, &len, ENOENT), 8);
    assert_int_equal(len, strlen("No such file or directory"));
    assert_memory_equal(buf, "No such ", 8);
    for (u32 e = 0; e <= RX_ERRNO_MAX; e++) {
        len = 0;
        assert_int_equal(redox_strerror_v1(buf, &len, e), 0);
        assert_true(len > 0);
    }
    assert_int_equal((i64)redox_strerror_v1(buf, &len, 133), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_positioned_reads_go_on, setup),
        cmocka_unit_test_setup(positioned_pieces_advance, setup),
        cmocka_unit_test_setup(without_a_channel_the_kernel_reads, setup),
        cmocka_unit_test_setup(status_is_converted, setup),
        cmocka_unit_test_setup(times_are_resolved_before_they_are_set, setup),
        cmocka_unit_test_setup(now_is_said_to_who_refuses_a_time, setup),
        cmocka_unit_test_setup(closing_forgets_the_channel_first, setup),
        cmocka_unit_test_setup(calls_choose_channel_or_kernel, setup),
        cmocka_unit_test_setup(namespace_requests_are_words_and_names, setup),
        cmocka_unit_test_setup(texts_of_errors, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
