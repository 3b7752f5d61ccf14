/* ptyd's pairs: the line discipline, modes with and without lines, queues and their limits. */
#include "check.h"
#include "servers/ptyd/pair.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

static u32 last_signal;

void pair_signal(struct pair *p, u32 sig)
{
    (void)p;
    last_signal = sig;
}

static struct pair p;

static int start(void **state)
{
    (void)state;
    pair_init(&p);
    p.masters = p.slaves = 1;
    p.slave_seen = true;
    last_signal = 0;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    pair_free(&p);
    return 0;
}

static void type(const char *text)
{
    assert_int_equal(pair_type(&p, (const u8 *)text, strlen(text)), strlen(text));
}

/* What the slave reads is exactly this. */
static void reads(const char *want, size_t len)
{
    u8 buf[128] = {0};
    i64 n = pair_slave_read(&p, buf, sizeof buf, WAIT_LONG);
    assert_int_equal(n, len);
    assert_memory_equal(buf, want, len);
}

static void waits(void)
{
    u8 buf[16];
    assert_int_equal(pair_slave_read(&p, buf, sizeof buf, WAIT_LONG), -EAGAIN);
    assert_int_equal(pair_slave_ready(&p), 0);
}

/* All that the master can read now, without the tags. */
static void shows(const char *want)
{
    char text[1024] = "";
    size_t len = 0;
    u8 buf[100];
    for (i64 n; (n = pair_master_read(&p, buf, sizeof buf)) > 0; len += (size_t)n - 1) {
        assert_int_equal(buf[0], OUT_DATA);
        memcpy(text + len, buf + 1, (size_t)n - 1);
    }
    text[len] = '\0';
    assert_string_equal(text, want);
}

static void lines(void **state)
{
    (void)state;
    type("one");
    waits();
    type("\rtwo\nthree");
    reads("one\n", 4);
    reads("two\n", 4);
    waits();
    shows("one\r\ntwo\r\nthree");
    type("\4");
    reads("three", 5);
    waits();
    type("\4");
    reads("", 0);
    waits();
    shows("");
}

static void a_line_in_parts(void **state)
{
    (void)state;
    u8 buf[2];
    type("abc\n");
    assert_int_equal(pair_slave_read(&p, buf, 2, WAIT_LONG), 2);
    reads("c\n", 2);
    waits();
}

static void editing(void **state)
{
    (void)state;
    type("\x7f"
         "ab\x7f");
    shows("ab\b \b");
    type("\n");
    reads("a\n", 2);
    type("one two  \x17three\n");
    reads("one three\n", 10);
    type("gone\x15kept\n");
    reads("kept\n", 5);
    type("\x16\x03\x16\n!\n");
    reads("\x03\n!\n", 4);
    shows("\r\none two  \b \b\b \b\b \b\b \b\b \bthree\r\n"
          "gone\b \b\b \b\b \b\b \bkept\r\n\x03\r\n!\r\n");
    type("a\xc3\xa4\x7f\n");
    reads("a\n", 2);
    shows("a\xc3\xa4\b \b\r\n");
    type("ab\x12"
         "c\n");
    reads("abc\n", 4);
    shows("ab\x12\r\nabc\r\n");
}

static void control_characters_shown(void **state)
{
    (void)state;
    p.termios.lflag |= RX_ECHOCTL;
    type("a\x01\x7f\x03");
    shows("a^A\b \b\b \b^C");
    assert_int_equal(last_signal, RX_SIGINT);
}

static void no_echo(void **state)
{
    (void)state;
    p.termios.lflag &= ~(RX_ECHO | RX_ECHOE);
    type("secret\x7f\n");
    shows("");
    reads("secre\n", 6);
    p.termios.lflag |= RX_ECHONL;
    type("x\n");
    shows("\r\n");
}

static void signals(void **state)
{
    (void)state;
    type("abc\x03");
    assert_int_equal(last_signal, RX_SIGINT);
    type("\n");
    reads("\n", 1);
    p.termios.lflag |= RX_NOFLSH;
    type("abc\x1c");
    assert_int_equal(last_signal, RX_SIGQUIT);
    type("\x1a\n");
    assert_int_equal(last_signal, RX_SIGTSTP);
    reads("abc\n", 4);
    p.termios.lflag &= ~RX_ISIG;
    type("\x03\n");
    reads("\x03\n", 2);
}

static void flow(void **state)
{
    (void)state;
    assert_int_equal(pair_print(&p, (const u8 *)"x\n", 2), 2);
    type("\x13");
    assert_int_equal(pair_master_ready(&p), 0);
    shows("");
    type("\x11");
    shows("x\r\n");
    assert_int_equal(pair_flow(&p, 0), 0);
    assert_int_equal(p.stopped, 1);
    assert_int_equal(pair_flow(&p, 1), 0);
    assert_int_equal(p.stopped, 0);
    assert_int_equal(pair_flow(&p, 4), -EINVAL);
}

static void set_raw(u8 min, u8 time)
{
    struct rx_termios t = p.termios;
    t.iflag = t.oflag = 0;
    t.lflag = 0;
    t.cc[RX_VMIN] = min;
    t.cc[RX_VTIME] = time;
    pair_set_termios(&p, &t);
}

