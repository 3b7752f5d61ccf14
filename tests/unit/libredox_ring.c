/*
 * The ring's queue between two threads with real futexes, across the wrap of its
 * indices and against a hostile other side; the buffer pool against a simple model.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "libredox/src/gate.h"
#include "libredox/src/redox_pool.h"
#include "libredox/src/redox_queue.h"

#define ENTRY 24u
#define COUNT 8u
#define NEAR_WRAP 0x7FFFFFFDu
#define MESSAGES 200000u

i64 gate_futex_wait(u32 *addr, u32 val, const struct redox_c_timespec *deadline)
{
    (void)deadline;
    return syscall(SYS_futex, addr, FUTEX_WAIT, val, NULL) == 0 ? 0 : -errno;
}

i64 gate_futex_wake(u32 *addr, u32 n)
{
    return syscall(SYS_futex, addr, FUTEX_WAKE, n);
}

static _Alignas(64) u8 memory[QUEUE_ENTRIES_OFFSET + COUNT * ENTRY];
static struct shared_queue producer, consumer;

static u32 *word_at(size_t offset)
{
    return (u32 *)(void *)(memory + offset);
}

static int setup(void **state)
{
    (void)state;
    memset(memory, 0, sizeof(memory));
    *word_at(QUEUE_HEAD_OFFSET) = NEAR_WRAP;
    *word_at(QUEUE_TAIL_OFFSET) = NEAR_WRAP;
    assert_int_equal(queue_attach(&producer, memory, sizeof(memory), ENTRY, true), 0);
    assert_int_equal(queue_attach(&consumer, memory, sizeof(memory), ENTRY, false), 0);
    assert_int_equal(producer.count, COUNT);
    return 0;
}

static void put(u64 value)
{
    void *slot;
    assert_int_equal(queue_take(&producer, &slot), 0);
    memset(slot, (int)(value & 0xFF), ENTRY);
    memcpy(slot, &value, sizeof(value));
}

static u64 get(void)
{
    u8 entry[ENTRY];
    u64 value;
    assert_int_equal(queue_peek(&consumer, entry), 0);
    memcpy(&value, entry, sizeof(value));
    for (size_t i = sizeof(value); i < ENTRY; i++)
        assert_int_equal(entry[i], value & 0xFF);
    queue_pop(&consumer);
    return value;
}

static void entries_keep_their_order_across_the_wrap(void **state)
{
    (void)state;
    u8 entry[ENTRY];
    void *slot;
    for (u64 round = 0; round < 5; round++) {
        for (u64 i = 0; i < COUNT; i++)
            put(round * COUNT + i);
        assert_int_equal(queue_take(&producer, &slot), -ENOSPC);
        assert_int_equal(queue_peek(&consumer, entry), -RX_EWOULDBLOCK);
        assert_int_equal(queue_publish(&producer), COUNT);
        assert_int_equal(queue_publish(&producer), 0);
        for (u64 i = 0; i < COUNT; i++)
            assert_int_equal(get(), round * COUNT + i);
        assert_int_equal(queue_peek(&consumer, entry), -RX_EWOULDBLOCK);
    }
    assert_true(*word_at(QUEUE_TAIL_OFFSET) < NEAR_WRAP);
}

static void an_impossible_index_is_an_error(void **state)
{
    (void)state;
    u8 entry[ENTRY];
    void *slot;
    *word_at(QUEUE_TAIL_OFFSET) = NEAR_WRAP + COUNT + 1;
    assert_int_equal(queue_peek(&consumer, entry), -EIO);
    assert_int_equal(queue_wait_entry(&consumer), -EIO);
    *word_at(QUEUE_TAIL_OFFSET) = NEAR_WRAP - 1;
    assert_int_equal(queue_peek(&consumer, entry), -EIO);
    *word_at(QUEUE_HEAD_OFFSET) = NEAR_WRAP + 1;
    assert_int_equal(queue_take(&producer, &slot), -EIO);
    assert_int_equal(queue_wait_room(&producer), -EIO);
}

/* What the other side writes into the index that is ours has no effect. */
static void the_own_index_is_not_read_back(void **state)
{
    (void)state;
    put(1);
    queue_publish(&producer);
    *word_at(QUEUE_HEAD_OFFSET) = 12345;
    assert_int_equal(get(), 1);
    assert_int_equal(*word_at(QUEUE_HEAD_OFFSET), NEAR_WRAP + 1);
}

