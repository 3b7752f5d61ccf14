/*
 * The client side of a channel with a server played here, step by step: requests it is rung for
 * are answered when the client sleeps, in the order the test asks for.
 */
#include "tests/libredox/fake_client.h"

#include <cmocka.h>

#define FILE_SIZE (1u << 20)
#define FD 10u
/* How chan.c cuts a long transfer. */
#define PIECE 32768u
#define IN_FLIGHT 4u

struct pending {
    u32 slot;
    struct sqe e;
};

static struct {
    struct pending waiting[64];
    u32 n, most; /* requests under way, now and at most */
    u32 served;
    bool newest_first;
    u8 *file;
    u64 position;
    u32 short_piece; /* counts down to the piece that is answered with short_len */
    i64 short_len;
    bool not_positioned;
    i64 every; /* a result for everything, unless 0 */
    u64 broken_chain;
    u32 sleeps, binds, leaves;
    i64 bind_result;
    bool signal, stop, nudge;
    void (*in_sleep)(void);
} t;

/* The server */

static i64 transfer(const struct sqe *e, u8 *buf)
{
    u64 at = e->args[3] == OFFSET_CURRENT ? t.position : e->args[3], len = e->args[2];

    if (e->args[5] && e->args[5] == t.broken_chain)
        return 0;
    if (t.short_piece && --t.short_piece == 0) {
        t.broken_chain = e->args[5];
        if (t.short_len < 0)
            return t.short_len;
        len = (u64)t.short_len;
    }
    len = at >= FILE_SIZE ? 0 : len < FILE_SIZE - at ? len : FILE_SIZE - at;
    if (e->opcode == OP_READ)
        memcpy(buf, t.file + at, len);
    else
        memcpy(t.file + at, buf, len);
    if (e->args[3] == OFFSET_CURRENT)
        t.position = at + len;
    return (i64)len;
}

static i64 result_for(const struct pending *p)
{
    u8 *buf = fake_buffer(0, p->slot, p->e.args[1]);

    if (t.every)
        return t.every;
    switch (p->e.opcode) {
    case OP_READ:
    case OP_WRITE:
        return transfer(&p->e, buf);
    case OP_LSEEK:
        return (i64)p->e.args[1];
    case OP_FSTAT:
        memset(buf, 0x42, p->e.args[2]);
        return 0;
    default:
        return -ENOSYS;
    }
}

static void answer_with(u32 slot, i64 result)
{
    struct channel_slot *s = fake_slot(0, slot);

    s->result = result;
    s->pad = t.not_positioned ? 0 : NEWFD_POSITIONED;
    __atomic_store_n(&s->state, WAIT_DONE, __ATOMIC_RELEASE);
}

static void serve_one(void)
{
    struct pending p;

    assert_true(t.n > 0);
    if (t.newest_first) {
        p = t.waiting[t.n - 1];
    } else {
        p = t.waiting[0];
        memmove(t.waiting, t.waiting + 1, (t.n - 1) * sizeof(t.waiting[0]));
    }
    t.n--;
    t.served++;
    answer_with(p.slot, result_for(&p));
}

static void on_ring(u32 n)
{
    const struct channel_header *h = fake_header(0);
    u32 slot = h->ring[(h->tail - 1) % CHANNEL_RING];

    assert_int_equal(n, 0);
    /* rung for a cancellation: nothing new is there */
    if (h->cancels)
        return;
    t.waiting[t.n++] = (struct pending){slot, fake_slot(0, slot)->request};
    t.most = t.n > t.most ? t.n : t.most;
}

static void on_sleep(u32 *word, u32 value)
{
    assert_int_equal(*word, value);
    assert_ptr_equal(gate_self()->wait_word, word);
    t.sleeps++;
    assert_true(t.sleeps < 10000);
    if (t.nudge) {
        t.nudge = false;
        __atomic_fetch_or(word, WAIT_NUDGE, __ATOMIC_SEQ_CST);
        return;
    }
    if (t.in_sleep)
        t.in_sleep();
    else
        serve_one();
}

static void on_wake(u32 *word)
{
    (void)word;
}

static bool on_signals(void)
{
    return t.signal;
}

static bool on_leave(void)
{
    t.leaves++;
    if (t.signal) {
        /* the handler ran */
        t.signal = false;
        return t.stop;
    }
    return false;
}

static i64 on_bind(u64 fd, u64 *binding)
{
    assert_int_equal(fd & 0xFFFF, FD);
    t.binds++;
    *binding = t.bind_result ? BINDING_NONE : 0;
    return t.bind_result < 0 ? t.bind_result : 0;
}

