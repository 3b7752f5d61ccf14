/*
 * Random operations on two file systems in memory, of which one remembers names and the other looks
 * them up each time: what they answer is the same, and the paths of what is open are.
 */
#include "check.h"
#include "servers/ramfs/ramfs.h"
#include "tests/random.h"

#include <errno.h>

static const struct cred root;
static struct place place;

static void now(struct rx_timespec *t)
{
    *t = (struct rx_timespec){.sec = 1};
}

static u64 ino_of(const struct entry *e)
{
    return ((const struct inode *)(uintptr_t)e->node)->ino;
}

#define HELD 8
#define STEPS 60000

struct both {
    struct tree *tree[2];
    struct entry *held[HELD][2]; /* open files and directories */
};

static void random_path(u64 *seed, char *path)
{
    static const char *const names[] = {"a", "b", "c", "d", "..", ".", "a long name of something"};
    u64 parts = 1 + random_below(seed, 4);

    *path = 0;
    for (u64 i = 0; i < parts; i++) {
        strcat(path, i ? "/" : random_below(seed, 2) ? "/" : "");
        strcat(path, names[random_below(seed, 7)]);
    }
}

/* Opens in one of the two; its number and the entry are the result. */
static i64 open_in(const struct both *b, int which, struct entry *dir, const char *path, u32 flags,
                   struct entry **out)
{
    struct tree *t = b->tree[which];
    bool new;
    i64 r = tree_open(t, &root, dir ? dir : t->root_entry, path, strlen(path), flags, &new, &place);

    *out = r >= 0 ? place.entry : NULL;
    if (r >= 0)
        place.entry = NULL;
    place_done(&place);
    return r < 0 ? r : (i64)ino_of(*out);
}

static void let_go(const struct both *b, int which, struct entry *e)
{
    if (!e)
        return;
    b->tree[which]->ops->release(b->tree[which], e->node);
    entry_put(e);
}

static i64 act_in(struct both *b, int which, u64 what, u64 slot, const char *path, const char *to)
{
    static const u32 kinds[] = {RX_O_RDWR, RX_O_DIRECTORY, RX_O_SYMLINK | RX_O_EXCL | RX_O_WRONLY};
    struct tree *t = b->tree[which];
    struct entry *dir = b->held[slot][which], *e;
    i64 r;

    if (what < 3) {
        r = open_in(b, which, dir, path, kinds[what] | RX_O_CREAT | 0755, &e);
        if (r >= 0 && what == 2)
            t->ops->write(t, e->node, to, strlen(to), 0);
        let_go(b, which, e);
    } else if (what < 5) {
        r = tree_unlink(t, &root, dir ? dir : t->root_entry, path, strlen(path),
                        what == 3 ? 0 : RX_AT_REMOVEDIR);
    } else if (what < 7) {
        r = open_in(b, which, dir, path, RX_O_STAT | RX_O_NOFOLLOW, &e);
        if (r >= 0)
            r = what == 5 ? tree_rename(t, &root, e, to, strlen(to))
                          : tree_link(t, &root, e->node, to, strlen(to));
        let_go(b, which, e);
    } else if (what == 7) {
        r = open_in(b, which, dir, path, RX_O_STAT, &e);
        let_go(b, which, dir);
        b->held[slot][which] = e;
    } else {
        r = open_in(b, which, dir, path, RX_O_STAT, &e);
        let_go(b, which, e);
    }
    return r;
}

static void path_is_the_same(const struct both *b, u64 slot)
{
    char text[2][4096];
    i64 len[2];

    for (int i = 0; i < 2; i++)
        len[i] = entry_path(b->tree[i], b->held[slot][i], text[i], sizeof text[i]);
    assert_int_equal(len[0], len[1]);
    if (len[0] > 0)
        assert_memory_equal(text[0], text[1], (size_t)len[0]);
}

static void begin(struct tree *t, struct fs *fs)
{
    assert_int_equal(fs_init(fs), 0);
    t->root = node_of(fs->root);
    assert_int_equal(tree_init(t), 0);
}

/* Nothing is left of it. */
static void end(struct tree *t, struct fs *fs)
{
    entry_forget_idle(t);
    assert_int_equal(t->known, 1);
    entry_put(t->root_entry);
    fs_free(fs);
    assert_int_equal(fs->ninodes, 0);
    assert_int_equal(fs->space.used, 0);
}

static void both_are_the_same(void **state)
{
    const char *given = getenv("SEED");
    u64 seed = given ? strtoull(given, NULL, 10) : 1;
    struct fs fs[2] = {{.now = now, .space = {.limit = (u64)64 << 20}},
                       {.now = now, .space = {.limit = (u64)64 << 20}}};
    struct tree asking = {.ops = &ramfs_ops, .fs = &fs[0], .scheme = "file", .now = now};
    struct tree remembering = {
        .ops = &ramfs_ops, .fs = &fs[1], .scheme = "file", .now = now, .names_are_ours = true};
    struct both b = {.tree = {&asking, &remembering}};
    char path[128], to[128];

    (void)state;
    printf("SEED=%llu\n", (unsigned long long)seed);
    begin(&asking, &fs[0]);
    begin(&remembering, &fs[1]);
    for (int i = 0; i < STEPS; i++) {
        u64 what = random_below(&seed, 12), slot = random_below(&seed, HELD);
        random_path(&seed, path);
        random_path(&seed, to);
        i64 r = act_in(&b, 0, what, slot, path, to);
        assert_int_equal(r, act_in(&b, 1, what, slot, path, to));
        if (b.held[slot][0])
            path_is_the_same(&b, slot);
        if (i % 1000 == 0)
            entry_forget_idle(&remembering);
    }
    for (u64 slot = 0; slot < HELD; slot++) {
        let_go(&b, 0, b.held[slot][0]);
        let_go(&b, 1, b.held[slot][1]);
    }
    end(&asking, &fs[0]);
    end(&remembering, &fs[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_are_the_same)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
