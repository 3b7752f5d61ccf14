/* What drivers get of bare hardware: physical memory and interrupts, on sim's bare machine. */
#include "tests/unit/core_test.h"
#include "umk/sim/machine.h"

#define RW (RX_PROT_READ | RX_PROT_WRITE)
#define P PAGE_SIZE
#define DEVICE 0xFEBF0000000ull

static int bare(void **state)
{
    sim_bare = true;
    memset(&sim_hardware, 0, sizeof(sim_hardware));
    return setup(state);
}

static int no_longer_bare(void **state)
{
    sim_bare = false;
    return teardown(state);
}

#define BARE(fn) cmocka_unit_test_setup_teardown(fn, bare, no_longer_bare)

static u64 file(const char *scheme, const char *path, u32 flags)
{
    i64 fd = sim_open(1, 0, scheme, path, flags);

    assert_true(fd >= 0);
    return (u64)fd;
}

static i64 map(u64 fd, u64 offset, u64 size, u64 flags)
{
    return CALL(1, SYS_FMAP, fd, offset, size, flags, 0);
}

static void physical_memory(void **state)
{
    u64 fd = file("memory", "physical@uc", RX_O_RDWR);
    u64 charged = core.memory_used;
    i64 at = map(fd, DEVICE, 4 * P, RW | RX_MAP_SHARED), again;

    (void)state;
    assert_true(at > 0);
    assert_int_equal(sim_hardware.physical, DEVICE);
    assert_int_equal(sim_hardware.cache, MEMORY_UC);
    assert_int_equal(core.memory_used, charged);
    again = map(fd, DEVICE + P, P, RW | RX_MAP_PRIVATE);
    assert_true(again > 0 && again != at);
    assert_int_equal(core.memory_used, charged);
    assert_int_equal(map(fd, P, P, RW | RX_MAP_SHARED), -EACCES); /* the kernel's own */
    assert_int_equal(map(fd, 1ull << 52, P, RW | RX_MAP_SHARED), -EINVAL);
    assert_int_equal(map(fd, (1ull << 52) - P, 2 * P, RW | RX_MAP_SHARED), -EINVAL);
    assert_int_equal(map(fd, DEVICE, P, RX_PROT_READ | RX_PROT_EXEC | RX_MAP_SHARED), -EACCES);
    assert_int_equal(CALL(1, SYS_CALL, fd, 8, CALL_READ | CALL_WRITE), -EOPNOTSUPP);
    assert_int_equal(CALL(1, SYS_CLOSE, fd), 0);
    assert_int_equal(CALL(1, SYS_FUNMAP, at, 4 * P), 0);
    assert_int_equal(CALL(1, SYS_FUNMAP, again, P), 0);
    assert_counts();
}

static void memory_in_one_piece(void **state)
{
    u64 fd = file("memory", "zeroed@wb?phys_contiguous", RX_O_RDWR), address, physical;
    u64 translation = file("memory", "translation", RX_O_RDWR);
    u64 charged = core.memory_used;
    i64 at = map(fd, 0, 3 * P, RW | RX_MAP_PRIVATE);

    (void)state;
    assert_true(at > 0);
    assert_int_equal(sim_hardware.contiguous, 1);
    assert_int_equal(core.memory_used, charged + 3 * P);
    assert_int_equal(map(fd, 0, P, RW | RX_MAP_SHARED), -EOPNOTSUPP);
    address = (u64)at + 5;
    assert_int_equal(CALL_IN(1, SYS_CALL, &address, 8, translation, 8, CALL_READ | CALL_WRITE), 0);
    memcpy(&physical, sim_payload(1, 0), 8);
    assert_int_equal(physical, address + P);
    address = 0;
    assert_int_equal(CALL_IN(1, SYS_CALL, &address, 8, translation, 8, CALL_READ | CALL_WRITE),
                     -ENOENT);
    assert_int_equal(CALL(1, SYS_CALL, translation, 7, CALL_READ | CALL_WRITE), -EINVAL);
    assert_int_equal(map(translation, 0, P, RW | RX_MAP_SHARED), -EOPNOTSUPP);
    assert_int_equal(CALL(1, SYS_FUNMAP, at, 3 * P), 0);
    assert_int_equal(CALL(1, SYS_CLOSE, fd), 0);
    assert_int_equal(CALL(1, SYS_CLOSE, translation), 0);
    assert_counts();
}

static void memory_paths(void **state)
{
    static const char *const good[] = {
        "physical", "physical@wb", "physical@wc", "physical@dev", "translation",
        "zeroed@",  "ports",       "@wb",         "zeroed@wb",    "@?phys_contiguous"};
    static const char *const bad[] = {
        "phys", "physical@xx", "zeroed@uc", "@wb?other", "zeroed?phys_contiguous", "translation@w"};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(CALL(1, SYS_CLOSE, file("memory", good[i], RX_O_RDWR)), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(sim_open(1, 0, "memory", bad[i], RX_O_RDWR), -ENOENT);
    assert_counts();
}

static void lines(void **state)
{
    u64 a = file("irq", "11", RX_O_RDWR), b = file("irq", "cpu-00/11", RX_O_RDWR), count = 1;

    (void)state;
    assert_true(sim_hardware.listens[11]);
    core_irq(11);
    assert_int_equal(CALL(1, SYS_READ, a, 8), 8);
    assert_int_equal(sim_hardware.done[11], 0);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &count, 8, a, 8), 8);
    assert_int_equal(sim_hardware.done[11], 1);
    assert_int_equal(CALL(1, SYS_CLOSE, a), 0);
    assert_true(sim_hardware.listens[11]);
    assert_int_equal(CALL(1, SYS_CLOSE, b), 0);
    assert_false(sim_hardware.listens[11]);
    assert_int_equal(sim_open(1, 0, "irq", "24", RX_O_RDWR), -ENOENT);
    assert_int_equal(sim_open(1, 0, "irq", "64", RX_O_RDWR), -ENOENT);
    a = file("irq", "23", RX_O_RDWR);
    assert_int_equal(CALL(1, SYS_CLOSE, a), 0);
    assert_counts();
}

