/*
 * Requests in pieces, beside a device made here that ends them in any order: each request is
 * answered once, with its data, unless it was cancelled. TRANSFER_SEED=N repeats a run.
 */
#include "check.h"
#include "libblock/transfer.h"
#include "umk/abi/errno.h"

#include <time.h>

#define DISK ((size_t)64 << 10)
#define SLOT 1024u
#define NSLOTS 4u
#define REQUESTS 32u
#define ROUNDS 200000u

static u8 contents[DISK], expected[DISK], slots[NSLOTS * SLOT];
static struct transfers transfers;
static struct disk disk = {.size = DISK, .block_size = 512, .driver = &transfers};

/* What the device has been told to do. */
static struct piece {
    enum disk_op op;
    u64 offset;
    size_t len;
    bool out;
} pieces[NSLOTS];

static struct want {
    enum disk_op op;
    u64 offset;
    size_t len;
    u8 *buf;
    bool out, cancelled;
    i64 result; /* 1: none yet */
} wants[REQUESTS];
static u32 nout;
static i64 refusal; /* what submit says next; 0: it accepts */
static u64 state;

static u32 number(u32 below)
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (u32)(state >> 33) % below;
}

static i64 submit(void *device, u32 slot, struct disk *d, enum disk_op op, u64 offset, size_t len)
{
    assert_ptr_equal(device, pieces);
    assert_ptr_equal(d, &disk);
    assert_true(slot < NSLOTS && !pieces[slot].out && len <= SLOT && offset + len <= DISK);
    if (refusal)
        return refusal;
    pieces[slot] = (struct piece){op, offset, len, true};
    return 0;
}

static void answer(void *asker, u64 request, i64 result)
{
    struct want *w = &wants[request];

    assert_ptr_equal(asker, wants);
    assert_true(request < REQUESTS && w->out && !w->cancelled && w->result == 1);
    w->result = result;
}

static int set_up(void **s)
{
    (void)s;
    memset(wants, 0, sizeof wants);
    memset(pieces, 0, sizeof pieces);
    if (!transfers.nslots) /* it stays for good: each test leaves it without work */
        transfers_init(&transfers, slots, NSLOTS, SLOT);
    transfers.writes_through = false;
    transfers.submit = submit;
    transfers.device = pieces;
    transfers.answer = answer;
    transfers.asker = wants;
    nout = 0;
    refusal = 0;
    return 0;
}

static i64 ask(u32 n, enum disk_op op, u64 offset, size_t len)
{
    struct want *w = &wants[n];

    *w = (struct want){op, offset, len, malloc(len + 1), true, false, 1};
    assert_non_null(w->buf);
    for (size_t i = 0; i < len; i++)
        w->buf[i] = (u8)number(256);
    i64 r = transfer_start(&transfers, &disk, op, offset, op == DISK_FLUSH ? NULL : w->buf, len, n);
    if (r == SCHEME_PARKED) {
        nout++;
    } else {
        free(w->buf);
        w->out = false;
    }
    return r;
}

static void forget(struct want *w)
{
    free(w->buf);
    w->out = false;
    nout--;
}

/* The device ends a piece. */
static void end(u32 slot, i64 result)
{
    struct piece p = pieces[slot];

    if (p.out && result == 0 && p.op == DISK_READ)
        memcpy(slots + slot * SLOT, contents + p.offset, p.len);
    if (p.out && result == 0 && p.op == DISK_WRITE)
        memcpy(contents + p.offset, slots + slot * SLOT, p.len);
    pieces[slot].out = false;
    transfer_done(&transfers, slot, result);
}

static void test_in_pieces(void **s)
{
    (void)s;
    for (size_t i = 0; i < DISK; i++)
        contents[i] = (u8)number(256);
    assert_int_equal(ask(0, DISK_READ, 512, 2560), SCHEME_PARKED);
    assert_true(pieces[0].offset == 512 && pieces[0].len == 1024);
    end(0, 0);
    assert_true(pieces[0].offset == 1536 && pieces[0].len == 1024);
    end(0, 0);
    assert_true(pieces[0].offset == 2560 && pieces[0].len == 512);
    assert_int_equal(wants[0].result, 1);
    end(0, 0);
    assert_int_equal(wants[0].result, 2560);
    assert_memory_equal(wants[0].buf, contents + 512, 2560);
    forget(&wants[0]);
    assert_int_equal(ask(0, DISK_WRITE, 0, 2048), SCHEME_PARKED);
    end(0, 0);
    end(0, -EIO);
    assert_int_equal(wants[0].result, -EIO);
    assert_memory_equal(contents, wants[0].buf, 1024);
    assert_memory_not_equal(contents + 1024, wants[0].buf + 1024, 1024);
    forget(&wants[0]);
    end(0, 0);                               /* of a free slot */
    transfer_done(&transfers, SLOTS_MAX, 0); /* of none */
}

