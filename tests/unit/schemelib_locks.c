/*
 * Record locks of the scheme library: conflicts, splitting and joining, both kinds of owners, how
 * they end, and a long random run beside a model that keeps a lock per byte.
 */
#include "tests/libredox/test_server.h"

#define OFD (1ull << 63)
#define EXCLUSIVE (1ull << 63)

static i64 lock_as(u32 pid, u64 file, u64 kind, u64 start, u64 len)
{
    const struct queue_entry e = {
        .sqe = {.opcode = OP_STD_FS_CALL, .args = {file, 0, 0, kind, start, len}, .caller = pid},
        .channel = CHANNEL_NONE};
    struct fake_request *r = fake_request(e, NULL, 0);

    assert_non_null(r);
    fake_run();
    assert_true(r->answered);
    if (kind == STD_LOCK && r->result == 0 && !(start & OFD))
        assert_int_equal(r->kind, CQE_NOTIFY_ON_DETACH);
    return result_of(r);
}

/* The holder of what would be in the way of a lock; *first and *len are the way of the lock there.
 */
static i64 get_as(u32 pid, u64 file, u64 start, u64 len, u64 *first, u64 *held)
{
    const u64 range[2] = {start, len};
    const struct queue_entry e = {
        .sqe = {.opcode = OP_STD_FS_CALL, .args = {file, 0, 0, STD_GETLOCK}, .caller = pid},
        .channel = CHANNEL_NONE};
    struct fake_request *r = fake_request(e, range, sizeof(range));
    u64 out[2];

    assert_non_null(r);
    fake_run();
    memcpy(out, r->payload, sizeof(out));
    if (first)
        *first = out[0];
    if (held)
        *held = out[1];
    return result_of(r);
}

static void detach(u64 file, u32 pid)
{
    const struct queue_entry e = {.sqe = {.opcode = OP_DETACH, .args = {file}, .caller = pid}};

    assert_true(fake_post_entry(&e));
    fake_run();
}

static void shared_and_exclusive(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    u64 first, held;

    (void)state;
    assert_int_equal(lock_as(1, f, STD_LOCK, 10, 10), 0);
    assert_int_equal(lock_as(2, f, STD_LOCK, 15, 10), 0);
    assert_int_equal(lock_as(3, f, STD_LOCK, 19, 1 | EXCLUSIVE), -EAGAIN);
    assert_int_equal(lock_as(3, f, STD_LOCK, 25, 1 | EXCLUSIVE), 0);
    assert_int_equal(lock_as(3, f, STD_LOCK, 0, 10 | EXCLUSIVE), 0);
    assert_int_equal(lock_as(1, f, STD_LOCK, 9, 1), -EAGAIN);
    /* one's own is never in the way */
    assert_int_equal(lock_as(3, f, STD_LOCK, 0, 5), 0);
    assert_int_equal(lock_as(1, f, STD_LOCK, 0, 5), 0);
    assert_int_equal(lock_as(1, f, STD_LOCK, 5, 1), -EAGAIN);
    assert_int_equal(get_as(1, f, 5, 1, &first, &held), 3);
    assert_int_equal(first, 5);
    assert_int_equal(held, 5 | EXCLUSIVE);
    assert_int_equal(get_as(3, f, 5, 1, NULL, NULL), -ESRCH);
    assert_int_equal(get_as(1, f, 30, 0, NULL, NULL), -ESRCH);
    for (u32 pid = 1; pid <= 3; pid++)
        assert_int_equal(lock_as(pid, f, STD_UNLOCK, 0, 0), 0);
    assert_int_equal(lock_as(4, f, STD_LOCK, 0, EXCLUSIVE), 0);
    detach(f, 4);
}

static void files_of_one_inode_share_them(void **state)
{
    u64 a = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    u64 b = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    u64 other = k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    assert_int_equal(lock_as(1, a, STD_LOCK, 0, EXCLUSIVE), 0);
    assert_int_equal(lock_as(2, b, STD_LOCK, 5, 1), -EAGAIN);
    assert_int_equal(lock_as(2, other, STD_LOCK, 5, 1), 0);
    assert_int_equal(lock_as(1, b, STD_UNLOCK, 5, 1), 0);
    assert_int_equal(lock_as(2, b, STD_LOCK, 5, 1 | EXCLUSIVE), 0);
    assert_int_equal(lock_as(2, b, STD_LOCK, 6, 1), -EAGAIN);
    detach(a, 1);
    detach(b, 2);
    detach(other, 2);
}