/* Calls */

static i64 io(u32 op, void *buf, size_t len, u64 offset)
{
    return chan_call(FD, op, GATE_ARGS(0, 0, len, offset, UINT64_MAX), op == OP_WRITE ? buf : NULL,
                     op == OP_READ ? buf : NULL, len);
}

static i64 seek(u64 to)
{
    return chan_call(FD, OP_LSEEK, GATE_ARGS(0, to, RX_SEEK_SET), NULL, NULL, 0);
}

static int setup(void **state)
{
    u8 *file = t.file;

    (void)state;
    if (!file) {
        fake_start();
        file = malloc(FILE_SIZE);
    }
    memset(&t, 0, sizeof(t));
    t.file = file;
    for (u32 i = 0; i < FILE_SIZE; i++)
        file[i] = (u8)(i % 251 + i / 65536);
    fake_reset();
    chan_note(FD, 0);
    return 0;
}

/* Whatever happened: the first slot and the first big buffer are free, and the gate was left. */
static int check_free(void **state)
{
    static u8 big[CHANNEL_BIG];

    (void)state;
    fake_header(0)->closed = 0;
    fake_header(0)->cancels = 0;
    t.n = 0;
    t.every = 0;
    t.in_sleep = NULL;
    t.short_piece = 0;
    t.signal = false;
    chan_note(FD, 0);
    assert_int_equal(io(OP_READ, big, sizeof(big), 0), sizeof(big));
    assert_int_equal(fake_header(0)->ring[(fake_header(0)->tail - 1) % CHANNEL_RING], 0);
    assert_int_equal(fake_slot(0, 0)->request.args[1], BUFFER_BIG);
    assert_int_equal(gate_self()->in_gate, 0);
    assert_null(gate_self()->wait_word);
    return 0;
}

/* Tests */

static void bound_after_some_use(void **state)
{
    u8 c;

    (void)state;
    chan_note(FD, BINDING_NONE);
    assert_int_equal(io(OP_READ, &c, 1, 0), -ENOTCONN);
    assert_int_equal(io(OP_READ, &c, 1, 0), -ENOTCONN);
    assert_int_equal(t.binds, 0);
    assert_int_equal(io(OP_READ, &c, 1, 7), 1);
    assert_int_equal(t.binds, 1);
    assert_int_equal(c, t.file[7]);
    /* refused once: not asked again, until the descriptor is another one */
    chan_note(FD, BINDING_NONE);
    t.bind_result = -EBADF;
    for (u32 i = 0; i < 600; i++)
        assert_int_equal(io(OP_READ, &c, 1, 0), -ENOTCONN);
    assert_int_equal(t.binds, 2);
    t.bind_result = 0;
    chan_note(FD, BINDING_NONE);
    for (u32 i = 0; i < 3; i++)
        io(OP_READ, &c, 1, 0);
    assert_int_equal(t.binds, 3);
}

static void descriptors_out_of_reach(void **state)
{
    static const u64 fds[] = {1024, UINT64_MAX, UINT32_MAX, RX_FD_UPPER | 64, RX_FD_UPPER - 1};
    u8 c;

    (void)state;
    for (u32 i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        chan_note(fds[i], 0);
        assert_int_equal(chan_call(fds[i], OP_READ, GATE_ARGS(0, 0, 1, 0, UINT64_MAX), NULL, &c, 1),
                         -ENOTCONN);
    }
    chan_note(RX_FD_UPPER | FD, 0);
    assert_int_equal(
        chan_call(RX_FD_UPPER | FD, OP_READ, GATE_ARGS(0, 0, 1, 0, UINT64_MAX), NULL, &c, 1), 1);
    /* a channel that no table has room for */
    chan_note(FD, (u64)CLIENT_CHANNELS_MAX << 32);
    chan_note(RX_FD_UPPER | FD, BINDING_NONE);
}

static void sizes(void **state)
{
    static const size_t lens[] = {0, 1, 4095, 4096, 4097, 65535, 65536};
    static u8 buf[65536];

    (void)state;
    for (u32 i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        u64 which;

        memset(buf, 0, sizeof(buf));
        assert_int_equal(io(OP_READ, buf, lens[i], 3), lens[i]);
        assert_memory_equal(buf, t.file + 3, lens[i]);
        which = fake_slot(0, 0)->request.args[1];
        assert_int_equal(which, lens[i] <= CHANNEL_SMALL ? BUFFER_SMALL : BUFFER_BIG);
        memset(buf, 0x99, lens[i]);
        assert_int_equal(io(OP_WRITE, buf, lens[i], 100), lens[i]);
        assert_memory_equal(t.file + 100, buf, lens[i]);
    }
}

