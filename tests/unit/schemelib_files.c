/*
 * Open files in the scheme library: positions shared by every way to a file, O_APPEND, seeking,
 * access modes, directory entries, flags, closing, events; and stale numbers.
 */
#include "tests/libredox/test_server.h"

static void position_is_shared_by_all_ways(void **state)
{
    u64 f;

    (void)state;
    t.size = 100;
    c_open(0);
    c_open(1);
    f = k_open(FILE_ID, RX_O_RDWR, 0, 5);
    c_bind(1, 9, f);
    assert_int_equal(k_read(f, 10, OFFSET_CURRENT), 10);
    assert_int_equal(t.last_offset, 0);
    assert_int_equal(c_read(0, 5, 10, OFFSET_CURRENT), 10);
    assert_int_equal(t.last_offset, 10);
    assert_int_equal(t.last_pid, FIRST_CLIENT_PID);
    assert_int_equal(t.last_uid, 1000);
    assert_int_equal(c_read(1, 9, 10, OFFSET_CURRENT), 10);
    assert_int_equal(t.last_offset, 20);
    assert_int_equal(t.last_pid, FIRST_CLIENT_PID + 1);
    /* a given offset moves nothing */
    assert_int_equal(c_read(0, 5, 10, 70), 10);
    assert_int_equal(t.last_offset, 70);
    assert_int_equal(k_seek(f, 0, RX_SEEK_CUR), 30);
    /* only what was read counts */
    t.short_by = 3;
    assert_int_equal(k_read(f, 10, OFFSET_CURRENT), 7);
    assert_int_equal(k_seek(f, 0, RX_SEEK_CUR), 37);
}

/* After a short piece of a long transfer, the rest of it would be in the wrong place. */
static void short_piece_ends_its_transfer(void **state)
{
    struct sqe piece = {.opcode = OP_READ,
                        .args = {1, BUFFER_SMALL, 10, OFFSET_CURRENT, UINT64_MAX, 7}};
    u64 f;

    (void)state;
    t.size = 100;
    c_open(0);
    f = k_open(FILE_ID, RX_O_RDWR, 0, 1);
    fake_submit(&fake.channels[0], 0, &piece);
    assert_int_equal(c_result(0, 0), 10);
    t.short_by = 3;
    fake_submit(&fake.channels[0], 1, &piece);
    assert_int_equal(c_result(0, 1), 7);
    t.short_by = 0;
    fake_submit(&fake.channels[0], 2, &piece);
    assert_int_equal(c_result(0, 2), 0);
    assert_int_equal(k_seek(f, 0, RX_SEEK_CUR), 17);
    piece.args[5] = 8; /* the next transfer */
    fake_submit(&fake.channels[0], 3, &piece);
    assert_int_equal(c_result(0, 3), 10);
    assert_int_equal(k_seek(f, 0, RX_SEEK_CUR), 27);
}

static void positioned_is_told_to_the_client(void **state)
{
    u64 f;

    (void)state;
    c_open(0);
    f = k_open(FILE_ID, RX_O_RDWR, 0, 1);
    c_bind(0, 2, k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0));
    t.queued = 1;
    c_read(0, 1, 4, OFFSET_CURRENT);
    assert_int_equal(fake_slots(&fake.channels[0])[3].pad, NEWFD_POSITIONED);
    c_read(0, 2, 4, OFFSET_CURRENT);
    assert_int_equal(fake_slots(&fake.channels[0])[3].pad, 0);
    (void)f;
}

static void a_duplicate_has_its_own_position(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0), d;

    (void)state;
    t.size = 50;
    k_read(f, 10, OFFSET_CURRENT);
    d = (u64)result_of(ask(OP_DUP, f, 0, 0, 0, 0, 0, 3));
    assert_int_not_equal(d, f);
    assert_int_equal(k_seek(f, 0, RX_SEEK_CUR), 10);
    /* the server's dup gave a file without position */
    assert_int_equal(k_seek(d, 0, RX_SEEK_CUR), -ESPIPE);
}

static void append_goes_to_the_end(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR | RX_O_APPEND, CHANNEL_NONE, 0);

    (void)state;
    t.size = 100;
    assert_int_equal(k_write(f, 10, OFFSET_CURRENT, UINT64_MAX), 10);
    assert_int_equal(t.last_offset, 100);
    assert_int_equal(k_seek(f, 0, RX_SEEK_CUR), 110);
    /* as on Linux, a given offset does not help */
    assert_int_equal(k_write(f, 10, 5, UINT64_MAX), 10);
    assert_int_equal(t.last_offset, 110);
    assert_int_equal(k_seek(f, 0, RX_SEEK_CUR), 110);
    /* flags of the one call */
    assert_int_equal(k_write(f, 10, 5, RX_O_RDWR), 10);
    assert_int_equal(t.last_offset, 5);
    /* and a read is not moved */
    assert_int_equal(k_seek(f, 7, RX_SEEK_SET), 7);
    k_read(f, 1, OFFSET_CURRENT);
    assert_int_equal(t.last_offset, 7);
}

