/* Random operations beside a tree in memory: each answer, the whole tree now and then, after
 * remounting, after a clean check; with a small cache, encrypted, and on a device that fills up.
 * SOAK=1 makes 345,000 operations, in some ten minutes of a processor. */
#include "check.h"
#include "tests/redoxfs/common/model.h"

struct setting {
    uint64_t blocks;
    const char *password;
    unsigned steps;
    bool may_fill;
};

static struct rfs *mount(struct memdev *m, const char *password)
{
    struct rfs_device dev = memdev_device(m);
    struct rfs_options opt = test_options();
    struct rfs *fs = NULL;

    opt.pool = !password; /* both ways of keeping blocks */
    opt.password = password;
    opt.password_len = password ? strlen(password) : 0;
    assert_int_equal(rfs_open(&fs, &dev, &opt), 0);
    return fs;
}

static void remount(struct memdev *d, struct model *m, const struct setting *s)
{
    struct rfs_info before, after;

    assert_true(model_release_all(m));
    assert_int_equal(rfs_sync(m->fs), 0);
    rfs_info(m->fs, &before);
    assert_int_equal(rfs_close(m->fs), 0);
    assert_int_equal(test_check(d, s->password), 0);
    m->fs = mount(d, s->password);
    rfs_info(m->fs, &after);
    assert_true(after.free + 4 >= before.free);
}

/* Whatever was done, the cache is within its limit, but for one operation's own and for what is
 * held: that stays. */
static void check_memory(const struct model *m, size_t limit)
{
    struct rfs_info info;

    rfs_info(m->fs, &info);
    assert_true(info.cache <= limit + MODEL_NODES * (RFS_BLOCK + 256) + (1u << 20));
}

static void run(const struct setting *s, uint64_t seed)
{
    size_t limit = test_options().cache;
    struct memdev *d = memdev_new(s->blocks);
    struct rfs_device dev = memdev_device(d);
    struct rfs_format format = golden_format();
    struct model *m = malloc(sizeof(*m));

    format.password = s->password;
    format.password_len = s->password ? strlen(s->password) : 0;
    assert_int_equal(rfs_format(&dev, &format), 0);
    model_init(m, mount(d, s->password), seed);
    m->may_fill = s->may_fill;
    test_clock.steps = true;
    for (unsigned i = 0; i < s->steps; i++) {
        if (!model_step(m))
            fail_msg("step %u: %s", i, m->did);
        if (i % 16 == 0)
            check_memory(m, limit);
        if (i % 200 == 8) { /* it may be given more, and have to give it back */
            limit = test_options().cache << (i / 200 % 2);
            rfs_limit(m->fs, limit);
        }
        if (i % 400 == 399 && !model_compare(m))
            fail_msg("after step %u", i);
        if (i % 150 == 149)
            assert_int_equal(rfs_sync(m->fs), 0);
        if (i % 900 == 899) {
            remount(d, m, s);
            limit = test_options().cache;
        }
    }
    remount(d, m, s);
    assert_true(model_compare(m));
    assert_true(test_put_off > s->steps / 20);
    printf("put off %llu reads\n", (unsigned long long)test_put_off);
    test_put_off = 0;
    if (s->may_fill)
        printf("full %llu times\n", (unsigned long long)m->full);
    assert_int_equal(rfs_close(m->fs), 0);
    model_free(m);
    free(m);
    memdev_free(d);
}

static unsigned factor(void)
{
    return test_soak() ? 30 : 1;
}

static void plain(void **state)
{
    const struct setting s = {.blocks = 20000, .steps = 6000 * factor()};

    (void)state;
    run(&s, test_seed("plain"));
}

static void encrypted(void **state)
{
    const struct setting s = {.blocks = 20000, .password = "secret", .steps = 1500 * factor()};

    (void)state;
    run(&s, test_seed("encrypted"));
}

static void full(void **state)
{
    const struct setting s = {.blocks = 1400, .may_fill = true, .steps = 4000 * factor()};

    (void)state;
    run(&s, test_seed("full"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain),
        cmocka_unit_test(encrypted),
        cmocka_unit_test(full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
