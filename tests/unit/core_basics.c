/* The core's ground floor: pools, lists, text, the log, memory accounting, timers. */
#include "tests/unit/core_test.h"

#include "umk/core/fmt.h"
#include "umk/core/timer.h"

#include <stdio.h>
#include <stdlib.h>

/* Pools */

struct thing {
    u64 words[5];
};

static void pool_ceiling(void **state)
{
    struct pool p = POOL_INIT(thing, 300);
    struct thing *all[300];

    (void)state;
    assert_int_equal(p.size, 48);
    for (u32 i = 0; i < 300; i++) {
        assert_non_null(all[i] = pool_get(&p));
        for (u32 w = 0; w < 5; w++)
            assert_int_equal(all[i]->words[w], 0);
        memset(all[i], 0xAA, sizeof(*all[i]));
    }
    assert_null(pool_get(&p));
    assert_int_equal(p.live, 300);
    pool_put(&p, all[7]);
    assert_ptr_equal(pool_get(&p), all[7]);
    assert_int_equal(all[7]->words[0], 0);
    for (u32 i = 0; i < 300; i++)
        pool_put(&p, all[i]);
    assert_int_equal(p.live, 0);
}

static void pool_failure_on_request(void **state)
{
    struct pool p = POOL_INIT(thing, 10);
    void *first;

    (void)state;
    p.fail_in = 2;
    assert_non_null(first = pool_get(&p));
    assert_null(pool_get(&p));
    assert_int_equal(p.fail_in, 0);
    pool_put(&p, first);
    assert_non_null(first = pool_get(&p));
    pool_put(&p, first);
}

static void pool_of_large_records(void **state)
{
    struct big {
        u8 bytes[10000];
    };
    struct pool p = POOL_INIT(big, 8);
    u8 *a, *b;

    (void)state;
    a = pool_get(&p);
    b = pool_get(&p);
    assert_true(a && b && (a + 10000 <= b || b + 10000 <= a));
    memset(a, 1, 10000);
    memset(b, 2, 10000);
    assert_int_equal(a[9999], 1);
}

/* Lists */

struct node {
    int value;
    struct list link;
};

static void list_order_and_removal(void **state)
{
    struct node n[4] = {{.value = 0}, {.value = 1}, {.value = 2}, {.value = 3}}, *at, *next;
    struct list head;
    int sum = 0, expected = 0;

    (void)state;
    list_init(&head);
    assert_null(list_first(&head));
    for (u32 i = 0; i < 4; i++)
        list_add(&head, &n[i].link);
    LIST_FOR_EACH (at, &head, link)
        assert_int_equal(at->value, expected++);
    list_remove(&n[1].link);
    list_remove(&n[1].link);
    LIST_FOR_EACH_SAFE (at, next, &head, link) {
        sum += at->value;
        list_remove(&at->link);
    }
    assert_int_equal(sum, 5);
    assert_true(list_empty(&head));
}

/* Text */

__attribute__((format(printf, 2, 3))) static void same_text(size_t size, const char *format, ...)
{
    char ours[64], theirs[64];
    struct fmt f = {ours, size, 0};
    va_list a, b;
    int n;

    va_start(a, format);
    va_copy(b, a);
    memset(ours, 'x', sizeof(ours));
    ours[0] = '\0'; /* an empty result is the user's to terminate */
    fmt_vadd(&f, format, a);
    n = vsnprintf(theirs, size, format, b);
    va_end(a);
    va_end(b);
    assert_string_equal(ours, theirs);
    assert_int_equal(f.len, n);
    if (size < sizeof(ours))
        assert_int_equal(ours[size], 'x');
}

static void formats(void **state)
{
    (void)state;
    same_text(64, "%s|%u|%d|%x|%c|%%", "text", 42u, -42, 0xBEEFu, 'c');
    same_text(64, "%-8s|%8s|%08x|%-5u|%5u", "ab", "cd", 0x1fu, 7u, 7u);
    same_text(64, "%lu %ld %lx", ~0ul, (long)INT64_MIN, ~0ul);
    same_text(64, "%d %d", INT32_MIN, INT32_MAX);
    same_text(8, "%s", "longer than there is room");
    same_text(1, "%s", "x");
    same_text(64, "%lu", 0ul);
}

/* The log and the accounts */

static void log_wraps(void **state)
{
    u64 at;

    (void)state;
    for (u32 i = 0; i < 3000; i++)
        klog("line %u of the log, long enough to go round", i);
    assert_true(core.log_end > LOG_SIZE);
    at = core.log_end - 5;
    assert_int_equal(core.log[at % LOG_SIZE], 'o');
    assert_int_equal(core.log[(core.log_end - 1) % LOG_SIZE], '\n');
}

static void log_line_is_cut(void **state)
{
    char longest[2000];
    u64 begin = core.log_end;

    (void)state;
    memset(longest, 'l', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    klog("%s", longest);
    assert_int_equal(core.log_end - begin, 512);
}

static void memory_limit(void **state)
{
    u64 left = core.config.memory - core.memory_used;

    (void)state;
    assert_int_equal(memory_reserve(left + 1), -ENOMEM);
    assert_int_equal(memory_reserve(UINT64_MAX), -ENOMEM);
    assert_int_equal(memory_reserve(left), 0);
    assert_int_equal(memory_reserve(1), -ENOMEM);
    memory_release(left);
    assert_counts();
}

/* Timers */

#define TIMERS 200u
static struct timer timers[TIMERS];
static u64 fired_at[TIMERS];
static u32 fired;

static void note_fired(struct timer *t)
{
    assert_false(t->armed);
    fired_at[fired++] = t->at;
}

/* Against the obvious model: each fires once, in order, unless cancelled. */
static void timers_in_order(void **state)
{
    u64 base = core.machine->now(), armed = TIMERS;

    (void)state;
    srand(1);
    fired = 0;
    memset(timers, 0, sizeof(timers));
    for (u32 i = 0; i < TIMERS; i++)
        timer_arm(&timers[i], base + 1 + (u64)rand() % 5000, note_fired);
    for (u32 i = 0; i < TIMERS; i += 3, armed--) {
        timer_cancel(&timers[i]);
        timer_cancel(&timers[i]);
    }
    for (u32 step = 0; step < 100; step++) {
        sim_advance(60);
        for (u32 i = 0; i < TIMERS; i++)
            assert_false(timers[i].armed && timers[i].at <= base + 60 * (step + 1));
    }
    assert_int_equal(fired, armed);
    for (u32 i = 1; i < fired; i++)
        assert_true(fired_at[i - 1] <= fired_at[i]);
    assert_null(core.timers);
}

static struct timer *victim;

static void cancel_other(struct timer *t)
{
    (void)t;
    fired++;
    timer_cancel(victim);
}

static void timer_cancels_another_that_is_due(void **state)
{
    struct timer a = {0}, b = {0};

    (void)state;
    fired = 0;
    victim = &b;
    timer_arm(&a, core.machine->now() + 5, cancel_other);
    timer_arm(&b, core.machine->now() + 6, cancel_other);
    sim_advance(100);
    assert_int_equal(fired, 1);
    assert_false(b.armed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pool_ceiling),
        TEST(pool_failure_on_request),
        TEST(pool_of_large_records),
        TEST(list_order_and_removal),
        TEST(formats),
        TEST(log_wraps),
        TEST(log_line_is_cut),
        TEST(memory_limit),
        TEST(timers_in_order),
        TEST(timer_cancels_another_that_is_due),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
