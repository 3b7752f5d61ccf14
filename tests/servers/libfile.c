/*
 * libfile on a small tree in memory: where paths lead, who may do what, and what stays reachable
 * when names go away or move.
 */
#include "check.h"
#include "libfile/tree.h"

#include <errno.h>

#define NODES 32u
#define NAMES 64u

static struct {
    u32 mode, uid, gid, holds, links;
    char target[64];
} nodes[NODES]; /* by number, from 1 */

static struct {
    u64 dir, node; /* node 0: not in use */
    char name[32];
} names[NAMES];

static u64 made = 1;
static u64 closed[8]; /* descriptors, in order */
static u32 nclosed;

size_t redox_close_v1(size_t fd)
{
    assert_true(nclosed < 8);
    closed[nclosed++] = fd;
    return 0;
}

static u64 *find(u64 dir, const char *name, size_t len)
{
    for (u32 i = 0; i < NAMES; i++) {
        if (names[i].node && names[i].dir == dir && strlen(names[i].name) == len &&
            memcmp(names[i].name, name, len) == 0)
            return &names[i].node;
    }
    return NULL;
}

static i64 mem_lookup(struct tree *t, u64 dir, const char *name, size_t len, u64 *node)
{
    const u64 *n = find(dir, name, len);

    (void)t;
    if (n)
        *node = *n;
    return n ? 0 : -ENOENT;
}

static i64 mem_stat(struct tree *t, u64 node, struct rx_stat *st)
{
    (void)t;
    *st = (struct rx_stat){.ino = node,
                           .mode = (u16)nodes[node].mode,
                           .uid = nodes[node].uid,
                           .gid = nodes[node].gid,
                           .nlink = nodes[node].links};
    return 0;
}

static i64 mem_hold(struct tree *t, u64 node)
{
    (void)t;
    nodes[node].holds++;
    return 0;
}

static void mem_release(struct tree *t, u64 node)
{
    (void)t;
    nodes[node].holds--;
}

static i64 mem_read(struct tree *t, u64 node, void *buf, size_t len, u64 offset)
{
    size_t n = strlen(nodes[node].target);

    (void)t;
    assert_int_equal(offset, 0);
    memcpy(buf, nodes[node].target, n < len ? n : len);
    return (i64)n;
}

static void name_it(u64 dir, const char *name, size_t len, u64 node)
{
    u32 i = 0;

    while (names[i].node)
        i++;
    names[i].dir = dir;
    names[i].node = node;
    memcpy(names[i].name, name, len);
    names[i].name[len] = 0;
    nodes[node].links++;
}

static i64 mem_create(struct tree *t, u64 dir, const char *name, size_t len, u32 mode,
                      const struct cred *owner, u64 *node)
{
    (void)t;
    *node = ++made;
    nodes[made].mode = mode;
    nodes[made].uid = owner->uid;
    nodes[made].gid = owner->gid;
    name_it(dir, name, len, made);
    return 0;
}

static i64 mem_link(struct tree *t, u64 node, u64 dir, const char *name, size_t len)
{
    (void)t;
    name_it(dir, name, len, node);
    return 0;
}

static i64 mem_unlink(struct tree *t, u64 dir, const char *name, size_t len, bool is_dir)
{
    u64 *n = find(dir, name, len);

    (void)t;
    for (u32 i = 0; is_dir && i < NAMES; i++) {
        if (names[i].node && names[i].dir == *n)
            return -ENOTEMPTY;
    }
    nodes[*n].links--;
    *n = 0;
    return 0;
}

static i64 mem_rename(struct tree *t, u64 dir, const char *name, size_t len, u64 to_dir,
                      const char *to_name, size_t to_len)
{
    u64 *from = find(dir, name, len), *there = find(to_dir, to_name, to_len), node = *from;

    (void)t;
    *from = 0;
    nodes[node].links--;
    if (there) {
        nodes[*there].links--;
        *there = 0;
    }
    name_it(to_dir, to_name, to_len, node);
    return 0;
}

static i64 mem_setattr(struct tree *t, u64 node, const struct rx_stat *value, u32 mask)
{
    (void)t;
    if (mask & TREE_SET_MODE)
        nodes[node].mode = (nodes[node].mode & MODE_TYPE) | (value->mode & MODE_PERM);
    if (mask & TREE_SET_UID)
        nodes[node].uid = value->uid;
    return 0;
}

