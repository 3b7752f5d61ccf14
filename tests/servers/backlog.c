/*
 * The queue between the file system and its disk, on a disk that answers in any order, goes away
 * and comes back: readers see what was written, nothing overtakes a flush, and what is reported as
 * stable is. SEED repeats a run, SOAK=1 makes it long.
 */
#include "check.h"
#include "servers/redoxfs/backlog.h"

#include <errno.h>

#define BLOCKS 48u

struct request {
    enum disk_act op;
    u64 offset;
    struct piece *piece; /* NULL: not in use */
};

/* A disk of which each block holds a number, with a cache that a flush empties. */
static struct {
    u64 content[BLOCKS], stable[BLOCKS];
    struct request under_way[BACKLOG_DEPTH];
    bool away, never_back, asked;
    u32 refuses; /* requests that are not even begun */
    i64 refusal;
    i64 fails; /* errno that the next write is answered with; 0: none */
    u32 answers;
    u64 answered;
    i64 answer;
    u64 flushes;
    u8 *window;            /* transfer memory; NULL: it has none */
    u64 in_window, larger; /* than a slot */
} disk;

static struct backlog backlog;
static u64 state;

static u64 random_below(u64 n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

/* Whether two pieces that lie in the transfer memory have a slot in common. */
static bool share_a_slot(const struct piece *a, const struct piece *b)
{
    size_t first_a = (size_t)(a->buf - disk.window) / BACKLOG_SLOT;
    size_t first_b = (size_t)(b->buf - disk.window) / BACKLOG_SLOT;
    size_t last_a = (size_t)(a->buf + a->len - 1 - disk.window) / BACKLOG_SLOT;
    size_t last_b = (size_t)(b->buf + b->len - 1 - disk.window) / BACKLOG_SLOT;

    return first_a <= last_b && first_b <= last_a;
}

/* What lies in the transfer memory lies in slots that nobody else has. */
static void check_slot(enum disk_act op, const struct piece *p)
{
    if (op == ACT_FLUSH || p->slot < 0)
        return;
    assert_true(p->buf >= disk.window);
    assert_true(p->buf + p->len <= disk.window + (size_t)BACKLOG_SLOTS * BACKLOG_SLOT);
    for (u32 i = 0; i < BACKLOG_DEPTH; i++) {
        const struct request *r = &disk.under_way[i];
        if (r->piece && r->op != ACT_FLUSH && r->piece->slot >= 0)
            assert_false(share_a_slot(r->piece, p));
    }
    if (p->len > BACKLOG_SLOT)
        disk.larger++;
    disk.in_window++;
}

static i64 disk_start(void *ctx, enum disk_act op, u64 offset, struct piece *p)
{
    (void)ctx;
    check_slot(op, p);
    if (disk.refuses && disk.refuses--)
        return disk.refusal;
    for (u32 i = 0; i < BACKLOG_DEPTH; i++) {
        struct request *r = &disk.under_way[i];
        /* two writes of one place are never under way together, a flush is alone with reads */
        if (r->piece && r->op != ACT_READ && op != ACT_READ) {
            assert_true(op == ACT_WRITE && r->op == ACT_WRITE);
            assert_true(offset + p->len <= r->offset || r->offset + r->piece->len <= offset);
        }
    }
    for (u32 i = 0; i < BACKLOG_DEPTH; i++) {
        if (disk.under_way[i].piece)
            continue;
        disk.under_way[i] = (struct request){op, offset, p};
        return 0;
    }
    fail_msg("too many requests");
    return -EAGAIN;
}

static u64 number_in(const u8 *block)
{
    u64 n;

    memcpy(&n, block, sizeof n);
    return n;
}

static i64 perform(const struct request *r)
{
    u32 len = r->piece->len;

    if (disk.away)
        return -ENODEV;
    if (r->op == ACT_FLUSH) {
        memcpy(disk.stable, disk.content, sizeof disk.stable);
        disk.flushes++;
        return 0;
    }
    if (r->op == ACT_WRITE && disk.fails)
        return disk.fails;
    if (len > BACKLOG_BLOCK && random_below(4) == 0)
        len = BACKLOG_BLOCK; /* it may do less than asked */
    for (u32 at = 0; at < len; at += BACKLOG_BLOCK) {
        u64 *b = &disk.content[(r->offset + at) / BACKLOG_BLOCK];
        if (r->op == ACT_WRITE)
            *b = number_in(r->piece->buf + at);
        else
            memcpy(r->piece->buf + at, b, sizeof *b);
    }
    return len;
}

/* Answers one request, if there is any. */
static bool answer_one(void)
{
    u32 from = (u32)random_below(BACKLOG_DEPTH);

    for (u32 i = 0; i < BACKLOG_DEPTH; i++) {
        struct request *at = &disk.under_way[(from + i) % BACKLOG_DEPTH], r = *at;
        if (!r.piece)
            continue;
        i64 result = perform(&r);
        at->piece = NULL;
        backlog_finished(r.piece, result);
        return true;
    }
    return false;
}

static void disk_wait(void *ctx)
{
    (void)ctx;
    assert_true(answer_one());
}

/* Another driver's transfer memory takes what is in that of the one before, or there is none. */
static void new_window(bool shared)
{
    size_t size = (size_t)BACKLOG_SLOTS * BACKLOG_SLOT;
    u8 *old = disk.window;

    if (shared) {
        disk.window = malloc(size);
        assert_non_null(disk.window);
        if (old)
            memcpy(disk.window, old, size);
        free(old);
    }
    backlog_window(&backlog, disk.window, shared);
}

static i64 disk_reopen(void *ctx, bool wait)
{
    (void)ctx;
    for (u32 i = 0; i < BACKLOG_DEPTH; i++)
        assert_null(disk.under_way[i].piece);
    if (disk.never_back)
        return -ENODEV;
    if (disk.away && !wait && random_below(3)) {
        disk.asked = true;
        return -EAGAIN;
    }
    disk.away = false;
    if (disk.window)
        new_window(random_below(4) != 0);
    return 0;
}

static void disk_answer(void *ctx, u64 request, i64 result)
{
    (void)ctx;
    disk.answers++;
    disk.answered = request;
    disk.answer = result;
}

static void begin(u64 limit)
{
    backlog_close(&backlog);
    free(disk.window);
    static const struct backlog_engine engine = {
        .start = disk_start, .wait = disk_wait, .reopen = disk_reopen, .answer = disk_answer};

    memset(&disk, 0, sizeof disk);
    backlog_init(&backlog, &engine, limit);
}

static void settle(void)
{
    backlog_poke(&backlog);
    for (;;) {
        if (disk.asked) {
            disk.asked = false;
            backlog_poke(&backlog);
        }
        if (!answer_one() && !disk.asked)
            return;
    }
}

static void end(void)
{
    settle();
    while (backlog.reads) { /* what was read ahead for nobody */
        static u8 block[32 * BACKLOG_BLOCK];
        backlog.patient = true;
        for (u64 b = 0; b < BLOCKS; b++)
            for (u32 n = 1; n <= 32 && b + n <= BLOCKS; n *= 2)
                backlog_read(&backlog, b, n, block);
    }
    assert_null(backlog.first);
}

static void fill(u8 *buf, u32 count, u64 number)
{
    for (u32 i = 0; i < count; i++)
        memcpy(buf + (size_t)i * BACKLOG_BLOCK, &number, sizeof number);
}

/* What the blocks must hold: by the newest write, and by the newest flush. */
struct expected {
    u64 newest[BLOCKS];
    u64 number;
};

static void write_some(struct expected *e, u64 block, u32 count)
{
    static u8 buf[32 * BACKLOG_BLOCK];

    fill(buf, count, ++e->number);
    assert_int_equal(backlog_write(&backlog, block, count, buf), 0);
    for (u32 i = 0; i < count; i++)
        e->newest[block + i] = e->number;
}

static void read_some(const struct expected *e, u64 block, u32 count)
{
    static u8 buf[32 * BACKLOG_BLOCK];
    i64 r;

    backlog.patient = random_below(2);
    while ((r = backlog_read(&backlog, block, count, buf)) == -EAGAIN) {
        assert_false(backlog.patient);
        backlog.ask_again = false;
        while (!backlog.ask_again) {
            if (!answer_one())
                backlog_poke(&backlog);
        }
    }
    assert_int_equal(r, 0);
    for (u32 i = 0; i < count; i++)
        assert_int_equal(number_in(buf + (size_t)i * BACKLOG_BLOCK), e->newest[block + i]);
}

/* Any order of reads, writes, flushes, answers and absences. */
static void work(bool window)
{
    const char *given = getenv("SEED"), *soak = getenv("SOAK");
    u32 steps = soak && *soak ? 3000000 : 15000;
    struct expected e = {0}, flushed = {0};

    state = given ? strtoull(given, NULL, 0) : 4711;
    printf("SEED=%llu\n", (unsigned long long)state);
    begin((window ? 100 : 40) * BACKLOG_BLOCK);
    if (window)
        new_window(true);
    for (u32 i = 0; i < steps; i++) {
        u32 count = 1u << random_below(6);
        u64 block = random_below(BLOCKS - count + 1);
        switch (random_below(8)) {
        case 0:
        case 1:
            write_some(&e, block, count);
            break;
        case 2:
        case 3:
            read_some(&e, block, count);
            break;
        case 4:
            backlog_prefetch(&backlog, block, count);
            break;
        case 5:
            answer_one();
            break;
        case 6:
            disk.away |= random_below(50) == 0;
            break;
        default:
            if (random_below(4))
                break;
            flushed = e;
            assert_int_equal(backlog_flush(&backlog), 0);
            if (backlog_when_stable(&backlog, i, 7) == 0) {
                u32 before = disk.answers;
                settle();
                assert_int_equal(disk.answers, before + 1);
                assert_int_equal(disk.answered, i);
                assert_int_equal(disk.answer, 7);
            }
            assert_memory_equal(disk.stable, flushed.newest, sizeof flushed.newest);
        }
    }
    end();
    assert_true(disk.flushes > steps / 200);
    assert_true(window ? disk.in_window > steps / 10 && disk.larger : !disk.in_window);
    assert_true(!backlog.slots && !backlog.unslotted);
}

static void random_work(void **unused)
{
    (void)unused;
    work(false);
}

static void random_work_in_window(void **unused)
{
    (void)unused;
    work(true);
}

/* More writes than there are slots: those behind wait for one, in order, and readers have theirs.
 */
/* What lies side by side on the disk comes to it in large pieces, with slots at once or later. */
static void large_runs(void **unused)
{
    struct expected e = {0};

    (void)unused;
    begin(64u << 20);
    new_window(true);
    backlog.slots = 0x000FFFFF; /* another's */
    for (u32 i = 0; i < 3; i++)
        for (u64 b = 0; b < BLOCKS; b += 8)
            write_some(&e, b, 8);
    assert_true(backlog.unslotted > 0);
    backlog_poke(&backlog);
    assert_int_equal(disk.larger, 1);
    backlog.slots &= ~0x000FFFFFu;
    settle();
    assert_true(disk.larger >= 3); /* more where the disk did less than asked */
    assert_memory_equal(disk.content, e.newest, sizeof e.newest);
    end();
    assert_int_equal(backlog.slots, 0);
}

/* More writes than there are slots: those behind wait for one, in order, and readers have theirs.
 */
static void more_than_slots(void **unused)
{
    struct expected e = {0};

    (void)unused;
    begin(64u << 20);
    new_window(true);
    for (u32 i = 0; i < 3 * BACKLOG_SLOTS; i++)
        write_some(&e, i % BLOCKS, 1 + i % 2 * 7 % (BLOCKS - i % BLOCKS));
    assert_true(backlog.unslotted > 0);
    backlog_flush(&backlog);
    for (u32 i = 0; i < 20; i++)
        backlog_prefetch(&backlog, i * 2, 1);
    settle();
    assert_int_equal(backlog.unslotted, 0);
    for (u32 i = 0; i < BLOCKS; i++)
        assert_int_equal(disk.stable[i], e.newest[i]);
    end();
}

/* Behind a flush that the disk has not answered nothing is written. */
static void nothing_overtakes_a_flush(void **unused)
{
    struct expected e = {0};

    (void)unused;
    begin(1u << 20);
    write_some(&e, 0, 1);
    write_some(&e, 4, 1);
    backlog_flush(&backlog);
    write_some(&e, 2, 1);
    for (u32 left = 3; left; left--) {
        assert_int_equal(disk.content[2], 0);
        assert_true(answer_one());
    }
    assert_int_equal(disk.stable[0], 1);
    assert_int_equal(disk.stable[4], 2);
    assert_int_equal(disk.stable[2], 0);
    assert_true(answer_one());
    assert_int_equal(disk.content[2], 3);
}

/* A disk that refuses twice fails all that follows, and whoever waits hears of it. */
static void failing_writes(void **unused)
{
    static u8 buf[BACKLOG_BLOCK];
    struct expected e = {0};

    (void)unused;
    begin(1u << 20);
    write_some(&e, 0, 1);
    write_some(&e, 1, 8);
    backlog_flush(&backlog);
    assert_int_equal(backlog_when_stable(&backlog, 5, 0), 0);
    disk.fails = -EIO;
    settle();
    assert_int_equal(disk.answers, 1);
    assert_int_equal(disk.answer, -EIO);
    disk.fails = 0;
    assert_int_equal(backlog_write(&backlog, 3, 1, buf), -EIO);
    assert_int_equal(backlog_flush(&backlog), -EIO);
    assert_int_equal(backlog_when_stable(&backlog, 6, 0), -EIO);
    assert_int_equal(disk.flushes, 0);
    assert_null(backlog.first);
    assert_int_equal(backlog_read(&backlog, 9, 1, buf), 0);
}

/* Requests that cannot be begun: once is no harm, twice is a failure, and nobody waits for ever. */
static void refused_requests(void **unused)
{
    static u8 buf[BACKLOG_BLOCK];
    struct expected e = {0};

    (void)unused;
    begin(1u << 20);
    disk.refusal = -EINVAL;
    disk.refuses = 1;
    write_some(&e, 0, 1);
    settle();
    assert_int_equal(disk.content[0], 1);
    disk.refuses = 2;
    backlog.patient = true;
    assert_int_equal(backlog_read(&backlog, 9, 1, buf), -EIO);
    disk.refusal = -EAGAIN;
    disk.refuses = 2;
    assert_int_equal(backlog_flush(&backlog), -EIO);
    assert_null(backlog.first);
}

static void full_disk(void **unused)
{
    struct expected e = {0};

    (void)unused;
    begin(1u << 20);
    write_some(&e, 0, 1);
    disk.fails = -ENOSPC;
    settle();
    assert_int_equal(backlog_flush(&backlog), -ENOSPC);
}

/* A disk that does not come back fails reads and writes; one that does later is read again. */
static void lost_disk(void **unused)
{
    static u8 buf[BACKLOG_BLOCK];
    struct expected e = {0};

    (void)unused;
    begin(1u << 20);
    write_some(&e, 0, 1);
    disk.away = disk.never_back = true;
    assert_int_equal(backlog_when_stable(&backlog, 5, 0), 0);
    backlog.patient = true;
    assert_int_equal(backlog_read(&backlog, 9, 1, buf), -EIO);
    settle();
    assert_int_equal(disk.answer, -EIO);
    disk.away = disk.never_back = false;
    assert_int_equal(backlog_read(&backlog, 9, 1, buf), 0);
}

static void forgotten_waiter(void **unused)
{
    struct expected e = {0};

    (void)unused;
    begin(1u << 20);
    write_some(&e, 0, 1);
    assert_int_equal(backlog_when_stable(&backlog, 5, 0), 0);
    backlog_forget(&backlog, 5);
    settle();
    assert_int_equal(disk.answers, 0);
    assert_int_equal(backlog_when_stable(&backlog, 6, 0), 1);
}

/* Small writes side by side are one request, when nothing of them was passed on before. */
static void small_writes_join(void **unused)
{
    struct expected e = {0};
    u32 requests = 0, bytes = 0;

    (void)unused;
    begin(1u << 20);
    for (u64 b = 10; b < 26; b += 2)
        write_some(&e, b, 2);
    write_some(&e, 26, 1); /* a piece is full */
    write_some(&e, 3, 1);
    assert_int_equal(backlog.running, 0);
    backlog_poke(&backlog);
    for (u32 i = 0; i < BACKLOG_DEPTH; i++) {
        requests += disk.under_way[i].piece != NULL;
        bytes += disk.under_way[i].piece ? disk.under_way[i].piece->len : 0;
    }
    assert_int_equal(requests, 3);
    assert_int_equal(bytes, 18 * BACKLOG_BLOCK);
    settle();
    assert_memory_equal(disk.content, e.newest, sizeof e.newest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_work),
        cmocka_unit_test(random_work_in_window),
        cmocka_unit_test(more_than_slots),
        cmocka_unit_test(large_runs),
        cmocka_unit_test(nothing_overtakes_a_flush),
        cmocka_unit_test(failing_writes),
        cmocka_unit_test(refused_requests),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(lost_disk),
        cmocka_unit_test(forgotten_waiter),
        cmocka_unit_test(small_writes_join),
    };

    int r = cmocka_run_group_tests(tests, NULL, NULL);
    begin(0);
    return r;
}
