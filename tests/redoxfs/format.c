/* The format, byte by byte: checksums, the golden image plain and encrypted, key slots. */
#include "check.h"
#include "redoxfs/extents.h"
#include "redoxfs/layout.h"
#include "redoxfs/seahash.h"

#include <mbedtls/sha256.h>
#include <time.h>

static void hashes(void **state)
{
    static const struct {
        const char *text;
        uint64_t hash;
    } texts[] = {{"", 0xc920ca43256fdcb9},
                 {"a", 0x29c401b26a16e94d},
                 {"hello", 0x022075651d746789},
                 {"to be or not to be", 0x1b993a826f4ae575},
                 {"kernel", 0xb213fe2dad573077}};
    static const struct {
        unsigned len;
        uint64_t hash;
    } counts[] = {{7, 0xf2401b4f29a84bdd},    {8, 0xbef3905516c9161d},   {9, 0xbd9938eee4a1ce16},
                  {31, 0x174db43e5d284f03},   {32, 0x2f6b06cf184a204f},  {33, 0x4e44cd0f57422a14},
                  {4095, 0x2996e9c05507d73c}, {4096, 0xe8010714612e6c70}};
    static const struct {
        unsigned len;
        uint64_t hash;
    } zeros[] = {
        {4072, 0xe81ffcb86026ff96}, {4096, 0x7ad6348702da2905}, {131072, 0xf857914825ea9c96}};
    uint8_t *buf = calloc(1, 131072), copy[4097];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(seahash(texts[i].text, strlen(texts[i].text)), texts[i].hash);
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
        assert_int_equal(seahash(buf, zeros[i].len), zeros[i].hash);
    for (unsigned i = 0; i < 4096; i++)
        buf[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        assert_int_equal(seahash(buf, counts[i].len), counts[i].hash);
        memset(copy, 0x5a, sizeof copy);
        assert_int_equal(seahash_copy(copy, buf, counts[i].len), counts[i].hash);
        assert_memory_equal(copy, buf, counts[i].len);
        assert_int_equal(copy[counts[i].len], 0x5a);
    }
    free(buf);
}

static void name_hashes(void **state)
{
    static const struct {
        const char *name;
        uint32_t hash;
    } names[] = {{"a", 0x6a16e94d},         {"b", 0xfae52307},      {"usr", 0x2e14519e},
                 {"etc", 0xf85be6cd},       {"lib", 0x35662afb},    {"hello.txt", 0xa3f404e7},
                 {"boot", 0x7b166364},      {"kernel", 0xad573077}, {"initfs", 0xf061e6cb},
                 {"file000000", 0x673d0e0a}};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(name_hash(names[i].name, strlen(names[i].name)), names[i].hash);
}

static void assert_sha256(struct memdev *m, const char *wanted)
{
    uint8_t *image = malloc(m->blocks * RFS_BLOCK), sum[32];
    char text[65];

    for (uint64_t i = 0; i < m->blocks; i++)
        memcpy(image + i * RFS_BLOCK, memdev_block(m, i), RFS_BLOCK);
    mbedtls_sha256_ret(image, m->blocks * RFS_BLOCK, sum, 0);
    for (unsigned i = 0; i < 32; i++)
        snprintf(text + 2 * i, 3, "%02x", sum[i]);
    free(image);
    assert_string_equal(text, wanted);
}

static void golden(void **state)
{
    static const uint64_t hashes_at[][2] = {{257, 0xc32559d6f3af0119}, {258, 0x987412f12e1fc92a},
                                            {259, 0x030fba08a51d29fd}, {260, 0xabfc8f63834fe03c},
                                            {261, 0xf287e535b90b4dc8}, {262, 0x6bd0204e87ab1c77},
                                            {263, 0x14bbd9fd3c500496}, {264, 0xf2eb41a460a2183c}};
    static const uint64_t headers[4] = {0xaa960edcfca9979f, 0x3797c1701a49f228, 0xf67bef7be79c84ff,
                                        0x7a391b9779d776a4};
    struct memdev *m = test_format(1024);

    (void)state;
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(seahash(memdev_block(m, hashes_at[i][0]), RFS_BLOCK), hashes_at[i][1]);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(get64(memdev_block(m, i) + HDR_HASH), headers[i]);
    assert_sha256(m, "73bdf8814816b1f62944f7d7cd7e4bf2a490387c2a7b460ad13bfc6adc841804");
    memdev_free(m);
}

