/* Address spaces, regions, memory objects: fmap, funmap, mprotect, and the memory scheme. */
#include "tests/unit/core_test.h"

#define RW (RX_PROT_READ | RX_PROT_WRITE)
#define P PAGE_SIZE

static i64 anon(u32 pid, u64 size, u32 flags, u64 address)
{
    return CALL(pid, SYS_FMAP, RX_ANON_FD, 0, size, RW | flags, address);
}

static const struct aspace *space(u32 pid)
{
    return &process_find(pid)->aspace;
}

static void unmap_ok(u32 pid, u64 at, u64 len)
{
    assert_int_equal(CALL(pid, SYS_FUNMAP, at, len), 0);
}

static void anonymous_memory(void **state)
{
    i64 at = anon(1, 4 * P, RX_MAP_PRIVATE, 0);

    (void)state;
    assert_true(at > 0 && at % P == 0);
    assert_int_equal(space(1)->private_bytes, 4 * P);
    assert_int_equal(anon(1, P, RX_MAP_PRIVATE, 0), at + 4 * P);
    unmap_ok(1, (u64)at, 4 * P);
    /* the first hole that fits is taken again */
    assert_int_equal(anon(1, 2 * P, RX_MAP_PRIVATE, 0), at);
    unmap_ok(1, (u64)at, 5 * P);
    assert_int_equal(space(1)->nregions, 0);
    assert_counts();
}

static void bad_arguments(void **state)
{
    (void)state;
    assert_int_equal(anon(1, 0, 0, 0), -EINVAL);
    assert_int_equal(anon(1, 100, 0, 0), -EINVAL);
    assert_int_equal(anon(1, P, RX_MAP_FIXED, 100), -EINVAL);
    assert_int_equal(anon(1, P, RX_MAP_FIXED, 0), -EINVAL);
    assert_int_equal(anon(1, P, RX_MAP_FIXED, 1ull << 47), -EINVAL);
    assert_int_equal(anon(1, 2 * P, RX_MAP_FIXED, (1ull << 47) - P), -EINVAL);
    assert_int_equal(anon(1, P, RX_MAP_FIXED, ~(u64)PAGE_MASK), -EINVAL);
    assert_int_equal(anon(1, 1ull << 60, 0, 0), -EINVAL);
    assert_int_equal(CALL(1, SYS_FMAP, RX_ANON_FD, 7, P, RW, 0), -EINVAL);
    assert_int_equal(CALL(1, SYS_FMAP, RX_ANON_FD, 0, P, RW | RX_PROT_EXEC, 0), -EACCES);
    assert_int_equal(CALL(1, SYS_FUNMAP, 1, P), -EINVAL);
    assert_int_equal(CALL(1, SYS_FUNMAP, P, 0), -EINVAL);
    assert_int_equal(CALL(1, SYS_FUNMAP, ~(u64)PAGE_MASK, P), -EINVAL);
    assert_int_equal(CALL(1, SYS_FUNMAP, P, UINT64_MAX), -EINVAL);
    assert_int_equal(CALL(1, SYS_MPROTECT, P, P, 1), -EINVAL);
    assert_int_equal(CALL(1, SYS_MPROTECT, P, P, RX_PROT_WRITE | RX_PROT_EXEC), -EACCES);
    assert_int_equal(CALL(1, SYS_MPROTECT, 3, P, 0), -EINVAL);
    assert_counts();
}

static void more_than_there_is(void **state)
{
    i64 at;

    (void)state;
    assert_int_equal(anon(1, 65u << 20, 0, 0), -ENOMEM);
    assert_int_equal(anon(1, 1ull << 46, 0, 0), -ENOMEM);
    at = anon(1, (60u << 20) & ~PAGE_MASK, 0, 0);
    assert_true(at > 0);
    assert_int_equal(anon(1, 8u << 20, 0, 0), -ENOMEM);
    unmap_ok(1, (u64)at, 60u << 20);
    assert_counts();
}

