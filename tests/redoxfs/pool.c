/* Memory of large records: it is used again, and goes when nobody wanted it for a while. */
#include "check.h"
#include "redoxfs/internal.h"

#define SLOTS 300u /* more than two arenas have */

static void used_again(void **state)
{
    struct pool *p = pool_make(RECORD_MAX, 128);
    struct slot *home[SLOTS], *again;
    uint8_t *data[SLOTS];

    (void)state;
    for (unsigned i = 0; i < SLOTS; i++) {
        data[i] = pool_take(p, &home[i]);
        assert_non_null(data[i]);
        memset(data[i], (int)i, RECORD_MAX);
    }
    for (unsigned i = 0; i < SLOTS; i++)
        assert_int_equal(data[i][RECORD_MAX - 1], (uint8_t)i);
    assert_false(pool_age(p, false)); /* all is in use */
    for (unsigned i = 0; i < SLOTS; i++)
        pool_give(home[i]);
    assert_ptr_equal(pool_take(p, &again), data[SLOTS - 1]); /* the warmest */
    pool_give(again);
    assert_true(pool_age(p, false));
    assert_false(pool_age(p, false)); /* gone */
    assert_false(pool_age(p, false));
    pool_free(p);
}

static void what_was_used_since_stays(void **state)
{
    struct pool *p = pool_make(RECORD_MAX, 128);
    struct slot *home;
    uint8_t *data = pool_take(p, &home);

    (void)state;
    pool_give(home);
    assert_true(pool_age(p, false));
    assert_ptr_equal(pool_take(p, &home), data);
    pool_give(home);
    assert_true(pool_age(p, false)); /* it was in use between the two */
    assert_false(pool_age(p, true)); /* what is not in use goes at once */
    data = pool_take(p, &home);
    assert_non_null(data);
    assert_false(pool_age(p, true));
    memset(data, 1, RECORD_MAX);
    pool_free(p);
}

static const struct rfs_new attr = {RFS_FILE | 0644, 0, 0};

/* A file system with a cache of 64 MiB lets go of it when it is told to do with less. */
static void limit_gives_back(void **state)
{
    struct memdev *d = test_format(20000);
    struct rfs_device dev = memdev_device(d);
    struct rfs_options opt = {.cache = 64u << 20, .pool = true, .base = RFS_PROBE};
    uint8_t *data = malloc(RECORD_MAX);
    uint64_t rng = test_seed("pool");
    struct rfs_info info;
    struct rfs *fs;
    uint32_t id;

    (void)state;
    assert_int_equal(rfs_open(&fs, &dev, &opt), 0);
    assert_int_equal(rfs_create(fs, RFS_ROOT, "f", 1, &attr, &id), 0);
    for (unsigned i = 0; i < SLOTS; i++) {
        for (size_t k = 0; k < RECORD_MAX; k++)
            data[k] = (uint8_t)test_random(&rng);
        assert_int_equal(rfs_write(fs, id, (uint64_t)i * RECORD_MAX, data, RECORD_MAX), RECORD_MAX);
    }
    assert_int_equal(rfs_sync(fs), 0);
    rfs_info(fs, &info);
    assert_true(info.cache > 32u << 20);
    rfs_limit(fs, 4u << 20);
    rfs_info(fs, &info);
    assert_true(info.cache <= 4u << 20);
    assert_false(rfs_rest(fs)); /* nothing is left that is not in use */
    assert_int_equal(rfs_read(fs, id, (uint64_t)(SLOTS - 1) * RECORD_MAX, data, 16), 16);
    assert_int_equal(rfs_close(fs), 0);
    memdev_free(d);
    free(data);
}

/* Memory of records goes to metadata when that is what is wanted now, and the other way round: both
 * together keep to the limit, but for a piece of each that is not used, and for one that is new. */
static void kinds_in_turns(void **state)
{
    const uint64_t limit = 64u << 20, most = limit + (33u << 20);
    struct memdev *d = test_format(100000);
    struct rfs_device dev = memdev_device(d);
    struct rfs_options opt = {.cache = limit, .pool = true, .base = RFS_PROBE};
    uint8_t *data = malloc(RECORD_MAX);
    uint64_t rng = test_seed("pool"), highest = 0;
    uint32_t file, id;
    struct rfs *fs;
    char name[16];

    (void)state;
    for (size_t k = 0; k < RECORD_MAX; k++)
        data[k] = (uint8_t)test_random(&rng);
    assert_int_equal(rfs_open(&fs, &dev, &opt), 0);
    assert_int_equal(rfs_create(fs, RFS_ROOT, "f", 1, &attr, &file), 0);
    for (unsigned i = 0; i < 60000; i++) {
        if (i / 20000 % 2) {
            int len = snprintf(name, sizeof name, "n%u", i);
            assert_int_equal(rfs_create(fs, RFS_ROOT, name, (size_t)len, &attr, &id), 0);
        } else if (i % 16 == 0) {
            uint64_t at = test_random(&rng) % 600 * RECORD_MAX;
            assert_int_equal(rfs_write(fs, file, at, data, RECORD_MAX), RECORD_MAX);
        }
        uint64_t held = pool_bytes(fs->cache.pool) + pool_bytes(fs->cache.blocks);
        highest = held > highest ? held : highest;
    }
    print_message("at most %llu KiB\n", (unsigned long long)highest >> 10);
    assert_in_range(highest, limit / 2, most);
    assert_int_equal(rfs_close(fs), 0);
    memdev_free(d);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(used_again),
        cmocka_unit_test(what_was_used_since_stays),
        cmocka_unit_test(limit_gives_back),
        cmocka_unit_test(kinds_in_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