static void open_files_own_too(void **state)
{
    u64 a = k_open(FILE_ID, RX_O_RDONLY, CHANNEL_NONE, 0);
    u64 b = k_open(FILE_ID, RX_O_RDONLY, CHANNEL_NONE, 0);

    (void)state;
    /* whoever asks, through whichever descriptor; and for no access */
    u64 looked_at = k_open(FILE_ID, RX_O_RDWR | RX_O_STAT, CHANNEL_NONE, 0);

    assert_int_equal(lock_as(1, looked_at, STD_LOCK, OFD, EXCLUSIVE), -EBADF);
    assert_int_equal(lock_as(1, a, STD_LOCK, OFD, EXCLUSIVE), 0);
    assert_int_equal(lock_as(2, a, STD_LOCK, OFD, EXCLUSIVE), 0);
    assert_int_equal(lock_as(1, b, STD_LOCK, OFD, EXCLUSIVE), -EAGAIN);
    /* the process is another owner than its open file */
    assert_int_equal(lock_as(1, a, STD_LOCK, 0, 1), -EAGAIN);
    assert_int_equal(get_as(1, b, OFD, EXCLUSIVE, NULL, NULL), 0);
    detach(a, 1);
    detach(a, 2);
    assert_int_equal(lock_as(1, b, STD_LOCK, OFD, 0), -EAGAIN);
    fake_message(OP_CLOSE_MSG, a, 0, 0);
    assert_int_equal(lock_as(1, b, STD_LOCK, OFD, EXCLUSIVE), 0);
}

static void a_process_lets_go_by_closing(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    assert_int_equal(lock_as(1, f, STD_LOCK, 0, 10 | EXCLUSIVE), 0);
    assert_int_equal(lock_as(2, f, STD_LOCK, 10, 10 | EXCLUSIVE), 0);
    detach(f, 2);
    assert_int_equal(t.detaches, 1);
    assert_int_equal(lock_as(3, f, STD_LOCK, 0, 1), -EAGAIN);
    assert_int_equal(lock_as(3, f, STD_LOCK, 10, 10 | EXCLUSIVE), 0);
    detach(f, 1);
    assert_int_equal(lock_as(3, f, STD_LOCK, 0, 1), 0);
    detach(f, 3);
}

static i64 lock_over(u32 channel, u64 kind, u64 start, u64 len)
{
    const struct sqe e = {.opcode = OP_STD_FS_CALL, .args = {1, BUFFER_SMALL, 0, kind, start, len}};

    fake_submit(&fake.channels[channel], 0, &e);
    return c_result(channel, 0);
}

/* Over a channel comes every lock but the first, from whose answer on the kernel tells of closes.
 */
static void over_channels(void **state)
{
    u32 pid = FIRST_CLIENT_PID;
    u64 f;

    (void)state;
    c_open(0);
    c_open(1);
    f = k_open(FILE_ID, RX_O_RDWR, 0, 1);
    c_bind(1, 1, f);
    assert_int_equal(lock_over(0, STD_LOCK, 0, 10 | EXCLUSIVE), -ECANCELED);
    assert_int_equal(get_as(99, f, 0, EXCLUSIVE, NULL, NULL), -ESRCH);
    assert_int_equal(lock_as(pid, f, STD_LOCK, 0, 10 | EXCLUSIVE), 0);
    assert_int_equal(lock_over(0, STD_UNLOCK, 0, 10), 0);
    assert_int_equal(lock_over(0, STD_LOCK, 20, 10 | EXCLUSIVE), 0);
    /* the open file is shared, and the kernel tells of all its closes: owners are the processes */
    assert_int_equal(lock_over(1, STD_LOCK, 25, 1), -EAGAIN);
    assert_int_equal(lock_over(1, STD_LOCK, 40, 1), 0);
    assert_int_equal(get_as(99, f, 20, 1, NULL, NULL), pid);
    assert_int_equal(get_as(99, f, 40, 1 | EXCLUSIVE, NULL, NULL), pid + 1);
    detach(f, pid);
    assert_int_equal(lock_over(1, STD_LOCK, 25, 1), 0);
    detach(f, pid + 1);
    assert_int_equal(get_as(99, f, 0, EXCLUSIVE, NULL, NULL), -ESRCH);
}

/* An open file's lock goes with the file, and the server sees that end itself. */
static void over_channels_for_open_files(void **state)
{
    u64 a, b;

    (void)state;
    c_open(0);
    c_open(1);
    a = k_open(FILE_ID, RX_O_RDWR, 0, 1);
    b = k_open(FILE_ID, RX_O_RDWR, 1, 1);
    assert_int_equal(lock_over(0, STD_LOCK, OFD, EXCLUSIVE), 0);
    assert_int_equal(lock_over(1, STD_LOCK, OFD, EXCLUSIVE), -EAGAIN);
    fake_message(OP_CLOSE_MSG, a, 0, 0);
    assert_int_equal(lock_over(1, STD_LOCK, OFD, EXCLUSIVE), 0);
    assert_int_equal(lock_as(1, b, STD_UNLOCK, OFD, 0), 0);
}

/* A plain answer to a standard file call would take the kernel's telling back. */
static void every_later_answer_asks_for_detaches(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    struct fake_request *r = ask(OP_STD_FS_CALL, f, 0, 0, STD_FSYNC, 0, 0, 0);

    (void)state;
    fake_run();
    assert_int_equal(r->kind, CQE_REGULAR);
    fake_done(r);
    assert_int_equal(lock_as(1, f, STD_LOCK, 0, 1), 0);
    r = ask(OP_STD_FS_CALL, f, 0, 0, STD_FSYNC, 0, 0, 0);
    fake_run();
    assert_int_equal(r->kind, CQE_NOTIFY_ON_DETACH);
    fake_done(r);
    detach(f, 1);
}

