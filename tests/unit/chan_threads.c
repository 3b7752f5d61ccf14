/*
 * Several threads on one channel, and a server in a thread of its own that sleeps and is rung as
 * a real one: every call gets its own answer, nobody is slept over, and slots running out sends
 * calls the kernel's way instead of waiting.
 */
#include <linux/futex.h>
#include <pthread.h>

#include "tests/libredox/fake_client.h"

#include <cmocka.h>

#define THREADS 6u
#define ROUNDS 4000u
#define FD 10u
#define END_FD 11u

static u32 bell;
static volatile bool ended;
static u32 by_the_kernel;

static void futex_wait(u32 *word, u32 value)
{
    syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0);
}

static void futex_wake(u32 *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void on_ring(u32 n)
{
    assert_int_equal(n, 0);
    __atomic_fetch_add(&bell, 1, __ATOMIC_SEQ_CST);
    futex_wake(&bell);
}

static void on_sleep(u32 *word, u32 value)
{
    futex_wait(word, value);
}

static void on_wake(u32 *word)
{
    (void)word;
}

static bool on_signals(void)
{
    return false;
}

static bool on_leave(void)
{
    return false;
}

static i64 on_bind(u64 fd, u64 *binding)
{
    (void)fd;
    *binding = 0;
    return 0;
}

/* The server */

/* What byte i of a read at an offset is. */
static u8 byte_at(u64 offset, u64 i)
{
    return (u8)(offset * 31 + i);
}

static void serve_slot(u32 slot)
{
    struct channel_slot *s = fake_slot(0, slot);
    const struct sqe e = s->request;
    u8 *buf = fake_buffer(0, slot, e.args[1]);

    if (e.opcode == OP_READ)
        for (u64 i = 0; i < e.args[2]; i++)
            buf[i] = byte_at(e.args[3], i);
    s->result = (i64)e.args[2];
    s->pad = NEWFD_POSITIONED;
    if (__atomic_exchange_n(&s->state, WAIT_DONE, __ATOMIC_ACQ_REL) & WAIT_SLEEPING)
        futex_wake(&s->state);
}

static void *server(void *arg)
{
    struct channel_header *h = fake_header(0);
    u32 head = RING_INDEX_START;

    (void)arg;
    while (!__atomic_load_n(&ended, __ATOMIC_RELAXED)) {
        u32 tail = __atomic_load_n(&h->tail, __ATOMIC_ACQUIRE), rung;

        if (head != tail) {
            /* the newest of two first, now and then */
            if (tail - head >= 2 && head % 3 == 0) {
                serve_slot(h->ring[(head + 1) % CHANNEL_RING]);
                serve_slot(h->ring[head % CHANNEL_RING]);
                head += 2;
            } else {
                serve_slot(h->ring[head++ % CHANNEL_RING]);
            }
            continue;
        }
        rung = __atomic_load_n(&bell, __ATOMIC_SEQ_CST);
        __atomic_store_n(&h->need_ring, 1, __ATOMIC_RELAXED);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (__atomic_load_n(&h->tail, __ATOMIC_RELAXED) == head)
            futex_wait(&bell, rung);
        __atomic_store_n(&h->need_ring, 0, __ATOMIC_RELAXED);
    }
    return NULL;
}

/* The clients */

static const u32 lens[] = {1, 100, 4096, 5000, 65536, 100000};

static void *client(void *arg)
{
    u32 me = (u32)(uintptr_t)arg, long_ones = 0;
    u8 *buf = malloc(100000);
    uintptr_t wrong = 0;

    fake_thread(me);
    for (u32 n = 0; n < ROUNDS; n++) {
        u32 len = lens[(n + me) % 6];
        u64 offset = (u64)me << 20 | n;
        i64 r;

        if (len > 10000 && ++long_ones % 16)
            continue;
        r = chan_call(FD + n % 2, OP_READ, GATE_ARGS(0, 0, len, offset, UINT64_MAX), NULL, buf,
                      len);
        if (r == -ENOTCONN) {
            __atomic_fetch_add(&by_the_kernel, 1, __ATOMIC_RELAXED);
            continue;
        }
        if (r <= 0 || r > len || (len <= 4096 && r != len)) {
            wrong++;
            continue;
        }
        /* a piece of a long read knows only its own offset */
        wrong +=
            buf[0] != byte_at(offset, 0) || (r <= 32768 && buf[r - 1] != byte_at(offset, r - 1));
    }
    free(buf);
    return (void *)wrong;
}

static void every_thread_gets_its_own(void **state)
{
    pthread_t s, c[THREADS];
    void *wrong;

    (void)state;
    fake_start();
    fake_reset();
    gate_threaded = true;
    chan_note(FD, 0);
    chan_note(END_FD, 0);
    assert_int_equal(pthread_create(&s, NULL, server, NULL), 0);
    for (u32 i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&c[i], NULL, client, (void *)(uintptr_t)(1 + i)), 0);
    for (u32 i = 0; i < THREADS; i++) {
        pthread_join(c[i], &wrong);
        assert_null(wrong);
    }
    __atomic_store_n(&ended, true, __ATOMIC_RELAXED);
    on_ring(0);
    pthread_join(s, NULL);
    /* most went over the channel */
    assert_true(by_the_kernel < THREADS * ROUNDS / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_thread_gets_its_own)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