static void test_refused_by_the_device(void **s)
{
    (void)s;
    refusal = -EIO;
    assert_int_equal(ask(0, DISK_READ, 0, 512), -EIO);
    refusal = 0;
    for (u32 i = 0; i <= NSLOTS; i++)
        assert_int_equal(ask(i, DISK_READ, 0, 2048), SCHEME_PARKED);
    refusal = -EIO;
    end(0, 0); /* the next piece is refused, and so is the request that waits for the slot */
    assert_int_equal(wants[0].result, -EIO);
    assert_int_equal(wants[NSLOTS].result, -EIO);
    refusal = 0;
    transfer_fail_all(&transfers, -ENODEV);
    for (u32 i = 1; i < NSLOTS; i++)
        assert_int_equal(wants[i].result, -ENODEV);
    for (u32 i = 0; i <= NSLOTS; i++)
        forget(&wants[i]);
}

static void test_flush(void **s)
{
    (void)s;
    assert_int_equal(ask(0, DISK_FLUSH, 0, 0), SCHEME_PARKED);
    end(0, 0);
    assert_int_equal(wants[0].result, 0);
    forget(&wants[0]);
    assert_int_equal(ask(0, DISK_FLUSH, 0, 0), SCHEME_PARKED);
    assert_true(transfers_cancel(0));
    wants[0].cancelled = true;
    end(0, 0);
    forget(&wants[0]);
    transfers.writes_through = true;
    assert_int_equal(ask(0, DISK_FLUSH, 0, 0), 0);
}

/* One request at a time touches a block, so that it is known what is there. */
static bool overlaps(u64 offset, size_t len)
{
    for (u32 i = 0; i < REQUESTS; i++) {
        const struct want *w = &wants[i];
        if (w->out && offset < w->offset + w->len && w->offset < offset + len)
            return true;
    }
    return false;
}

static void begin_one(void)
{
    u32 n = number(REQUESTS);
    u64 offset = number(DISK / 512) * 512ull;
    size_t len = (1 + number(8)) * 512ul;
    enum disk_op op = number(2) ? DISK_READ : DISK_WRITE;

    if (!wants[n].out && offset + len <= DISK && !overlaps(offset, len))
        assert_int_equal(ask(n, op, offset, len), SCHEME_PARKED);
}

/* A request that has ended: what came of it. */
static void settle(struct want *w)
{
    if (w->result < 0 && w->op == DISK_WRITE) { /* any part of it may be there */
        memcpy(expected + w->offset, contents + w->offset, w->len);
    } else if (w->result >= 0) {
        assert_int_equal(w->result, w->len);
        if (w->op == DISK_WRITE)
            memcpy(expected + w->offset, w->buf, w->len);
        assert_memory_equal(w->op == DISK_WRITE ? contents + w->offset : w->buf,
                            expected + w->offset, w->len);
    }
    forget(w);
}

static void cancel_one(void)
{
    u32 n = number(REQUESTS);

    if (!wants[n].out || wants[n].cancelled)
        return;
    assert_true(transfers_cancel(n));
    assert_false(transfers_cancel(n + REQUESTS));
    wants[n].cancelled = true;
    memset(wants[n].buf, 0x5A, wants[n].len); /* it is the client's again */
}

/* Cancelled requests are over when no slot is busy with them any more. */
static bool busy(const struct want *w)
{
    for (u32 i = 0; i < NSLOTS; i++) {
        const struct piece *p = &pieces[i];
        if (p->out && p->offset < w->offset + w->len && w->offset < p->offset + p->len)
            return true;
    }
    return false;
}

static void settle_all(void)
{
    for (u32 i = 0; i < REQUESTS; i++) {
        struct want *w = &wants[i];

        if (w->out && !w->cancelled && w->result != 1) {
            settle(w);
        } else if (w->out && w->cancelled && !busy(w)) {
            for (size_t k = 0; k < w->len; k++)
                assert_int_equal(w->buf[k], 0x5A);
            memcpy(expected + w->offset, contents + w->offset, w->len);
            forget(w);
        }
    }
}

static void test_any_order(void **s)
{
    const char *seed = getenv("TRANSFER_SEED");

    (void)s;
    state = seed ? strtoull(seed, NULL, 0) : (u64)time(NULL);
    printf("seed %lu\n", (unsigned long)state);
    memcpy(expected, contents, sizeof contents);
    for (u32 i = 0; i < ROUNDS; i++) {
        u32 slot = number(NSLOTS);

        switch (number(16)) {
        case 0:
            cancel_one();
            break;
        case 1:
            end(slot, -EIO);
            break;
        case 2 ... 8:
            begin_one();
            break;
        default:
            if (pieces[slot].out)
                end(slot, 0);
        }
        settle_all();
    }
    for (u32 i = 0; nout && i < 1000; i++) {
        if (pieces[i % NSLOTS].out)
            end(i % NSLOTS, 0);
        settle_all();
    }
    assert_int_equal(nout, 0);
    assert_memory_equal(contents, expected, sizeof contents);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_in_pieces, set_up),
        cmocka_unit_test_setup(test_refused_by_the_device, set_up),
        cmocka_unit_test_setup(test_any_order, set_up),
        cmocka_unit_test_setup(test_flush, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
