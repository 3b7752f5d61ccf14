/* Structures on the device after ordinary operations, byte by byte. */
#include "check.h"
#include "redoxfs/internal.h"
#include "redoxfs/seahash.h"

struct fixture {
    struct memdev *d;
    struct rfs *fs;
};

static int setup(void **state)
{
    struct fixture *f = malloc(sizeof(*f));

    f->d = test_format(8000);
    f->fs = test_mount(f->d);
    *state = f;
    return !f->fs;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(rfs_close(f->fs), 0);
    assert_int_equal(test_check(f->d, NULL), 0);
    memdev_free(f->d);
    free(f);
    return 0;
}

static uint32_t make(struct rfs *fs, const char *name)
{
    struct rfs_new attr = {RFS_FILE | 0644, 1, 2};
    uint32_t id = 0;

    assert_int_equal(rfs_create(fs, RFS_ROOT, name, strlen(name), &attr, &id), 0);
    return id;
}

/* The block that a pointer leads to, its checksum being right. */
static const uint8_t *follow(struct memdev *d, const uint8_t *slot)
{
    struct ptr p = get_ptr(slot);
    const uint8_t *b = memdev_block(d, ADDR_INDEX(p.addr));

    assert_int_equal(ADDR_LEVEL(p.addr), 0);
    assert_int_equal(seahash(b, RFS_BLOCK), p.hash);
    return b;
}

static const uint8_t *node_block(struct memdev *d, struct rfs *fs, uint32_t id)
{
    struct rfs_info info;
    const uint8_t *b;

    assert_int_equal(rfs_sync(fs), 0);
    rfs_info(fs, &info);
    b = memdev_block(d, info.generation % RING) + HDR_TREE;
    for (unsigned level = TREE_LEVELS; level-- > 0;)
        b = follow(d, b) + (size_t)PTR_SIZE * (id >> (8 * level) & 255);
    return follow(d, b);
}

static void two_files(void **state)
{
    static const uint8_t entries[] = {2,   0,   0, 0, 9, 'h', 'e', 'l', 'l', 'o', '.', 't',
                                      'x', 't', 3, 0, 0, 0,   5,   'z', 'e', 'r', 'o', 's'};
    struct fixture *f = *state;
    uint32_t hello = make(f->fs, "hello.txt"), zeros = make(f->fs, "zeros");
    uint8_t *nothing = calloc(1, 200000);
    const uint8_t *node, *list;

    assert_int_equal(rfs_write(f->fs, hello, 0, "hello\n", 6), 6);
    assert_int_equal(rfs_write(f->fs, zeros, 0, nothing, 200000), 200000);
    free(nothing);
    node = node_block(f->d, f->fs, hello);
    assert_int_equal(get16(node), 0x81A4);
    assert_int_equal(get32(node + NODE_UID), 1);
    assert_int_equal(get32(node + NODE_GID), 2);
    assert_int_equal(get32(node + NODE_LINKS), 1);
    assert_int_equal(get64(node + NODE_SIZE), 6);
    assert_int_equal(get64(node + NODE_BLOCKS), 1);
    assert_int_equal(get64(node + NODE_CTIME), 1700000000);
    assert_int_equal(get32(node + NODE_CTIME + 8), 123456789);
    assert_int_equal(get32(node + NODE_RECORD_LEVEL), 5);
    assert_int_equal(get32(node + NODE_FLAGS), 1);
    assert_memory_equal(node + NODE_AREA, "hello\n", 6);
    node = node_block(f->d, f->fs, zeros);
    assert_int_equal(get32(node + NODE_FLAGS), 0);
    assert_int_equal(get64(node + NODE_SIZE), 200000);
    assert_int_equal(get64(node + NODE_BLOCKS), 1);
    for (unsigned at = NODE_AREA; at < RFS_BLOCK; at++)
        assert_int_equal(node[at], 0);
    node = node_block(f->d, f->fs, RFS_ROOT);
    assert_int_equal(get64(node + NODE_SIZE), 4096);
    assert_int_equal(get64(node + NODE_BLOCKS), 2);
    assert_int_equal(get32(node + NODE_FLAGS), 0);
    assert_int_equal(get64(node + DIR_MARKER), 0xFFFFFFFFFFFFFFF0);
    assert_int_equal(get64(node + DIR_MARKER + 8), UINT64_MAX);
    /* D10: the counters are at the end. */
    list = follow(f->d, node + DIR_TOP);
    assert_memory_equal(list, entries, sizeof entries);
    assert_int_equal(get16(list + 4092), 2);
    assert_int_equal(get16(list + 4094), 24);
}