static void long_read(bool newest_first, u64 offset)
{
    static u8 buf[300000];

    t.newest_first = newest_first;
    assert_int_equal(seek(0), 0);
    t.position = 1000;
    t.most = 0;
    memset(buf, 0, sizeof(buf));
    assert_int_equal(io(OP_READ, buf, sizeof(buf), offset), sizeof(buf));
    if (!newest_first || offset != OFFSET_CURRENT)
        assert_memory_equal(buf, t.file + (offset == OFFSET_CURRENT ? 1000 : offset), sizeof(buf));
    assert_int_equal(t.most, IN_FLIGHT);
}

static void long_reads_are_pipelined(void **state)
{
    u8 c;

    (void)state;
    assert_int_equal(io(OP_READ, &c, 1, 0), 1); /* says that the file has a position */
    long_read(false, OFFSET_CURRENT);
    assert_int_equal(t.position, 301000);
    long_read(false, 777);
    long_read(true, 777);
}

static void long_writes(void **state)
{
    static u8 buf[200001];
    u8 c;

    (void)state;
    assert_int_equal(io(OP_READ, &c, 1, 0), 1);
    for (u32 i = 0; i < sizeof(buf); i++)
        buf[i] = (u8)(i * 7 + i / 1000);
    assert_int_equal(io(OP_WRITE, buf, sizeof(buf), 5), sizeof(buf));
    assert_memory_equal(t.file + 5, buf, sizeof(buf));
    t.position = 400000;
    assert_int_equal(io(OP_WRITE, buf, sizeof(buf), OFFSET_CURRENT), sizeof(buf));
    assert_memory_equal(t.file + 400000, buf, sizeof(buf));
}

/* A file without a position is read in one piece, whatever is asked. */
static void a_stream_is_not_read_ahead(void **state)
{
    static u8 buf[200000];
    u8 c;

    (void)state;
    t.not_positioned = true;
    assert_int_equal(io(OP_READ, &c, 1, OFFSET_CURRENT), 1);
    t.most = 0;
    assert_int_equal(io(OP_READ, buf, sizeof(buf), OFFSET_CURRENT), CHANNEL_BIG);
    assert_int_equal(t.most, 1);
}

static void short_pieces(void **state)
{
    static u8 buf[250000];
    u8 c;

    (void)state;
    assert_int_equal(io(OP_READ, &c, 1, 0), 1);
    /* at an offset: what follows the short piece does not follow on */
    t.short_piece = 2;
    t.short_len = 10;
    assert_int_equal(io(OP_READ, buf, sizeof(buf), 0), PIECE + 10);
    assert_memory_equal(buf, t.file, PIECE + 10);
    /* at the current position nothing follows the short piece, and the next transfer goes on there
     */
    t.position = 0;
    t.short_piece = 1;
    assert_int_equal(io(OP_READ, buf, sizeof(buf), OFFSET_CURRENT), 10);
    assert_int_equal(t.position, 10);
    assert_int_equal(io(OP_READ, buf, sizeof(buf), OFFSET_CURRENT), sizeof(buf));
    assert_memory_equal(buf, t.file + 10, sizeof(buf));
    /* the end of the file */
    assert_int_equal(io(OP_READ, buf, sizeof(buf), FILE_SIZE - 70000), 70000);
    assert_int_equal(io(OP_READ, buf, sizeof(buf), FILE_SIZE), 0);
}

static void errors_in_pieces(void **state)
{
    static u8 buf[250000];
    u8 c;

    (void)state;
    assert_int_equal(io(OP_READ, &c, 1, 0), 1);
    t.short_len = -ENOSPC;
    t.short_piece = 1;
    t.position = FILE_SIZE;
    assert_int_equal(io(OP_WRITE, buf, sizeof(buf), 0), -ENOSPC);
    t.short_piece = 2;
    assert_int_equal(io(OP_WRITE, buf, sizeof(buf), 0), PIECE);
    /* the rest is not sent once a piece came back short */
    t.served = 0;
    t.short_piece = 1;
    assert_int_equal(io(OP_WRITE, buf, sizeof(buf), 0), -ENOSPC);
    assert_int_equal(t.served, IN_FLIGHT);
}