static void raw(void **state)
{
    (void)state;
    u8 buf[8];
    bool from_input;
    set_raw(3, 0);
    type("\x03\r");
    waits();
    assert_int_equal(pair_slave_read(&p, buf, 2, WAIT_LONG), 2);
    type("abcd");
    reads("abcd", 4);
    type("z");
    assert_int_equal(pair_slave_read(&p, buf, 8, WAIT_NEVER), 1);
    assert_int_equal(pair_slave_read(&p, buf, 8, WAIT_NEVER), -EAGAIN);
    set_raw(0, 0);
    assert_int_equal(pair_slave_read(&p, buf, 8, WAIT_LONG), 0);
    set_raw(0, 5);
    assert_int_equal(pair_timeout(&p, &from_input), 5);
    assert_int_equal(from_input, 0);
    assert_int_equal(pair_slave_read(&p, buf, 8, WAIT_LONG), -EAGAIN);
    assert_int_equal(pair_slave_read(&p, buf, 8, WAIT_OVER), 0);
    set_raw(4, 5);
    assert_int_equal(pair_timeout(&p, &from_input), 0);
    type("ab");
    assert_int_equal(pair_timeout(&p, &from_input), 5);
    assert_int_equal(from_input, 1);
    assert_int_equal(pair_slave_read(&p, buf, 8, WAIT_LONG), -EAGAIN);
    assert_int_equal(pair_slave_read(&p, buf, 8, WAIT_OVER), 2);
}

/* Nothing that was typed is lost when the mode changes. */
static void typed_ahead(void **state)
{
    (void)state;
    const struct rx_termios cooked = p.termios;
    type("line\nhalf");
    set_raw(1, 0);
    reads("line\nhalf", 9);
    pair_set_termios(&p, &cooked);
    type("\4");
    set_raw(1, 0);
    assert_int_equal(pair_slave_ready(&p), 1);
    reads("\4", 1);
    type("keys");
    pair_set_termios(&p, &cooked);
    reads("keys", 4);
}

static void limits(void **state)
{
    (void)state;
    static u8 big[3 * QUEUE_BYTES], buf[QUEUE_BYTES];
    for (unsigned i = 0; i < QUEUE_PACKETS; i++)
        type("\n");
    assert_int_equal(pair_type(&p, (const u8 *)"\n", 1), 0);
    assert_int_equal(pair_flush(&p, 2), 0);
    /* a line has an end: what does not fit is dropped, its newline is not */
    memset(big, 'x', sizeof big);
    p.termios.lflag &= ~RX_ECHO;
    assert_int_equal(pair_type(&p, big, sizeof big), sizeof big);
    type("\n");
    assert_int_equal(pair_slave_read(&p, buf, sizeof buf, WAIT_LONG), EDIT_MAX);
    assert_int_equal(buf[EDIT_MAX - 1], '\n');
    assert_int_equal(pair_print(&p, big, sizeof big), QUEUE_BYTES);
    assert_int_equal(pair_print(&p, big, 1), 0);
    assert_int_equal(pair_sync(&p), 0);
    assert_int_equal(pair_master_read(&p, buf, 1), -EINVAL);
    assert_int_equal(pair_flush(&p, 3), -EINVAL);
}

static void packets(void **state)
{
    (void)state;
    u8 buf[4];
    pair_print(&p, (const u8 *)"abcde", 5);
    assert_true(pair_sync(&p));
    assert_int_equal(pair_master_read(&p, buf, 4), 4);
    assert_memory_equal(buf, "\0abc", 4);
    assert_int_equal(pair_master_read(&p, buf, 4), 3);
    assert_memory_equal(buf, "\0de", 3);
    assert_int_equal(pair_master_read(&p, buf, 4), 1);
    assert_int_equal(buf[0], OUT_SYNC);
    assert_int_equal(pair_master_read(&p, buf, 4), -EAGAIN);
}

/* Without packets the bytes come as they are, and there is nothing to see of a sync. */
static void plain(void **state)
{
    (void)state;
    u8 buf[4];
    pair_print(&p, (const u8 *)"gone", 4);
    pair_set_plain(&p, true);
    assert_false(pair_master_ready(&p));
    pair_print(&p, (const u8 *)"abcde", 5);
    assert_true(pair_sync(&p));
    assert_int_equal(pair_master_read(&p, buf, 0), -EINVAL);
    assert_int_equal(pair_master_read(&p, buf, 4), 4);
    assert_memory_equal(buf, "abcd", 4);
    assert_int_equal(pair_master_read(&p, buf, 4), 1);
    assert_int_equal(buf[0], 'e');
    assert_int_equal(pair_master_read(&p, buf, 4), -EAGAIN);
    pair_set_plain(&p, false);
    pair_print(&p, (const u8 *)"f", 1);
    assert_int_equal(pair_master_read(&p, buf, 4), 2);
    assert_memory_equal(buf, "\0f", 2);
}

static void hung_up(void **state)
{
    (void)state;
    type("last\n");
    set_raw(100, 0);
    p.masters = 0;
    reads("last\n", 5);
    reads("", 0);
    assert_int_equal(pair_slave_ready(&p), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(lines),   TEST(a_line_in_parts), TEST(editing), TEST(control_characters_shown),
        TEST(no_echo), TEST(signals),         TEST(flow),    TEST(raw),
        TEST(limits),  TEST(typed_ahead),     TEST(packets), TEST(plain),
        TEST(hung_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