static void directory_growth(void **state)
{
    static const struct {
        unsigned entries, depth;
        uint64_t size, blocks;
    } known[] = {{1, 0, 4096, 2}, {255, 0, 4096, 2}, {300, 1, 12288, 4}, {6000, 1, 131072, 33}};
    struct fixture *f = *state;
    struct rfs_new attr = {RFS_FILE, 0, 0};
    const uint8_t *node;
    char name[16];
    uint32_t id;

    for (unsigned i = 0, k = 0; k < 4; k++) {
        for (; i < known[k].entries; i++) {
            snprintf(name, sizeof name, "file%06u", i);
            assert_int_equal(rfs_create(f->fs, RFS_ROOT, name, 10, &attr, &id), 0);
        }
        node = node_block(f->d, f->fs, RFS_ROOT);
        assert_int_equal(get64(node + NODE_SIZE), known[k].size);
        assert_int_equal(get64(node + NODE_BLOCKS), known[k].blocks);
        assert_int_equal(get64(node + DIR_MARKER) & 15, known[k].depth);
    }
    assert_int_equal(test_check(f->d, NULL), 0);
    /* Ids are used again, the lowest first; an empty directory is as at the beginning. */
    for (unsigned i = 6000; i-- > 0;) {
        snprintf(name, sizeof name, "file%06u", i);
        assert_int_equal(rfs_unlink(f->fs, RFS_ROOT, name, 10, RFS_UNLINK_NODE), 0);
    }
    node = node_block(f->d, f->fs, RFS_ROOT);
    assert_int_equal(get64(node + NODE_SIZE), 0);
    assert_int_equal(get64(node + NODE_BLOCKS), 1);
    assert_int_equal(get64(node + DIR_MARKER), 0);
    assert_int_equal(make(f->fs, "again"), 2);
}

static void inline_border(void **state)
{
    struct fixture *f = *state;
    uint32_t a = make(f->fs, "a"), b = make(f->fs, "b");
    uint8_t data[4000];

    memset(data, 'x', sizeof data);
    assert_int_equal(rfs_write(f->fs, a, 0, data, 3967), 3967);
    assert_int_equal(rfs_write(f->fs, b, 0, data, 3968), 3968);
    assert_int_equal(get32(node_block(f->d, f->fs, a) + NODE_FLAGS), 1);
    assert_int_equal(get32(node_block(f->d, f->fs, b) + NODE_FLAGS), 0);
    assert_int_equal(rfs_write(f->fs, a, 3967, data, 1), 1);
    assert_int_equal(get32(node_block(f->d, f->fs, a) + NODE_FLAGS), 0);
    assert_int_equal(rfs_read(f->fs, a, 0, data, 4000), 3968);
}

/* The record of the specification's example: 8192 times 0x41 in one block. */
static void compressed_record(void **state)
{
    static uint8_t stored[RFS_BLOCK], out[8192], as[8192];
    struct fixture *f = *state;
    const uint8_t *node, *b;
    uint32_t id = make(f->fs, "packed");

    memset(as, 'A', sizeof as);
    memcpy(stored, "\x2B\0\x1F\x41\x01\0", 6);
    memset(stored + 6, 0xFF, 32);
    memcpy(stored + 38, "\x07\x50\x41\x41\x41\x41\x41", 7);
    assert_int_equal(record_unpack(stored, sizeof stored, ADDR(300ull, 0, 1), out, sizeof out), 0);
    assert_memory_equal(out, as, sizeof as);
    for (unsigned n = 0; n < 45; n++)
        if (n != 43) {
            stored[0] = (uint8_t)n;
            record_unpack(stored, 45, ADDR(300ull, 0, 1), out, sizeof out);
        }
    stored[1] = 0xFF;
    assert_int_equal(record_unpack(stored, 45, ADDR(300ull, 0, 1), out, sizeof out), -EIO);

    assert_int_equal(rfs_write(f->fs, id, 0, as, sizeof as), 8192);
    node = node_block(f->d, f->fs, id);
    assert_int_equal(get64(node + NODE_BLOCKS), 2);
    assert_int_equal(get64(node + NODE_AREA) & 0xFF, 0x10);
    b = memdev_block(f->d, ADDR_INDEX(get64(node + NODE_AREA)));
    assert_int_equal(record_unpack(b, RFS_BLOCK, ADDR(300ull, 0, 1), out, sizeof out), 0);
    assert_memory_equal(out, as, sizeof as);
    for (unsigned i = 2u + get16(b); i < RFS_BLOCK; i++)
        assert_int_equal(b[i], 0);
}

