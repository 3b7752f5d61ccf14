/* Faults that upstream's implementation has, and this one must not have; D1, D2 and D18 are in
 * format.c, D10 in layout.c, D14 in damage.c. */
#include "check.h"
#include "redoxfs/internal.h"
#include "redoxfs/seahash.h"

static uint32_t make(struct rfs *fs, uint32_t dir, const char *name, uint16_t type)
{
    struct rfs_new attr = {(uint16_t)(type | 0755), 0, 0};
    uint32_t id = 0;

    assert_int_equal(rfs_create(fs, dir, name, strlen(name), &attr, &id), 0);
    return id;
}

static void resize(struct rfs *fs, uint32_t id, uint64_t size)
{
    struct rfs_stat st = {.size = size};

    assert_int_equal(rfs_setattr(fs, id, &st, RFS_SET_SIZE), 0);
}

static uint64_t free_blocks(struct rfs *fs)
{
    struct rfs_info info;

    assert_int_equal(rfs_sync(fs), 0);
    rfs_info(fs, &info);
    return info.free;
}

static void assert_zero(struct rfs *fs, uint32_t id, uint64_t from, uint64_t to)
{
    uint8_t *data = malloc(to - from);

    assert_int_equal(rfs_read(fs, id, from, data, to - from), to - from);
    for (uint64_t i = 0; i < to - from; i++)
        assert_int_equal(data[i], 0);
    free(data);
}

static void end(struct memdev *d, struct rfs *fs)
{
    assert_int_equal(rfs_close(fs), 0);
    assert_int_equal(test_check(d, NULL), 0);
    memdev_free(d);
}

static void d3_shrink_frees_all(void **state)
{
    struct memdev *d = test_format(8000);
    struct rfs *fs = test_mount(d);
    uint64_t rng = 3, before, size = 1000000;
    uint8_t *noise = malloc(size);
    uint32_t id;

    (void)state;
    for (uint64_t i = 0; i < size; i++)
        noise[i] = (uint8_t)test_random(&rng);
    id = make(fs, RFS_ROOT, "f", RFS_FILE);
    before = free_blocks(fs);
    for (uint64_t keep = 0; keep <= 300000; keep += 100000) {
        assert_int_equal(rfs_write(fs, id, 0, noise, size), size);
        resize(fs, id, keep);
        resize(fs, id, size);
        assert_zero(fs, id, keep, size);
        resize(fs, id, keep);
        assert_int_equal(rfs_write(fs, id, size, "end", 3), 3);
        assert_zero(fs, id, keep, size);
    }
    resize(fs, id, 0);
    assert_in_range(free_blocks(fs), before - 2, before);
    assert_int_equal(rfs_write(fs, id, 0, noise, size), size);
    assert_int_equal(rfs_unlink(fs, RFS_ROOT, "f", 1, RFS_UNLINK_NODE), 0);
    assert_true(free_blocks(fs) >= before);
    free(noise);
    end(d, fs);
}

static void d4_inline_tail(void **state)
{
    struct memdev *d = test_format(2000);
    struct rfs *fs = test_mount(d);
    uint32_t id = make(fs, RFS_ROOT, "f", RFS_FILE);
    char text[3000];

    (void)state;
    memset(text, 's', sizeof text);
    assert_int_equal(rfs_write(fs, id, 0, text, sizeof text), sizeof text);
    resize(fs, id, 10);
    resize(fs, id, 3000);
    assert_zero(fs, id, 10, 3000);
    assert_int_equal(rfs_write(fs, id, 0, text, sizeof text), sizeof text);
    resize(fs, id, 10);
    resize(fs, id, 200000);
    assert_zero(fs, id, 10, 200000);
    end(d, fs);
}

/* 15 names of one byte that sort before 16 of 252: halves by number would not both fit. */
static void d5_split_by_bytes(void **state)
{
    struct memdev *d = test_format(2000);
    struct rfs *fs = test_mount(d);
    char name[40][RFS_NAME_MAX + 1];
    size_t len[40];
    unsigned n = 0;
    uint32_t id;

    (void)state;
    for (int c = 'a'; c <= 'z' && n < 15; c++)
        if (name_hash((char[]){(char)c}, 1) < 0xE0000000) {
            name[n][0] = (char)c;
            len[n++] = 1;
        }
    for (unsigned i = 0; n < 31; i++) {
        memset(name[n], 'x', RFS_NAME_MAX);
        snprintf(name[n], 10, "%09u", i);
        name[n][9] = 'y';
        len[n] = RFS_NAME_MAX;
        if (name_hash(name[n], RFS_NAME_MAX) > 0xE0000000)
            n++;
    }
    for (unsigned i = 0; i < n; i++) {
        struct rfs_new attr = {RFS_FILE, 0, 0};

        assert_int_equal(rfs_create(fs, RFS_ROOT, name[i], len[i], &attr, &id), 0);
        for (unsigned j = 0; j <= i; j++)
            assert_int_equal(rfs_lookup(fs, RFS_ROOT, name[j], len[j], &id), 0);
    }
    end(d, fs);
}