static void results_that_cannot_be(void **state)
{
    static const struct {
        i64 given, seen;
    } cases[] = {
        {9, -EIO},
        {INT64_MAX, -EIO},
        {-4096, -EIO},
        {INT64_MIN, -EIO},
        {-RX_EWOULDBLOCK, -EAGAIN},
        {-ENOENT, -ENOENT},
        {-ECANCELED, -ENOTCONN},
        {-EINTR, -ENOTCONN},
        {8, 8},
    };
    u8 buf[8];

    (void)state;
    for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        t.every = cases[i].given;
        assert_int_equal(io(OP_READ, buf, sizeof(buf), 0), cases[i].seen);
    }
    /* a count of bytes, though neither a read nor a write */
    t.every = 9;
    assert_int_equal(chan_call(FD, OP_FPATH, GATE_ARGS(0, 0, 8), NULL, buf, 8), -EIO);
    assert_int_equal(
        chan_call(FD, OP_STD_FS_CALL, GATE_ARGS(0, 0, 8, STD_GETDENTS, 0, 19), NULL, buf, 8), -EIO);
    /* a value */
    assert_int_equal(chan_call(FD, OP_CALL, GATE_ARGS(0, 0, 8), buf, buf, 8), 9);
    t.every = 0;
    assert_int_equal(chan_call(FD, OP_FSTAT, GATE_ARGS(0, 0, 8), NULL, buf, 8), 0);
    assert_int_equal(buf[7], 0x42);
}

static void what_does_not_go_over_a_channel(void **state)
{
    static u8 buf[CHANNEL_BIG + 1];

    (void)state;
    assert_int_equal(chan_call(FD, OP_CALL, GATE_ARGS(0, 0, sizeof(buf)), buf, buf, sizeof(buf)),
                     -ENOTCONN);
    assert_int_equal(t.served, 0);
}

/* A first lock, which the server wants to hear from the kernel. */
static void what_the_server_gives_up_unasked(void **state)
{
    u64 lock[6] = {0, 0, 0, STD_LOCK, 0, 1};
    u8 c;

    (void)state;
    t.every = -ECANCELED;
    assert_int_equal(chan_call(FD, OP_STD_FS_CALL, lock, NULL, NULL, 0), -ENOTCONN);
    assert_int_equal(t.served, 1);
    /* the descriptor stays bound */
    t.every = 0;
    assert_int_equal(io(OP_READ, &c, 1, 0), 1);
    assert_int_equal(t.served, 2);
    assert_int_equal(t.binds, 0);
    t.every = -EAGAIN;
    assert_int_equal(chan_call(FD, OP_STD_FS_CALL, lock, NULL, NULL, 0), -EAGAIN);
}

static void a_server_that_forgot_the_handle(void **state)
{
    u8 c;

    (void)state;
    t.every = -EBADF;
    assert_int_equal(io(OP_READ, &c, 1, 0), -ENOTCONN);
    t.every = 0;
    assert_int_equal(t.served, 1);
    /* the descriptor is bound anew when it is used on */
    for (u32 i = 0; i < 3; i++)
        io(OP_READ, &c, 1, 0);
    assert_int_equal(t.binds, 1);
}

static void close_channel(void)
{
    fake_header(0)->closed = 1;
}

static void a_server_that_died(void **state)
{
    static u8 buf[200000];
    u8 c;

    (void)state;
    assert_int_equal(io(OP_READ, &c, 1, 0), 1);
    t.in_sleep = close_channel;
    assert_int_equal(io(OP_READ, &c, 1, 0), -ENOTCONN);
    /* found closed at once, and not asked again */
    chan_note(FD, 0);
    t.sleeps = 0;
    assert_int_equal(io(OP_READ, &c, 1, 0), -ENOTCONN);
    assert_int_equal(t.sleeps, 0);
    /* in the middle of a long read */
    fake_header(0)->closed = 0;
    t.in_sleep = NULL;
    t.n = 0;
    chan_note(FD, 0);
    assert_int_equal(io(OP_READ, &c, 1, 0), 1);
    t.in_sleep = close_channel;
    assert_int_equal(io(OP_READ, buf, sizeof(buf), 0), -ENOTCONN);
}

static void answer_cancelled(void)
{
    u32 slot = t.waiting[--t.n].slot;

    assert_int_equal(fake_slot(0, slot)->cancel, 1);
    assert_int_equal(fake_header(0)->cancels, 1);
    answer_with(slot, -ECANCELED);
    fake_header(0)->cancels = 0;
    t.in_sleep = NULL;
}

static void a_signal_cancels(void **state)
{
    u8 c;

    (void)state;
    t.signal = t.stop = true;
    t.in_sleep = answer_cancelled;
    assert_int_equal(io(OP_READ, &c, 1, 0), -EINTR);
    /* a handler that lets the call go on */
    t.signal = true;
    t.stop = false;
    t.in_sleep = answer_cancelled;
    assert_int_equal(io(OP_READ, &c, 1, 7), 1);
    assert_int_equal(c, t.file[7]);
}