static i64 mem_write(struct tree *t, u64 node, const void *buf, size_t len, u64 offset)
{
    (void)t, (void)node, (void)buf, (void)offset;
    return (i64)len;
}

static const struct tree_ops mem_ops = {
    .lookup = mem_lookup,
    .stat = mem_stat,
    .hold = mem_hold,
    .release = mem_release,
    .read = mem_read,
    .create = mem_create,
    .link = mem_link,
    .unlink = mem_unlink,
    .rename = mem_rename,
    .setattr = mem_setattr,
    .write = mem_write,
};
static struct tree tree = {.ops = &mem_ops, .scheme = "file", .root = 1};
static const struct cred root = {0, 0}, user = {1000, 1000}, other = {1001, 1001};
static struct place where;

#define FILE_FLAGS (RX_O_CREAT | RX_O_RDWR | 0644)
#define DIR_FLAGS (RX_O_CREAT | RX_O_DIRECTORY | RX_O_RDONLY | 0755)
#define LINK_FLAGS (RX_O_CREAT | RX_O_SYMLINK | RX_O_WRONLY | 0777)

/* Opens; the node, or the error. What was opened is let go at once. */
static i64 open_at(const struct cred *who, struct entry *dir, const char *path, u32 flags)
{
    bool new;
    i64 r = tree_open(&tree, who, dir, path, strlen(path), flags, &new, &where);

    if (r >= 0) {
        r = (i64)where.entry->node;
        mem_release(&tree, (u64)r);
    }
    place_done(&where);
    return r;
}

static i64 open_path(const struct cred *who, const char *path, u32 flags)
{
    return open_at(who, tree.root_entry, path, flags);
}

static i64 node_at(const char *path)
{
    return open_path(&root, path, RX_O_STAT);
}

static void make_link(const char *path, const char *target)
{
    i64 node = open_path(&root, path, LINK_FLAGS);

    assert_true(node > 0);
    strcpy(nodes[node].target, target);
}

static i64 unlink_path(const struct cred *who, const char *path, u32 flags)
{
    return tree_unlink(&tree, who, tree.root_entry, path, strlen(path), flags);
}

/* The name, held, of what is at a path. */
static struct entry *entry_at(const char *path)
{
    assert_true(tree_walk(&tree, &root, tree.root_entry, path, strlen(path), false, &where) >= 0);
    assert_non_null(where.entry);
    struct entry *e = where.entry;
    entry_hold(e);
    place_done(&where);
    return e;
}

static const char *path_of(const struct entry *e)
{
    static char text[256];
    i64 n = entry_path(&tree, e, text, sizeof text - 1);

    if (n < 0)
        return n == -ENOENT ? "gone" : "error";
    text[n] = 0;
    return text;
}

static int begin(void **unused)
{
    (void)unused;
    entry_forget_idle(&tree);
    memset(nodes, 0, sizeof nodes);
    memset(names, 0, sizeof names);
    made = 1;
    nodes[1].mode = MODE_DIR | 0755;
    nodes[1].links = 1;
    if (!tree.root_entry)
        assert_int_equal(tree_init(&tree), 0);
    assert_true(open_path(&root, "a", DIR_FLAGS) > 0);
    assert_true(open_path(&root, "a/b", DIR_FLAGS) > 0);
    assert_true(open_path(&root, "a/b/f", FILE_FLAGS) > 0);
    return 0;
}

/* Whatever a test did, nothing is held any more. */
static int end(void **unused)
{
    (void)unused;
    for (u32 i = 2; i < NODES; i++)
        assert_int_equal(nodes[i].holds, 0);
    return 0;
}

static void paths(void **unused)
{
    i64 f = node_at("a/b/f"), b = node_at("a/b");

    (void)unused;
    assert_true(f > 0 && b > 0);
    assert_int_equal(node_at("/a//b/./f"), f);
    assert_int_equal(node_at("a/b/../b/f"), f);
    assert_int_equal(node_at("../../a/b/f"), f);
    assert_int_equal(node_at("a/b/"), b);
    assert_int_equal(node_at(""), 1);
    assert_int_equal(node_at("a/b/f/"), -ENOTDIR);
    assert_int_equal(node_at("a/b/f/x"), -ENOTDIR);
    assert_int_equal(node_at("a/x/f"), -ENOENT);
    assert_int_equal(open_path(&root, "a/new/", FILE_FLAGS), -EISDIR);
    assert_int_equal(open_path(&root, "a/b/f", FILE_FLAGS | RX_O_EXCL), -EEXIST);
    assert_int_equal(open_path(&root, "a/b/f", RX_O_RDONLY | RX_O_SYMLINK), -EINVAL);
    assert_int_equal(open_path(&root, "a/b", RX_O_RDONLY | RX_O_SYMLINK), -EINVAL);
}