static void a_queue_must_fit_its_memory(void **state)
{
    (void)state;
    struct shared_queue q;
    assert_int_equal(queue_attach(&q, memory, QUEUE_ENTRIES_OFFSET + ENTRY - 1, ENTRY, true),
                     -EINVAL);
    assert_int_equal(queue_attach(&q, memory, sizeof(memory), 0, true), -EINVAL);
    assert_int_equal(queue_attach(&q, memory, sizeof(memory) - 1, ENTRY, true), 0);
    assert_int_equal(q.count, COUNT / 2);
}

static void *produce(void *arg)
{
    (void)arg;
    u32 seed = 1;
    for (u64 i = 0; i < MESSAGES;) {
        if (queue_wait_room(&producer) != 0)
            abort(); /* CMocka's assertions work in the main thread only */
        void *slot;
        seed = seed * 1103515245 + 12345;
        for (u32 batch = 1 + (seed >> 16) % 5; batch > 0 && i < MESSAGES; batch--) {
            if (queue_take(&producer, &slot) != 0)
                break;
            memset(slot, (int)(i & 0xFF), ENTRY);
            memcpy(slot, &i, sizeof(i));
            i++;
        }
        queue_publish(&producer);
    }
    return NULL;
}

static void two_threads_lose_nothing(void **state)
{
    (void)state;
    pthread_t thread;
    alarm(50); /* a lost wake-up would hang for ever */
    assert_int_equal(pthread_create(&thread, NULL, produce, NULL), 0);
    for (u64 i = 0; i < MESSAGES; i++) {
        assert_int_equal(queue_wait_entry(&consumer), 0);
        assert_int_equal(get(), i);
        if (i % 4096 == 0)
            usleep(100); /* let the queue fill, so that the producer sleeps too */
    }
    pthread_join(thread, NULL);
    alarm(0);
}

#define GRANULE 64u
#define POOL (64u * GRANULE)

static void buffers_do_not_overlap(void **state)
{
    (void)state;
    u64 record[64] = {0};
    struct {
        u32 offset, len;
    } live[64];
    u8 owner[POOL] = {0};
    u32 n = 0, seed = 7;
    struct buffer_pool pool;
    assert_true(pool_record_size(POOL, GRANULE) <= sizeof(record));
    pool_init(&pool, POOL, GRANULE, record);
    for (u32 i = 0; i < 20000; i++) {
        seed = seed * 1103515245 + 12345;
        u32 choice = seed >> 16;
        if (choice % 2 && n < 64) {
            u32 len = 1 + choice % 700, align = 1u << (choice % 11);
            i64 at = pool_alloc(&pool, len, align);
            if (at < 0)
                continue;
            assert_int_equal(at % align, 0);
            assert_true((u64)at + len <= POOL);
            for (u32 k = 0; k < len; k++)
                assert_int_equal(owner[at + k]++, 0);
            live[n].offset = (u32)at;
            live[n++].len = len;
        } else if (n > 0) {
            u32 k = choice % n;
            assert_int_equal(pool_free(&pool, live[k].offset), 0);
            assert_int_equal(pool_free(&pool, live[k].offset), -EINVAL);
            memset(owner + live[k].offset, 0, live[k].len);
            live[k] = live[--n];
        }
    }
    while (n > 0)
        assert_int_equal(pool_free(&pool, live[--n].offset), 0);
    assert_int_equal(pool_alloc(&pool, POOL, PAGE_SIZE), 0);
    assert_int_equal(pool_alloc(&pool, 1, 1), -ENOSPC);
}

static void only_what_was_given_can_be_freed(void **state)
{
    (void)state;
    u64 record[64] = {0};
    struct buffer_pool pool;
    pool_init(&pool, POOL, GRANULE, record);
    assert_int_equal(pool_alloc(&pool, 3 * GRANULE, 1), 0);
    assert_int_equal(pool_free(&pool, GRANULE), -EINVAL);
    assert_int_equal(pool_free(&pool, 1), -EINVAL);
    assert_int_equal(pool_free(&pool, POOL), -EINVAL);
    assert_int_equal(pool_free(&pool, UINT64_MAX), -EINVAL);
    assert_int_equal(pool_alloc(&pool, POOL, 1), -ENOSPC);
    assert_int_equal(pool_alloc(&pool, UINT32_MAX, 1), -ENOSPC);
    assert_int_equal(pool_alloc(&pool, 0, 1), -ENOSPC);
    assert_int_equal(pool_free(&pool, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(entries_keep_their_order_across_the_wrap, setup),
        cmocka_unit_test_setup(an_impossible_index_is_an_error, setup),
        cmocka_unit_test_setup(the_own_index_is_not_read_back, setup),
        cmocka_unit_test_setup(a_queue_must_fit_its_memory, setup),
        cmocka_unit_test_setup(two_threads_lose_nothing, setup),
        cmocka_unit_test(buffers_do_not_overlap),
        cmocka_unit_test(only_what_was_given_can_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