static void seeking(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    u64 q = k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    t.size = 100;
    assert_int_equal(k_seek(f, 40, RX_SEEK_SET), 40);
    assert_int_equal(k_seek(f, -15, RX_SEEK_CUR), 25);
    assert_int_equal(k_seek(f, -1, RX_SEEK_END), 99);
    assert_int_equal(k_seek(f, 500, RX_SEEK_END), 600);
    assert_int_equal(k_read(f, 10, OFFSET_CURRENT), 0);
    assert_int_equal(k_seek(f, -1, RX_SEEK_SET), -EINVAL);
    assert_int_equal(k_seek(f, -601, RX_SEEK_CUR), -EINVAL);
    assert_int_equal(k_seek(f, INT64_MAX, RX_SEEK_CUR), -EOVERFLOW);
    assert_int_equal(k_seek(f, 0, 3), -EINVAL);
    assert_int_equal(k_seek(f, 0, RX_SEEK_CUR), 600);
    assert_int_equal(k_seek(q, 0, RX_SEEK_SET), -ESPIPE);
    assert_int_equal(k_seek(q, 0, RX_SEEK_CUR), -ESPIPE);
    assert_int_equal(k_seek(q, 0, RX_SEEK_END), -ESPIPE);
    assert_int_equal(k_read(f, 1, 1ull << 63), -EINVAL);
    assert_int_equal(k_read(q, 1, 5), -ESPIPE);
}

static void access_modes(void **state)
{
    u64 r = k_open(FILE_ID, RX_O_RDONLY, CHANNEL_NONE, 0);
    u64 w = k_open(FILE_ID, RX_O_WRONLY, CHANNEL_NONE, 0);
    u64 stat = k_open(FILE_ID, RX_O_RDWR | RX_O_STAT, CHANNEL_NONE, 0);

    (void)state;
    assert_int_equal(k_write(r, 1, OFFSET_CURRENT, UINT64_MAX), -EBADF);
    assert_int_equal(k_read(w, 1, OFFSET_CURRENT), -EBADF);
    assert_int_equal(k_read(stat, 1, OFFSET_CURRENT), -EBADF);
    assert_int_equal(k_write(stat, 1, OFFSET_CURRENT, UINT64_MAX), -EBADF);
    /* the flags that come with a call do not widen what the file was opened for */
    assert_int_equal(k_write(r, 1, OFFSET_CURRENT, RX_O_RDWR), -EBADF);
    assert_int_equal(k_std(r, STD_FTRUNCATE, 0, 0, 0), -EBADF);
    /* one that is only looked at was opened for neither, whatever its opener said */
    assert_int_equal(k_std(stat, STD_FTRUNCATE, 0, 0, 0), -EBADF);
    assert_int_equal(result_of(ask(OP_MMAP_PREP, stat, 4096, RX_PROT_READ, 0, 0, 0, 0)), -EACCES);
    assert_int_equal(t.reads + t.writes, 0);
}

static void flags_change_with_fcntl(void **state)
{
    u64 q = k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    struct fake_request *r;

    (void)state;
    assert_int_equal(
        result_of(ask(OP_FCNTL, q, RX_F_SETFL, RX_O_NONBLOCK | RX_O_CREAT, 0, 0, 0, 0)), 0);
    assert_int_equal(k_read(q, 1, OFFSET_CURRENT), -EAGAIN);
    assert_int_equal(t.last_flags, RX_O_RDWR | RX_O_NONBLOCK);
    assert_int_equal(result_of(ask(OP_FCNTL, q, RX_F_SETFL, 0, 0, 0, 0, 0)), 0);
    r = ask(OP_READ, q, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 1);
    fake_run();
    assert_false(r->answered);
    t.queued = 1;
    scheme_wake(t.scheme, QUEUE_ID);
    assert_int_equal(result_of(r), 1);
}

