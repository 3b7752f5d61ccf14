/*
 * Channels as the scheme library serves them: handles, stale and unknown ones, what a client may
 * not ask, buffers, many channels at once, and the end of a channel in the middle of its service.
 */
#include "tests/libredox/test_server.h"

#define MANY FAKE_CHANNELS /* more than are watched at once */

static void bound_by_open_and_by_message(void **state)
{
    u64 f;

    (void)state;
    t.size = 10;
    c_open(0);
    f = k_open(FILE_ID, RX_O_RDWR, 0, 3);
    assert_int_equal(c_read(0, 3, 4, 0), 4);
    assert_int_equal(c_read(0, 4, 4, 0), -EBADF);
    c_bind(0, 4095 | 7u << 16, f);
    assert_int_equal(c_read(0, 4095 | 7u << 16, 4, 0), 4);
    assert_int_equal(c_read(0, 4095, 4, 0), -EBADF);
    assert_int_equal(c_read(0, 4095 | 8u << 16, 4, 0), -EBADF);
    assert_int_equal(c_read(0, UINT32_MAX, 4, 0), -EBADF);
    assert_int_equal(c_read(0, 4096, 4, 0), -EBADF);
}

/* The bind is in the kernel's queue when the first request over the channel is found. */
static void used_before_the_bind_was_read(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    t.size = 10;
    c_open(0);
    serve_mark_active(0);
    c_bind(0, 1, f);
    c_submit(0, 0, OP_READ, 1, BUFFER_SMALL, 4, 0);
    assert_true(serve_channels());
    assert_true(c_answered(0, 0));
    assert_int_equal(fake_slots(&fake.channels[0])[0].result, 4);
}

/* A client that has waited for the end of a process asks for what that one held: the kernel said
 * so before, and the server must have heard it. */
static void the_kernels_word_comes_first(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    t.size = 10;
    c_open(0);
    c_bind(0, 1, f);
    fake_run();
    serve_mark_active(0);
    fake_message(OP_DETACH, f, 0, 0);
    c_submit(0, 0, OP_READ, 1, BUFFER_SMALL, 4, 0);
    assert_true(serve_channels());
    assert_true(c_answered(0, 0));
    assert_int_equal(t.detaches, 1);
    assert_int_equal(t.last_pid, FIRST_CLIENT_PID); /* the read was the later one */
}

static void unbound_handles(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    t.size = 10;
    c_open(0);
    c_bind(0, 1, f);
    fake_run();
    /* published before the unbind: still served, whichever is read first */
    c_submit(0, 0, OP_READ, 1, BUFFER_SMALL, 4, 0);
    fake_message(OP_UNBIND, 0, 1, 0);
    serve_queue(t.scheme);
    assert_true(c_answered(0, 0));
    assert_int_equal(fake_slots(&fake.channels[0])[0].result, 4);
    assert_int_equal(c_read(0, 1, 4, 0), -EBADF);
    /* an unbind of another generation does nothing */
    c_bind(0, 1 | 1u << 16, f);
    fake_message(OP_UNBIND, 0, 1, 0);
    assert_int_equal(c_read(0, 1 | 1u << 16, 4, 0), 4);
}

/* While an unbind serves what was published before, an unknown handle there leads to the rest of
 * the kernel's messages: the same index is bound anew, and must stay so. */
static void unbind_meets_the_next_bind(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    t.size = 10;
    c_open(0);
    c_bind(0, 1, f);
    fake_run();
    c_submit(0, 0, OP_READ, 2, BUFFER_SMALL, 4, 0);
    fake_message(OP_UNBIND, 0, 1, 0);
    c_bind(0, 1 | 1u << 16, f);
    serve_queue(t.scheme);
    assert_int_equal(fake_slots(&fake.channels[0])[0].result, -EBADF);
    assert_int_equal(c_read(0, 1 | 1u << 16, 4, 0), 4);
}

static void unbind_meets_the_channels_end(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    c_open(0);
    c_bind(0, 1, f);
    fake_run();
    c_submit(0, 0, OP_READ, 2, BUFFER_SMALL, 4, 0);
    fake_message(OP_UNBIND, 0, 1, 0);
    fake_channel_close(0);
    serve_queue(t.scheme);
    assert_false(fake.channels[0].mapped);
}

