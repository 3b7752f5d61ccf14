/* The file system in memory, with libfile above it: contents, names, permissions, limits. */
#include "check.h"
#include "servers/ramfs/ramfs.h"

#include <errno.h>

#define LIMIT ((u64)64 << 20)

static void now(struct rx_timespec *t);
static struct fs fs;
static struct tree tree = {
    .ops = &ramfs_ops, .fs = &fs, .scheme = "file", .now = now, .names_are_ours = true};
static const struct cred root, user = {1000, 1000}, other = {1001, 1001}, mate = {1002, 1000};
static struct place place;
static unsigned objects;

static void now(struct rx_timespec *t)
{
    static i64 seconds;
    *t = (struct rx_timespec){.sec = ++seconds};
}

static i64 object_alloc(size_t len, void **out)
{
    *out = aligned_alloc(4096, len);
    memset(*out, 0, len);
    objects++;
    return 0;
}

static i64 object_free(void *p, size_t len)
{
    (void)len;
    free(p);
    objects--;
    return 0;
}

static int setup(void **state)
{
    (void)state;
    fs = (struct fs){.now = now};
    fs.space =
        (struct space){.limit = LIMIT, .object_alloc = object_alloc, .object_free = object_free};
    assert_int_equal(fs_init(&fs), 0);
    tree.root = node_of(fs.root);
    assert_int_equal(tree_init(&tree), 0);
    return 0;
}

/* What every test ends with: nothing is left when all is removed. */
static int teardown(void **state)
{
    (void)state;
    entry_forget_idle(&tree);
    assert_int_equal(tree.root_entry->refs, 1);
    entry_put(tree.root_entry);
    fs_free(&fs);
    assert_int_equal(fs.ninodes, 0);
    assert_int_equal(fs.space.used, 0);
    assert_int_equal(objects, 0);
    return 0;
}

static struct inode *inode_of(const struct entry *e)
{
    return (struct inode *)(uintptr_t)e->node;
}

/* What was opened is held, and so is the name that it was opened by. */
static i64 open_at(const struct cred *who, struct entry *dir, const char *path, u32 flags,
                   struct entry **out)
{
    bool new;
    i64 result = tree_open(&tree, who, dir, path, strlen(path), flags, &new, &place);
    if (result >= 0) {
        *out = place.entry;
        place.entry = NULL;
    }
    place_done(&place);
    return result;
}

static i64 open_as(const struct cred *who, const char *path, u32 flags, struct entry **out)
{
    return open_at(who, tree.root_entry, path, flags, out);
}

static void shut(struct entry *e)
{
    ramfs_ops.release(&tree, e->node);
    entry_put(e);
}

/* Result of an open that is closed again at once. */
static i64 try_open(const struct cred *who, const char *path, u32 flags)
{
    struct entry *e;
    i64 result = open_as(who, path, flags, &e);
    if (result == 0)
        shut(e);
    return result;
}

static struct entry *make(const char *path, u32 flags)
{
    struct entry *e = NULL;
    assert_int_equal(open_as(&root, path, flags | RX_O_CREAT | RX_O_EXCL, &e), 0);
    return e;
}

static void make_file(const char *path)
{
    shut(make(path, 0644));
}

static void make_dir(const char *path, u32 mode)
{
    shut(make(path, RX_O_DIRECTORY | mode));
}

static void make_link(const char *path, const char *target)
{
    struct entry *e = make(path, RX_O_SYMLINK | 0777);
    assert_int_equal(ramfs_ops.write(&tree, e->node, target, strlen(target), 0), strlen(target));
    shut(e);
}

static i64 unlink_as(const struct cred *who, const char *path, u32 flags)
{
    return tree_unlink(&tree, who, tree.root_entry, path, strlen(path), flags);
}

static i64 rename_as(const struct cred *who, const char *from, const char *to)
{
    struct entry *e;
    i64 result = open_as(&root, from, RX_O_STAT | RX_O_NOFOLLOW, &e);
    if (result < 0)
        return result;
    result = tree_rename(&tree, who, e, to, strlen(to));
    shut(e);
    return result;
}

