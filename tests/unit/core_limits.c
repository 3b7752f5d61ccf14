/* Limits of a process, descriptors that children do not get, processor time of threads, and writing
 * back what is mapped. */
#include "tests/unit/core_test.h"
#include "umk/sim/machine.h"

#define RW (RX_PROT_READ | RX_PROT_WRITE)
#define P PAGE_SIZE

static i64 set(u32 pid, u64 which, u64 value, u64 ceiling)
{
    return CALL(pid, UMK_PROC, PROC_SETLIMIT, which, value, ceiling);
}

static i64 map(u32 pid, u64 pages, u32 flags)
{
    return CALL(pid, SYS_FMAP, RX_ANON_FD, 0, pages * P, RW | flags, 0);
}

static void descriptors_stay_below(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(set(a, LIMIT_FILES, 6, 100), 0);
    assert_int_equal(CALL(a, SYS_DUP_INTO, 1, 0, 0, 0), 4);
    assert_int_equal(CALL(a, SYS_DUP_INTO, 1, 0, 0, 0), 5);
    assert_int_equal(CALL(a, SYS_DUP_INTO, 1, 0, 0, 0), -EMFILE);
    assert_int_equal(CALL(a, SYS_DUP_INTO, 1, 0, 6, 0), -EINVAL);
    assert_int_equal(CALL(a, SYS_DUP2, 1, 6, 0, 0), -EBADF);
    assert_int_equal(CALL(a, SYS_DUP2, 1, 5, 0, 0), 5);
    /* the upper table is the library's */
    assert_int_equal(CALL(a, SYS_DUP_INTO, 1, 0, RX_FD_UPPER | 20, 0), (i64)(RX_FD_UPPER | 20));
    /* what is open stays open */
    assert_int_equal(set(a, LIMIT_FILES, 2, 100), 0);
    assert_int_equal(CALL(a, SYS_FCNTL, 5, RX_F_GETFD, 0), 0);
    close_ok(a, 5);
    assert_int_equal(CALL(a, SYS_DUP_INTO, 1, 0, 0, 0), -EMFILE);
    reap(a);
    assert_counts();
}

static void memory_stays_below(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(set(a, LIMIT_PRIVATE, 4 * P, 4 * P), 0);
    assert_int_equal(map(a, 5, RX_MAP_PRIVATE), -ENOMEM);
    assert_true(map(a, 3, RX_MAP_PRIVATE) > 0);
    assert_int_equal(map(a, 2, RX_MAP_PRIVATE), -ENOMEM);
    assert_true(map(a, 2, RX_MAP_SHARED) > 0);
    assert_int_equal(set(a, LIMIT_MAPPED, 6 * P, 6 * P), 0);
    assert_int_equal(map(a, 2, RX_MAP_SHARED), -ENOMEM);
    assert_true(map(a, 1, RX_MAP_SHARED) > 0);
    assert_int_equal(map(a, 1, RX_MAP_PRIVATE), -ENOMEM);
    /* a limit below what there is takes nothing away */
    assert_int_equal(set(a, LIMIT_MAPPED, 0, 6 * P), 0);
    assert_int_equal(process_find(a)->aspace.nregions, 3);
    assert_int_equal(map(a, 1, RX_MAP_SHARED), -ENOMEM);
    reap(a);
    assert_counts();
}

static void ceilings_and_children(void **state)
{
    const u32 ids[6] = {7, 7, 7, 7, 7, 7};
    u32 a = spawn(1), b;

    (void)state;
    assert_int_equal(set(a, LIMITS, 0, 0), -EINVAL);
    assert_int_equal(CALL(a, UMK_PROC, PROC_GETLIMIT, LIMITS), -EINVAL);
    assert_int_equal(set(a, LIMIT_PRIVATE, 2, 1), -EINVAL);
    assert_int_equal(set(a, LIMIT_FILES, 1, RX_FD_MAX + 1), -EPERM);
    assert_int_equal(set(a, LIMIT_FILES, 40, 50), 0);
    assert_int_equal(set(a, LIMIT_FILES, 60, 60), 0);
    assert_int_equal(CALL_IN(a, UMK_PROC, ids, sizeof ids, PROC_SETRESUGID), 0);
    assert_int_equal(set(a, LIMIT_FILES, 60, 61), -EPERM);
    assert_int_equal(set(a, LIMIT_FILES, 10, 60), 0);
    b = spawn(a);
    assert_int_equal(CALL(b, UMK_PROC, PROC_GETLIMIT, LIMIT_FILES), 0);
    assert_int_equal(sim_portal(b, 0)->ret[0], 10);
    assert_int_equal(sim_portal(b, 0)->ret[1], 60);
    assert_int_equal(CALL(b, SYS_DUP_INTO, 1, 0, 10, 0), -EINVAL);
    assert_int_equal(CALL(1, SYS_DUP_INTO, 1, 0, 10, 0), 10);
    close_ok(1, 10);
    reap(a);
    reap(b);
    assert_counts();
}