/* Upstream's first header carries the hash of before the key slot was filled in; ours does not. The
 * rest is the same. */
static void golden_encrypted(void **state)
{
    static const uint8_t slot[] = {0xc7, 0x3c, 0x39, 0x2b, 0x44, 0xb7, 0x97, 0x90, 0x11, 0x5a, 0x0e,
                                   0x32, 0x28, 0x1a, 0x7d, 0xad, 0x52, 0x71, 0x34, 0xf0, 0x59, 0x32,
                                   0x91, 0x84, 0x5e, 0xfe, 0x5d, 0xb2, 0x97, 0x47, 0x6b, 0x86};
    static const uint8_t sealed[] = {0x1d, 0x94, 0x52, 0xe2, 0x4e, 0x40, 0x71, 0x02,
                                     0x91, 0x44, 0x60, 0x78, 0x02, 0x37, 0x05, 0x1f};
    struct memdev *m = memdev_new(1024);
    struct rfs_device dev = memdev_device(m);
    struct rfs_format f = golden_format();
    struct rfs_options opt = test_options();
    struct rfs *fs;
    uint8_t *h;
    uint8_t bare[RFS_BLOCK];
    uint64_t stale;

    (void)state;
    f.password = "correct horse";
    f.password_len = 13;
    assert_int_equal(rfs_format(&dev, &f), 0);
    assert_memory_equal(memdev_block(m, 3) + HDR_SLOTS + 16, slot, sizeof slot);
    assert_memory_equal(memdev_block(m, 3) + HDR_SEALED, sealed, sizeof sealed);
    assert_int_equal(get64(memdev_block(m, 3) + HDR_HASH), 0x3613d3396ba50221);

    /* The slot's hash is good: the file system opens from its first header (upstream's does not).
     */
    assert_int_equal(get64(memdev_block(m, 0) + HDR_HASH), seahash(memdev_block(m, 0), HDR_SEALED));
    opt.base = RFS_PROBE;
    opt.read_only = true;
    assert_int_equal(rfs_open(&fs, &dev, &opt), -ENOKEY);
    opt.password = "wrong";
    opt.password_len = 5;
    clock_t start = clock();
    assert_int_equal(rfs_open(&fs, &dev, &opt), -ENOKEY);
    clock_t refused = clock();
    opt.password = "correct horse";
    opt.password_len = 13;
    assert_int_equal(rfs_open(&fs, &dev, &opt), 0);
    /* D18: one key derivation, not one for each of 64 slots; processor time */
    assert_true(refused - start < 10 * (clock() - refused));
    assert_int_equal(rfs_close(fs), 0);
    assert_int_equal(test_check(m, "correct horse"), 0);

    /* With upstream's stale hashes put in, the image is the golden one. */
    h = memdev_block(m, 0);
    memcpy(bare, h, RFS_BLOCK);
    memset(bare + HDR_SLOTS, 0, KEY_SLOT_SIZE);
    stale = seahash(bare, HDR_SEALED);
    put64(h + HDR_HASH, stale);
    put64(h + HDR_SEALED, stale);
    put64(h + HDR_SEALED + 8, 0);
    assert_sha256(m, "9a7808b703e69bbabf352bf9336a83bd7febf77938b54d0339d4865967a4f94e");
    memdev_free(m);
}

static void least_size(void **state)
{
    struct rfs_format f = golden_format();

    (void)state;
    for (uint64_t n = 0; n < 270; n++) {
        struct memdev *m = memdev_new(n ? n : 1);
        struct rfs_device dev = memdev_device(m);

        dev.blocks = n;
        assert_int_equal(rfs_format(&dev, &f), n < 265 ? -ENOSPC : 0);
        if (n >= 265)
            assert_int_equal(test_check(m, NULL), 0);
        memdev_free(m);
    }
}