static void messages(void **state)
{
    u64 bsp = file("irq", "bsp", RX_O_RDONLY), dir, fd;
    u32 target;

    (void)state;
    assert_int_equal(CALL(1, SYS_READ, bsp, 4), 4);
    memcpy(&target, sim_payload(1, 0), 4);
    assert_int_equal(target, 7);
    dir = file("irq", "cpu-00", RX_O_RDONLY | RX_O_DIRECTORY);
    assert_int_equal(sim_open(1, 0, "irq", "cpu-00", RX_O_RDONLY), -EISDIR);
    assert_int_equal(sim_open(1, 0, "irq", "cpu-00/70", RX_O_RDWR), -EINVAL);
    fd = file("irq", "cpu-00/70", RX_O_RDWR | RX_O_CREAT);
    assert_int_equal(sim_open(1, 0, "irq", "cpu-00/70", RX_O_RDWR | RX_O_CREAT), -EEXIST);
    core_irq(70);
    assert_int_equal(CALL(1, SYS_READ, fd, 8), 8);
    assert_int_equal(CALL(1, SYS_CLOSE, fd), 0);
    fd = file("irq", "cpu-00/70", RX_O_RDWR | RX_O_CREAT);
    assert_int_equal(CALL(1, SYS_CLOSE, fd), 0);
    assert_int_equal(sim_open(1, 0, "irq", "cpu-00/224", RX_O_RDWR | RX_O_CREAT), -ENOENT);
    assert_int_equal(sim_open(1, 0, "irq", "cpu-01/70", RX_O_RDWR | RX_O_CREAT), -ENOENT);
    assert_int_equal(CALL(1, SYS_CLOSE, dir), 0);
    assert_int_equal(CALL(1, SYS_CLOSE, bsp), 0);
    assert_counts();
}

static void io_ports(void **state)
{
    u64 fd = file("memory", "ports", RX_O_RDWR);
    u32 word = 0x44332211;

    (void)state;
    assert_int_equal(CALL_IN(1, SYS_WRITE2, &word, 4, fd, 4, 0x1F0), 4);
    assert_int_equal(CALL(1, SYS_READ2, fd, 2, 0x1F1), 2);
    assert_memory_equal(sim_payload(1, 0), "\x22\x33", 2);
    assert_int_equal(CALL_IN(1, SYS_WRITE2, "x", 1, fd, 1, 0xFFFF), 1);
    assert_int_equal(CALL(1, SYS_READ2, fd, 1, 0xFFFF), 1);
    assert_int_equal(CALL(1, SYS_READ2, fd, 1, 0x20), -EACCES);
    assert_int_equal(CALL(1, SYS_READ2, fd, 2, 0xFFFF), -EINVAL);
    assert_int_equal(CALL(1, SYS_READ2, fd, 1, 0x10000), -EINVAL);
    assert_int_equal(CALL(1, SYS_READ2, fd, 3, 0x1F0), -EINVAL);
    assert_int_equal(CALL(1, SYS_READ2, fd, 0, 0x1F0), -EINVAL);
    assert_int_equal(map(fd, 0, P, RW | RX_MAP_SHARED), -EOPNOTSUPP);
    assert_int_equal(CALL(1, SYS_CLOSE, fd), 0);
    fd = file("memory", "translation", RX_O_RDWR);
    assert_true(CALL(1, SYS_READ, fd, 1) < 0);
    assert_int_equal(CALL(1, SYS_CLOSE, fd), 0);
    assert_counts();
}

static void wall_clock(void **state)
{
    u64 fd = file("sys", "update_time_offset", RX_O_WRONLY), ns[2] = {123456789, 0};

    (void)state;
    assert_int_equal(CALL_IN(1, SYS_WRITE, ns, 16, fd, 16), 16);
    assert_int_equal(sim_hardware.real_offset, 123456789);
    assert_int_equal(CALL_IN(1, SYS_WRITE, ns, 8, fd, 8), -EINVAL);
    ns[1] = 1;
    assert_int_equal(CALL_IN(1, SYS_WRITE, ns, 16, fd, 16), -EINVAL);
    assert_int_equal(CALL(1, SYS_READ, fd, 16), -EBADF);
    assert_int_equal(CALL(1, SYS_CLOSE, fd), 0);
    assert_counts();
}

/* Machines that give no hardware to programs have none of the names. */
static void hosted(void **state)
{
    (void)state;
    assert_int_equal(sim_open(1, 0, "memory", "physical@uc", RX_O_RDWR), -ENOENT);
    assert_int_equal(sim_open(1, 0, "memory", "@wb?phys_contiguous", RX_O_RDWR), -ENOENT);
    assert_int_equal(sim_open(1, 0, "memory", "ports", RX_O_RDWR), -ENOENT);
    assert_int_equal(sim_open(1, 0, "sys", "update_time_offset", RX_O_WRONLY), -EPERM);
    assert_int_equal(sim_open(1, 0, "irq", "bsp", RX_O_RDONLY), -ENOENT);
    assert_int_equal(sim_open(1, 0, "irq", "cpu-00/70", RX_O_RDWR | RX_O_CREAT), -ENOENT);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BARE(physical_memory), BARE(memory_in_one_piece),
        BARE(memory_paths),    BARE(lines),
        BARE(messages),        BARE(io_ports),
        BARE(wall_clock),      TEST(hosted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
