/*
 * Calls in the background and timers of the main loop, with the portals' other side played here.
 */
#include "tests/libredox/test_server.h"

static struct {
    u32 n;
    i64 result;
    u8 data[8];
    void *arg;
    bool again; /* start another call from the completion */
} done;

static void on_done(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)ret;
    done.n++;
    done.result = result;
    done.arg = arg;
    memcpy(done.data, data, sizeof(done.data));
    if (done.again) {
        done.again = false;
        assert_true(rx_async_read(30, 8, on_done, NULL) >= 0);
        /* the new call took another portal: this one's data is still there */
        assert_memory_equal(data, done.data, sizeof(done.data));
    }
}

static void answer_portal(u32 n, i64 result, const char *text)
{
    struct portal *p = fake.portals[n];

    assert_int_equal(p->state, WAIT_PENDING);
    memcpy((u8 *)p + PORTAL_PAYLOAD_OFFSET, text, strlen(text));
    p->result = result;
    __atomic_store_n(&p->state, WAIT_DONE, __ATOMIC_RELEASE);
}

static i32 pending_portal(void)
{
    for (u32 i = 0; i < fake.nportals; i++)
        if (fake.portals[i]->state == WAIT_PENDING)
            return (i32)i;
    return -1;
}

static int reset(void **state)
{
    memset(&done, 0, sizeof(done));
    return t_reset(state);
}

static void a_read_completes_in_the_loop(void **state)
{
    int mark;
    i64 h = rx_async_read(30, 100000, on_done, &mark);
    i32 n = pending_portal();

    (void)state;
    assert_true(h >= 0 && n >= 0);
    assert_int_equal(fake.portals[n]->op, SYS_READ);
    assert_int_equal(fake.portals[n]->args[0], 30);
    assert_int_equal(fake.portals[n]->args[1], PORTAL_PAYLOAD);
    fake_run();
    assert_int_equal(done.n, 0);
    answer_portal((u32)n, 4, "data");
    fake_run();
    assert_int_equal(done.n, 1);
    assert_int_equal(done.result, 4);
    assert_memory_equal(done.data, "data", 4);
    assert_ptr_equal(done.arg, &mark);
    fake_run();
    assert_int_equal(done.n, 1);
    assert_int_equal(rx_async_cancel(h), -ENOENT);
}

static void a_completion_starts_the_next_call(void **state)
{
    (void)state;
    assert_true(rx_async_write(30, "abc", 3, on_done, NULL) >= 0);
    i32 n = pending_portal();
    assert_memory_equal((u8 *)fake.portals[n] + PORTAL_PAYLOAD_OFFSET, "abc", 3);
    done.again = true;
    answer_portal((u32)n, 3, "12345678");
    fake_run();
    assert_int_equal(done.n, 1);
    assert_int_equal(async_busy(), 1);
    n = pending_portal();
    assert_true(n >= 0);
    answer_portal((u32)n, 0, "");
    fake_run();
    assert_int_equal(done.n, 2);
    assert_int_equal(async_busy(), 0);
}

static void cancelling(void **state)
{
    i64 h = rx_async_read(30, 8, on_done, NULL), other;
    u32 n = (u32)pending_portal();

    (void)state;
    fake.cancelled_portal = UINT32_MAX;
    assert_int_equal(rx_async_cancel(h), 0);
    assert_int_equal(fake.cancelled_portal, n);
    answer_portal(n, -EINTR, "");
    fake_run();
    assert_int_equal(done.result, -EINTR);
    other = rx_async_read(30, 8, on_done, NULL);
    /* the same place, another call */
    assert_int_equal((u32)other, (u32)h);
    assert_int_equal(rx_async_cancel(h), -ENOENT);
    assert_int_equal(rx_async_cancel(-1), -ENOENT);
    answer_portal((u32)pending_portal(), 0, "");
    fake_run();
}

