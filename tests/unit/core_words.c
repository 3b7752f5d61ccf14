/* Words that gated processes wait for: main loops and the slots of channels. */
#include "tests/unit/core_test.h"

#include "umk/abi/channel.h"

#define NO_LIMIT UINT64_MAX
#define SLEEPS (WAIT_PENDING | WAIT_SLEEPING)

static struct sim_server s;
static u32 client;
static u64 fd;
static u32 number;        /* the client's of the channel */
static u32 server_number; /* and the server's */

/* As many processors as threads, so that nobody waits for one. */
static int bare(void **state)
{
    sim_cpus = 4;
    sim_bare = true;
    return setup(state);
}

static int end(void **state)
{
    teardown(state);
    sim_cpus = 0;
    sim_bare = false;
    return 0;
}

#define BARE(fn) cmocka_unit_test_setup_teardown(fn, bare, end)

static struct channel_header *client_side(void)
{
    return sim_mapped(client,
                      WINDOW_DEFAULT + WINDOW_CLIENT_CHANNELS + number * WINDOW_CHANNEL_SPAN);
}

static void *server_side(u32 n)
{
    return sim_mapped(s.pid, WINDOW_DEFAULT + WINDOW_SERVER_CHANNELS + n * WINDOW_CHANNEL_SPAN);
}

static u32 *state_of(u32 slot)
{
    return &((struct channel_slot *)((u8 *)client_side() + CHANNEL_SLOT_OFFSET))[slot].state;
}

/* A client with a channel to a server. */
static void bind(void)
{
    fd = open_at(&s, client, "x", 50);
    assert_int_equal(CALL(client, UMK_BIND, fd), 0);
    number = BINDING_CHANNEL(sim_portal(client, 0)->ret[0]);
    server_number = (u32)expect(&s, OP_CHANNEL_OPEN).sqe.args[0];
    expect(&s, OP_BIND);
    core_wait(sim_body(s.pid), 0, WORD_LOOP, 0); /* the kernel has rung for the two */
}

static void connect(void)
{
    make_server(&s, "x");
    client = spawn(1);
    bind();
}

static bool runs(u32 pid)
{
    return core_may_run(sim_body(pid), 0);
}

static bool waits_for(u32 pid, u64 word, u64 value)
{
    bool waiting = core_wait(sim_body(pid), 0, word, value);

    assert_int_equal(waiting, !runs(pid));
    return waiting;
}

static u64 slot(u32 i)
{
    return WORD(WORD_CLIENT_SLOT, number, i);
}

static void notify_slot(u32 i)
{
    core_notify(sim_body(s.pid), WORD(WORD_SERVER_SLOT, server_number, i));
}

static void ring(void)
{
    core_notify(sim_body(client), WORD(WORD_SERVER, number, 0));
}

static void disconnect(void)
{
    close_ok(client, fd);
    reap(client);
    end_server(&s, "x");
    assert_counts();
}

/* The server is rung while it waits, or before; either way it finds out by which channel. */
static void rung_by_its_channel(void **state)
{
    struct proc_page *page;

    (void)state;
    connect();
    page = sim_body(s.pid)->page;
    assert_true(waits_for(s.pid, WORD_LOOP, NO_LIMIT));
    ring();
    assert_true(runs(s.pid));
    assert_int_equal(page->rung_words, 1ull << (server_number / 64));
    assert_int_equal(page->rung[server_number / 64], 1ull << (server_number % 64));
    page->rung_words = page->rung[server_number / 64] = 0;
    ring();
    assert_false(waits_for(s.pid, WORD_LOOP, NO_LIMIT));
    assert_true(waits_for(s.pid, WORD_LOOP, NO_LIMIT));
    ring();
    disconnect();
}

static void the_loop_has_a_time_limit(void **state)
{
    (void)state;
    connect();
    assert_false(waits_for(s.pid, WORD_LOOP, 0));
    assert_true(waits_for(s.pid, WORD_LOOP, 5));
    sim_advance(4000000);
    assert_false(runs(s.pid));
    sim_advance(2000000);
    assert_true(runs(s.pid));
    assert_false(waits_for(client, WORD_LOOP, NO_LIMIT)); /* it has no loop */
    disconnect();
}

