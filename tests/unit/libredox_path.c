/*
 * The path rules, by tables: how a path splits, what its canonical form is, when it
 * climbs out of its scheme, and how a link's target takes a link's place.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libredox/src/path.h"

/* The text in memory of exactly its size, so that the sanitizer sees a read past its end. */
static struct span exact(const char *text)
{
    size_t len = strlen(text);
    char *copy = test_malloc(len + (len == 0));
    memcpy(copy, text, len);
    return (struct span){copy, len};
}

static void drop(struct span s)
{
    test_free((void *)s.p);
}

static void assert_span(struct span s, const char *expected)
{
    assert_int_equal(s.len, strlen(expected));
    assert_memory_equal(s.p, expected, s.len);
}

static const struct {
    const char *path;
    i64 result;
    const char *scheme; /* NULL: relative */
    const char *reference;
} splits[] = {
    {"/scheme/rand", 0, "rand", ""},
    {"/scheme/rand/", 0, "rand", ""},
    {"/scheme/sys/uname", 0, "sys", "uname"},
    {"/scheme/sys//uname", 0, "sys", "uname"},
    {"/scheme/a/b//c/../d/", 0, "a", "b//c/../d/"},
    {"/scheme", 0, "", ""},
    {"/scheme/", 0, "", ""},
    {"/scheme//", 0, "", ""},
    {"/scheme/.", 0, "", ""},
    {"//scheme/x/y", 0, "x", "y"},
    {"/./scheme/./x/y", 0, "x", "y"},
    {"/../scheme/x", 0, "x", ""},
    {"/scheme/../etc", 0, "file", "etc"},
    {"/scheme/../scheme/x", 0, "x", ""},
    {"/schemes/x", 0, "file", "schemes/x"},
    {"/", 0, "file", ""},
    {"///", 0, "file", ""},
    {"/..", 0, "file", ""},
    {"/etc/passwd", 0, "file", "etc/passwd"},
    {"/etc/a:b", 0, "file", "etc/a:b"},
    {"/../etc/../x", 0, "file", "etc/../x"},
    {"file:/etc//x", 0, "file", "/etc//x"},
    {"disk.pci-00:0p1", 0, "disk.pci-00", "0p1"},
    {"x:a:b", 0, "x", "a:b"},
    {":", 0, "", ""},
    {":new", 0, "", "new"},
    {"a", 0, NULL, "a"},
    {"./a:b", 0, NULL, "./a:b"},
    {"a/b:c", 0, NULL, "a/b:c"},
    {"..", 0, NULL, ".."},
    {"", -ENOENT, NULL, NULL},
    {"/scheme/a:b/c", -EINVAL, NULL, NULL},
    {"/scheme/\xc3\xa4/c", -EINVAL, NULL, NULL},
    {"/\xc3\xa4", 0, "file", "\xc3\xa4"},
    {"/\xf0\x9f\x98\x80", 0, "file", "\xf0\x9f\x98\x80"},
    {"/\xc3", -EINVAL, NULL, NULL},
    {"/\xff", -EINVAL, NULL, NULL},
    {"/\xc0\xaf", -EINVAL, NULL, NULL},
    {"/\xe0\x80\x80", -EINVAL, NULL, NULL},
    {"/\xed\xa0\x80", -EINVAL, NULL, NULL},
    {"/\xf4\x90\x80\x80", -EINVAL, NULL, NULL},
    {"/\xf5\x80\x80\x80", -EINVAL, NULL, NULL},
};

static void split_follows_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
        struct span path = exact(splits[i].path);
        struct path_parts parts;
        print_message("%s\n", splits[i].path);
        assert_int_equal(path_split(path, &parts), splits[i].result);
        if (splits[i].result == 0) {
            assert_int_equal(parts.relative, splits[i].scheme == NULL);
            if (splits[i].scheme)
                assert_span(parts.scheme, splits[i].scheme);
            assert_span(parts.reference, splits[i].reference);
        }
        drop(path);
    }
}

static void split_refuses_what_is_no_text(void **state)
{
    (void)state;
    struct path_parts parts;
    static char longest[RX_PATH_MAX + 1];
    memset(longest, 'a', sizeof(longest));
    assert_int_equal(path_split((struct span){longest, RX_PATH_MAX}, &parts), 0);
    assert_int_equal(path_split((struct span){longest, RX_PATH_MAX + 1}, &parts), -ENAMETOOLONG);
    assert_int_equal(path_split((struct span){"/a\0b", 4}, &parts), -EINVAL);
}