/* Each unbind serves a request whose handle is unknown, which leads to the next unbind. */
static void unbinds_do_not_nest_without_end(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    for (u32 n = 0; n < FAKE_CHANNELS; n++) {
        c_open(n);
        c_bind(n, 1, f);
    }
    fake_run();
    fake.wakes = 0;
    for (u32 n = 0; n < FAKE_CHANNELS; n++) {
        c_submit(n, 0, OP_READ, 9, BUFFER_SMALL, 4, 0);
        fake_slots(&fake.channels[n])[0].state |= WAIT_SLEEPING;
        fake_message(OP_UNBIND, n, 1, 0);
    }
    serve_queue(t.scheme);
    for (u32 n = 0; n < FAKE_CHANNELS; n++) {
        assert_true(c_answered(n, 0));
        assert_int_equal(fake_slots(&fake.channels[n])[0].result, -EBADF);
    }
    /* the deepest is answered first: it is not the last of them */
    assert_int_equal(fake.wakes, FAKE_CHANNELS);
    assert_ptr_equal(fake.first_woken, &fake_slots(&fake.channels[8])[0].state);
}

/* The wake of a client is put off, but not while another's request is carried out. */
static void a_wake_is_put_off(void **state)
{
    (void)state;
    t.size = 10;
    for (u32 n = 0; n < 2; n++) {
        c_open(n);
        k_open(FILE_ID, RX_O_RDWR, n, 1);
    }
    fake_run();
    fake.wakes = 0;
    for (u32 n = 0; n < 2; n++) {
        serve_mark_active(n);
        c_submit(n, 0, OP_READ, 1, BUFFER_SMALL, 4, 0);
        fake_slots(&fake.channels[n])[0].state |= WAIT_SLEEPING;
    }
    assert_true(serve_channels());
    assert_int_equal(fake.wakes, 2);
    assert_int_equal(gate_self()->due, (uintptr_t)&fake_slots(&fake.channels[0])[0].state);
    fake_run();
    assert_int_equal(gate_self()->due, 0);
}

static void what_only_the_kernel_may_ask(void **state)
{
    static const u8 ops[] = {OP_OPENAT, OP_DUP,    OP_UNLINKAT,  OP_FLINK,  OP_FRENAME, OP_SENDFD,
                             OP_RECVFD, OP_MUNMAP, OP_MMAP_PREP, OP_FCHOWN, OP_FCNTL,   OP_FEVENT};

    (void)state;
    c_open(0);
    k_open(FILE_ID, RX_O_RDWR, 0, 1);
    for (u32 i = 0; i < sizeof(ops); i++) {
        c_submit(0, 0, ops[i], 1, BUFFER_SMALL, 1, 0);
        assert_int_equal(c_result(0, 0), -EINVAL);
    }
    /* messages are no requests here */
    c_submit(0, 0, OP_CLOSE_MSG, 1, BUFFER_SMALL, 0, 0);
    assert_int_equal(c_result(0, 0), -ENOSYS);
    assert_int_equal(t.closes, 0);
}

static void buffers(void **state)
{
    static const struct {
        u64 which, len;
        i64 result;
    } cases[] = {
        {BUFFER_SMALL, CHANNEL_SMALL, CHANNEL_SMALL},
        {BUFFER_SMALL, CHANNEL_SMALL + 1, -EINVAL},
        {BUFFER_SMALL, UINT64_MAX, -EINVAL},
        {BUFFER_SMALL, (1ull << 32) + 1, -EINVAL},
        {BUFFER_BIG, CHANNEL_BIG, CHANNEL_BIG},
        {BUFFER_BIG + CHANNEL_BIGS - 1, CHANNEL_BIG, CHANNEL_BIG},
        {BUFFER_BIG, CHANNEL_BIG + 1, -EINVAL},
        {BUFFER_BIG, (1ull << 32), -EINVAL},
        {BUFFER_BIG + CHANNEL_BIGS, 1, -EINVAL},
        {UINT64_MAX, 1, -EINVAL},
        {1ull << 32, 1, -EINVAL},
    };

    (void)state;
    t.size = 1 << 20;
    c_open(0);
    k_open(FILE_ID, RX_O_RDWR, 0, 1);
    for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c_submit(0, CHANNEL_SLOTS - 1, OP_READ, 1, cases[i].which, cases[i].len, 5);
        assert_int_equal(c_result(0, CHANNEL_SLOTS - 1), cases[i].result);
    }
    assert_int_equal(fake_small(&fake.channels[0], CHANNEL_SLOTS - 1)[0], 5);
    assert_int_equal(fake_big(&fake.channels[0], CHANNEL_BIGS - 1)[CHANNEL_BIG - 1],
                     (5 + CHANNEL_BIG - 1) % 251);
}

