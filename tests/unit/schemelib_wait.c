/*
 * Requests that wait in the scheme library: retried, kept, cancelled from both sides, given up
 * with their file or their channel, refused when they must not wait.
 */
#include "tests/libredox/test_server.h"

static void retried_until_there_is_something(void **state)
{
    u64 q = k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    struct fake_request *a, *b;

    (void)state;
    a = ask(OP_READ, q, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 4);
    b = ask(OP_READ, q, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 4);
    fake_run();
    assert_false(a->answered || b->answered);
    scheme_wake(t.scheme, FILE_ID);
    scheme_wake(t.scheme, QUEUE_ID);
    fake_run();
    assert_false(a->answered || b->answered);
    /* who came first is served first */
    t.queued = 1;
    scheme_wake(t.scheme, QUEUE_ID);
    fake_run();
    assert_true(a->answered && !b->answered);
    assert_int_equal(a->payload[0], 'q');
    fake_done(a);
    t.queued = 1;
    scheme_wake(t.scheme, QUEUE_ID);
    assert_int_equal(result_of(b), 1);
}

static void retried_over_a_channel(void **state)
{
    (void)state;
    c_open(0);
    k_open(QUEUE_ID, RX_O_RDWR, 0, 4);
    c_submit(0, 7, OP_READ, 4, BUFFER_SMALL, 1, OFFSET_CURRENT);
    fake_slots(&fake.channels[0])[7].state |= WAIT_SLEEPING;
    fake_run();
    assert_false(c_answered(0, 7));
    assert_int_equal(fake.wakes, 0);
    t.queued = 1;
    scheme_wake(t.scheme, QUEUE_ID);
    assert_true(c_answered(0, 7));
    assert_int_equal(fake.wakes, 1);
    assert_int_equal(fake_small(&fake.channels[0], 7)[0], 'q');
}

static void the_request_is_read_once(void **state)
{
    (void)state;
    c_open(0);
    k_open(QUEUE_ID, RX_O_RDWR, 0, 4);
    c_submit(0, 7, OP_READ, 4, BUFFER_SMALL, 1, OFFSET_CURRENT);
    fake_run();
    /* the client changes its mind: too late */
    fake_slots(&fake.channels[0])[7].request.args[1] = BUFFER_BIG + 2;
    fake_slots(&fake.channels[0])[7].request.args[2] = 60000;
    t.queued = 1;
    scheme_wake(t.scheme, QUEUE_ID);
    assert_int_equal(t.last_len, 1);
    assert_int_equal(fake_slots(&fake.channels[0])[7].result, 1);
}

static void a_slot_holds_one_request(void **state)
{
    (void)state;
    c_open(0);
    k_open(QUEUE_ID, RX_O_RDWR, 0, 4);
    for (u32 i = 0; i < 3 * CHANNEL_RING; i++) {
        c_submit(0, 7, OP_READ, 4, BUFFER_SMALL, 1, OFFSET_CURRENT);
        fake_run();
    }
    assert_int_equal(t.reads, 1);
    t.queued = 2;
    scheme_wake(t.scheme, QUEUE_ID);
    assert_int_equal(t.queued, 1);
    /* answered: the slot is good for another one */
    assert_int_equal(c_result(0, 7), 1);
    c_submit(0, 7, OP_READ, 4, BUFFER_SMALL, 1, OFFSET_CURRENT);
    assert_int_equal(c_result(0, 7), 1);
    assert_int_equal(t.queued, 0);
}

static void not_waiting(void **state)
{
    u64 q = k_open(QUEUE_ID, RX_O_RDWR | RX_O_NONBLOCK, CHANNEL_NONE, 0);
    struct fake_request *r;

    (void)state;
    c_open(0);
    c_bind(0, 0, q);
    assert_int_equal(k_read(q, 1, OFFSET_CURRENT), -EAGAIN);
    assert_int_equal(c_read(0, 0, 1, OFFSET_CURRENT), -EAGAIN);
    /* the flags of one call */
    r = ask(OP_READ, q, 0, 0, OFFSET_CURRENT, RX_O_RDWR, 0, 1);
    fake_run();
    assert_false(r->answered);
    k_cancel(r);
    assert_int_equal(result_of(r), -ECANCELED);
}

