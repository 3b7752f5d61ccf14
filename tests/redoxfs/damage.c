/* Damage that checksums catch: flipped bits, lost, shuffled and repeated blocks, a cut-off device.
 * Each read gives what was written or an error, and nothing crashes or runs for ever; the same goes
 * for going on to use what is left. D14: upstream ends the process instead. */
#include "check.h"
#include "redoxfs/layout.h"
#include "tests/redoxfs/common/model.h"

#define BLOCKS 6000u

static struct memdev *good;
static struct model *model;

static int setup(void **state)
{
    (void)state;
    good = test_format(BLOCKS);
    model = malloc(sizeof(*model));
    model_init(model, test_mount(good), 77);
    model->largest = 200000;
    for (int i = 0; i < 1500; i++)
        if (!model_step(model))
            return -1;
    if (!model_release_all(model) || rfs_close(model->fs))
        return -1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    model_free(model);
    free(model);
    memdev_free(good);
    return 0;
}

static void hurt(struct memdev *d, uint64_t *rng, uint64_t first)
{
    unsigned times = 1u << test_random(rng) % 8;

    for (unsigned i = 0; i < times; i++) {
        uint64_t a = first + test_random(rng) % (BLOCKS / 2 - first);
        uint64_t b = first + test_random(rng) % (BLOCKS / 2 - first);
        uint8_t *x = memdev_block(d, a), *y = memdev_block(d, b), kept[RFS_BLOCK];

        switch (test_random(rng) % 4) {
        case 0:
            x[test_random(rng) % RFS_BLOCK] ^= (uint8_t)(1u << test_random(rng) % 8);
            break;
        case 1:
            memset(x, 0, RFS_BLOCK);
            break;
        case 2:
            memcpy(kept, x, RFS_BLOCK);
            memcpy(x, y, RFS_BLOCK);
            memcpy(y, kept, RFS_BLOCK);
            break;
        default:
            memcpy(x, y, RFS_BLOCK);
        }
    }
}

/* Returns how many files could be read. */
static unsigned assert_true_or_error(struct rfs *fs)
{
    unsigned whole = 0;

    for (unsigned i = 0; i < MODEL_NODES; i++) {
        const struct model_node *n = &model->node[i];
        uint8_t *data;
        int64_t got;

        if (!n->id || (n->mode & RFS_TYPE) != RFS_FILE)
            continue;
        data = malloc(n->size + 1);
        got = rfs_read(fs, n->id, 0, data, n->size + 1);
        if (got >= 0) {
            /* What comes before a damaged record may be given on its own. */
            assert_true((uint64_t)got <= n->size);
            if (got)
                assert_memory_equal(data, n->data, (size_t)got);
            whole += (uint64_t)got == n->size;
        }
        free(data);
    }
    return whole;
}

/* Names lead to what they led to, or to an error. */
static void assert_names(struct rfs *fs)
{
    for (unsigned i = 0; i < MODEL_NAMES; i++) {
        const struct model_name *e = &model->name[i];
        uint32_t id;

        if (e->len && !rfs_lookup(fs, model->node[e->dir].id, e->text, e->len, &id))
            assert_int_equal(id, model->node[e->node].id);
    }
}

static void use(struct rfs *fs, uint64_t *rng)
{
    struct rfs_new attr = {RFS_FILE | 0600, 0, 0};

    for (unsigned i = 0; i < 40; i++) {
        const struct model_name *e = &model->name[test_random(rng) % MODEL_NAMES];
        struct rfs_stat st = {.size = test_random(rng) % 100000};
        uint32_t id = model->node[e->node].id, dir = model->node[e->dir].id;

        if (!e->len)
            continue;
        rfs_setattr(fs, id, &st, RFS_SET_SIZE);
        rfs_write(fs, id, st.size, "some text", 9);
        rfs_create(fs, dir, "brand new", 9, &attr, &id);
        rfs_unlink(fs, dir, e->text, e->len, RFS_UNLINK_NODE);
    }
    rfs_sync(fs);
}

static void damaged(uint64_t first, uint64_t last, bool strict)
{
    uint64_t rng = test_seed("damage");
    unsigned opened = 0, whole = 0, rounds = test_soak() ? 20000 : 120;

    for (unsigned i = 0; i < rounds; i++) {
        struct memdev *d = memdev_over(good);
        struct rfs_device dev = memdev_device(d);
        struct rfs_options opt = test_options();
        struct rfs_check check = {0};
        struct rfs *fs;

        if (first < last)
            hurt(d, &rng, first);
        else
            dev.blocks = test_random(&rng) % BLOCKS;
        opt.base = i % 2 ? RFS_PROBE : 0;
        rfs_check(&dev, &opt, &check);
        if (!rfs_open(&fs, &dev, &opt)) {
            opened++;
            if (strict) {
                assert_names(fs);
                whole += assert_true_or_error(fs);
            }
            use(fs, &rng);
            rfs_close(fs);
        }
        memdev_free(d);
    }
    printf("%u of %u mounted, %u files read\n", opened, rounds, whole);
    assert_true(opened > 0);
    assert_true(!strict || whole > 0);
}

static void blocks(void **state)
{
    (void)state;
    damaged(FIRST_BLOCK, BLOCKS, true);
}

static void headers(void **state)
{
    (void)state;
    damaged(0, BLOCKS, false);
}

static void cut_off(void **state)
{
    (void)state;
    damaged(0, 0, false);
}

/* A device that fails from some write on: no crash, an error at last, and what was synced stays. */
static void failing_writes(void **state)
{
    (void)state;
    for (uint64_t after = 1; after < 120; after += 3) {
        struct memdev *d = memdev_copy(good);
        struct rfs *fs = test_mount(d);
        struct rfs_new attr = {RFS_FILE | 0600, 0, 0};
        int err = 0;
        uint32_t id;

        d->failing = true;
        d->fail_after = after;
        for (unsigned i = 0; !err && i < 400; i++) {
            char name[16];

            snprintf(name, sizeof name, "w%u", i);
            err = rfs_create(fs, RFS_ROOT, name, strlen(name), &attr, &id);
            if (!err)
                err = rfs_sync(fs);
        }
        assert_int_not_equal(err, 0);
        assert_int_equal(rfs_create(fs, RFS_ROOT, "x", 1, &attr, &id), -EROFS);
        rfs_close(fs);
        d->failing = false;
        assert_int_equal(test_check(d, NULL), 0);
        memdev_free(d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(blocks), cmocka_unit_test(headers),
                                       cmocka_unit_test(cut_off), cmocka_unit_test(failing_writes)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