static void what_is_refused(void **state)
{
    u64 rd = k_open(FILE_ID, RX_O_RDONLY, CHANNEL_NONE, 0);
    u64 wr = k_open(FILE_ID, RX_O_WRONLY, CHANNEL_NONE, 0);
    struct scheme_ops without = t_ops;

    (void)state;
    assert_int_equal(lock_as(1, rd, STD_LOCK, 0, EXCLUSIVE), -EBADF);
    assert_int_equal(lock_as(1, wr, STD_LOCK, 0, 0), -EBADF);
    assert_int_equal(lock_as(1, rd, STD_LOCK, INT64_MAX, 2), -EOVERFLOW);
    assert_int_equal(lock_as(1, rd, STD_LOCK, 1, INT64_MAX), 0);
    assert_int_equal(lock_as(1, rd, STD_LOCK, INT64_MAX, 1), 0);
    assert_int_equal(k_std(rd, STD_GETLOCK, 0, 0, 8), -EINVAL);
    detach(rd, 1);
    without.inode = NULL;
    t.scheme->ops = &without;
    assert_int_equal(lock_as(1, rd, STD_LOCK, 0, 0), -EOPNOTSUPP);
    t.scheme->ops = &t_ops;
}

static void there_is_a_limit(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    i64 r = 0;
    u32 n = 0;

    (void)state;
    for (; r == 0 && n < 20000; n++) {
        t.inode = 1 + n;
        r = lock_as(1, f, STD_LOCK, 0, 1);
    }
    assert_int_equal(r, -ENOLCK);
    assert_true(n > 1000);
    for (t.inode = 1; t.inode <= n; t.inode++)
        detach(f, 1);
    t.inode = 1;
    assert_int_equal(lock_as(1, f, STD_LOCK, 0, 1), 0);
    detach(f, 1);
}

/* Beside a model */

#define BYTES 24u
#define OWNERS 4u /* two processes, two open files */

static u8 model[OWNERS][BYTES]; /* 0: none, 1: shared, 2: exclusive */

static bool model_conflict(u32 owner, u32 first, u32 last, bool exclusive)
{
    for (u32 o = 0; o < OWNERS; o++)
        for (u32 i = first; i <= last && o != owner; i++)
            if (model[o][i] == 2 || (model[o][i] && exclusive))
                return true;
    return false;
}

static void check_model(u64 files[2])
{
    /* somebody else sees at each byte what the model has there */
    for (u32 i = 0; i < BYTES; i++) {
        bool any = false, exclusive = false;

        for (u32 o = 0; o < OWNERS; o++) {
            any |= model[o][i] != 0;
            exclusive |= model[o][i] == 2;
        }
        assert_int_equal(get_as(99, files[0], i, 1 | EXCLUSIVE, NULL, NULL) != -ESRCH, any);
        assert_int_equal(get_as(99, files[0], i, 1, NULL, NULL) != -ESRCH, exclusive);
    }
}

static void a_long_run_beside_a_model(void **state)
{
    u64 files[2] = {k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0),
                    k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0)};

    (void)state;
    srand(7);
    memset(model, 0, sizeof(model));
    for (u32 n = 0; n < 3000; n++) {
        u32 owner = (u32)rand() % OWNERS, first = (u32)rand() % BYTES;
        u32 last = first + (u32)rand() % (BYTES - first);
        u32 kind = (u32)rand() % 3; /* unlock, shared, exclusive */
        u64 start = first | (owner >= 2 ? OFD : 0);
        u64 len = (last == BYTES - 1 ? 0 : last - first + 1) | (kind == 2 ? EXCLUSIVE : 0);
        u64 file = owner >= 2 ? files[owner - 2] : files[n % 2];
        bool refused = kind && model_conflict(owner, first, last, kind == 2);
        i64 r = lock_as(1 + owner, file, kind ? STD_LOCK : STD_UNLOCK, start, len);

        assert_int_equal(r, refused ? -EAGAIN : 0);
        for (u32 i = first; i <= last && !refused; i++)
            model[owner][i] = (u8)kind;
        if (n % 50 == 0)
            check_model(files);
    }
    detach(files[0], 1);
    detach(files[1], 2);
    memset(model[0], 0, sizeof(model[0]));
    memset(model[1], 0, sizeof(model[1]));
    check_model(files);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, t_reset, t_check_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shared_and_exclusive),
        TEST(files_of_one_inode_share_them),
        TEST(open_files_own_too),
        TEST(a_process_lets_go_by_closing),
        TEST(over_channels),
        TEST(over_channels_for_open_files),
        TEST(every_later_answer_asks_for_detaches),
        TEST(what_is_refused),
        TEST(there_is_a_limit),
        TEST(a_long_run_beside_a_model),
    };

    return cmocka_run_group_tests(tests, t_setup, NULL);
}