/* D6 and D11: more deleted but held nodes than one block of the release list has room for. */
static void d6_release_chain(void **state)
{
    enum { FILES = 2500, LET = 1100, LOG = 20 }; /* LOG: blocks it may have grown by */
    static uint32_t id[FILES];
    struct memdev *d = test_format(12000), *crashed;
    struct rfs *fs = test_mount(d);
    uint64_t before = free_blocks(fs);
    struct rfs_stat st;
    char name[16];

    (void)state;
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "f%u", i);
        id[i] = make(fs, RFS_ROOT, name, RFS_FILE);
        assert_int_equal(rfs_hold(fs, id[i]), 0);
        assert_int_equal(rfs_write(fs, id[i], 0, name, strlen(name)), strlen(name));
    }
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "f%u", i);
        assert_int_equal(rfs_unlink(fs, RFS_ROOT, name, strlen(name), RFS_UNLINK_NODE), 0);
    }
    assert_int_equal(rfs_sync(fs), 0);
    assert_int_equal(test_check(d, NULL), 0);
    assert_int_equal(rfs_stat(fs, id[7], &st), 0);
    assert_int_equal(st.links, 0);
    assert_int_equal(rfs_read(fs, id[7], 0, name, 2), 2);
    crashed = memdev_copy(d);
    for (unsigned i = 0; i < LET; i++)
        assert_int_equal(rfs_release(fs, id[i]), 0);
    assert_int_equal(rfs_sync(fs), 0);
    assert_int_equal(test_check(d, NULL), 0);
    for (unsigned i = LET; i < FILES; i++)
        assert_int_equal(rfs_release(fs, id[i]), 0);
    assert_in_range(free_blocks(fs), before - LOG, before);
    end(d, fs);

    /* After a crash they go when it is mounted, and it can be mounted again. */
    for (int round = 0; round < 3; round++) {
        fs = test_mount(crashed);
        assert_non_null(fs);
        assert_int_equal(rfs_stat(fs, id[7], &st), -ENOENT);
        assert_in_range(free_blocks(fs), before - LOG, before);
        assert_int_equal(rfs_close(fs), 0);
        assert_int_equal(test_check(crashed, NULL), 0);
    }
    memdev_free(crashed);
}

static void d7_generations(void **state)
{
    struct memdev *d = test_format(2000);
    struct rfs *fs = test_mount(d);
    struct rfs_device dev = memdev_device(d);
    struct rfs_options opt = test_options();
    uint32_t id = make(fs, RFS_ROOT, "f", RFS_FILE);
    struct rfs_info info;
    uint64_t writes;

    (void)state;
    for (;;) {
        struct rfs_stat st = {.uid = (uint32_t)info.generation};

        assert_int_equal(rfs_setattr(fs, id, &st, RFS_SET_UID), 0);
        assert_int_equal(rfs_sync(fs), 0);
        rfs_info(fs, &info);
        if (info.generation == 1024)
            break;
    }
    assert_int_equal(rfs_close(fs), 0);
    opt.read_only = true;
    writes = d->writes;
    assert_int_equal(rfs_open(&fs, &dev, &opt), 0);
    rfs_info(fs, &info);
    assert_int_equal(info.generation, 1025);
    assert_int_equal(rfs_lookup(fs, RFS_ROOT, "f", 1, &id), 0);
    assert_int_equal(rfs_close(fs), 0);
    assert_int_equal(d->writes, writes);
    assert_int_equal(test_check(d, NULL), 0);
    memdev_free(d);
}

static void d8_smallest(void **state)
{
    struct memdev *d = test_format(6000);
    struct rfs *fs = test_mount(d);
    uint64_t least = 0, rng = 5;
    uint8_t *noise = malloc(3000000);
    uint32_t id = make(fs, RFS_ROOT, "f", RFS_FILE);
    struct rfs_info info;

    (void)state;
    for (unsigned i = 0; i < 3000000; i++)
        noise[i] = (uint8_t)test_random(&rng);
    assert_int_equal(rfs_write(fs, id, 0, noise, 3000000), 3000000);
    assert_int_equal(rfs_resize(fs, 265 * RFS_BLOCK, &least), -ENOSPC);
    assert_true(least > 3000000 && least < 6000 * RFS_BLOCK);
    assert_int_equal(rfs_resize(fs, 6001 * RFS_BLOCK, &least), -EINVAL);
    assert_int_equal(rfs_resize(fs, least + 5, NULL), 0);
    rfs_info(fs, &info);
    assert_int_equal(info.size, least);
    assert_int_equal(rfs_close(fs), 0);
    assert_int_equal(test_check(d, NULL), 0);
    fs = test_mount(d);
    assert_int_equal(rfs_resize(fs, 6000 * RFS_BLOCK, NULL), 0);
    assert_int_equal(rfs_read(fs, id, 2999000, noise, 2000), 1000);
    free(noise);
    end(d, fs);
}