static void a_confused_ring(void **state)
{
    struct fake_channel *ch = &fake.channels[0];

    (void)state;
    t.size = 10;
    c_open(0);
    k_open(FILE_ID, RX_O_RDWR, 0, 1);
    ch->h->ring[ch->tail % CHANNEL_RING] = CHANNEL_SLOTS;
    ch->h->ring[(ch->tail + 1) % CHANNEL_RING] = UINT32_MAX;
    ch->tail += 2;
    assert_int_equal(c_read(0, 1, 4, 0), 4);
    ch->tail += 1u << 31;
    assert_int_equal(c_read(0, 1, 4, 0), 4);
    ch->tail -= 100;
    assert_int_equal(c_read(0, 1, 4, 0), 4);
}

/* All channels are heard, though only some are watched; and idle ones are given back. */
static void more_channels_than_are_watched(void **state)
{
    (void)state;
    t.size = 10;
    for (u32 i = 0; i < MANY; i++) {
        c_open(i);
        k_open(FILE_ID, RX_O_RDWR, i, i);
    }
    for (u32 round = 0; round < 3; round++)
        for (u32 i = 0; i < MANY; i++)
            assert_int_equal(c_read(i, i, 4, 0), 4);
    /* all at once, from those that are watched and those that ring */
    for (u32 i = 0; i < MANY; i++)
        c_submit(i, 5, OP_READ, i, BUFFER_SMALL, 3, 0);
    fake_run();
    for (u32 i = 0; i < MANY; i++)
        assert_true(c_answered(i, 5));
}

/* Retiring a channel serves it once more, and that may open others: nobody is lost. */
static void opened_while_another_is_retired(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);
    const u32 late = MANY - 1, ringing = MANY - 2;

    (void)state;
    t.size = 10;
    for (u32 i = 0; i < late; i++) {
        c_open(i);
        c_bind(i, 0, f);
    }
    fake_run();
    /* each watched channel has a request on an unknown handle; behind it, a new channel */
    for (u32 i = 0; i < ringing; i++)
        c_submit(i, 0, OP_READ, 9, BUFFER_SMALL, 4, 0);
    assert_true(fake_channel_open(late, 99));
    c_bind(late, 0, f);
    c_submit(ringing, 0, OP_READ, 0, BUFFER_SMALL, 4, 0);
    serve_disarm();
    fake_take_rings();
    fake_run();
    for (u32 i = 0; i < ringing; i++)
        assert_true(c_answered(i, 0));
    assert_int_equal(c_result(ringing, 0), 4);
    c_submit(late, 0, OP_READ, 0, BUFFER_SMALL, 4, 0);
    assert_int_equal(c_result(late, 0), 4);
}

static void idle_channels_are_given_back(void **state)
{
    (void)state;
    t.size = 10;
    for (u32 i = 0; i < 3; i++) {
        c_open(i);
        k_open(FILE_ID, RX_O_RDWR, i, 0);
    }
    serve_disarm();
    for (u32 i = 0; i < 3; i++)
        serve_mark_active(i);
    for (u32 i = 0; i < 3; i++)
        assert_int_equal(fake.channels[i].h->need_ring, 0);
    for (u32 i = 0; i < 10000; i++) {
        if (i % 1000 == 0)
            c_submit(1, 0, OP_READ, 0, BUFFER_SMALL, 4, 0);
        serve_channels();
    }
    /* the busy one is watched, the others ring */
    assert_int_equal(fake.channels[0].h->need_ring, 1);
    assert_int_equal(fake.channels[1].h->need_ring, 0);
    assert_int_equal(fake.channels[2].h->need_ring, 1);
    assert_int_equal(c_read(2, 0, 4, 0), 4);
}

/* Turns of a loop that never sleeps, of 50 us each. In one of them somebody rings who is not looked
 * at any more. */
#define RINGS_IN 6000u
static struct {
    u32 turn, who, answered; /* answered: in which turn he had his answer */
} never_idle;

static void keep_busy(void *arg)
{
    u32 turn = ++never_idle.turn;

    fake.now_ns += 50000;
    if (turn == RINGS_IN) {
        never_idle.who = fake.channels[0].h->need_ring ? 0 : 1;
        c_submit(never_idle.who, 0, OP_READ, 0, BUFFER_SMALL, 4, 0);
        assert_true(fake.channels[never_idle.who].rung);
    }
    if (turn > RINGS_IN && !never_idle.answered && c_answered(never_idle.who, 0))
        never_idle.answered = turn;
    if (turn < 2 * RINGS_IN)
        rx_timer(fake.now_ns, keep_busy, arg);
}

