/* The boot archive: records, damage of every kind, and the tree built from them. */
#include "check.h"
#include "servers/initfs/newc.h"
#include "servers/initfs/tree.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

static u8 archive[8192];
static size_t used;

static void add(const char *name, u32 mode, const char *data)
{
    size_t name_len = strlen(name) + 1, data_len = strlen(data);
    used += (size_t)sprintf((char *)archive + used,
                            "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", 1, mode,
                            10, 20, 1, 1234, data_len, 0, 0, 0, 0, name_len, 0);
    memcpy(archive + used, name, name_len);
    used = (used + name_len + 3) & ~3ul;
    memcpy(archive + used, data, data_len);
    used = (used + data_len + 3) & ~3ul;
}

static void begin(void)
{
    memset(archive, 0, sizeof archive);
    used = 0;
}

static void add_sample(void)
{
    begin();
    add(".", MODE_DIR | 0700, "");
    add("./bin", MODE_DIR | 0755, "");
    add("bin/prog", MODE_FILE | 0755, "program");
    add("/lib/deep/file", MODE_FILE | 0644, "x");
    add("bin/link", MODE_SYMLINK | 0777, "prog");
    add("bin/prog", MODE_FILE | 0700, "newer");
    add("TRAILER!!!", 0, "");
}

static void test_records(void **state)
{
    (void)state;
    struct newc reader = {.base = archive};
    struct newc_entry e;
    add_sample();
    reader.len = used;
    assert_int_equal(newc_next(&reader, &e), 1);
    assert_int_equal(e.name_len, 0);
    assert_int_equal(newc_next(&reader, &e), 1);
    assert_int_equal(newc_next(&reader, &e), 1);
    assert_int_equal(e.name_len, 8);
    assert_memory_equal(e.name, "bin/prog", 8);
    assert_int_equal(e.size, 7);
    assert_memory_equal(e.data, "program", 7);
    assert_int_equal(e.mode, MODE_FILE | 0755);
    assert_int_equal(e.uid, 10);
    assert_int_equal(e.gid, 20);
    assert_int_equal(e.mtime, 1234);
    for (int i = 0; i < 3; i++)
        assert_int_equal(newc_next(&reader, &e), 1);
    assert_int_equal(newc_next(&reader, &e), 0);
}

static i64 build(struct tree *t, size_t len)
{
    /* in memory of its own, so that ASan sees a step too far */
    u8 *copy = malloc(len ? len : 1);
    memcpy(copy, archive, len);
    i64 result = tree_build(t, copy, len);
    if (result == 0)
        tree_free(t);
    free(copy);
    return result;
}

static void test_every_truncation(void **state)
{
    (void)state;
    struct tree t;
    add_sample();
    size_t trailer = used - 124; /* its last byte of padding may be missing */
    for (size_t len = 0; len <= trailer; len++)
        assert_int_equal(build(&t, len), -EBADMSG);
    assert_int_equal(build(&t, used), 0);
}

static void test_every_damaged_byte(void **state)
{
    (void)state;
    struct tree t;
    add_sample();
    for (size_t i = 0; i < used; i++) {
        u8 old = archive[i];
        static const u8 values[] = {0, 'F', '8', '/', '.', 0xff};
        for (size_t v = 0; v < sizeof values; v++) {
            archive[i] = values[v];
            i64 result = build(&t, used);
            assert_true(result == 0 || result == -EBADMSG);
        }
        archive[i] = old;
    }
}

static i64 walk(const struct tree *t, u32 dir, const char *path)
{
    return tree_find(t, dir, path, strlen(path));
}

static void test_tree(void **state)
{
    (void)state;
    struct tree t;
    char path[64];
    add_sample();
    assert_int_equal(tree_build(&t, archive, used), 0);
    assert_int_equal(t.nodes[TREE_ROOT].mode, MODE_DIR | 0700);
    i64 bin = walk(&t, TREE_ROOT, "bin"), prog = walk(&t, TREE_ROOT, "bin/prog");
    assert_true(bin > 0 && prog > 0);
    assert_int_equal(t.nodes[prog].size, 5);
    assert_memory_equal(t.nodes[prog].data, "newer", 5);
    assert_int_equal(walk(&t, (u32)bin, "prog"), prog);
    assert_int_equal(walk(&t, (u32)bin, "./../bin//prog"), prog);
    assert_int_equal(walk(&t, (u32)bin, "../../../bin/prog"), prog);
    assert_int_equal(walk(&t, (u32)bin, "/bin/prog"), prog);
    assert_int_equal(walk(&t, TREE_ROOT, ""), TREE_ROOT);
    assert_int_equal(walk(&t, TREE_ROOT, "bin/none"), -ENOENT);
    assert_int_equal(walk(&t, TREE_ROOT, "bin/prog/x"), -ENOTDIR);
    assert_int_equal(walk(&t, TREE_ROOT, "bin/link/x"), -EOPNOTSUPP);
    i64 deep = walk(&t, TREE_ROOT, "lib/deep/file");
    assert_int_equal(t.nodes[t.nodes[deep].parent].mode, MODE_DIR | 0755);
    assert_int_equal(tree_path(&t, (u32)deep, path, sizeof path), 13);
    assert_memory_equal(path, "lib/deep/file", 13);
    assert_int_equal(tree_path(&t, (u32)deep, path, 12), -ERANGE);
    assert_int_equal(tree_path(&t, TREE_ROOT, path, sizeof path), 0);
    tree_free(&t);
}

static void test_impossible_trees(void **state)
{
    (void)state;
    struct tree t;
    static const char *const names[][2] = {{"a", "a/b"}, {"../x", "y"}, {"a/../b", "y"}};
    for (int i = 0; i < 3; i++) {
        begin();
        add(names[i][0], MODE_FILE | 0644, "");
        add(names[i][1], MODE_FILE | 0644, "");
        add("TRAILER!!!", 0, "");
        assert_int_equal(tree_build(&t, archive, used), -EBADMSG);
    }
    begin();
    add("d/f", MODE_FILE | 0644, "");
    add("d", MODE_FILE | 0644, "");
    add("TRAILER!!!", 0, "");
    assert_int_equal(tree_build(&t, archive, used), -EBADMSG);
}

static void test_many_files(void **state)
{
    (void)state;
    static u8 big[1 << 20];
    struct tree t;
    size_t at = 0;
    char name[32];
    for (int i = 0; i < 5000; i++) {
        begin();
        snprintf(name, sizeof name, "d%d/f%d", i % 7, i);
        add(name, MODE_FILE | 0644, "z");
        memcpy(big + at, archive, used);
        at += used;
    }
    begin();
    add("TRAILER!!!", 0, "");
    memcpy(big + at, archive, used);
    assert_int_equal(tree_build(&t, big, at + used), 0);
    assert_int_equal(t.count, 5008);
    for (int i = 0; i < 5000; i += 37) {
        snprintf(name, sizeof name, "d%d/f%d", i % 7, i);
        assert_true(walk(&t, TREE_ROOT, name) > 0);
    }
    tree_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_every_damaged_byte),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_impossible_trees),
        cmocka_unit_test(test_many_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