static u64 ino_of(const char *path)
{
    struct entry *e;
    if (open_as(&root, path, RX_O_STAT | RX_O_NOFOLLOW, &e) < 0)
        return 0;
    u64 ino = inode_of(e)->ino;
    shut(e);
    return ino;
}

static void path_is(const struct entry *e, const char *expected)
{
    char text[256];
    i64 len = entry_path(&tree, e, text, sizeof text - 1);
    assert_true(len >= 0);
    text[len] = 0;
    assert_string_equal(text, expected);
}

/* Random reads, writes, truncations and mappings of one file, against a plain array. */
static void test_content_against_model(void **state)
{
    (void)state;
    enum { SIZE = 5 << 20 };
    u8 *model = calloc(1, SIZE), *buf = malloc(SIZE);
    u64 size = 0;
    struct data d = {0};
    unsigned seed = 12345;
    for (int i = 0; i < 3000; i++) {
        u64 at = (u64)rand_r(&seed) % SIZE, len = (u64)rand_r(&seed) % 300000;
        len = len > SIZE - at ? SIZE - at : len;
        int what = rand_r(&seed) % 20;
        if (what < 8) {
            memset(buf, i, len);
            assert_int_equal(data_write(&d, &fs.space, buf, len, at), len);
            memset(model + at, i, len);
            size = len && at + len > size ? at + len : size;
        } else if (what < 18) {
            u64 n = at >= size ? 0 : size - at < len ? size - at : len;
            memset(buf, 0xee, len);
            assert_int_equal(data_read(&d, buf, len, at), n);
            assert_memory_equal(buf, model + at, n);
        } else if (what == 18) {
            assert_int_equal(data_truncate(&d, &fs.space, at), 0);
            if (at < size)
                memset(model + at, 0, size - at);
            size = at;
        } else if (len) {
            u64 page = at & ~4095ull;
            i64 address = data_map(&d, &fs.space, page, len);
            assert_true(address > 0);
            u64 n = page >= size ? 0 : size - page < len ? size - page : len;
            assert_memory_equal((void *)address, model + page, n);
            memset((void *)address, i, n);
            memset(model + page, i, n);
            data_unmap(&d, len);
        }
        assert_int_equal(d.size, size);
    }
    data_free(&d, &fs.space);
    free(model);
    free(buf);
}

static void test_holes_cost_nothing(void **state)
{
    (void)state;
    struct data d = {0};
    u8 byte = 1, buf[100];
    u64 before = fs.space.used;
    assert_int_equal(data_truncate(&d, &fs.space, DATA_MAX), 0);
    assert_int_equal(fs.space.used, before);
    assert_int_equal(data_read(&d, buf, sizeof buf, DATA_MAX - 50), 50);
    assert_int_equal(buf[49], 0);
    assert_int_equal(data_write(&d, &fs.space, &byte, 1, (u64)1 << 30), 1);
    assert_true(fs.space.used - before < 300 << 10);
    assert_int_equal(data_truncate(&d, &fs.space, DATA_MAX + 1), -EFBIG);
    assert_int_equal(data_write(&d, &fs.space, buf, 100, DATA_MAX - 50), -EFBIG);
    data_free(&d, &fs.space);
}

static void test_mapped_tail(void **state)
{
    (void)state;
    struct data d = {0};
    char buf[8] = {0};
    assert_int_equal(data_write(&d, &fs.space, "abc", 3, 0), 3);
    char *map = (char *)data_map(&d, &fs.space, 0, 4096);
    assert_string_equal(map, "abc");
    strcpy(map, "ABCDEF");
    assert_int_equal(data_read(&d, buf, 8, 0), 3);
    assert_memory_equal(buf, "ABC", 3);
    assert_int_equal(data_truncate(&d, &fs.space, 6), 0);
    assert_int_equal(data_read(&d, buf, 8, 0), 6);
    assert_memory_equal(buf, "ABC\0\0\0", 6);
    assert_int_equal(data_write(&d, &fs.space, "x", 1, 1), 1);
    assert_int_equal(map[1], 'x');
    assert_int_equal(data_map(&d, &fs.space, 0, 8192), -EBUSY);
    data_unmap(&d, 4096);
    assert_true(data_map(&d, &fs.space, 0, 8192) > 0);
    data_unmap(&d, 8192);
    data_free(&d, &fs.space);
}