static void d9_all_or_nothing(void **state)
{
    struct memdev *d = test_format(2000);
    struct rfs *fs = test_mount(d);
    struct rfs_stat v = {.mode = 0700, .size = 5}, st;
    uint32_t dir = make(fs, RFS_ROOT, "d", RFS_DIR);

    (void)state;
    assert_int_equal(rfs_setattr(fs, dir, &v, RFS_SET_MODE | RFS_SET_SIZE), -EISDIR);
    assert_int_equal(rfs_stat(fs, dir, &st), 0);
    assert_int_equal(st.mode, RFS_DIR | 0755);
    end(d, fs);
}

static void d12_flushes(void **state)
{
    struct memdev *d = test_format(2000);
    struct rfs *fs = test_mount(d);
    struct memdev_event *e;
    size_t n;

    (void)state;
    make(fs, RFS_ROOT, "f", RFS_FILE);
    d->recording = true;
    assert_int_equal(rfs_sync(fs), 0);
    e = d->event;
    n = d->events;
    assert_true(n >= 4);
    assert_int_equal(e[n - 1].count, 0);
    assert_true(e[n - 2].block < RING);
    assert_int_equal(e[n - 3].count, 0);
    end(d, fs);
}

static void d13_below_itself(void **state)
{
    struct memdev *d = test_format(4000);
    struct rfs *fs = test_mount(d);
    uint32_t a = make(fs, RFS_ROOT, "a", RFS_DIR), b = make(fs, a, "b", RFS_DIR);
    uint32_t c = make(fs, b, "c", RFS_DIR), x = make(fs, RFS_ROOT, "x", RFS_DIR);

    (void)state;
    for (int round = 0; round < 2; round++) {
        assert_int_equal(rfs_rename(fs, RFS_ROOT, "a", 1, c, "a", 1, 0), -EINVAL);
        assert_int_equal(rfs_rename(fs, RFS_ROOT, "a", 1, a, "a", 1, 0), -EINVAL);
        assert_int_equal(rfs_rename(fs, a, "b", 1, c, "b", 1, 0), -EINVAL);
        /* Once more without anything known of who lies where. */
        assert_int_equal(rfs_close(fs), 0);
        fs = test_mount(d);
    }
    assert_int_equal(rfs_rename(fs, b, "c", 1, x, "c", 1, 0), 0);
    assert_int_equal(rfs_rename(fs, RFS_ROOT, "a", 1, c, "a", 1, 0), 0);
    assert_int_equal(rfs_rename(fs, RFS_ROOT, "x", 1, b, "x", 1, 0), -EINVAL);
    end(d, fs);
}

static void d15_last_record(void **state)
{
    struct memdev *d = test_format(2000);
    struct rfs *fs = test_mount(d);
    uint32_t id = make(fs, RFS_ROOT, "f", RFS_FILE);
    uint64_t end_of_all = 34630287488ull * RECORD_MAX;
    struct rfs_stat st = {.size = end_of_all + 1};

    (void)state;
    assert_int_equal(rfs_write(fs, id, end_of_all - 1, "xy", 2), -EFBIG);
    assert_int_equal(rfs_write(fs, id, end_of_all, "x", 1), -EFBIG);
    assert_int_equal(rfs_write(fs, id, UINT64_MAX, "x", 1), -EFBIG);
    assert_int_equal(rfs_setattr(fs, id, &st, RFS_SET_SIZE), -EFBIG);
    assert_int_equal(rfs_write(fs, id, end_of_all - 1, "x", 1), 1);
    end(d, fs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d3_shrink_frees_all), cmocka_unit_test(d4_inline_tail),
        cmocka_unit_test(d5_split_by_bytes),   cmocka_unit_test(d6_release_chain),
        cmocka_unit_test(d7_generations),      cmocka_unit_test(d8_smallest),
        cmocka_unit_test(d9_all_or_nothing),   cmocka_unit_test(d12_flushes),
        cmocka_unit_test(d13_below_itself),    cmocka_unit_test(d15_last_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