static void kept_and_answered(void **state)
{
    u64 f = k_open(KEEP_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    struct fake_request *r = ask(OP_READ, f, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 8);
    u64 name;

    (void)state;
    fake_run();
    assert_false(r->answered);
    name = t.kept;
    scheme_answer(t.scheme, name + 1, 1);
    scheme_wake(t.scheme, KEEP_ID);
    fake_run();
    assert_false(r->answered);
    scheme_answer(t.scheme, name, 5);
    assert_int_equal(result_of(r), 5);
    /* a second answer goes nowhere, though the record may be in use again */
    r = ask(OP_READ, f, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 8);
    fake_run();
    scheme_answer(t.scheme, name, 6);
    fake_run();
    assert_false(r->answered);
    scheme_answer(t.scheme, t.kept, 7);
    assert_int_equal(result_of(r), 7);
}

static void the_kernel_cancels(void **state)
{
    u64 f = k_open(KEEP_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    struct fake_request *r = ask(OP_READ, f, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 8);

    (void)state;
    fake_run();
    k_cancel(r);
    fake_run();
    /* the server was told, and may still succeed */
    assert_int_equal(t.cancelled, t.kept);
    assert_false(r->answered);
    scheme_answer(t.scheme, t.kept, 3);
    assert_int_equal(result_of(r), 3);
    t.cancel_answers = true;
    r = ask(OP_READ, f, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 8);
    fake_run();
    k_cancel(r);
    assert_int_equal(result_of(r), -ECANCELED);
}

static void the_client_cancels(void **state)
{
    (void)state;
    c_open(0);
    k_open(QUEUE_ID, RX_O_RDWR, 0, 1);
    k_open(KEEP_ID, RX_O_RDWR, 0, 2);
    c_submit(0, 0, OP_READ, 1, BUFFER_SMALL, 1, OFFSET_CURRENT);
    c_submit(0, 1, OP_READ, 2, BUFFER_SMALL, 1, OFFSET_CURRENT);
    c_submit(0, 2, OP_READ, 1, BUFFER_SMALL, 1, OFFSET_CURRENT);
    fake_run();
    fake_cancel(&fake.channels[0], 0);
    fake_run();
    assert_true(c_answered(0, 0));
    assert_int_equal(fake_slots(&fake.channels[0])[0].result, -ECANCELED);
    assert_false(c_answered(0, 1) || c_answered(0, 2));
    t.cancel_answers = true;
    fake_cancel(&fake.channels[0], 1);
    fake_run();
    assert_int_equal(t.cancelled, t.kept);
    assert_true(c_answered(0, 1));
    assert_false(c_answered(0, 2));
    /* of nothing */
    fake_cancel(&fake.channels[0], 9);
    fake_run();
    assert_false(c_answered(0, 2));
}

/* A cancellation reaches the request even when both are published between two looks. */
static void cancelled_before_it_was_seen(void **state)
{
    (void)state;
    c_open(0);
    k_open(QUEUE_ID, RX_O_RDWR, 0, 1);
    c_submit(0, 0, OP_READ, 1, BUFFER_SMALL, 1, OFFSET_CURRENT);
    fake_cancel(&fake.channels[0], 0);
    assert_int_equal(c_result(0, 0), -ECANCELED);
}

static void a_closed_file_ends_its_requests(void **state)
{
    u64 q = k_open(QUEUE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    c_open(0);
    c_bind(0, 0, q);
    c_submit(0, 0, OP_READ, 0, BUFFER_SMALL, 1, OFFSET_CURRENT);
    fake_run();
    assert_false(c_answered(0, 0));
    fake_message(OP_UNBIND, 0, 0, 0);
    fake_message(OP_CLOSE_MSG, q, 0, 0);
    assert_int_equal(c_result(0, 0), -ECANCELED);
    assert_int_equal(t.closes, 1);
}

static void a_closed_channel_ends_its_requests(void **state)
{
    u64 f;

    (void)state;
    c_open(0);
    k_open(QUEUE_ID, RX_O_RDWR, 0, 1);
    f = k_open(KEEP_ID, RX_O_RDWR, 0, 2);
    for (u32 i = 0; i < 8; i++)
        c_submit(0, i, OP_READ, 1 + i % 2, BUFFER_SMALL, 1, OFFSET_CURRENT);
    fake_run();
    fake_channel_close(0);
    fake_run();
    assert_false(fake.channels[0].mapped);
    /* the server was told of those it kept, and answers in its own time, to nobody */
    assert_true(t.cancelled != 0);
    for (const struct request *r = t.scheme->parked; r; r = r->next)
        assert_true(r->orphan && r->park == PARK_KEPT);
    while (t.scheme->parked)
        scheme_answer(t.scheme, t.scheme->parked->name, 1);
    /* the file is not the channel's */
    struct fake_request *r = ask(OP_READ, f, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 8);
    fake_run();
    scheme_answer(t.scheme, t.kept, 3);
    assert_int_equal(result_of(r), 3);
}

/* An orphan's tag is whatever its client wrote there, and must not be taken for the kernel's. */
static void an_orphan_is_not_the_kernels(void **state)
{
    u64 f, orphan;
    struct fake_request *r;
    struct sqe e = {.opcode = OP_READ, .args = {2, BUFFER_SMALL, 1, OFFSET_CURRENT, UINT64_MAX}};

    (void)state;
    c_open(0);
    f = k_open(KEEP_ID, RX_O_RDWR, 0, 2);
    r = ask(OP_READ, f, 0, 0, OFFSET_CURRENT, UINT64_MAX, 0, 8);
    fake_run();
    e.tag = r->tag;
    u64 mine = t.kept;
    fake_submit(&fake.channels[0], 0, &e);
    fake_run();
    orphan = t.kept;
    assert_int_not_equal(orphan, mine);
    fake_channel_close(0);
    fake_run();
    assert_int_equal(t.cancelled, orphan);
    k_cancel(r);
    fake_run();
    assert_int_equal(t.cancelled, mine);
    scheme_answer(t.scheme, mine, 0);
    scheme_answer(t.scheme, orphan, 0);
    assert_int_equal(result_of(r), 0);
}

/* Only requests that may wait do: an open is answered. */
static i64 open_that_waits(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                           u32 fcntl_flags, struct open_result *out)
{
    (void)c;
    (void)dir;
    (void)path;
    (void)flags;
    (void)fcntl_flags;
    (void)out;
    return len == 1 ? SCHEME_RETRY : SCHEME_PARKED;
}

/* An open may be put off as well, unless it is not to block. */
static void an_open_waits(void **state)
{
    static struct scheme_ops waiting;
    const struct scheme_ops *usual = t.scheme->ops;
    struct fake_request *put_off;

    (void)state;
    waiting = *usual;
    waiting.openat = open_that_waits;
    t.scheme->ops = &waiting;
    assert_int_equal(result_of(ask(OP_OPENAT, t.root, 0, 0, 0, RX_O_NONBLOCK, 0, 1)), -EAGAIN);
    assert_int_equal(result_of(ask(OP_OPENAT, t.root, 0, 0, 0, 0, 0, 2)),
                     -EAGAIN); /* kept: never */
    put_off = ask(OP_OPENAT, t.root, 0, 0, 0, 0, 0, 1);
    fake_run();
    assert_false(put_off->answered);
    t.scheme->ops = usual;
    scheme_wake_all(t.scheme);
    assert_true(result_of(put_off) == -ENOENT); /* no such name: the usual handler was asked */
    assert_null(t.scheme->parked);
}

static u64 pieces[4];
static u64 offsets[4];
static u32 npieces, parked_pieces; /* so many of them are parked, the rest find the end */

static i64 read_in_pieces(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)id;
    (void)buf;
    (void)len;
    offsets[npieces % 4] = offset;
    pieces[npieces++ % 4] = c->request;
    return npieces <= parked_pieces ? SCHEME_PARKED : 0;
}

static void submit_piece(u32 slot, u64 chain)
{
    const struct sqe e = {.opcode = OP_READ,
                          .args = {2, BUFFER_SMALL, 10, OFFSET_CURRENT, UINT64_MAX, chain}};

    fake_submit(&fake.channels[0], slot, &e);
    fake_run();
}

/* The slots of a channel to a file of which that many pieces are parked; others end at once.
 * Whoever calls it puts the scheme's operations back. */
static struct channel_slot *read_from_now_on_in_pieces(u32 parked)
{
    static struct scheme_ops waiting;

    waiting = *t.scheme->ops;
    waiting.read = read_in_pieces;
    t.scheme->ops = &waiting;
    npieces = 0;
    parked_pieces = parked;
    c_open(0);
    k_open(FILE_ID, RX_O_RDWR, 0, 2);
    return fake_slots(&fake.channels[0]);
}

/* Pieces of one transfer that wait together: when one fails, those behind it count for nothing, and
 * the next read begins where it failed. */
static void a_piece_fails_while_others_wait(void **state)
{
    const struct scheme_ops *usual = t.scheme->ops;
    struct channel_slot *slots = read_from_now_on_in_pieces(UINT32_MAX);

    (void)state;
    for (u32 i = 0; i < 4; i++)
        submit_piece(i, 77);
    assert_int_equal(offsets[3], 30);
    scheme_answer(t.scheme, pieces[2], 10); /* out of order, and before it was known */
    scheme_answer(t.scheme, pieces[0], 10);
    scheme_answer(t.scheme, pieces[1], -EIO);
    scheme_answer(t.scheme, pieces[3], 10);
    assert_int_equal(slots[0].result, 10);
    assert_int_equal(slots[1].result, -EIO);
    assert_int_equal(slots[3].result, 0);
    submit_piece(0, 78);
    assert_int_equal(offsets[0], 10);
    scheme_answer(t.scheme, pieces[0], 4); /* the end of the file, say */
    submit_piece(0, 79);
    assert_int_equal(offsets[1], 14);
    scheme_answer(t.scheme, pieces[1], 10);
    t.scheme->ops = usual;
}

/* A piece that finds the end of the file at once says nothing against those before it, which wait:
 * what they bring counts, and the next read goes on behind them. */
static void the_end_is_found_while_others_wait(void **state)
{
    const struct scheme_ops *usual = t.scheme->ops;
    struct channel_slot *slots = read_from_now_on_in_pieces(2);

    (void)state;
    for (u32 i = 0; i < 4; i++)
        submit_piece(i, 77);
    assert_int_equal(npieces, 3); /* the fourth is behind a short one */
    assert_int_equal(slots[2].result, 0);
    scheme_answer(t.scheme, pieces[1], 10);
    scheme_answer(t.scheme, pieces[0], 10);
    assert_int_equal(slots[0].result, 10);
    assert_int_equal(slots[1].result, 10);
    parked_pieces = UINT32_MAX;
    submit_piece(0, 78);
    assert_int_equal(offsets[3], 20);
    scheme_answer(t.scheme, pieces[3], 10);
    t.scheme->ops = usual;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, t_reset, t_check_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(retried_until_there_is_something),
        TEST(retried_over_a_channel),
        TEST(the_request_is_read_once),
        TEST(a_slot_holds_one_request),
        TEST(not_waiting),
        TEST(kept_and_answered),
        TEST(the_kernel_cancels),
        TEST(the_client_cancels),
        TEST(cancelled_before_it_was_seen),
        TEST(a_closed_file_ends_its_requests),
        TEST(a_closed_channel_ends_its_requests),
        TEST(an_orphan_is_not_the_kernels),
        TEST(an_open_waits),
        TEST(a_piece_fails_while_others_wait),
        TEST(the_end_is_found_while_others_wait),
    };

    return cmocka_run_group_tests(tests, t_setup, NULL);
}
