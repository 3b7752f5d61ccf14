/* The TOML parser: what it accepts and what it makes of it, what it refuses and on which line. */
#include "check.h"
#include "libtoml/toml.h"

static struct toml *parse(const char *text)
{
    struct toml_error err;
    struct toml *root = toml_parse(text, strlen(text), &err);
    if (!root)
        print_error("line %u: %s\n", err.line, err.message);
    assert_non_null(root);
    return root;
}

static void refused(const char *text, unsigned line, const char *message)
{
    struct toml_error err = {0};
    struct toml *root = toml_parse(text, strlen(text), &err);
    if (root)
        print_error("accepted: %s\n", text);
    assert_null(root);
    assert_int_equal(err.line, line);
    if (!strstr(err.message, message))
        print_error("message: %s\n", err.message);
    assert_non_null(strstr(err.message, message));
}

static const struct toml *get(const struct toml *t, const char *key, enum toml_kind kind)
{
    const struct toml *found = toml_get(t, key);
    assert_non_null(found);
    assert_int_equal(found->kind, kind);
    return found;
}

static void string_is(const char *text, const char *expected)
{
    struct toml *root = parse(text);
    assert_string_equal(get(root, "s", TOML_STRING)->string, expected);
    toml_free(root);
}

static void test_unit_file(void **state)
{
    (void)state;
    struct toml *root = parse("# comment\n[unit]\ndescription = \"x\" # tail\n"
                              "requires_weak = [ 'a', \"b\", # inside\n 'c', ]\n"
                              "[service]\ntype = { scheme = \"log\" }\nenvs.A = \"1\"\n"
                              "on = true\noff = false\n");
    const struct toml *unit = get(root, "unit", TOML_TABLE);
    const struct toml *deps = get(unit, "requires_weak", TOML_ARRAY);
    assert_string_equal(deps->list.first->string, "a");
    assert_string_equal(deps->list.last->string, "c");
    const struct toml *service = get(root, "service", TOML_TABLE);
    assert_string_equal(get(get(service, "type", TOML_TABLE), "scheme", TOML_STRING)->string,
                        "log");
    assert_string_equal(get(get(service, "envs", TOML_TABLE), "A", TOML_STRING)->string, "1");
    assert_true(get(service, "on", TOML_BOOLEAN)->boolean);
    assert_false(get(service, "off", TOML_BOOLEAN)->boolean);
    assert_int_equal(get(service, "on", TOML_BOOLEAN)->line, 9);
    toml_free(root);
}

static void test_strings(void **state)
{
    (void)state;
    string_is("s = \"a\\tb\\\"\\\\\\n\"", "a\tb\"\\\n");
    string_is("s = \"\\u00e9\\U0001F600\"", "\xc3\xa9\xf0\x9f\x98\x80");
    string_is("s = 'raw \\n'", "raw \\n");
    string_is("s = \"\"\"\nfirst\nsecond\"\"\"", "first\nsecond");
    string_is("s = \"\"\"one \\\n   \n  two\"\"\"", "one two");
    string_is("s = '''it's\r\n'''", "it's\n");
    string_is("s = \"\"\"ends in \"\"quotes\"\"\"\"\"", "ends in \"\"quotes\"\"");
    string_is("\"s\" = ''", "");
}

static void integer_is(const char *text, int64_t expected)
{
    struct toml *root = parse(text);
    assert_true(get(root, "i", TOML_INTEGER)->integer == expected);
    toml_free(root);
}

static void test_integers(void **state)
{
    (void)state;
    integer_is("i = 0", 0);
    integer_is("i = -17", -17);
    integer_is("i = +1_000", 1000);
    integer_is("i = 0xDEAD_beef", 0xdeadbeef);
    integer_is("i = 0o755", 0755);
    integer_is("i = 0b101", 5);
    integer_is("i = 9223372036854775807", INT64_MAX);
    integer_is("i = -9223372036854775808", INT64_MIN);
    refused("i = 9223372036854775808", 1, "out of range");
    refused("i = -9223372036854775809", 1, "out of range");
    refused("i = 01", 1, "leading zero");
    refused("i = 1_", 1, "not a value");
    refused("i = 0x", 1, "not a value");
    refused("i = 1.5", 1, "not a value");
    refused("i = 1979-05-27", 1, "not a value");
    refused("i = -0x1", 1, "sign");
}

static void test_tables(void **state)
{
    (void)state;
    struct toml *root = parse("[a.b]\nx = 1\n[a]\ny = 2\n['q t']\n\"\" = 3\n");
    const struct toml *a = get(root, "a", TOML_TABLE);
    assert_int_equal(get(get(a, "b", TOML_TABLE), "x", TOML_INTEGER)->integer, 1);
    assert_int_equal(get(a, "y", TOML_INTEGER)->integer, 2);
    assert_int_equal(get(get(root, "q t", TOML_TABLE), "", TOML_INTEGER)->integer, 3);
    assert_null(toml_get(root, "b"));
    toml_free(root);
    refused("[a]\n[a]\n", 2, "defined twice");
    refused("a = 1\n[a]\n", 2, "not a table");
    refused("a = {}\n[a]\n", 2, "defined twice");
    refused("a = { b = 1 }\na.c = 2\n", 2, "complete already");
    refused("[[a]]\n", 1, "arrays of tables");
    refused("a = 1\nb = 2\na = 3\n", 3, "defined twice");
}

static void test_errors(void **state)
{
    (void)state;
    refused("a", 1, "= expected");
    refused("a =", 1, "value expected");
    refused("a = \n1", 1, "value expected");
    refused("\n\na = \"x\n", 3, "without an end");
    refused("a = \"\"\"x\n\n", 3, "without an end");
    refused("a = 1 b = 2", 1, "end of the line");
    refused("[a\n", 1, "] expected");
    refused("[a] x", 1, "end of the line");
    refused("a = [1, 2", 1, ", or ]");
    refused("a = [1 2]", 1, ", or ]");
    refused("a = { b = 1, }", 1, "comma");
    refused("a = { b = 1 ", 1, ", or }");
    refused("a = \"\\q\"", 1, "escape");
    refused("a = \"\\u0000\"", 1, "not a character");
    refused("a = \"\\ud800\"", 1, "not a character");
    refused("a = \"\x01\"", 1, "control");
    refused("a = trueish", 1, "not a value");
    refused("= 1", 1, "key expected");
    refused("a = 'x'\nb = \"\xff\"", 2, "UTF-8");
    refused("a = \"\xc0\x80\"", 1, "UTF-8");
}

static void test_depth(void **state)
{
    (void)state;
    char text[4096];
    struct toml_error err;
    memset(text, '[', sizeof text);
    memcpy(text, "a = ", 4);
    assert_null(toml_parse(text, sizeof text, &err));
    assert_non_null(strstr(err.message, "too deeply"));
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "a.", 2);
    assert_null(toml_parse(text, sizeof text, &err));
    assert_non_null(strstr(err.message, "too deeply"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unit_file), cmocka_unit_test(test_strings),
        cmocka_unit_test(test_integers),  cmocka_unit_test(test_tables),
        cmocka_unit_test(test_errors),    cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
