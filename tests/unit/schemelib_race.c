/*
 * A server whose client writes all over their channel from another thread at any time, truly at
 * once: every handler gets a buffer within bounds, and another client is served as ever. The
 * fuzzer does the same step by step; here the moments are the processor's.
 */
#include <pthread.h>
#include <time.h>

#include "tests/libredox/test_server.h"

#define ROUNDS 20000u
#define WILD 20000u /* requests of the hostile client's that are to be served */
#define MAX_SECONDS 20
#define HOSTILE 0u
#define GOOD 1u

static bool ended;

/* A stream of numbers that is not rand()'s, which the threads would share. */
static u32 next(u32 *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void scribble(struct fake_channel *ch, u32 *seed)
{
    volatile struct channel_slot *s = &fake_slots(ch)[next(seed) % CHANNEL_SLOTS];
    volatile struct channel_header *h = ch->h;
    u32 v = next(seed);

    switch (next(seed) % 8) {
    case 0:
    case 1:
        h->tail = h->tail + v % 3;
        break;
    case 2:
        h->ring[v % CHANNEL_RING] = next(seed) % (CHANNEL_SLOTS + 1);
        break;
    case 3:
        s->request.args[1] = v % (CHANNEL_BIGS + 3);
        break;
    case 4:
        s->request.args[2] = v & 1 ? v : CHANNEL_SMALL - 1 + (v >> 1) % 3;
        break;
    case 5:
        s->request.opcode = v & 1 ? OP_READ : OP_WRITE;
        s->request.args[0] = v >> 8 & 3;
        s->request.args[3] = v >> 10 & 0xFFF;
        break;
    case 6:
        s->cancel = 1;
        h->cancels = h->cancels + 1;
        break;
    default:
        s->state = v % 4 | (v & WAIT_SLEEPING);
        h->need_ring = v >> 16 & 1;
    }
}

static void *hostile_client(void *arg)
{
    u32 seed = 12345;

    while (!__atomic_load_n(&ended, __ATOMIC_RELAXED))
        scribble(arg, &seed);
    return NULL;
}

static void check_bounds(const struct scheme_ctx *c, const u8 *buf, size_t len)
{
    const struct request *r = (const struct request *)(uintptr_t)c->library;
    u64 at;

    if (!r->ch || len == 0)
        return;
    at = (u64)(buf - (const u8 *)r->ch->h);
    if (at < CHANNEL_BIG_OFFSET)
        assert_true(at == CHANNEL_SMALL_OFFSET + r->slot * CHANNEL_SMALL && len <= CHANNEL_SMALL);
    else
        assert_true((at - CHANNEL_BIG_OFFSET) % CHANNEL_BIG == 0 && at < CHANNEL_SIZE &&
                    len <= CHANNEL_BIG);
}

static i64 checked_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    check_bounds(c, buf, len);
    return t_read(c, id, buf, len, offset);
}

static i64 checked_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    check_bounds(c, buf, len);
    t.writes++;
    (void)id;
    (void)offset;
    return (i64)len;
}

static void look(void)
{
    serve_channels();
    serve_queue(t.scheme);
    fake_reap();
}

static void a_client_gone_wild(void **state)
{
    static struct scheme_ops ops;
    pthread_t thread;
    time_t start = time(NULL);
    u32 n = 0;

    (void)state;
    ops = t_ops;
    ops.read = checked_read;
    ops.write = checked_write;
    t.scheme->ops = &ops;
    t.size = 1 << 20;
    t.cancel_answers = true;
    c_open(HOSTILE);
    c_open(GOOD);
    k_open(FILE_ID, RX_O_RDWR, HOSTILE, 0);
    k_open(QUEUE_ID, RX_O_RDWR, HOSTILE, 1);
    k_open(KEEP_ID, RX_O_RDWR, HOSTILE, 2);
    k_open(FILE_ID, RX_O_RDWR, GOOD, 0);
    serve_disarm();
    serve_mark_active(HOSTILE);
    serve_mark_active(GOOD);
    assert_int_equal(pthread_create(&thread, NULL, hostile_client, &fake.channels[HOSTILE]), 0);
    for (; n < ROUNDS || (t.reads + t.writes < n + WILD && time(NULL) < start + MAX_SECONDS); n++) {
        u32 slot = n % CHANNEL_SLOTS;

        c_submit(GOOD, slot, OP_READ, 0, BUFFER_SMALL, 100, n % 1000);
        look();
        assert_true(c_answered(GOOD, slot));
        assert_int_equal(fake_slots(&fake.channels[GOOD])[slot].result, 100);
        assert_int_equal(fake_small(&fake.channels[GOOD], slot)[99], (n % 1000 + 99) % 251);
        if (n % 16 == 0) {
            t.queued = 1;
            scheme_wake(t.scheme, QUEUE_ID);
            scheme_answer(t.scheme, t.kept, 1);
            serve_mark_active(HOSTILE); /* it rings all the time */
        }
    }
    __atomic_store_n(&ended, true, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    /* it was not all for nothing */
    assert_true(t.reads + t.writes >= n + WILD);
    t.scheme->ops = &t_ops;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_client_gone_wild, t_reset, t_check_empty),
    };

    return cmocka_run_group_tests(tests, t_setup, NULL);
}