static void test_no_space(void **state)
{
    (void)state;
    static u8 block[1 << 20];
    struct entry *e = make("big", 0600);
    struct inode *n = inode_of(e);
    u64 written = 0;
    i64 result;
    while ((result = data_write(&n->data, &fs.space, block, sizeof block, written)) > 0)
        written += (u64)result;
    assert_int_equal(result, -ENOSPC);
    assert_true(written > LIMIT - (3 << 20));
    assert_int_equal(n->data.size, written);
    shut(e);
    char name[32];
    int made = 0;
    for (; made < 100000; made++) {
        snprintf(name, sizeof name, "f%d", made);
        result = try_open(&root, name, RX_O_CREAT | 0644);
        if (result < 0)
            break;
    }
    assert_int_equal(result, -ENOSPC);
    assert_int_equal(unlink_as(&root, "big", 0), 0);
    assert_int_equal(try_open(&root, name, RX_O_CREAT | 0644), 0);
}

static u64 system_has;

static u64 system_left(void)
{
    return system_has;
}

/* The system's memory ends before the file system's own limit. */
static void test_system_is_full(void **state)
{
    (void)state;
    static u8 block[1 << 16];
    struct entry *e = make("big", 0600);
    struct inode *n = inode_of(e);
    u64 written = 0;
    i64 result;
    fs.space.left = system_left;
    system_has = 1 << 20;
    assert_int_equal(space_left(&fs.space), 1 << 20);
    for (int i = 0; i < 16; i++, written += (u64)result)
        assert_true((result = data_write(&n->data, &fs.space, block, sizeof block, written)) > 0);
    system_has = 0;
    while ((result = data_write(&n->data, &fs.space, block, sizeof block, written)) > 0)
        written += (u64)result;
    assert_int_equal(result, -ENOSPC);
    assert_true(written <= (1 << 20) + 2 * SPACE_UNASKED);
    assert_int_equal(space_left(&fs.space), 0);
    system_has = 1 << 20;
    assert_true(data_write(&n->data, &fs.space, block, sizeof block, written) > 0);
    shut(e);
    assert_int_equal(unlink_as(&root, "big", 0), 0);
}

static void test_open_flags(void **state)
{
    (void)state;
    struct entry *e;
    assert_int_equal(try_open(&root, "a", RX_O_RDONLY), -ENOENT);
    make_file("a");
    make_dir("d", 0755);
    assert_int_equal(try_open(&root, "a", RX_O_CREAT | RX_O_EXCL), -EEXIST);
    assert_int_equal(try_open(&root, "a", RX_O_CREAT | RX_O_RDWR), 0);
    assert_int_equal(try_open(&root, "a", RX_O_DIRECTORY), -ENOTDIR);
    assert_int_equal(try_open(&root, "a/", RX_O_RDONLY), -ENOTDIR);
    assert_int_equal(try_open(&root, "a/b", RX_O_RDONLY), -ENOTDIR);
    assert_int_equal(try_open(&root, "new/", RX_O_CREAT), -EISDIR);
    assert_int_equal(try_open(&root, "no/new", RX_O_CREAT), -ENOENT);
    assert_int_equal(try_open(&root, "d", RX_O_WRONLY), -EISDIR);
    assert_int_equal(try_open(&root, "d", RX_O_TRUNC), -EISDIR);
    assert_int_equal(try_open(&root, "d", RX_O_CREAT | RX_O_EXCL | RX_O_DIRECTORY), -EEXIST);
    assert_int_equal(try_open(&root, "", RX_O_RDONLY), 0);
    assert_int_equal(try_open(&root, "..", RX_O_RDONLY), 0);
    assert_int_equal(try_open(&root, "/d/../a", RX_O_RDONLY), 0);
    assert_int_equal(open_as(&root, "a", RX_O_RDWR, &e), 0);
    struct inode *n = inode_of(e);
    assert_int_equal(data_write(&n->data, &fs.space, "xyz", 3, 0), 3);
    assert_int_equal(try_open(&root, "a", RX_O_STAT | RX_O_TRUNC), 0);
    assert_int_equal(n->data.size, 3);
    assert_int_equal(try_open(&root, "a", RX_O_WRONLY | RX_O_TRUNC), 0);
    assert_int_equal(n->data.size, 0);
    shut(e);
    char name[300];
    memset(name, 'n', sizeof name);
    name[256] = 0;
    assert_int_equal(try_open(&root, name, RX_O_CREAT), -ENAMETOOLONG);
    name[255] = 0;
    assert_int_equal(try_open(&root, name, RX_O_CREAT), 0);
}