static void directory_entries(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDONLY, CHANNEL_NONE, 0);
    struct fake_request *r = ask(OP_STD_FS_CALL, f, 0, 0, STD_GETDENTS, 0, RX_DIRENT_HEADER, 64);
    struct rx_dirent e;
    u32 at = 0, n = 0;

    (void)state;
    fake_run();
    assert_true(r->answered && r->result > 0);
    while (at < r->result) {
        memcpy(&e, r->payload + at, sizeof(e));
        assert_int_equal(e.ino, 10 + n);
        assert_true(e.reclen % 8 == 0 && at + e.reclen <= r->result);
        at += e.reclen;
        n++;
    }
    /* two of 19 + 1 + 1 and 19 + 2 + 1 bytes, rounded up to 24; the third does not fit */
    assert_int_equal(n, 2);
    assert_int_equal(r->result, 48);
    fake_done(r);
    assert_int_equal(k_std(f, STD_GETDENTS, 4, RX_DIRENT_HEADER, 64), 0);
    assert_int_equal(k_std(f, STD_GETDENTS, 0, RX_DIRENT_HEADER, 8), 0);
    assert_int_equal(k_std(f, STD_GETDENTS, 0, 4, 64), -EIO);
}

static void entries_end_where_the_buffer_ends(void **state)
{
    (void)state;
    for (size_t len = 0; len < 80; len++) {
        u8 *buf = malloc(len ? len : 1);
        struct dirent_builder b = {.buf = buf, .len = len};
        u32 n = 0;

        while (dirent_add(&b, 1, 2, DIRENT_FILE, "four", 4))
            n++;
        assert_int_equal(n, len / 24);
        assert_int_equal(b.used, n * 24);
        free(buf);
    }
}

static void what_is_not_offered(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    assert_int_equal(k_std(f, STD_FSTAT, 0, 0, sizeof(struct rx_stat)), -EOPNOTSUPP);
    assert_int_equal(k_std(f, STD_FSYNC, 0, 0, 0), 0);
    assert_int_equal(k_std(f, 200, 0, 0, 0), -EOPNOTSUPP);
    assert_int_equal(result_of(ask(OP_MMAP_PREP, f, 4096, 0, 0, 0, 0, 0)), -EOPNOTSUPP);
    assert_int_equal(result_of(ask(200, f, 0, 0, 0, 0, 0, 0)), -ENOSYS);
    assert_int_equal(result_of(ask(OP_OPENAT, t.root, 0, 0, 0, 0, 0, 2)), -ENOENT);
}

static void numbers_of_closed_files(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0), g;

    (void)state;
    assert_true(fake_message(OP_CLOSE_MSG, f, 0, 0));
    fake_run();
    assert_int_equal(t.closes, 1);
    assert_int_equal(t.closed_id, FILE_ID);
    assert_int_equal(k_read(f, 1, 0), -EBADF);
    g = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    assert_int_not_equal(f, g);
    assert_int_equal(k_read(f, 1, 0), -EBADF);
    assert_int_equal(k_read(UINT64_MAX, 1, 0), -EBADF);
    assert_int_equal(k_read(UINT32_MAX, 1, 0), -EBADF);
    assert_true(fake_message(OP_CLOSE_MSG, f, 0, 0));
    fake_run();
    assert_int_equal(t.closes, 1);
    t.size = 1;
    assert_int_equal(k_read(g, 1, 0), 1);
}

static void events_go_to_every_open_file(void **state)
{
    u64 a = k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    u64 b = k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    scheme_post_event(t.scheme, QUEUE_ID, EVENT_READ);
    fake_reap();
    assert_int_equal(fake.nevents, 2);
    assert_int_equal(fake.events[0].flags, EVENT_READ);
    assert_true((fake.events[0].file == a && fake.events[1].file == b) ||
                (fake.events[0].file == b && fake.events[1].file == a));
}

/* More completions than the ring holds: the library waits for the kernel. */
static void a_full_completion_ring(void **state)
{
    (void)state;
    k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    for (u32 i = 0; i < QUEUE_CQ_ENTRIES + 10; i++)
        scheme_post_event(t.scheme, QUEUE_ID, EVENT_READ);
    assert_true(fake.yields > 0);
    fake_reap();
    assert_int_equal(fake.nevents, QUEUE_CQ_ENTRIES + 10);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, t_reset, t_check_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(position_is_shared_by_all_ways),
        TEST(short_piece_ends_its_transfer),
        TEST(positioned_is_told_to_the_client),
        TEST(a_duplicate_has_its_own_position),
        TEST(append_goes_to_the_end),
        TEST(seeking),
        TEST(access_modes),
        TEST(flags_change_with_fcntl),
        TEST(directory_entries),
        TEST(entries_end_where_the_buffer_ends),
        TEST(what_is_not_offered),
        TEST(numbers_of_closed_files),
        TEST(events_go_to_every_open_file),
        TEST(a_full_completion_ring),
    };

    return cmocka_run_group_tests(tests, t_setup, NULL);
}
