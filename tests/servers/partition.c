/* Partition tables: what is found in tables made here by the book, and what is not believed. */
#include "check.h"
#include "libblock/partition.h"
#include "umk/abi/errno.h"

#include <stdlib.h>

#define BLOCK 512u
#define BLOCKS 4096u

static u8 disk[BLOCKS * BLOCK];
static struct partition found[PARTITIONS_MAX];

static i64 read_disk(void *ctx, u64 offset, void *buf, size_t len)
{
    (void)ctx;
    assert_true(offset % BLOCK == 0 && len % BLOCK == 0);
    assert_true(offset <= sizeof disk && len <= sizeof disk - offset);
    memcpy(buf, disk + offset, len);
    return 0;
}

static i64 find(void)
{
    const struct partition_disk d = {BLOCK, sizeof disk, read_disk, NULL};
    return partitions_find(&d, found);
}

static void put32(u8 *p, u32 v)
{
    memcpy(p, &v, sizeof v);
}

static void put64(u8 *p, u64 v)
{
    memcpy(p, &v, sizeof v);
}

/* Bit by bit from the polynomial, written otherwise than in the code that is tested. */
static u32 crc(const u8 *p, size_t len)
{
    u32 value = 0xFFFFFFFF;
    for (size_t bit = 0; bit < len * 8; bit++) {
        u32 top = (value ^ p[bit / 8] >> bit % 8) & 1;
        value = value >> 1 ^ (top ? 0xEDB88320 : 0);
    }
    return value ^ 0xFFFFFFFF;
}

/* A header at block `at` for the 128 entries at block `entries`. */
static void put_header(u32 at, u32 other, u32 entries)
{
    u8 *h = disk + (size_t)at * BLOCK;
    memset(h, 0, BLOCK);
    memcpy(h, "EFI PART", 8);
    put32(h + 8, 0x10000);
    put32(h + 12, 92);
    put64(h + 24, at);
    put64(h + 32, other);
    put64(h + 72, entries);
    put32(h + 80, 128);
    put32(h + 84, 128);
    put32(h + 88, crc(disk + (size_t)entries * BLOCK, 128 * 128));
    put32(h + 16, crc(h, 92));
}

static void put_entry(u32 table, u32 i, u64 first, u64 last)
{
    u8 *e = disk + (size_t)table * BLOCK + (size_t)i * 128;
    memset(e, 0xA0, 16);
    put64(e + 32, first);
    put64(e + 40, last);
}

static void make_gpt(void)
{
    memset(disk, 0, sizeof disk);
    for (int copy = 0; copy < 2; copy++) {
        u32 table = copy ? BLOCKS - 33 : 2;
        put_entry(table, 0, 64, 127);
        put_entry(table, 3, 128, 4000);
        put_entry(table, 5, 10, 5); /* ends before it starts */
        put_entry(table, 6, 10, BLOCKS);
        put_header(copy ? BLOCKS - 1 : 1, copy ? 1 : BLOCKS - 1, table);
    }
}

static void check_gpt(void)
{
    assert_int_equal(find(), 2);
    assert_int_equal(found[0].start, 64 * BLOCK);
    assert_int_equal(found[0].len, 64 * BLOCK);
    assert_int_equal(found[1].start, 128 * BLOCK);
    assert_int_equal(found[1].len, 3873 * BLOCK);
}

static void test_gpt(void **state)
{
    (void)state;
    make_gpt();
    check_gpt();
}

static void test_gpt_copy(void **state)
{
    (void)state;
    make_gpt();
    disk[BLOCK + 30] ^= 1; /* the first header's own checksum */
    check_gpt();
    make_gpt();
    disk[2 * BLOCK] ^= 1; /* the first table's */
    check_gpt();
    disk[(BLOCKS - 1) * BLOCK] = 0;
    assert_int_equal(find(), 0);
}

static void put_mbr(u32 i, u8 boot, u8 type, u32 first, u32 blocks)
{
    u8 *e = disk + 446 + i * 16;
    e[0] = boot;
    e[4] = type;
    put32(e + 8, first);
    put32(e + 12, blocks);
}

static void test_mbr(void **state)
{
    (void)state;
    memset(disk, 0, sizeof disk);
    put_mbr(0, 0x80, 0x83, 64, 100);
    put_mbr(1, 0, 0x05, 200, 100);
    put_mbr(2, 0, 0x0C, 300, 100);
    put_mbr(3, 0, 0x83, 4000, 97); /* one block too many */
    assert_int_equal(find(), 0);
    disk[510] = 0x55;
    disk[511] = 0xAA;
    assert_int_equal(find(), 2);
    assert_int_equal(found[0].start, 64 * BLOCK);
    assert_int_equal(found[1].start, 300 * BLOCK);
    assert_int_equal(found[1].len, 100 * BLOCK);
    put_mbr(2, 0x11, 0x0C, 300, 100);
    assert_int_equal(find(), 0);
}

/* Random damage: whatever is found lies on the disk. */
static void test_damage(void **state)
{
    (void)state;
    unsigned seed = getenv("SEED") ? (unsigned)strtoul(getenv("SEED"), NULL, 10) : 1;
    print_message("SEED=%u\n", seed);
    srand(seed);
    for (int round = 0; round < 3000; round++) {
        make_gpt();
        for (int n = rand() % 8; n >= 0; n--)
            disk[(size_t)rand() % (34 * BLOCK)] = (u8)rand();
        i64 n = find();
        assert_in_range(n, 0, PARTITIONS_MAX);
        for (i64 i = 0; i < n; i++)
            assert_true(found[i].len > 0 && found[i].start < sizeof disk &&
                        found[i].len <= sizeof disk - found[i].start);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gpt),
        cmocka_unit_test(test_gpt_copy),
        cmocka_unit_test(test_mbr),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