static void portals_run_out(void **state)
{
    u32 n = 0;

    (void)state;
    while (rx_async_read(30, 8, on_done, NULL) >= 0)
        n++;
    assert_int_equal(n, FAKE_PORTALS);
    assert_int_equal(rx_async_write(30, "x", 1, on_done, NULL), -EAGAIN);
    for (u32 i = 0; i < FAKE_PORTALS; i++)
        answer_portal(i, 1, "x");
    fake_run();
    assert_int_equal(done.n, n);
    assert_int_equal(
        rx_async_call(SYS_FSYNC, GATE_ARGS(30), NULL, PORTAL_PAYLOAD + 1, 0, on_done, NULL),
        -E2BIG);
}

/* Timers */

static char fired[16];
static u32 nfired;
static i64 to_cancel;

static void fire(void *arg)
{
    fired[nfired++] = *(const char *)arg;
}

static void fire_and_cancel(void *arg)
{
    fire(arg);
    rx_timer_cancel(to_cancel);
}

static void fire_and_rearm(void *arg)
{
    fire(arg);
    if (nfired < 3)
        assert_true(rx_timer(fake.now_ns + 1000000, fire_and_rearm, arg) >= 0);
}

static int reset_timers(void **state)
{
    memset(fired, 0, sizeof(fired));
    nfired = 0;
    fake.now_ns += 1000000000;
    return reset(state);
}

static void timers_fire_once_and_in_time(void **state)
{
    u64 now = fake.now_ns;

    (void)state;
    assert_true(rx_timer(now + 5000000, fire, "b") >= 0);
    assert_true(rx_timer(now + 2500001, fire, "a") >= 0);
    fake_run();
    assert_int_equal(nfired, 0);
    /* rounded up: never early */
    assert_int_equal(fake.last_timeout, 3);
    fake.now_ns = now + 2500001;
    fake_run();
    assert_string_equal(fired, "a");
    assert_int_equal(fake.last_timeout, 3);
    fake.now_ns = now + 9000000;
    fake_run();
    assert_string_equal(fired, "ab");
    assert_int_equal(fake.last_timeout, -1);
    fake_run();
    assert_string_equal(fired, "ab");
}

static void cancelled_timers(void **state)
{
    u64 now = fake.now_ns;
    i64 a = rx_timer(now + 1, fire, "a"), b;

    (void)state;
    rx_timer_cancel(a);
    rx_timer_cancel(-ENOMEM);
    b = rx_timer(now + 1, fire, "b");
    rx_timer_cancel(a); /* its place is another's now */
    to_cancel = rx_timer(now + 1, fire, "c");
    fake.now_ns += 1000;
    fake_run();
    assert_string_equal(fired, "bc");
    rx_timer_cancel(b);
    /* one cancels another that is due as well */
    assert_true(rx_timer(fake.now_ns, fire_and_cancel, "d") >= 0);
    to_cancel = rx_timer(fake.now_ns, fire, "e");
    fake_run();
    assert_string_equal(fired, "bcd");
}

static void a_timer_sets_itself_again(void **state)
{
    (void)state;
    assert_true(rx_timer(fake.now_ns, fire_and_rearm, "x") >= 0);
    for (u32 i = 0; i < 5; i++) {
        fake_run();
        fake.now_ns += 1000000;
    }
    assert_string_equal(fired, "xxx");
}

static void many_timers(void **state)
{
    (void)state;
    for (u32 i = 0; i < 12; i++)
        assert_true(rx_timer(fake.now_ns + 12 - i, fire, "m") >= 0);
    fake.now_ns += 6;
    fake_run();
    assert_int_equal(nfired, 6);
    fake.now_ns += 6;
    fake_run();
    assert_int_equal(nfired, 12);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, reset, t_check_empty)
#define TIMER_TEST(f) cmocka_unit_test_setup_teardown(f, reset_timers, t_check_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_read_completes_in_the_loop),
        TEST(a_completion_starts_the_next_call),
        TEST(cancelling),
        TEST(portals_run_out),
        TIMER_TEST(timers_fire_once_and_in_time),
        TIMER_TEST(cancelled_timers),
        TIMER_TEST(a_timer_sets_itself_again),
        TIMER_TEST(many_timers),
    };

    return cmocka_run_group_tests(tests, t_setup, NULL);
}