static void holes_and_splits(void **state)
{
    u64 at = (u64)anon(1, 10 * P, 0, 0);

    (void)state;
    unmap_ok(1, at + 3 * P, 2 * P);
    assert_int_equal(space(1)->nregions, 2);
    assert_int_equal(space(1)->private_bytes, 8 * P);
    unmap_ok(1, at + P, 7 * P); /* over a hole, cutting both ends */
    assert_int_equal(space(1)->private_bytes, 3 * P);
    unmap_ok(1, at + 4 * P, P); /* nothing there */
    assert_int_equal(CALL(1, SYS_MPROTECT, at, 10 * P, RX_PROT_READ), 0);
    unmap_ok(1, at, 10 * P);
    assert_counts();
}

static void fixed_replaces(void **state)
{
    u64 at = (u64)anon(1, 4 * P, 0, 0);

    (void)state;
    assert_int_equal(anon(1, 2 * P, RX_MAP_FIXED_NOREPLACE, at + 3 * P), -EEXIST);
    assert_int_equal(anon(1, 2 * P, RX_MAP_FIXED_NOREPLACE, at + 4 * P), at + 4 * P);
    assert_int_equal(anon(1, 2 * P, RX_MAP_FIXED, at + P), at + P);
    assert_int_equal(space(1)->private_bytes, 6 * P);
    assert_int_equal(space(1)->nregions, 4);
    unmap_ok(1, at, 6 * P);
    assert_counts();
}

/* Memory objects */

static u64 object(u32 pid, u64 size)
{
    u64 fd = open_ok(pid, "memory", "zeroed", RX_O_RDWR);

    assert_int_equal(CALL(pid, SYS_CALL, fd, 0, CALL_STD_FS | 3, STD_FTRUNCATE, size, 0), 0);
    return fd;
}

static void object_is_shared(void **state)
{
    u64 fd = object(1, 3 * P + 1);
    i64 a = CALL(1, SYS_FMAP, fd, 0, 4 * P, RW | RX_MAP_SHARED, 0);
    i64 b = CALL(1, SYS_FMAP, fd, P, P, RX_PROT_READ | RX_MAP_SHARED, 0);

    (void)state;
    assert_true(a > 0 && b > 0);
    assert_ptr_equal((u8 *)sim_mapped(1, (u64)a) + P, sim_mapped(1, (u64)b));
    assert_int_equal(space(1)->shared_bytes, 5 * P);
    assert_int_equal(space(1)->private_bytes, 0);
    /* rights of a shared mapping only shrink */
    assert_int_equal(CALL(1, SYS_MPROTECT, (u64)b, P, RW), -EACCES);
    assert_int_equal(CALL(1, SYS_MPROTECT, (u64)a, P, RX_PROT_READ), 0);
    assert_int_equal(CALL(1, SYS_MPROTECT, (u64)a, P, RW), -EACCES);
    close_ok(1, fd);
    assert_int_equal(core.memory_used - before.memory_used, 4 * P);
    unmap_ok(1, (u64)a, 4 * P);
    assert_int_equal(core.memory_used - before.memory_used, 4 * P);
    unmap_ok(1, (u64)b, P);
    assert_counts();
}

static void object_bounds(void **state)
{
    u64 fd = object(1, 2 * P), ro;
    struct rx_stat st;

    (void)state;
    assert_int_equal(CALL(1, SYS_FMAP, fd, 0, 3 * P, RW | RX_MAP_SHARED, 0), -EINVAL);
    assert_int_equal(CALL(1, SYS_FMAP, fd, 2 * P, P, RW | RX_MAP_SHARED, 0), -EINVAL);
    assert_int_equal(CALL(1, SYS_FMAP, fd, ~(u64)PAGE_MASK, P, RW | RX_MAP_SHARED, 0), -EINVAL);
    assert_int_equal(CALL(1, SYS_CALL, fd, 0, CALL_STD_FS | 3, STD_FTRUNCATE, P, 0), -EBUSY);
    assert_int_equal(CALL(1, SYS_FSTAT, fd), 0);
    memcpy(&st, sim_payload(1, 0), sizeof(st));
    assert_int_equal(st.size, 2 * P);
    ro = open_ok(1, "memory", "zeroed", RX_O_RDONLY);
    assert_int_equal(CALL(1, SYS_CALL, ro, 0, CALL_STD_FS | 3, STD_FTRUNCATE, P, 0), -EBADF);
    assert_int_equal(CALL(1, SYS_FMAP, ro, 0, P, RW | RX_MAP_SHARED, 0), -EACCES);
    close_ok(1, ro);
    close_ok(1, fd);
    assert_counts();
}