static void record_places(void **state)
{
    static const struct {
        uint64_t record;
        unsigned table, entry;
    } known[] = {{0, 128, 0},
                 {127, 128 + 127 * 16, 0},
                 {128, 2176, 0},
                 {8192, 2176 + 31 * 16, 128},
                 {16511, 2176 + 63 * 16, 255},
                 {16512, 3200, 0},
                 {2113664, 3712, 0},
                 {270549120, 3968, 0},
                 {34630287487, 3968 + 7 * 16, 255}};
    struct fixture *f = *state;
    uint64_t record = RECORD_MAX;
    char got[8];

    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t id;
        const uint8_t *node;
        char name[16];

        snprintf(name, sizeof name, "f%u", i);
        id = make(f->fs, name);
        assert_int_equal(rfs_write(f->fs, id, known[i].record * record, "here", 4), 4);
        node = node_block(f->d, f->fs, id);
        for (unsigned at = NODE_AREA; at < RFS_BLOCK; at += PTR_SIZE)
            assert_int_equal(get64(node + at) != 0, at == known[i].table);
        if (known[i].record >= 128 && known[i].record < 16512)
            assert_true(get64(follow(f->d, node + known[i].table) + known[i].entry * PTR_SIZE));
        assert_int_equal(rfs_read(f->fs, id, known[i].record * record, got, 8), 4);
        assert_memory_equal(got, "here", 4);
    }
    assert_int_equal(rfs_sync(f->fs), 0);
    assert_int_equal(test_check(f->d, NULL), 0);
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        char name[16];

        snprintf(name, sizeof name, "f%u", i);
        assert_int_equal(rfs_unlink(f->fs, RFS_ROOT, name, 2, RFS_UNLINK_NODE), 0);
    }
}

/* A tree block says that it is full when it is, whichever of its ids is the last one to be had. */
static void full_tree_block(void **state)
{
    const struct fixture *f = *state;
    char name[16];

    for (uint32_t id = RFS_ROOT + 1; id < 256; id++) {
        snprintf(name, sizeof name, "f%u", id);
        /* of the second block's ids only the first two */
        assert_int_equal(make(f->fs, name), id < TREE_PTRS ? id : id - TREE_PTRS + 256);
    }
    for (uint32_t id = RFS_ROOT + 1; id < TREE_PTRS; id++) {
        uint32_t other = id == 2 ? 3 : 2, low = id < other ? id : other, high = id + other - low;

        for (int i = 0; i < 2; i++) {
            int len = snprintf(name, sizeof name, "f%u", i ? low : high);
            assert_int_equal(rfs_unlink(f->fs, RFS_ROOT, name, (size_t)len, RFS_UNLINK_NODE), 0);
        }
        snprintf(name, sizeof name, "f%u", low);
        assert_int_equal(make(f->fs, name), low);
        assert_int_equal(rfs_sync(f->fs), 0);
        assert_int_equal(test_check(f->d, NULL), 0);
        snprintf(name, sizeof name, "f%u", high);
        assert_int_equal(make(f->fs, name), high);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(two_files),     TEST(directory_growth),
                                       TEST(inline_border), TEST(compressed_record),
                                       TEST(record_places), TEST(full_tree_block)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