static void a_busy_loop_hears_who_rings(void **state)
{
    (void)state;
    t.size = 10;
    for (u32 i = 0; i < 2; i++) {
        c_open(i);
        k_open(FILE_ID, RX_O_RDWR, i, 0);
    }
    fake_run();
    never_idle.turn = never_idle.answered = 0;
    rx_timer(fake.now_ns, keep_busy, NULL);
    fake_run();
    assert_int_equal(never_idle.turn, 2 * RINGS_IN);
    assert_in_range(never_idle.answered, RINGS_IN + 1, RINGS_IN + 20);
}

static void no_request_is_slept_over(void **state)
{
    (void)state;
    t.size = 10;
    c_open(0);
    k_open(FILE_ID, RX_O_RDWR, 0, 0);
    fake_run();
    /* asleep: the client rings */
    assert_int_equal(fake.channels[0].h->need_ring, 1);
    assert_int_equal(fake.q->need_ring, 1);
    serve_disarm();
    assert_int_equal(fake.channels[0].h->need_ring, 0);
    c_submit(0, 0, OP_READ, 0, BUFFER_SMALL, 4, 0);
    assert_false(fake.channels[0].rung);
    assert_true(serve_arm());
    serve_disarm();
    assert_int_equal(c_result(0, 0), 4);
    serve_disarm();
    fake_cancel(&fake.channels[0], 3);
    assert_true(serve_arm());
    fake_run();
    serve_disarm();
    fake_message(OP_DETACH, 0, 0, 0);
    assert_true(serve_arm());
}

static void a_channel_number_is_used_again(void **state)
{
    u64 f = k_open(FILE_ID, RX_O_RDWR, CHANNEL_NONE, 0);

    (void)state;
    t.size = 10;
    for (u32 i = 0; i < 5; i++) {
        c_open(0);
        assert_int_equal(c_read(0, 0, 4, 0), -EBADF);
        c_bind(0, 0, f);
        assert_int_equal(c_read(0, 0, 4, 0), 4);
        fake_channel_close(0);
        fake_run();
    }
}

static void a_number_out_of_range(void **state)
{
    const struct queue_entry e = {.sqe = {.opcode = OP_BIND, .args = {UINT32_MAX, 0, 0}}};

    (void)state;
    assert_true(fake_post_entry(&e));
    fake_message(OP_UNBIND, 77777, 0, 0);
    fake_message(OP_CHANNEL_CLOSE, SERVER_CHANNELS_MAX, 0, 0);
    fake_message(OP_CHANNEL_CLOSE, 3, 0, 0);
    serve_mark_active(UINT32_MAX);
    fake_run();
    c_open(0);
    c_bind(0, HANDLE_MAX, t.root);
    assert_int_equal(c_read(0, HANDLE_MAX, 4, 0), -EBADF);
}

/* Its client is told, and goes through the kernel. */
static void a_channel_that_cannot_be_served(void **state)
{
    struct fake_channel *ch = &fake.channels[0];
    struct queue_entry e = {.sqe = {.opcode = OP_CHANNEL_OPEN, .args = {SERVER_CHANNELS_MAX}}};

    (void)state;
    c_open(0);
    fake_channel_close(0);
    fake_run();
    ch->mapped = true;
    __asan_unpoison_memory_region(ch->h, CHANNEL_SIZE);
    ch->h->closed = 0;
    e.sqe.args[3] = (u64)(uintptr_t)ch->h;
    assert_true(fake_post_entry(&e));
    fake_run();
    assert_false(ch->mapped);
    __asan_unpoison_memory_region(ch->h, CHANNEL_SIZE);
    assert_int_equal(ch->h->closed, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, t_reset, t_check_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bound_by_open_and_by_message),
        TEST(used_before_the_bind_was_read),
        TEST(the_kernels_word_comes_first),
        TEST(unbound_handles),
        TEST(unbind_meets_the_next_bind),
        TEST(unbind_meets_the_channels_end),
        TEST(unbinds_do_not_nest_without_end),
        TEST(a_wake_is_put_off),
        TEST(what_only_the_kernel_may_ask),
        TEST(buffers),
        TEST(a_confused_ring),
        TEST(more_channels_than_are_watched),
        TEST(opened_while_another_is_retired),
        TEST(idle_channels_are_given_back),
        TEST(a_busy_loop_hears_who_rings),
        TEST(no_request_is_slept_over),
        TEST(a_channel_number_is_used_again),
        TEST(a_number_out_of_range),
        TEST(a_channel_that_cannot_be_served),
    };

    return cmocka_run_group_tests(tests, t_setup, NULL);
}