static void looked_at_is_not_mapped(void **state)
{
    u64 fd = open_ok(1, "memory", "zeroed", RX_O_RDWR | RX_O_STAT);

    (void)state;
    assert_int_equal(CALL(1, SYS_FMAP, fd, 0, P, RX_PROT_READ | RX_MAP_SHARED, 0), -EACCES);
    assert_int_equal(CALL(1, SYS_FMAP, fd, 0, P, RX_PROT_READ | RX_MAP_PRIVATE, 0), -EACCES);
    close_ok(1, fd);
    assert_counts();
}

static void private_copy_of_an_object(void **state)
{
    u64 fd = object(1, P);
    i64 at = CALL(1, SYS_FMAP, fd, 0, P, RW | RX_MAP_PRIVATE, 0);

    (void)state;
    assert_true(at > 0);
    assert_int_equal(space(1)->private_bytes, P);
    assert_int_equal(CALL(1, SYS_MPROTECT, (u64)at, P, RX_PROT_READ | RX_PROT_EXEC), 0);
    unmap_ok(1, (u64)at, P);
    close_ok(1, fd);
    assert_counts();
}

static void unsized_memory_file(void **state)
{
    u64 fd = open_ok(1, "memory", "", RX_O_RDWR);
    i64 priv = CALL(1, SYS_FMAP, fd, 0, P, RW, 0), shared;

    (void)state;
    assert_true(priv > 0);
    assert_int_equal(space(1)->private_bytes, P);
    shared = CALL(1, SYS_FMAP, fd, 0, 2 * P, RW | RX_MAP_SHARED, 0);
    assert_true(shared > 0);
    assert_int_equal(space(1)->shared_bytes, 2 * P);
    unmap_ok(1, (u64)priv, P);
    unmap_ok(1, (u64)shared, 2 * P);
    close_ok(1, fd);
    assert_int_equal(sim_open(1, 0, "memory", "physical", RX_O_RDWR), -ENOENT);
    assert_counts();
}

static void statvfs_counts_memory(void **state)
{
    u64 fd = open_ok(1, "memory", "zeroed", RX_O_RDWR);
    struct rx_statvfs a, b;
    i64 at;

    (void)state;
    assert_int_equal(CALL(1, SYS_CALL, fd, sizeof(a), CALL_STD_FS | 3, STD_FSTATVFS, 0, 0), 0);
    memcpy(&a, sim_payload(1, 0), sizeof(a));
    at = anon(1, 16 * P, 0, 0);
    assert_int_equal(CALL(1, SYS_CALL, fd, sizeof(b), CALL_STD_FS | 3, STD_FSTATVFS, 0, 0), 0);
    memcpy(&b, sim_payload(1, 0), sizeof(b));
    assert_int_equal(a.bsize, P);
    assert_int_equal(a.bfree - b.bfree, 16);
    assert_int_equal(a.blocks, (64u << 20) / P);
    unmap_ok(1, (u64)at, 16 * P);
    close_ok(1, fd);
    assert_counts();
}

/* Forks and ends */