static const struct {
    const char *base, *path, *result; /* result NULL: an error */
} canonicals[] = {
    {"/var/u", "x", "/var/u/x"},
    {"/var/u", "../x/./y/", "/var/x/y"},
    {"/var/u", "../../../..", "/"},
    {"/var/u", "/", "/"},
    {"/var/u", ".", "/var/u"},
    {"/", "a", "/a"},
    {"/scheme/sys", "..", "/scheme"},
    {"/scheme/sys", "../..", "/"},
    {"/scheme", "sys", "/scheme/sys"},
    {"", "/a//b/../c", "/a/c"},
    {"", "/scheme/x/../y/z", "/scheme/y/z"},
    {"", "a", NULL},
    {"/home", "disk:a//b", "/scheme/disk/a/b"},
    {"/home", "disk:", "/scheme/disk"},
    {"/home", "disk:/../../a", "/scheme/disk/a"},
    {"/home", ":a", NULL},
    {"/scheme", "./a:b", NULL},
};

static void canonical_follows_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(canonicals) / sizeof(canonicals[0]); i++) {
        struct span base = exact(canonicals[i].base), path = exact(canonicals[i].path);
        char out[64];
        print_message("%s + %s\n", canonicals[i].base, canonicals[i].path);
        i64 len = path_canonical(base, path, out, sizeof(out));
        if (canonicals[i].result)
            assert_span((struct span){out, (size_t)len}, canonicals[i].result);
        else
            assert_true(len < 0);
        drop(base);
        drop(path);
    }
}

static void canonical_keeps_to_its_room(void **state)
{
    (void)state;
    char out[8];
    assert_int_equal(path_canonical(SPAN("/abc"), SPAN("def"), out, sizeof(out)), 8);
    assert_int_equal(path_canonical(SPAN("/abc"), SPAN("defg"), out, sizeof(out)), -ENAMETOOLONG);
    assert_int_equal(path_canonical(SPAN("/abc"), SPAN("../x"), out, 4), 2);
    assert_int_equal(path_canonical(SPAN("/"), SPAN("."), out, 0), -ENAMETOOLONG);
}

static const struct {
    const char *dir, *path;
    bool climbs;
} climbs[] = {
    {"/scheme/sys", "..", true},
    {"/scheme/sys", "./../x", true},
    {"/scheme/sys", "x/../..", false},
    {"/scheme/tmp/a", "..", false},
    {"/scheme/tmp/a", "../..", true},
    {"/scheme/tmp/a", ".././/../b", true},
    {"/scheme", "x", true},
    {"/", "..", true},
    {"/var/u", "../..", false},
    {"/var/u", "a/b", false},
};

static void climbing_out_follows_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(climbs) / sizeof(climbs[0]); i++) {
        struct span dir = exact(climbs[i].dir), path = exact(climbs[i].path);
        print_message("%s + %s\n", climbs[i].dir, climbs[i].path);
        assert_int_equal(path_climbs_out(dir, path), climbs[i].climbs);
        drop(dir);
        drop(path);
    }
}

static const struct {
    const char *path;
    size_t link_len;
    const char *target, *result; /* result NULL: -ENOENT */
} links[] = {
    {"/a/link", 7, "/scheme/x", "/scheme/x"},
    {"/a/link/b/c", 7, "/scheme/x", "/scheme/x/b/c"},
    {"/a/link//b", 7, "/scheme/x/", "/scheme/x/b"},
    {"/a/link", 7, "t", "/a/t"},
    {"/a/link/b", 7, "../t", "/a/../t/b"},
    {"/link/b", 5, "t", "/t/b"},
    {"link/b", 4, "t", "t/b"},
    {"d/link/", 6, "t", "d/t"},
    {"x:link", 6, "t", "x:t"},
    {"x:a/link", 8, "t", "x:a/t"},
    {"link", 4, "y:z", "y:z"},
    {"link", 4, "", NULL},
};

static void links_follow_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        struct span path = exact(links[i].path), target = exact(links[i].target);
        char out[32];
        print_message("%s -> %s\n", links[i].path, links[i].target);
        i64 len = path_through_link(path, links[i].link_len, target, out, sizeof(out));
        if (links[i].result)
            assert_span((struct span){out, (size_t)len}, links[i].result);
        else
            assert_int_equal(len, -ENOENT);
        drop(path);
        drop(target);
    }
    char small[8];
    assert_int_equal(path_through_link(SPAN("/a/l/bb"), 4, SPAN("xx"), small, sizeof(small)), 8);
    assert_int_equal(path_through_link(SPAN("/a/l/bbb"), 4, SPAN("xx"), small, sizeof(small)),
                     -ENAMETOOLONG);
}

static void parents_get_shorter(void **state)
{
    (void)state;
    assert_int_equal(path_parent_len(SPAN("/a/b/c")), 4);
    assert_int_equal(path_parent_len(SPAN("/a//b/")), 2);
    assert_int_equal(path_parent_len(SPAN("/a")), 0);
    assert_int_equal(path_parent_len(SPAN("a")), 0);
    assert_int_equal(path_parent_len(SPAN("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_follows_the_table),
        cmocka_unit_test(split_refuses_what_is_no_text),
        cmocka_unit_test(canonical_follows_the_table),
        cmocka_unit_test(canonical_keeps_to_its_room),
        cmocka_unit_test(climbing_out_follows_the_table),
        cmocka_unit_test(links_follow_the_table),
        cmocka_unit_test(parents_get_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
