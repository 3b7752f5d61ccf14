/* Records that are kept in short: what is read, written and cut beside a copy in plain memory. */
#include "check.h"
#include "redoxfs/internal.h"

#define RECORDS 48u /* 6 MiB, three times the cache */
#define SIZE ((uint64_t)RECORDS * RECORD_MAX)
#define DEVICE 16000u /* blocks */

struct file {
    struct memdev *dev;
    struct rfs *fs;
    uint32_t id;
    uint8_t *copy;
    uint64_t rng;
};

/* A device with a file that compresses well, every byte of it in its place known. */
static struct file make(uint64_t blocks)
{
    static const struct rfs_new attr = {RFS_FILE | 0644, 0, 0};
    struct file f = {.dev = test_format(blocks), .copy = malloc(SIZE), .rng = test_seed("fold")};

    for (uint64_t i = 0; i < SIZE; i++)
        f.copy[i] = (uint8_t)(i / 1000);
    f.fs = test_mount(f.dev);
    assert_int_equal(rfs_create(f.fs, RFS_ROOT, "f", 1, &attr, &f.id), 0);
    assert_int_equal(rfs_write(f.fs, f.id, 0, f.copy, SIZE), SIZE);
    assert_int_equal(rfs_sync(f.fs), 0);
    return f;
}

static void end(struct file *f)
{
    assert_int_equal(rfs_close(f->fs), 0);
    assert_int_equal(test_check(f->dev, NULL), 0);
    memdev_free(f->dev);
    free(f->copy);
}

static void compare(struct file *f, uint64_t at, uint64_t len)
{
    uint8_t *data = malloc(len);

    assert_int_equal(rfs_read(f->fs, f->id, at, data, len), len);
    assert_memory_equal(data, f->copy + at, len);
    free(data);
}

/* Writes and keeps the copy alike; noise does not compress. */
static void put(struct file *f, uint64_t at, uint64_t len, bool noise)
{
    for (uint64_t i = at; i < at + len; i++)
        f->copy[i] = noise ? (uint8_t)test_random(&f->rng) : (uint8_t)at;
    assert_int_equal(rfs_write(f->fs, f->id, at, f->copy + at, len), len);
}

static struct record *record_at(struct file *f, uint64_t number)
{
    return (struct record *)cache_find(&f->fs->cache, ITEM_RECORD, f->id, number);
}

/* All of a file that is larger than the cache is in the cache, and within its limit. */
static void kept_in_short(void **state)
{
    struct file f = make(DEVICE);
    struct rfs_info info;
    uint64_t reads = f.dev->reads;

    (void)state;
    for (unsigned i = 0; i < RECORDS; i++)
        compare(&f, i * (uint64_t)RECORD_MAX + 70000, 4096);
    compare(&f, 0, SIZE);
    rfs_info(f.fs, &info);
    assert_true(info.cache <= test_options().cache + RECORD_MAX);
    assert_int_equal(f.dev->reads, reads);
    assert_null(record_at(&f, 1)->item.data);
    end(&f);
}

/* Changes wait beside the record, are seen by who reads, and are on the device after a sync. */
static void changes_wait(void **state)
{
    struct file f = make(DEVICE);

    (void)state;
    put(&f, 4096, 4096, true);
    put(&f, 6000, 300, false); /* over that */
    put(&f, 4096, 4096, true); /* all of it once more: the newest counts */
    assert_non_null(record_at(&f, 0)->changes);
    assert_true(record_at(&f, 0)->item.dirty);
    compare(&f, 5000, 2000);
    assert_non_null(record_at(&f, 0)->changes);
    assert_int_equal(rfs_sync(f.fs), 0);
    assert_null(record_at(&f, 0)->changes);
    compare(&f, 0, RECORD_MAX);
    assert_int_equal(rfs_close(f.fs), 0);
    f.fs = test_mount(f.dev);
    compare(&f, 0, SIZE);
    end(&f);
}

/* More than may wait, and so much noise that the record does not compress any more. */
static void outgrown(void **state)
{
    struct file f = make(DEVICE);

    (void)state;
    for (uint64_t at = 0; at < RECORD_MAX; at += 4096)
        put(&f, at, 4096, true);
    assert_null(record_at(&f, 0)->changes);
    for (uint64_t at = RECORD_MAX; at < RECORD_MAX + 28672; at += 4096)
        put(&f, at, 4096, true);
    assert_non_null(record_at(&f, 1)->changes);
    assert_int_equal(rfs_sync(f.fs), 0);
    assert_null(record_at(&f, 1)->packed);
    compare(&f, 0, 3 * RECORD_MAX);
    end(&f);
}

/* A write for which there is no room changes nothing; what was cut off does not come back. */
static void no_room_and_cut(void **state)
{
    struct file f = make(1400);
    struct rfs_stat st = {.size = 2 * RECORD_MAX + 5000};
    uint8_t *noise = malloc(SIZE);
    static const struct rfs_new attr = {RFS_FILE | 0644, 0, 0};
    uint32_t other;

    (void)state;
    for (uint64_t i = 0; i < SIZE; i++)
        noise[i] = (uint8_t)test_random(&f.rng);
    assert_int_equal(rfs_create(f.fs, RFS_ROOT, "g", 1, &attr, &other), 0);
    assert_true(rfs_write(f.fs, other, 0, noise, SIZE) < (int64_t)SIZE);
    assert_int_equal(rfs_write(f.fs, f.id, 40 * RECORD_MAX + 100, noise, 4096), -ENOSPC);
    assert_null(record_at(&f, 40)->changes);
    compare(&f, 40 * RECORD_MAX, RECORD_MAX);
    assert_int_equal(rfs_unlink(f.fs, RFS_ROOT, "g", 1, RFS_UNLINK_NODE), 0);
    put(&f, 2 * RECORD_MAX + 4000, 4096, true);
    assert_int_equal(rfs_setattr(f.fs, f.id, &st, RFS_SET_SIZE), 0);
    memset(f.copy + st.size, 0, RECORD_MAX);
    st.size += RECORD_MAX;
    assert_int_equal(rfs_setattr(f.fs, f.id, &st, RFS_SET_SIZE), 0);
    compare(&f, 0, st.size);
    free(noise);
    end(&f);
}

static void at_random(void **state)
{
    struct file f = make(DEVICE);
    unsigned steps = test_soak() ? 200000 : 4000;

    (void)state;
    for (unsigned i = 0; i < steps; i++) {
        uint64_t len = 1 + test_random(&f.rng) % (test_random(&f.rng) % 20 ? 5000 : 200000);
        uint64_t at = test_random(&f.rng) % (SIZE - len);

        if (test_random(&f.rng) % 2)
            compare(&f, at, len);
        else
            put(&f, at, len, test_random(&f.rng) % 4 == 0);
        if (test_random(&f.rng) % 100 == 0)
            assert_int_equal(rfs_sync(f.fs), 0);
    }
    compare(&f, 0, SIZE);
    assert_int_equal(rfs_close(f.fs), 0);
    f.fs = test_mount(f.dev);
    compare(&f, 0, SIZE);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_in_short), cmocka_unit_test(changes_wait),
        cmocka_unit_test(outgrown),      cmocka_unit_test(no_room_and_cut),
        cmocka_unit_test(at_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