/* The answer comes before the wait, or during it. */
static void woken_by_its_slot(void **state)
{
    (void)state;
    connect();
    *state_of(3) = SLEEPS;
    assert_true(waits_for(client, slot(3), SLEEPS));
    notify_slot(2);
    assert_false(runs(client));
    *state_of(3) = WAIT_DONE;
    notify_slot(3);
    assert_true(runs(client));
    assert_false(waits_for(client, slot(3), SLEEPS));
    notify_slot(3);
    assert_true(runs(client));
    disconnect();
}

static void a_signal_ends_the_wait(void **state)
{
    (void)state;
    connect();
    sim_body(client)->page->sig.actions[RX_SIGUSR1 - 1].first = SIGACT_ADDRESS;
    sim_portal(client, 0)->sig.word[0] = RX_SIGBIT(RX_SIGUSR1) << 32;
    *state_of(0) = SLEEPS;
    assert_true(waits_for(client, slot(0), SLEEPS));
    assert_int_equal(CALL(1, UMK_PROC, PROC_KILL, client, RX_SIGUSR1), 0);
    assert_true(runs(client));
    *state_of(0) = WAIT_DONE;
    notify_slot(0);
    assert_true(runs(client));
    disconnect();
}

/* A stopped process does not run when its answer comes, but when it is continued. */
static void stopped_while_it_waits(void **state)
{
    (void)state;
    connect();
    *state_of(0) = SLEEPS;
    assert_true(waits_for(client, slot(0), SLEEPS));
    assert_int_equal(CALL(1, UMK_PROC, PROC_KILL, client, RX_SIGSTOP), 0);
    *state_of(0) = WAIT_DONE;
    notify_slot(0);
    assert_false(runs(client));
    assert_int_equal(CALL(1, UMK_PROC, PROC_KILL, client, RX_SIGCONT), 0);
    assert_true(runs(client));
    disconnect();
}

static void the_server_dies(void **state)
{
    (void)state;
    connect();
    *state_of(1) = SLEEPS;
    assert_true(waits_for(client, slot(1), SLEEPS));
    sim_kill_host(s.pid);
    sim_settle();
    assert_true(runs(client));
    assert_int_equal(client_side()->closed, 1);
    assert_int_equal(*state_of(1), WAIT_DONE);
    assert_false(waits_for(client, slot(1), WAIT_DONE)); /* there is no such channel any more */
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, s.pid, 0), s.pid);
    reap(client);
}

static void the_client_dies(void **state)
{
    (void)state;
    connect();
    *state_of(1) = SLEEPS;
    assert_true(waits_for(client, slot(1), SLEEPS));
    reap(client);
    notify_slot(1);
    end_server(&s, "x");
    assert_counts();
}

static void words_of_others(void **state)
{
    static const u64 wrong[] = {
        WORD(WORD_SERVER, 0, 0),
        WORD(WORD_SERVER_SLOT, 0, 0),
        WORD(WORD_CLIENT_SLOT, 255, 0),
        WORD(WORD_CLIENT_SLOT, UINT32_MAX, 0),
        WORD(4, 0, 0),
        WORD(255, 0, 0),
        WORD(WORD_CLIENT_SLOT, 0, 0xFFF),
        UINT64_MAX,
    };

    (void)state;
    connect();
    for (u32 i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(waits_for(client, wrong[i], 0));
        assert_int_equal(CALL(client, UMK_WAIT, wrong[i], 0), -EINVAL);
        core_notify(sim_body(1), wrong[i]);
        assert_int_equal(CALL(1, UMK_NOTIFY, wrong[i]), -EINVAL);
    }
    assert_false(waits_for(client, WORD(WORD_CLIENT_SLOT, number, CHANNEL_SLOTS), 0));
    assert_int_equal(CALL(s.pid, UMK_NOTIFY, WORD(WORD_SERVER_SLOT, server_number, CHANNEL_SLOTS)),
                     -EINVAL);
    disconnect();
}

/* Two threads cannot wait for one slot: it has one request. */
static void one_waiter(void **state)
{
    (void)state;
    connect();
    assert_true(CALL(client, UMK_PORTAL_NEW, PORTAL_FOR_THREAD) > 0);
    *state_of(0) = SLEEPS;
    assert_true(waits_for(client, slot(0), SLEEPS));
    assert_false(core_wait(sim_body(client), 1, slot(0), SLEEPS));
    *state_of(0) = WAIT_DONE;
    notify_slot(0);
    assert_true(runs(client));
    disconnect();
}