/* A mode that names a type makes that type, or nothing. */
static void types_to_make(void **unused)
{
    (void)unused;
    assert_int_equal(open_path(&root, "a/new", FILE_FLAGS | MODE_FIFO), -EOPNOTSUPP);
    assert_int_equal(open_path(&root, "a/new", FILE_FLAGS | MODE_CHR), -EOPNOTSUPP);
    assert_int_equal(open_path(&root, "a/new", FILE_FLAGS | MODE_SOCK), -EOPNOTSUPP);
    assert_int_equal(open_path(&root, "a/new", FILE_FLAGS | MODE_DIR), -EOPNOTSUPP);
    assert_int_equal(node_at("a/new"), -ENOENT);
    assert_true(open_path(&root, "a/new", FILE_FLAGS | MODE_FILE) > 0);
    assert_true(open_path(&root, "a/dir", DIR_FLAGS | MODE_DIR) > 0);
}

static void links(void **unused)
{
    i64 f = node_at("a/b/f");

    (void)unused;
    make_link("l", "a/b");
    make_link("a/up", "../l/f");
    make_link("abs", "/a/up");
    make_link("own", "/scheme/file/a/b/f");
    make_link("away", "/scheme/rand");
    make_link("near", "/scheme/filer/x");
    make_link("self", "self");
    assert_int_equal(node_at("l/f"), f);
    assert_int_equal(node_at("a/up"), f);
    assert_int_equal(node_at("abs"), f);
    assert_int_equal(node_at("own"), f);
    assert_int_equal(node_at("away"), -EXDEV);
    assert_int_equal(node_at("near"), -EXDEV);
    assert_int_equal(node_at("self"), -ELOOP);
    assert_int_equal(open_path(&root, "abs", RX_O_RDONLY | RX_O_NOFOLLOW), -ELOOP);
    assert_true(open_path(&root, "abs", RX_O_RDONLY | RX_O_SYMLINK) != f);
    /* a new file comes to where a link leads */
    make_link("dangling", "a/made");
    i64 new = open_path(&root, "dangling", FILE_FLAGS);
    assert_true(new > 0);
    assert_int_equal(node_at("a/made"), new);
}

static void permissions(void **unused)
{
    i64 f = node_at("a/b/f");

    (void)unused;
    assert_int_equal(open_path(&user, "a/b/f", RX_O_RDONLY), f);
    assert_int_equal(open_path(&user, "a/b/f", RX_O_WRONLY), -EACCES);
    assert_int_equal(open_path(&user, "a/b/new", FILE_FLAGS), -EACCES);
    assert_int_equal(unlink_path(&user, "a/b/f", 0), -EACCES);
    assert_int_equal(tree_chmod(&tree, &user, (u64)f, 0600), -EPERM);
    assert_int_equal(tree_chown(&tree, &user, (u64)f, 1000, UINT32_MAX), -EPERM);
    assert_int_equal(tree_chmod(&tree, &root, (u64)node_at("a/b"), 0700), 0);
    assert_int_equal(open_path(&user, "a/b/f", RX_O_RDONLY), -EACCES);
    assert_int_equal(open_path(&user, "a/b/x", RX_O_RDONLY), -EACCES);
    /* a sticky directory: only owners remove */
    assert_int_equal(tree_chmod(&tree, &root, (u64)node_at("a/b"), 01777), 0);
    assert_true(open_path(&user, "a/b/mine", FILE_FLAGS) > 0);
    assert_int_equal(unlink_path(&other, "a/b/mine", 0), -EPERM);
    assert_int_equal(unlink_path(&user, "a/b/mine", 0), 0);
}

