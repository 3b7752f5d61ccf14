/* The terminal on a bare line: its editing, its settings, its signals. */
#include "umk/x86_64/tty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

static struct tty tty;
static u8 echoed[256];
static size_t nechoed;

static void echo(const u8 *bytes, size_t len)
{
    assert_true(nechoed + len <= sizeof echoed);
    memcpy(echoed + nechoed, bytes, len);
    nechoed += len;
}

static int set_up(void **state)
{
    (void)state;
    nechoed = 0;
    tty_init(&tty, echo);
    return 0;
}

static u32 type(const char *text)
{
    u32 sig = 0;

    while (*text)
        sig = tty_byte(&tty, (u8)*text++);
    return sig;
}

static void expect_read(const char *text)
{
    u8 buf[64];
    i64 n = tty_read(&tty, buf, sizeof buf);

    assert_int_equal(n, strlen(text));
    assert_memory_equal(buf, text, strlen(text));
}

static void expect_nothing(void)
{
    u8 c;

    assert_int_equal(tty_read(&tty, &c, 1), -EAGAIN);
}

static void expect_echo(const char *text)
{
    assert_int_equal(nechoed, strlen(text));
    assert_memory_equal(echoed, text, nechoed);
    nechoed = 0;
}

static void set(u32 iflag_off, u32 lflag_off)
{
    struct rx_termios s = tty.settings;

    s.iflag &= ~iflag_off;
    s.lflag &= ~lflag_off;
    tty_set(&tty, &s);
}

static void test_line(void **state)
{
    (void)state;
    type("hx\x7fi");
    expect_nothing();
    assert_false(tty_ready(&tty));
    type("\r");
    expect_read("hi\n");
    expect_echo("hx\b \bi\r\n");
    type("one two\x17three\x15"
         "four\n");
    expect_read("four\n");
    type("a\nb\n"); /* a read gives one line */
    expect_read("a\n");
    expect_read("b\n");
    type("x\xC3\xA4\x7f\r"); /* a character of two bytes */
    expect_read("x\n");
    nechoed = 0;
    type("\x16\x03\x7f\r"); /* ^V^C is a character, two columns wide */
    expect_read("\n");
    expect_echo("^C\b \b\b \b\r\n");
}

static void test_end(void **state)
{
    (void)state;
    type("abc\x04");
    expect_read("abc");
    expect_nothing();
    type("\x04");
    assert_true(tty_ready(&tty));
    expect_read("");
    expect_nothing();
}

static void test_signals(void **state)
{
    (void)state;
    assert_int_equal(type("old\nabc\x03"), RX_SIGINT);
    type("\r");
    expect_read("\n"); /* what came before is gone */
    assert_int_equal(type("\x1c"), RX_SIGQUIT);
    assert_int_equal(type("\x1a"), RX_SIGTSTP);
    set(0, RX_ISIG);
    assert_int_equal(type("\x03\r"), 0);
    expect_read("\x03\n");
}

static void test_raw(void **state)
{
    (void)state;
    type("ab");
    set(RX_ICRNL, RX_ICANON | RX_ECHO | RX_ISIG | RX_IEXTEN);
    nechoed = 0;
    expect_read("ab"); /* the half line */
    assert_int_equal(type("\x03\x04\r\n\x7f\x16"), 0);
    expect_read("\x03\x04\r\n\x7f\x16");
    expect_nothing();
    expect_echo("");
    struct rx_termios s = tty.settings;
    s.cc[RX_VMIN] = 0;
    tty_set(&tty, &s);
    expect_read("");
}

/* Ctrl-D that nobody has read yet when lines go. */
static void test_end_becomes_a_key(void **state)
{
    (void)state;
    type("\x04");
    type("half");
    set(0, RX_ICANON | RX_ECHO);
    expect_read("\x04half");
    expect_nothing();
}

static void test_settings(void **state)
{
    struct rx_termios s;

    (void)state;
    memset(&s, 0xFF, sizeof s);
    tty_set(&tty, &s);
    assert_int_equal(tty.settings.iflag & RX_IXON, 0); /* there is none here */
    assert_int_equal(tty.settings.lflag & RX_TOSTOP, 0);
    assert_true(tty_maps_newline(&tty));
    assert_int_equal(type("\xFF"), 0); /* which is now no character at all */
    tty_init(&tty, echo);
    s = tty.settings;
    s.oflag = 0;
    s.iflag = RX_INLCR;
    s.cc[RX_VINTR] = 'q';
    tty_set(&tty, &s);
    assert_int_equal(type("\x03"), 0);
    assert_int_equal(type("q"), RX_SIGINT);
    nechoed = 0;
    type("\n");
    expect_echo("^M");
    set(RX_INLCR, 0);
    nechoed = 0;
    type("\n");
    expect_echo("\n");
    expect_read("\r\n");
    s = tty.settings;
    s.iflag = RX_IGNCR | RX_ISTRIP;
    tty_set(&tty, &s);
    type("\r\xE1\n");
    expect_read("a\n");
}

static void test_full(void **state)
{
    (void)state;
    set(0, RX_ECHO);
    for (u32 i = 0; i < 3 * TTY_LINE; i++)
        tty_byte(&tty, 'x');
    assert_int_equal(tty.line_len, TTY_LINE - 1);
    while (tty_has_room(&tty))
        type("123456789\n");
    type("abc\n");
    u8 buf[TTY_INPUT + 1];
    size_t got = 0;
    i64 n;
    while ((n = tty_read(&tty, buf, sizeof buf)) > 0)
        got += (size_t)n;
    assert_true(got > TTY_INPUT - TTY_LINE - 10 && got <= TTY_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_line, set_up),
        cmocka_unit_test_setup(test_end, set_up),
        cmocka_unit_test_setup(test_signals, set_up),
        cmocka_unit_test_setup(test_raw, set_up),
        cmocka_unit_test_setup(test_end_becomes_a_key, set_up),
        cmocka_unit_test_setup(test_settings, set_up),
        cmocka_unit_test_setup(test_full, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