static void not_for_children(void **state)
{
    u32 a = spawn(1), b;

    (void)state;
    assert_int_equal(CALL(a, SYS_DUP_INTO, 1, 0, 7, 0), 7);
    assert_int_equal(CALL(a, SYS_DUP_INTO, 1, 0, 8, 0), 8);
    assert_int_equal(CALL(a, SYS_FCNTL, 7, RX_F_SETFD, RX_FD_CLOFORK), 0);
    assert_int_equal(CALL(a, SYS_FCNTL, 7, RX_F_GETFD, 0), RX_FD_CLOFORK);
    assert_int_equal(CALL(a, SYS_FCNTL, 8, RX_F_SETFD, RX_FD_FLAGS | 1), 0);
    assert_int_equal(CALL(a, SYS_FCNTL, 8, RX_F_GETFD, 0), RX_FD_FLAGS);
    b = spawn(a);
    assert_int_equal(CALL(b, SYS_FCNTL, 7, RX_F_GETFD, 0), -EBADF);
    assert_int_equal(CALL(b, SYS_FCNTL, 8, RX_F_GETFD, 0), -EBADF);
    assert_int_equal(CALL(b, SYS_DUP_INTO, 1, 0, 7, 0), 7);
    assert_int_equal(CALL(b, SYS_FCNTL, 7, RX_F_GETFD, 0), 0);
    assert_int_equal(CALL(a, SYS_FCNTL, 7, RX_F_GETFD, 0), RX_FD_CLOFORK);
    reap(a);
    reap(b);
    assert_counts();
}

static void clock_of_a_thread(void **state)
{
    u32 a = spawn(1);
    struct sim_body *body = sim_body(a)->m;

    (void)state;
    body->thread_ns[0] = 5000000007ull;
    body->thread_ns[1] = 9;
    assert_int_equal(CALL(a, SYS_CLOCK_GETTIME, RX_CLOCK_THREAD_CPU), 0);
    assert_int_equal(sim_portal(a, 0)->ret[0], 5);
    assert_int_equal(sim_portal(a, 0)->ret[1], 7);
    assert_int_equal(CALL(a, SYS_CLOCK_GETTIME, RX_CLOCK_THREAD_OF(1)), -EINVAL);
    assert_true(CALL(a, UMK_PORTAL_NEW, PORTAL_FOR_THREAD) > 0);
    assert_int_equal(CALL(a, SYS_CLOCK_GETTIME, RX_CLOCK_THREAD_OF(1)), 0);
    assert_int_equal(sim_portal(a, 0)->ret[1], 9);
    assert_int_equal(CALL(a, SYS_CLOCK_GETTIME, RX_CLOCK_THREAD_OF(0xFFFu)), -EINVAL);
    assert_int_equal(CALL(a, SYS_CLOCK_GETTIME, 0x2000), -EINVAL);
    reap(a);
    assert_counts();
}

static void memory_without_a_file(void **state)
{
    i64 at = map(1, 3, RX_MAP_PRIVATE);

    (void)state;
    assert_true(at > 0);
    assert_int_equal(CALL(1, UMK_MSYNC, at + P), 0);
    assert_int_equal(sim_portal(1, 0)->ret[0], at + 3 * P);
    assert_int_equal(CALL(1, UMK_MSYNC, at + 3 * P), -ENOMEM);
    assert_int_equal(CALL(1, UMK_MSYNC, at + 1), -EINVAL);
    assert_int_equal(CALL(1, SYS_FUNMAP, at, 3 * P), 0);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(descriptors_stay_below), TEST(memory_stays_below), TEST(ceilings_and_children),
        TEST(not_for_children),       TEST(clock_of_a_thread),  TEST(memory_without_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
