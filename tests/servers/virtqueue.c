/* The driver's side of a virtqueue, beside a device made here: honest first, then not. */
#include "check.h"
#include "libhw/virtqueue.h"
#include "umk/abi/errno.h"

#define SIZE 8u

static _Alignas(4096) u8 memory[VIRTQ_BYTES];
static struct virtq q;
static u16 device_seen, device_used;

static int set_up(void **state)
{
    (void)state;
    memset(memory, 0, sizeof memory);
    virtq_init(&q, memory, SIZE);
    device_seen = device_used = 0;
    return 0;
}

static u16 get16(size_t at)
{
    u16 v;

    memcpy(&v, memory + at, sizeof v);
    return v;
}

static struct virtq_desc desc(u16 i)
{
    struct virtq_desc d;

    assert_true(i < SIZE);
    memcpy(&d, memory + i * sizeof d, sizeof d);
    return d;
}

/* The device takes the next chain. */
static u16 device_take(void)
{
    u32 ring = virtq_available(&q);

    assert_int_not_equal(get16(ring + 2), device_seen);
    return get16(ring + 4 + 2 * (device_seen++ % SIZE));
}

static void device_give(u32 head, u16 index)
{
    const u32 entry[2] = {head, 0};

    memcpy(memory + VIRTQ_USED + 4 + 8 * (device_used++ % SIZE), entry, sizeof entry);
    memcpy(memory + VIRTQ_USED + 2, &index, sizeof index);
}

static void test_chain_is_written_as_the_book_says(void **state)
{
    const struct virtq_segment s[3] = {{0x1000, 16, false}, {0x2000, 512, true}, {0x3000, 1, true}};
    u64 token;

    (void)state;
    assert_int_equal(virtq_take(&q, &token), 0);
    assert_int_equal(virtq_add(&q, s, 3, 77), 0);
    u16 at = device_take(), head = at;
    for (u32 i = 0; i < 3; i++) {
        struct virtq_desc d = desc(at);
        assert_int_equal(d.address, s[i].address);
        assert_int_equal(d.len, s[i].len);
        assert_int_equal(d.flags, (i < 2 ? 1 : 0) | (s[i].device_writes ? 2 : 0));
        at = d.next;
    }
    device_give(head, 1);
    assert_int_equal(virtq_take(&q, &token), 1);
    assert_int_equal(token, 77);
    assert_int_equal(virtq_take(&q, &token), 0);
}

static void test_full_and_out_of_order_for_long(void **state)
{
    const struct virtq_segment s[2] = {{0x1000, 16, false}, {0x2000, 16, true}};
    u64 token, seen = 0;

    (void)state;
    for (u32 round = 0; round < 20000; round++) { /* more than 2^16 chains: the indices wrap */
        u16 heads[4];

        for (u64 i = 0; i < 4; i++)
            assert_int_equal(virtq_add(&q, s, 2, i), 0);
        assert_int_equal(virtq_add(&q, s, 1, 9), -ENOSPC);
        for (u32 i = 0; i < 4; i++)
            heads[i] = device_take();
        for (u32 i = 0; i < 4; i++)
            device_give(heads[3 - i], (u16)(device_used + 1));
        for (u32 i = 0; i < 4; i++) {
            assert_int_equal(virtq_take(&q, &token), 1);
            assert_int_equal(token, 3 - i);
            seen++;
        }
        assert_int_equal(virtq_take(&q, &token), 0);
    }
    assert_int_equal(seen, 80000);
}

static void test_lies(void **state)
{
    const struct virtq_segment s = {0x1000, 16, false};
    u64 token;

    (void)state;
    assert_int_equal(virtq_add(&q, &s, 1, 5), 0);
    u16 head = device_take();
    device_give(SIZE, 1); /* no such chain */
    assert_int_equal(virtq_take(&q, &token), -EIO);
    set_up(NULL);
    assert_int_equal(virtq_add(&q, &s, 1, 5), 0);
    device_give((u32)head ^ 1, 1); /* not out */
    assert_int_equal(virtq_take(&q, &token), -EIO);
    set_up(NULL);
    assert_int_equal(virtq_add(&q, &s, 1, 5), 0);
    device_give(head, 1);
    device_give(head, 2); /* twice */
    assert_int_equal(virtq_take(&q, &token), 1);
    assert_int_equal(virtq_take(&q, &token), -EIO);
    set_up(NULL);
    device_give(head, SIZE + 1); /* more than there are */
    assert_int_equal(virtq_take(&q, &token), -EIO);
}

static void test_device_overwrites_descriptors(void **state)
{
    const struct virtq_segment s[2] = {{0x1000, 16, false}, {0x2000, 16, true}};
    u64 token;

    (void)state;
    assert_int_equal(virtq_add(&q, s, 2, 1), 0);
    u16 head = device_take();
    memset(memory, 0xFF, SIZE * sizeof(struct virtq_desc));
    device_give(head, 1);
    assert_int_equal(virtq_take(&q, &token), 1);
    for (u64 i = 0; i < SIZE / 2; i++)
        assert_int_equal(virtq_add(&q, s, 2, i), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_chain_is_written_as_the_book_says, set_up),
        cmocka_unit_test_setup(test_full_and_out_of_order_for_long, set_up),
        cmocka_unit_test_setup(test_lies, set_up),
        cmocka_unit_test_setup(test_device_overwrites_descriptors, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