/* D2: what an older file system left in the ring does not come back. */
static void format_over(void **state)
{
    struct memdev *m = test_format(1024);
    struct rfs_device dev = memdev_device(m);
    struct rfs_format f = golden_format();
    struct rfs_new file = {RFS_FILE | 0644, 0, 0};
    struct rfs_info info;
    struct rfs *fs = test_mount(m);
    uint32_t id;

    (void)state;
    for (int i = 0; i < 20; i++) {
        char name[16];

        snprintf(name, sizeof name, "f%d", i);
        assert_int_equal(rfs_create(fs, RFS_ROOT, name, strlen(name), &file, &id), 0);
        assert_int_equal(rfs_sync(fs), 0);
    }
    assert_int_equal(rfs_close(fs), 0);
    f.uuid[0] = 99;
    assert_int_equal(rfs_format(&dev, &f), 0);
    fs = test_mount(m);
    assert_non_null(fs);
    rfs_info(fs, &info);
    assert_int_equal(info.generation, 3);
    assert_int_equal(info.uuid[0], 99);
    assert_int_equal(rfs_lookup(fs, RFS_ROOT, "f1", 2, &id), -ENOENT);
    assert_int_equal(rfs_close(fs), 0);
    memdev_free(m);
}

static void reserved_area(void **state)
{
    struct memdev *m = memdev_new(1024);
    struct rfs_device dev = memdev_device(m);
    struct rfs_format f = golden_format();
    struct rfs_options opt = test_options();
    struct rfs_info info;
    struct rfs *fs;

    (void)state;
    f.reserved = "boot loader";
    f.reserved_len = 11;
    assert_int_equal(rfs_format(&dev, &f), 0);
    assert_string_equal((const char *)memdev_block(m, 0), "boot loader");
    opt.base = 0;
    assert_int_equal(rfs_open(&fs, &dev, &opt), -ENOENT);
    opt.base = RFS_PROBE;
    assert_int_equal(rfs_open(&fs, &dev, &opt), 0);
    rfs_info(fs, &info);
    assert_int_equal(info.base, 1);
    assert_int_equal(info.size, 1023 * RFS_BLOCK);
    assert_int_equal(rfs_close(fs), 0);
    memdev_free(m);
}

/* The set of runs against a plain array of bits. */
static void extent_sets(void **state)
{
    enum { N = 300 };
    struct extents e = {0};
    bool in[N] = {0};
    uint64_t rng = test_seed("extents");

    (void)state;
    for (int step = 0; step < 20000; step++) {
        uint64_t start = test_random(&rng) % N, len = 1 + test_random(&rng) % 12, fit;
        bool all = true, any = false, found = false;

        if (start + len > N)
            len = N - start;
        for (uint64_t i = start; i < start + len; i++)
            in[i] ? (any = true) : (all = false);
        assert_int_equal(extents_all(&e, start, len), all);
        assert_int_equal(extents_any(&e, start, len), any);
        if (test_random(&rng) & 1) {
            assert_int_equal(extents_add(&e, start, len), any ? -EEXIST : 0);
            for (uint64_t i = start; !any && i < start + len; i++)
                in[i] = true;
        } else {
            assert_int_equal(extents_remove(&e, start, len), all ? 0 : -ENOENT);
            for (uint64_t i = start; all && i < start + len; i++)
                in[i] = false;
        }
        for (unsigned level = 0; level <= 5; level++) {
            uint64_t size = 1u << level, at = 0;

            for (found = false; !found && at + size <= N; at += found ? 0 : size) {
                found = true;
                for (uint64_t i = at; i < at + size; i++)
                    found = found && in[i];
            }
            assert_int_equal(extents_fit(&e, level, &fit), found);
            if (found)
                assert_int_equal(fit, at);
        }
    }
    extents_free(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes),      cmocka_unit_test(name_hashes),
        cmocka_unit_test(golden),      cmocka_unit_test(golden_encrypted),
        cmocka_unit_test(least_size),  cmocka_unit_test(format_over),
        cmocka_unit_test(extent_sets), cmocka_unit_test(reserved_area),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