static void test_deleted_but_open(void **state)
{
    (void)state;
    struct entry *e = make("a", 0644), *d, *out;
    struct inode *n = inode_of(e);
    char buf[3], path[8];
    assert_int_equal(data_write(&n->data, &fs.space, "abc", 3, 0), 3);
    assert_int_equal(unlink_as(&root, "a", 0), 0);
    assert_int_equal(try_open(&root, "a", RX_O_RDONLY), -ENOENT);
    assert_int_equal(data_read(&n->data, buf, 3, 0), 3);
    assert_int_equal(n->nlink, 0);
    assert_int_equal(entry_path(&tree, e, path, sizeof path), -ENOENT);
    assert_int_equal(tree_link(&tree, &root, e->node, "again", 5), -ENOENT);
    shut(e);
    d = make("dir", RX_O_DIRECTORY | 0755);
    assert_int_equal(unlink_as(&root, "dir", RX_AT_REMOVEDIR), 0);
    assert_int_equal(open_at(&root, d, "x", RX_O_CREAT, &out), -ENOENT);
    assert_int_equal(open_at(&root, d, "..", RX_O_STAT, &out), 0);
    shut(out);
    shut(d);
}

static void test_unlink(void **state)
{
    (void)state;
    make_dir("d", 0755);
    make_file("d/f");
    assert_int_equal(unlink_as(&root, "d", 0), -EISDIR);
    assert_int_equal(unlink_as(&root, "d", RX_AT_REMOVEDIR), -ENOTEMPTY);
    assert_int_equal(unlink_as(&root, "d/f", RX_AT_REMOVEDIR), -ENOTDIR);
    assert_int_equal(unlink_as(&root, "d/f/", 0), -ENOTDIR);
    assert_int_equal(unlink_as(&root, "d/x", 0), -ENOENT);
    assert_int_equal(unlink_as(&root, "", RX_AT_REMOVEDIR), -EBUSY);
    assert_int_equal(unlink_as(&root, "d/.", RX_AT_REMOVEDIR), -EINVAL);
    assert_int_equal(fs.root->nlink, 3);
    assert_int_equal(unlink_as(&root, "d/f", 0), 0);
    assert_int_equal(unlink_as(&root, "d", RX_AT_REMOVEDIR), 0);
    assert_int_equal(fs.root->nlink, 2);
}

static void test_rename(void **state)
{
    (void)state;
    make_dir("d", 0755);
    make_dir("e", 0755);
    make_file("d/f");
    make_file("g");
    u64 f = ino_of("d/f");
    assert_int_equal(rename_as(&root, "d/f", "e/f2"), 0);
    assert_int_equal(ino_of("e/f2"), f);
    assert_int_equal(ino_of("d/f"), 0);
    assert_int_equal(rename_as(&root, "e/f2", "g"), 0);
    assert_int_equal(ino_of("g"), f);
    assert_int_equal(rename_as(&root, "g", "d"), -EISDIR);
    assert_int_equal(rename_as(&root, "d", "g"), -ENOTDIR);
    assert_int_equal(rename_as(&root, "g", "new/"), -ENOTDIR);
    assert_int_equal(rename_as(&root, "d", "d/x"), -EINVAL);
    assert_int_equal(rename_as(&root, "d", "d"), 0);
    assert_int_equal(rename_as(&root, "d", ""), -EBUSY);
    assert_int_equal(rename_as(&root, "", "x"), -EBUSY);
    make_file("e/full");
    assert_int_equal(rename_as(&root, "d", "e"), -ENOTEMPTY);
    assert_int_equal(rename_as(&root, "e", "d"), 0);
    assert_int_equal(fs.root->nlink, 3);
    assert_true(ino_of("d/full") != 0);
    make_dir("d/sub", 0755);
    make_dir("top", 0755);
    assert_int_equal(rename_as(&root, "top", "d/sub/inner"), 0);
    assert_int_equal(rename_as(&root, "d", "d/sub/inner/x"), -EINVAL);
    assert_int_equal(rename_as(&root, "d", "other"), 0);
    assert_int_equal(rename_as(&root, "other", "d"), 0);
    struct entry *moved;
    assert_int_equal(open_as(&root, "d", RX_O_STAT, &moved), 0);
    assert_int_equal(inode_of(moved)->nlink, 3);
    shut(moved);
    struct entry *e;
    assert_int_equal(open_as(&root, "d/sub/inner", RX_O_STAT, &e), 0);
    assert_int_equal(inode_of(e)->nlink, 2);
    path_is(e, "d/sub/inner");
    shut(e);
}