/* Hosted, gated: the same by call. */
static void by_call(void **state)
{
    (void)state;
    connect();
    *state_of(7) = SLEEPS;
    assert_int_equal(CALL(client, UMK_WAIT, slot(7), WAIT_PENDING), 0);
    assert_int_equal(CALL(client, UMK_WAIT, slot(7), SLEEPS), SIM_WAITS);
    *state_of(7) = WAIT_DONE;
    assert_int_equal(CALL(s.pid, UMK_NOTIFY, WORD(WORD_SERVER_SLOT, server_number, 7)), 0);
    assert_int_equal(done(client), 0);
    assert_int_equal(CALL(s.pid, UMK_LOOP_WAIT, NO_LIMIT), SIM_WAITS);
    assert_int_equal(CALL(client, UMK_NOTIFY, WORD(WORD_SERVER, number, 0)), 0);
    assert_int_equal(done(s.pid), 0);
    disconnect();
}

/* The server's end of a closed channel stays until the server says so, and its number with it. */
static void dropped_by_the_server(void **state)
{
    u32 old;

    (void)state;
    connect();
    old = server_number;
    close_ok(client, fd);
    expect(&s, OP_UNBIND);
    expect(&s, OP_CLOSE_MSG);
    reap(client);
    expect(&s, OP_CHANNEL_CLOSE);
    assert_non_null(server_side(old));
    process_find(s.pid)->next_server_channel = old;
    client = spawn(1);
    bind();
    assert_int_not_equal(server_number, old);
    assert_int_equal(CALL(s.pid, UMK_CHANNEL_DROP, old), 0);
    assert_null(server_side(old));
    assert_non_null(server_side(server_number));
    assert_int_equal(CALL(s.pid, UMK_CHANNEL_DROP, old), -EINVAL);
    assert_int_equal(CALL(s.pid, UMK_CHANNEL_DROP, SERVER_CHANNELS_MAX), -EINVAL);
    assert_int_equal(CALL(client, UMK_CHANNEL_DROP, number), -EINVAL);
    disconnect();
}

/* A server that has no memory for a channel drops it at once: the client is told. */
static void dropped_while_open(void **state)
{
    (void)state;
    connect();
    *state_of(0) = SLEEPS;
    assert_true(waits_for(client, slot(0), SLEEPS));
    assert_int_equal(CALL(s.pid, UMK_CHANNEL_DROP, server_number), 0);
    assert_true(runs(client));
    assert_int_equal(client_side()->closed, 1);
    assert_null(server_side(server_number));
    expect(&s, OP_CHANNEL_CLOSE);
    disconnect();
}

/* A client's number may come again, but never with the same serial, nor with a handle that was
 * given before. */
static void a_number_comes_again(void **state)
{
    u32 serial, handle;

    (void)state;
    connect();
    serial = client_side()->serial;
    handle = BINDING_HANDLE(sim_portal(client, 0)->ret[0]);
    assert_int_equal(CALL(s.pid, UMK_CHANNEL_DROP, server_number), 0);
    expect(&s, OP_CHANNEL_CLOSE);
    process_find(client)->next_channel = number;
    assert_int_equal(CALL(client, UMK_BIND, fd), 0);
    assert_int_equal(BINDING_CHANNEL(sim_portal(client, 0)->ret[0]), number);
    assert_int_not_equal(BINDING_HANDLE(sim_portal(client, 0)->ret[0]), handle);
    assert_int_not_equal(client_side()->serial, serial);
    assert_int_equal(client_side()->closed, 0);
    expect(&s, OP_CHANNEL_OPEN);
    expect(&s, OP_BIND);
    disconnect();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BARE(rung_by_its_channel),
        BARE(the_loop_has_a_time_limit),
        BARE(woken_by_its_slot),
        BARE(a_signal_ends_the_wait),
        BARE(stopped_while_it_waits),
        BARE(the_server_dies),
        BARE(the_client_dies),
        BARE(words_of_others),
        BARE(one_waiter),
        BARE(by_call),
        BARE(dropped_by_the_server),
        BARE(dropped_while_open),
        BARE(a_number_comes_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
