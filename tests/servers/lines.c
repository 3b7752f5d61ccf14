/* logd's assembling of lines. */
#include "check.h"
#include "servers/logd/lines.h"

static char log_text[200000];

static void sink(const char *line, size_t len)
{
    assert_int_equal(line[len - 1], '\n');
    assert_true(len <= LINE_MAX_LEN);
    strncat(log_text, line, len);
}

static void put(struct log_file *f, unsigned pid, const char *text)
{
    assert_int_equal(log_file_write(f, pid, text, strlen(text), sink), 0);
}

static void test_lines(void **state)
{
    (void)state;
    struct log_file f;
    log_text[0] = 0;
    assert_int_equal(log_file_init(&f, "", 0), 0);
    put(&f, 1, "one\ntw");
    assert_string_equal(log_text, "one\n");
    put(&f, 2, "other");
    put(&f, 1, "o\n\nthree");
    assert_string_equal(log_text, "one\ntwo\n\n");
    log_file_close(&f, sink);
    assert_string_equal(log_text, "one\ntwo\n\nthree\nother\n");
}

static void test_context(void **state)
{
    (void)state;
    struct log_file f;
    log_text[0] = 0;
    assert_int_equal(log_file_init(&f, "ctxjunk", 3), 0);
    put(&f, 1, "a");
    put(&f, 1, "b\nc\n");
    log_file_close(&f, sink);
    assert_string_equal(log_text, "ctx: ab\nctx: c\n");
}

static void test_long_line(void **state)
{
    (void)state;
    struct log_file f;
    static char text[3 * LINE_MAX_LEN];
    log_text[0] = 0;
    memset(text, 'x', sizeof text - 1);
    assert_int_equal(log_file_init(&f, "", 0), 0);
    put(&f, 1, text);
    put(&f, 1, "\n");
    log_file_close(&f, sink);
    size_t xs = 0, lines = 0;
    for (const char *p = log_text; *p; p++) {
        xs += *p == 'x';
        lines += *p == '\n';
    }
    assert_int_equal(xs, sizeof text - 1);
    assert_int_equal(lines, 4);
}

static void test_many_writers(void **state)
{
    (void)state;
    struct log_file f;
    log_text[0] = 0;
    assert_int_equal(log_file_init(&f, "", 0), 0);
    for (unsigned pid = 1; pid <= 10 * WRITERS_MAX; pid++)
        put(&f, pid, "x");
    assert_int_equal(f.nwriters, WRITERS_MAX);
    log_file_close(&f, sink);
    assert_int_equal(strlen(log_text), 2 * 10 * WRITERS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_context),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_many_writers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