static void removal(void **unused)
{
    struct entry *f = entry_at("a/b/f");

    (void)unused;
    assert_int_equal(unlink_path(&root, "a/b", 0), -EISDIR);
    assert_int_equal(unlink_path(&root, "a/b", RX_AT_REMOVEDIR), -ENOTEMPTY);
    assert_int_equal(unlink_path(&root, "a/b/f", RX_AT_REMOVEDIR), -ENOTDIR);
    assert_int_equal(unlink_path(&root, "/", RX_AT_REMOVEDIR), -EBUSY);
    assert_string_equal(path_of(f), "a/b/f");
    assert_int_equal(unlink_path(&root, "a/b/f", 0), 0);
    assert_string_equal(path_of(f), "gone");
    /* another file of that name is another one */
    assert_true(open_path(&root, "a/b/f", FILE_FLAGS) > 0);
    assert_string_equal(path_of(f), "gone");
    entry_put(f);
    struct entry *b = entry_at("a/b");
    assert_int_equal(unlink_path(&root, "a/b/f", 0), 0);
    assert_int_equal(unlink_path(&root, "a/b", RX_AT_REMOVEDIR), 0);
    assert_int_equal(open_at(&root, b, "late", FILE_FLAGS), -ENOENT);
    entry_put(b);
}

static i64 rename_to(const struct cred *who, struct entry *e, const char *path)
{
    return tree_rename(&tree, who, e, path, strlen(path));
}

/* Who has something open by a name finds it where it went. */
static void renaming(void **unused)
{
    struct entry *b = entry_at("a/b"), *f = entry_at("a/b/f");

    (void)unused;
    assert_true(open_path(&root, "c", DIR_FLAGS) > 0);
    assert_true(open_path(&root, "c/old", FILE_FLAGS) > 0);
    struct entry *old = entry_at("c/old");
    assert_int_equal(rename_to(&root, b, "a/b/below"), -EINVAL);
    assert_int_equal(rename_to(&root, b, "c/old"), -ENOTDIR);
    assert_int_equal(rename_to(&root, f, "c"), -EISDIR);
    assert_int_equal(rename_to(&user, f, "c/x"), -EACCES);
    assert_int_equal(rename_to(&root, tree.root_entry, "x"), -EBUSY);
    assert_int_equal(rename_to(&root, b, "c/moved"), 0);
    assert_string_equal(path_of(f), "c/moved/f");
    assert_int_equal(open_at(&root, b, "../old", RX_O_STAT), node_at("c/old"));
    assert_int_equal(rename_to(&root, f, "c/old"), 0);
    assert_string_equal(path_of(f), "c/old");
    assert_string_equal(path_of(old), "gone");
    char text[64];
    i64 n = entry_relative_path(&tree, b, f, text, sizeof text);
    assert_int_equal(n, 6);
    assert_memory_equal(text, "../old", 6);
    entry_put(old);
    entry_put(f);
    entry_put(b);
}

/* What was found once leads to where it leads now. */
static void names_found_again(void **unused)
{
    i64 f = node_at("a/b/f");
    struct entry *a = entry_at("a");

    (void)unused;
    assert_int_equal(rename_to(&root, a, "z"), 0);
    entry_put(a);
    assert_int_equal(node_at("z/b/f"), f);
    assert_int_equal(node_at("a/b/f"), -ENOENT);
    assert_int_equal(unlink_path(&root, "z/b/f", 0), 0);
    assert_int_equal(node_at("z/b/f"), -ENOENT);
    i64 other_f = open_path(&root, "z/b/f", FILE_FLAGS);
    assert_true(other_f > 0 && other_f != f);
    assert_int_equal(node_at("z/b/f"), other_f);
    /* another one of that name */
    assert_true(open_path(&root, "a", DIR_FLAGS) > 0);
    assert_int_equal(node_at("a/b"), -ENOENT);
    struct entry *b = entry_at("z/b");
    assert_int_equal(rename_to(&root, b, "a/b"), 0);
    entry_put(b);
    assert_int_equal(node_at("a/b/f"), other_f);
    assert_int_equal(node_at("z/b/f"), -ENOENT);
    assert_int_equal(unlink_path(&root, "z", RX_AT_REMOVEDIR), 0);
    entry_forget_idle(&tree);
    assert_int_equal(tree.known, 1);
    assert_int_equal(tree.root_entry->refs, 1);
    assert_int_equal(node_at("a/b/f"), other_f);
}