static void fork_copies_the_charges(void **state)
{
    u64 fd = object(1, P);
    i64 at = anon(1, 8 * P, 0, 0), child;
    i64 shared = CALL(1, SYS_FMAP, fd, 0, P, RW | RX_MAP_SHARED, 0);
    u64 used = core.memory_used;

    (void)state;
    child = sim_fork(1);
    assert_true(child > 1);
    assert_int_equal(core.memory_used, used + 8 * P);
    assert_int_equal(space((u32)child)->nregions, 2);
    assert_int_equal(space((u32)child)->shared_bytes, P);
    reap((u32)child);
    assert_int_equal(core.memory_used, used);
    unmap_ok(1, (u64)at, 8 * P);
    unmap_ok(1, (u64)shared, P);
    close_ok(1, fd);
    assert_counts();
}

static void death_gives_all_back(void **state)
{
    u32 pid = spawn(1);

    (void)state;
    anon(pid, 100 * P, 0, 0);
    CALL(pid, SYS_FMAP, object(pid, 9 * P), 0, 9 * P, RW | RX_MAP_SHARED, 0);
    reap(pid);
    assert_counts();
}

/* Against a model: a page map */

#define MODEL_PAGES 64u

static void random_maps(void **state)
{
    u64 base = 0x500000000ull, seed = 1;
    u8 model[MODEL_PAGES] = {0};

    (void)state;
    for (u32 i = 0; i < 3000; i++) {
        u64 at, len, used = 0;

        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        at = seed >> 33 & (MODEL_PAGES - 1);
        len = 1 + (seed >> 40) % (MODEL_PAGES - at);
        if (seed >> 60 < 8) {
            assert_int_equal(anon(1, len * P, RX_MAP_FIXED, base + at * P), base + at * P);
            memset(model + at, 1, len);
        } else {
            unmap_ok(1, base + at * P, len * P);
            memset(model + at, 0, len);
        }
        for (u32 k = 0; k < MODEL_PAGES; k++) {
            used += model[k];
            assert_int_equal(aspace_find(space(1), base + k * P + 5) != NULL, model[k]);
        }
        assert_int_equal(space(1)->private_bytes, used * P);
    }
    unmap_ok(1, base, MODEL_PAGES * P);
    assert_counts();
}

/* A cut that finds no memory for the second half changes nothing. */
static void split_without_memory(void **state)
{
    u64 at = (u64)anon(1, 10 * P, 0, 0);

    (void)state;
    core_audit_pool("region")->fail_in = 1;
    assert_int_equal(CALL(1, SYS_FUNMAP, at + P, P), -ENOMEM);
    core_audit_pool("region")->fail_in = 1;
    assert_int_equal(CALL(1, SYS_MPROTECT, at + P, P, RX_PROT_READ), -ENOMEM);
    core_audit_check();
    assert_int_equal(space(1)->private_bytes, 10 * P);
    unmap_ok(1, at, 10 * P);
    assert_counts();
}

/* What the machine refuses leaves no region behind. */
static void machine_refuses(void **state)
{
    u64 fd = object(1, P);
    i64 at = anon(1, 4 * P, 0, 0);

    (void)state;
    for (u32 n = 1; n <= 2; n++) {
        sim_fail_effect(n);
        assert_int_equal(anon(1, P, 0, 0), -ENOMEM);
        sim_fail_effect(n);
        assert_int_equal(CALL(1, SYS_FMAP, fd, 0, P, RW | RX_MAP_SHARED, 0), -ENOMEM);
        assert_int_equal(space(1)->nregions, 1);
    }
    unmap_ok(1, (u64)at, 4 * P);
    close_ok(1, fd);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(anonymous_memory),
        TEST(bad_arguments),
        TEST(more_than_there_is),
        TEST(holes_and_splits),
        TEST(fixed_replaces),
        TEST(object_is_shared),
        TEST(object_bounds),
        TEST(looked_at_is_not_mapped),
        TEST(private_copy_of_an_object),
        TEST(unsized_memory_file),
        TEST(statvfs_counts_memory),
        TEST(fork_copies_the_charges),
        TEST(death_gives_all_back),
        TEST(random_maps),
        TEST(split_without_memory),
        TEST(machine_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