/* An open file is known by the name it was opened by, whatever happens to that. */
static void test_names_of_open_files(void **state)
{
    (void)state;
    struct entry *first, *second;
    make_file("a");
    assert_int_equal(open_as(&root, "a", RX_O_RDONLY, &first), 0);
    struct inode *n = inode_of(first);
    assert_int_equal(tree_link(&tree, &root, first->node, "b", 1), 0);
    assert_int_equal(n->nlink, 2);
    assert_int_equal(tree_link(&tree, &root, first->node, "b", 1), -EEXIST);
    assert_int_equal(open_as(&root, "b", RX_O_RDONLY, &second), 0);
    path_is(first, "a");
    path_is(second, "b");
    assert_int_equal(tree_rename(&tree, &root, second, "c", 1), 0);
    path_is(second, "c");
    path_is(first, "a");
    assert_int_equal(tree_rename(&tree, &root, second, "a", 1), 0);
    assert_int_equal(n->nlink, 2);
    assert_int_equal(unlink_as(&root, "c", 0), 0);
    path_is(first, "a");
    assert_int_equal(tree_rename(&tree, &root, second, "d", 1), -ENOENT);
    assert_int_equal(n->nlink, 1);
    shut(first);
    shut(second);
}

static void test_relative_paths(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"", "a/b/c", "a/b/c"}, {"a", "a/b/c", "b/c"},    {"a/b", "a/b", ""},
        {"x", "a/b", "../a/b"}, {"a/b", "a/f", "../f"},   {"a/b/c", "x", "../../../x"},
        {"ab", "a", "../a"},    {"a/b", "a/bb", "../bb"},
    };
    char text[64];
    struct entry *dir, *e;
    for (const char **p = (const char *[]){"a", "a/b", "a/b/c", "a/bb", "x", "ab", NULL}; *p; p++)
        make_dir(*p, 0755);
    make_file("a/f");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(open_as(&root, cases[i][0], RX_O_STAT, &dir), 0);
        assert_int_equal(open_as(&root, cases[i][1], RX_O_STAT, &e), 0);
        i64 len = entry_relative_path(&tree, dir, e, text, sizeof text - 1);
        assert_true(len >= 0);
        text[len] = 0;
        assert_string_equal(text, cases[i][2]);
        shut(dir);
        shut(e);
    }
}

static void leads_out(const char *path, const char *where)
{
    assert_int_equal(try_open(&root, path, RX_O_RDONLY), -EXDEV);
    assert_int_equal(place.path_len, strlen(where));
    assert_memory_equal(place.path, where, place.path_len);
}

