/* What one program may have of the kernel's records, and what is left for others and for services.
 */
#include "tests/unit/core_test.h"

#define MAX 800u /* records of the pool in these tests */
#define SHARE (MAX / 8)
#define FOR_ALL (MAX - MAX / 16)

static struct pool *queues;

static void begin(void)
{
    queues = core_audit_pool("event_queue");
    queues->max = MAX;
}

static void end(void)
{
    queues->max = 1u << 16;
    assert_counts();
}

/* Opens event queues until one is refused: how many it got. */
static u32 hoard(u32 pid)
{
    i64 fd;
    u32 n = 0;

    while ((fd = sim_open(pid, 0, "event", "", RX_O_RDWR)) >= 0)
        n++;
    assert_int_equal(fd, -ENOMEM);
    return n;
}

static void one_program_has_a_share(void **state)
{
    u32 hoarder = spawn(1), other = spawn(1);

    (void)state;
    begin();
    assert_int_equal(hoard(hoarder), SHARE);
    close_ok(other, open_ok(other, "event", "", RX_O_RDWR));
    reap(hoarder);
    assert_int_equal(hoard(other), SHARE);
    reap(other);
    end();
}

static void what_is_closed_may_be_had_again(void **state)
{
    u32 p = spawn(1);
    u64 fd;

    (void)state;
    begin();
    fd = open_ok(p, "event", "", RX_O_RDWR);
    assert_int_equal(hoard(p), SHARE - 1);
    close_ok(p, fd);
    assert_int_equal(hoard(p), 1);
    reap(p);
    end();
}

static void a_rest_is_kept_for_services(void **state)
{
    struct sim_server s;
    u32 p[9], all = 0;

    (void)state;
    make_server(&s, "service");
    begin();
    for (u32 i = 0; i < 9; i++)
        all += hoard(p[i] = spawn(1));
    assert_int_equal(all, FOR_ALL);
    close_ok(1, open_ok(1, "event", "", RX_O_RDWR));
    close_ok(s.pid, open_ok(s.pid, "event", "", RX_O_RDWR));
    for (u32 i = 0; i < 9; i++)
        reap(p[i]);
    end_server(&s, "service");
    end();
}

/* A child's own share is not its parent's: a program with much may fork often. */
static void a_child_pays_for_itself(void **state)
{
    struct pool *chunks = core_audit_pool("fd_chunk");
    u32 p = spawn(1), child[20], max = chunks->max, had = chunks->live;

    (void)state;
    close_ok(p, open_ok(p, "event", "", RX_O_RDWR));
    chunks->max = 8 * 10;
    for (u32 i = 0; i < 20; i++)
        assert_true((i64)(child[i] = (u32)sim_fork(p)) > 1);
    assert_true(chunks->live >= had + 20);
    reap(p);
    for (u32 i = 0; i < 20; i++)
        reap(child[i]);
    chunks->max = max;
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_program_has_a_share),
        TEST(what_is_closed_may_be_had_again),
        TEST(a_rest_is_kept_for_services),
        TEST(a_child_pays_for_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