static void linking(void **unused)
{
    u64 f = (u64)node_at("a/b/f"), b = (u64)node_at("a/b");

    (void)unused;
    assert_int_equal(tree_link(&tree, &root, f, "g", 1), 0);
    assert_int_equal(node_at("g"), (i64)f);
    assert_int_equal(tree_link(&tree, &root, f, "g", 1), -EEXIST);
    assert_int_equal(tree_link(&tree, &root, b, "d", 1), -EPERM);
    assert_int_equal(tree_link(&tree, &user, f, "u", 1), -EACCES);
}

static i64 make_socket(const struct cred *who, struct entry *dir, const char *path, u64 fd)
{
    return socket_make(&tree, who, dir, path, strlen(path), MODE_SOCK | 0770, fd);
}

static i64 socket_at(const char *path)
{
    u64 fd;
    i64 node = node_at(path), r = node < 0 ? node : socket_fd(&tree, (u64)node, &fd);

    return r < 0 ? r : (i64)fd;
}

static void sockets(void **unused)
{
    static const char *const no_names[] = {"",      "x/",     "x/.",           "..",
                                           "/x/..", "x/\xff", "x/\xed\xa0\x80"};
    struct entry *b = entry_at("a/b");

    (void)unused;
    for (size_t i = 0; i < sizeof no_names / sizeof *no_names; i++)
        assert_int_equal(make_socket(&root, b, no_names[i], 9), -EINVAL);
    assert_int_equal(socket_make(&tree, &root, b, "x", 1, MODE_FILE | 0777, 9), -EINVAL);
    assert_int_equal(make_socket(&root, b, "/scheme/uds/a/b/f", 9), -EEXIST);
    assert_int_equal(make_socket(&user, b, "s", 9), -EACCES);
    tree.socket_count = UINT32_MAX;
    assert_int_equal(make_socket(&root, b, "s", 9), -ENFILE);
    tree.socket_count = 0;
    assert_int_equal(make_socket(&root, b, "/scheme/uds/elsewhere/s", 9), 0);
    i64 s = node_at("a/b/s");
    assert_true(s > 0);
    assert_int_equal(nodes[s].mode, MODE_SOCK | 0770);
    assert_int_equal(socket_at("a/b/s"), 9);
    assert_int_equal(socket_at("a/b/f"), -ECONNREFUSED);
    assert_int_equal(unlink_path(&root, "a/b/s", 0), 0);
    entry_put(b);
}

/* A socket is let go with the last of its names, however that goes. */
static void sockets_end(void **unused)
{
    (void)unused;
    nclosed = 0;
    assert_int_equal(make_socket(&root, tree.root_entry, "s", 9), 0);
    i64 s = node_at("s");
    assert_int_equal(tree_link(&tree, &root, (u64)s, "a/s", 3), 0);
    assert_int_equal(unlink_path(&root, "s", 0), 0);
    assert_int_equal(nclosed, 0);
    assert_int_equal(socket_at("a/s"), 9);
    struct entry *e = entry_at("a/s");
    assert_int_equal(rename_to(&root, e, "moved"), 0);
    assert_int_equal(socket_at("moved"), 9);
    entry_put(e);
    assert_int_equal(unlink_path(&root, "moved", 0), 0);
    assert_int_equal(nclosed, 1);
    assert_int_equal(closed[0], 9);
    assert_int_equal(make_socket(&root, tree.root_entry, "t", 10), 0);
    e = entry_at("a/b/f");
    assert_int_equal(rename_to(&root, e, "t"), 0);
    entry_put(e);
    assert_int_equal(nclosed, 2);
    assert_int_equal(closed[1], 10);
    assert_int_equal(tree.socket_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(paths, begin, end),
        cmocka_unit_test_setup_teardown(types_to_make, begin, end),
        cmocka_unit_test_setup_teardown(links, begin, end),
        cmocka_unit_test_setup_teardown(permissions, begin, end),
        cmocka_unit_test_setup_teardown(removal, begin, end),
        cmocka_unit_test_setup_teardown(renaming, begin, end),
        cmocka_unit_test_setup_teardown(names_found_again, begin, end),
        cmocka_unit_test_setup_teardown(linking, begin, end),
        cmocka_unit_test_setup_teardown(sockets, begin, end),
        cmocka_unit_test_setup_teardown(sockets_end, begin, end),
    };

    int failed = cmocka_run_group_tests_name("asked each time", tests, NULL, NULL);
    tree.names_are_ours = true;
    return failed + cmocka_run_group_tests_name("remembered", tests, NULL, NULL);
}