static void test_symlinks(void **state)
{
    (void)state;
    make_dir("d", 0755);
    make_file("d/f");
    make_link("d/rel", "f");
    make_link("d/up", "../d/rel");
    make_link("abs", "/d");
    make_link("own", "/scheme/file/d");
    make_link("out", "/scheme/initfs/bin");
    make_link("other", "/scheme/filer/x");
    make_link("loop", "loop2");
    make_link("loop2", "loop");
    make_link("nowhere", "missing");
    u64 f = ino_of("d/f");
    struct entry *e;
    static const char *const ways[] = {"d/up", "abs/f", "abs/../d/f", "own/rel", "own//up"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        assert_int_equal(open_as(&root, ways[i], RX_O_RDONLY, &e), 0);
        assert_int_equal(inode_of(e)->ino, f);
        shut(e);
    }
    leads_out("out/ls", "/scheme/initfs/bin/ls");
    leads_out("out", "/scheme/initfs/bin");
    leads_out("abs/../out/x/y", "/scheme/initfs/bin/x/y");
    leads_out("other", "/scheme/filer/x");
    assert_int_equal(try_open(&root, "loop", RX_O_RDONLY), -ELOOP);
    assert_int_equal(try_open(&root, "loop/x", RX_O_RDONLY), -ELOOP);
    assert_int_equal(try_open(&root, "nowhere", RX_O_RDONLY), -ENOENT);
    assert_int_equal(try_open(&root, "nowhere", RX_O_CREAT | RX_O_EXCL), -EEXIST);
    assert_int_equal(try_open(&root, "nowhere", RX_O_CREAT | 0644), 0);
    assert_true(ino_of("missing") != 0);
    assert_int_equal(try_open(&root, "d/rel", RX_O_NOFOLLOW), -ELOOP);
    assert_int_equal(open_as(&root, "d/rel", RX_O_SYMLINK | RX_O_RDONLY, &e), 0);
    assert_true(inode_is(inode_of(e), MODE_SYMLINK));
    shut(e);
    assert_int_equal(unlink_as(&root, "abs", 0), 0);
    assert_int_equal(ino_of("d/f"), f);
    assert_int_equal(rename_as(&root, "d/rel", "moved"), 0);
    assert_int_equal(try_open(&root, "moved", RX_O_RDONLY), -ENOENT);
}

static void test_permissions(void **state)
{
    (void)state;
    struct entry *e;
    make_dir("home", 0777);
    assert_int_equal(try_open(&user, "home/f", RX_O_CREAT | 0640), 0);
    assert_int_equal(try_open(&user, "home/f", RX_O_RDWR), 0);
    assert_int_equal(try_open(&mate, "home/f", RX_O_RDONLY), 0);
    assert_int_equal(try_open(&mate, "home/f", RX_O_WRONLY), -EACCES);
    assert_int_equal(try_open(&other, "home/f", RX_O_RDONLY), -EACCES);
    assert_int_equal(try_open(&other, "home/f", RX_O_STAT), 0);
    assert_int_equal(try_open(&root, "home/f", RX_O_RDWR), 0);
    assert_int_equal(try_open(&user, "x", RX_O_CREAT), -EACCES);
    assert_int_equal(unlink_as(&user, "home", RX_AT_REMOVEDIR), -EACCES);
    assert_int_equal(open_as(&root, "home", RX_O_STAT, &e), 0);
    assert_int_equal(tree_chmod(&tree, &user, e->node, 0700), -EPERM);
    assert_int_equal(tree_chmod(&tree, &root, e->node, 0666), 0);
    assert_int_equal(try_open(&user, "home/f", RX_O_STAT), -EACCES);
    assert_int_equal(tree_chmod(&tree, &root, e->node, 01777), 0);
    shut(e);
    assert_int_equal(unlink_as(&other, "home/f", 0), -EPERM);
    assert_int_equal(rename_as(&other, "home/f", "home/g"), -EPERM);
    assert_int_equal(try_open(&other, "home/mine", RX_O_CREAT | 0600), 0);
    assert_int_equal(rename_as(&other, "home/mine", "home/f"), -EPERM);
    assert_int_equal(rename_as(&user, "home/f", "home/g"), 0);
    assert_int_equal(unlink_as(&user, "home/g", 0), 0);
}