static void answered_all_the_same(void)
{
    fake_header(0)->cancels = 0;
    t.in_sleep = NULL;
    serve_one();
}

static void a_signal_comes_too_late(void **state)
{
    u8 c;

    (void)state;
    t.signal = t.stop = true;
    t.in_sleep = answered_all_the_same;
    assert_int_equal(io(OP_READ, &c, 1, 7), 1);
    assert_int_equal(c, t.file[7]);
}

static void a_nudge_wakes_but_does_not_end(void **state)
{
    u8 c;

    (void)state;
    t.nudge = true;
    assert_int_equal(io(OP_READ, &c, 1, 7), 1);
    assert_int_equal(t.sleeps, 2);
}

/* Calls while another sleeps, as other threads make them, until there is no room. */
static u32 depth;
static i64 deepest;

static void call_again(void)
{
    static u8 buf[CHANNEL_SLOTS + 1][CHANNEL_BIG];
    bool big = t.every == 1;
    i64 r;

    depth++;
    r = io(OP_READ, buf[depth % (CHANNEL_SLOTS + 1)], big ? CHANNEL_BIG : 1, depth);
    if (r == -ENOTCONN)
        deepest = depth;
    /* the inner ones end first; each leaves its sleeper's answer to be given here */
    t.in_sleep = NULL;
    t.newest_first = true;
    serve_one();
}

static void slots_run_out(void **state)
{
    u8 c;

    (void)state;
    depth = 0;
    t.in_sleep = call_again;
    assert_int_equal(io(OP_READ, &c, 1, 5), 1);
    assert_int_equal(c, t.file[5]);
    assert_int_equal(deepest, CHANNEL_SLOTS);
}

/* While other threads hold all big buffers a long read goes on in small ones. */
static void read_long_inside(void)
{
    static u8 big[CHANNEL_BIG], buf[200000];

    if (++depth <= CHANNEL_BIGS) {
        assert_int_equal(io(OP_READ, big, sizeof(big), 0), sizeof(big));
    } else {
        t.in_sleep = NULL;
        t.newest_first = true;
        assert_int_equal(io(OP_READ, buf, sizeof(buf), 77), sizeof(buf));
        assert_memory_equal(buf, t.file + 77, sizeof(buf));
    }
    serve_one();
}

static void long_transfers_without_big_buffers(void **state)
{
    u8 c;

    (void)state;
    assert_int_equal(io(OP_READ, &c, 1, 0), 1);
    depth = 0;
    t.in_sleep = read_long_inside;
    assert_int_equal(io(OP_READ, &c, 1, 5), 1);
    assert_int_equal(depth, CHANNEL_BIGS + 1);
}

static void a_channels_number_is_used_again(void **state)
{
    u8 c;

    (void)state;
    assert_int_equal(io(OP_READ, &c, 1, 0), 1);
    chan_note(RX_FD_UPPER | FD, 0);
    chan_reset(0);
    /* what was bound to the channel of that number before is not bound to this one */
    assert_int_equal(io(OP_READ, &c, 1, 0), -ENOTCONN);
    assert_int_equal(chan_call(RX_FD_UPPER | FD, OP_READ, GATE_ARGS(0, 0, 1, 0), NULL, &c, 1),
                     -ENOTCONN);
    fake_reset();
}

static void big_buffers_run_out(void **state)
{
    u8 c[1];

    (void)state;
    depth = 0;
    t.every = 1;
    t.in_sleep = call_again;
    assert_int_equal(io(OP_READ, c, 1, 5), 1);
    assert_int_equal(deepest, CHANNEL_BIGS + 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, check_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bound_after_some_use),
        TEST(descriptors_out_of_reach),
        TEST(sizes),
        TEST(long_reads_are_pipelined),
        TEST(long_writes),
        TEST(a_stream_is_not_read_ahead),
        TEST(short_pieces),
        TEST(errors_in_pieces),
        TEST(results_that_cannot_be),
        TEST(what_does_not_go_over_a_channel),
        TEST(what_the_server_gives_up_unasked),
        TEST(a_server_that_forgot_the_handle),
        TEST(a_server_that_died),
        TEST(a_signal_cancels),
        TEST(a_signal_comes_too_late),
        TEST(a_nudge_wakes_but_does_not_end),
        TEST(slots_run_out),
        TEST(big_buffers_run_out),
        TEST(long_transfers_without_big_buffers),
        TEST(a_channels_number_is_used_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