static void test_owner_and_times(void **state)
{
    (void)state;
    struct entry *e;
    make_dir("t", 0777);
    assert_int_equal(open_as(&user, "t/f", RX_O_CREAT | 04755, &e), 0);
    assert_int_equal(tree_chown(&tree, &other, e->node, UINT32_MAX, 1001), -EPERM);
    assert_int_equal(tree_chown(&tree, &user, e->node, 1001, UINT32_MAX), -EPERM);
    assert_int_equal(tree_chown(&tree, &user, e->node, UINT32_MAX, 1001), -EPERM);
    assert_int_equal(tree_chown(&tree, &user, e->node, UINT32_MAX, 1000), 0);
    assert_int_equal(inode_of(e)->mode & 07777, 0755);
    assert_int_equal(tree_chown(&tree, &root, e->node, 7, 8), 0);
    assert_int_equal(inode_of(e)->uid, 7);
    assert_int_equal(inode_of(e)->gid, 8);
    struct rx_timespec times[2] = {{.sec = 5, .nsec = 6}, {.nsec = RX_UTIME_OMIT}};
    i64 mtime = inode_of(e)->mtime.sec;
    assert_int_equal(tree_utimens(&tree, &user, e->node, times), -EPERM);
    assert_int_equal(tree_utimens(&tree, &root, e->node, times), 0);
    assert_int_equal(inode_of(e)->atime.sec, 5);
    assert_int_equal(inode_of(e)->atime.nsec, 6);
    assert_int_equal(inode_of(e)->mtime.sec, mtime);
    times[1].nsec = 1000000000;
    assert_int_equal(tree_utimens(&tree, &root, e->node, times), -EINVAL);
    shut(e);
}

/* A listing that goes on while entries come and go shows each lasting entry exactly once. */
static void test_listing_during_changes(void **state)
{
    (void)state;
    enum { N = 3000 };
    static u8 seen[N];
    char name[32];
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof name, "f%d", i);
        make_file(name);
    }
    unsigned seed = 1;
    u64 next = 0;
    for (int step = 0;; step++) {
        const struct name *e = dir_next(fs.root, next);
        if (!e)
            break;
        next = e->cookie + 1;
        snprintf(name, sizeof name, "%.*s", (int)e->len, e->text);
        if (name[0] == 'f')
            seen[atoi(name + 1)]++;
        if (step < 2 * N) {
            snprintf(name, sizeof name, "t%d", step);
            make_file(name);
            snprintf(name, sizeof name, "t%d",
                     (int)((unsigned)rand_r(&seed) % (unsigned)(step + 1)));
            unlink_as(&root, name, 0);
            snprintf(name, sizeof name, "f%d", 2 * (rand_r(&seed) % (N / 2)));
            unlink_as(&root, name, 0);
        }
    }
    for (int i = 1; i < N; i += 2)
        assert_int_equal(seen[i], 1);
    for (int i = 0; i < N; i += 2)
        assert_true(seen[i] <= 1);
}

static void test_many_entries(void **state)
{
    (void)state;
    char name[32];
    make_dir("d", 0755);
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "d/%d", i);
        make_file(name);
    }
    assert_true(tree.known > 100 && tree.known < 10000);
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "d/%d", i);
        assert_int_equal(unlink_as(&root, name, 0), 0);
    }
    assert_int_equal(unlink_as(&root, "d", RX_AT_REMOVEDIR), 0);
}

/* What is remembered of names is bounded, however deep these lie. */
static void test_deep_directories(void **state)
{
    (void)state;
    enum { WIDE = 40, DEEP = 300 };
    char path[8 + 2 * DEEP];
    struct entry *dir, *next;
    for (int i = 0; i < WIDE; i++) {
        int n = snprintf(path, sizeof path, "%d", i);
        for (int k = 0; k < DEEP; k++) {
            make_dir(path, 0755);
            n += snprintf(path + n, sizeof path - (size_t)n, "/d");
        }
    }
    assert_true(tree.known < WIDE * DEEP / 2);
    for (int i = 0; i < WIDE; i++) {
        snprintf(path, sizeof path, "%d", i);
        assert_int_equal(open_as(&root, path, RX_O_STAT, &dir), 0);
        for (int k = 1; k < DEEP; k++) {
            assert_int_equal(open_at(&root, dir, "d", RX_O_STAT, &next), 0);
            shut(dir);
            dir = next;
        }
        shut(dir);
    }
    assert_true(tree.known < WIDE * DEEP / 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_content_against_model),
        TEST(test_holes_cost_nothing),
        TEST(test_mapped_tail),
        TEST(test_no_space),
        TEST(test_system_is_full),
        TEST(test_open_flags),
        TEST(test_deleted_but_open),
        TEST(test_unlink),
        TEST(test_rename),
        TEST(test_names_of_open_files),
        TEST(test_relative_paths),
        TEST(test_symlinks),
        TEST(test_permissions),
        TEST(test_owner_and_times),
        TEST(test_listing_during_changes),
        TEST(test_many_entries),
        TEST(test_deep_directories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
