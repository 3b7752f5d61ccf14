/* A port of an AHCI adapter, beside an adapter and a disk made here: honest first, then not. */
#include "check.h"
#include "servers/ahcid/ahci.h"
#include "umk/abi/errno.h"

#define INTERRUPTS 0x10u
#define COMMAND 0x18u
#define TASK 0x20u
#define SIGNATURE 0x24u
#define LINK 0x28u
#define ISSUE 0x38u
#define FAILED 0x40000000u
#define FATAL 0x08000000u
#define GONE 0x400000u
#define SECTORS 1000u
#define PHYSICAL 0x123400000ull

static _Alignas(8) u8 registers[0x80];
static _Alignas(4096) u8 memory[AHCI_MEMORY];
static struct ahci_port port;
static u64 clock_ns;
static const u8 *identity; /* the disk's answer; NULL: it gives none */

static u32 get(u32 at)
{
    return hw_read32(registers, at);
}

static void put(u32 at, u32 value)
{
    hw_write32(registers, at, value);
}

/* The clock of the driver goes on with each look at it, and so does the device. */
u64 hw_now(void)
{
    u32 command = get(COMMAND) & ~0xC000u;

    put(COMMAND, command | (command & 0x1 ? 0x8000 : 0) | (command & 0x10 ? 0x4000 : 0));
    return clock_ns += 1000000;
}

void hw_pause(void)
{
    if (identity && get(ISSUE) == 1) {
        const u32 moved = 512;
        memcpy(memory + AHCI_DATA, identity, 512);
        memcpy(memory + 4, &moved, sizeof moved);
        put(ISSUE, 0);
    }
}

i64 hw_memory(size_t len, struct hw_memory *out)
{
    assert_true(len <= sizeof memory);
    *out = (struct hw_memory){memory, PHYSICAL, sizeof memory};
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    memset(registers, 0, sizeof registers);
    memset(memory, 0, sizeof memory);
    identity = NULL;
    put(LINK, 3);
    put(SIGNATURE, 0x101);
    port = (struct ahci_port){.registers = registers,
                              .memory = {memory, PHYSICAL, sizeof memory},
                              .disk = {SECTORS, 512, true}};
    return 0;
}

static u32 memory32(size_t at)
{
    u32 v;

    memcpy(&v, memory + at, sizeof v);
    return v;
}

/* The adapter says that a slot's command has moved so many bytes. */
static void moved(u32 slot, u32 bytes)
{
    memcpy(memory + 32u * slot + 4, &bytes, sizeof bytes);
}

static void look(u32 why, u32 active, u32 ended, u32 failed)
{
    u32 e, f;

    put(INTERRUPTS, why);
    put(ISSUE, active);
    ahci_port_look(&port, &e, &f);
    assert_int_equal(e, ended);
    assert_int_equal(f, failed);
}

static void test_command_is_written_as_the_book_says(void **state)
{
    static const u8 fis[20] = {0x27, 0x80, 0x35, 0, 0xE1, 0x03, 0, 0x40, 0, 0, 0, 0, 7};
    const u32 table = 2048 + 3 * 256;

    (void)state;
    assert_int_equal(ahci_port_submit(&port, 3, AHCI_WRITE, 993, 7), 0);
    assert_int_equal(get(ISSUE), 8);
    assert_int_equal(memory32(3 * 32), 5 | 0x40 | 1 << 16);
    assert_int_equal(memory32(3 * 32 + 4), 0);
    assert_int_equal(memory32(3 * 32 + 8), (u32)PHYSICAL + table);
    assert_int_equal(memory32(3 * 32 + 12), 1);
    assert_memory_equal(memory + table, fis, sizeof fis);
    assert_int_equal(memory32(table + 128), (u32)PHYSICAL + AHCI_DATA + 3 * AHCI_SLOT);
    assert_int_equal(memory32(table + 132), 1);
    assert_int_equal(memory32(table + 140), 7 * 512 - 1);
    assert_int_equal(ahci_port_submit(&port, 0, AHCI_FLUSH, 0, 0), 0);
    assert_int_equal(memory32(0), 5);
    assert_int_equal(memory[2048 + 2], 0xEA);
}

static void test_what_cannot_be_is_refused(void **state)
{
    (void)state;
    assert_int_equal(ahci_port_submit(&port, 0, AHCI_READ, SECTORS - 6, 7), -EINVAL);
    assert_int_equal(ahci_port_submit(&port, 0, AHCI_READ, UINT64_MAX, 7), -EINVAL);
    assert_int_equal(ahci_port_submit(&port, 0, AHCI_READ, 0, 0), -EINVAL);
    assert_int_equal(ahci_port_submit(&port, 0, AHCI_READ, 0, 129), -EINVAL);
    assert_int_equal(ahci_port_submit(&port, 0, AHCI_READ, 0, UINT32_MAX), -EINVAL);
    assert_int_equal(ahci_port_submit(&port, AHCI_SLOTS, AHCI_READ, 0, 1), -EIO);
    assert_int_equal(ahci_port_submit(&port, 0, AHCI_READ, 0, 1), 0);
    assert_int_equal(ahci_port_submit(&port, 0, AHCI_READ, 0, 1), -EIO);
}

/* The adapter has one command at a time. */
static void test_ends(void **state)
{
    (void)state;
    for (u32 i = 0; i < 4; i++)
        assert_int_equal(ahci_port_submit(&port, i, AHCI_READ, i, 2), 0);
    assert_int_equal(get(ISSUE), 1);
    moved(0, 1024);
    look(1, 0, 1, 0);
    assert_int_equal(get(ISSUE), 2);
    look(1, 2, 0, 0);
    moved(1, 1024);
    look(1, 0xFFFFFFFD, 2, 0); /* bits of slots that are not out */
    assert_int_equal(get(ISSUE), 4);
    moved(2, 512);
    look(1, 0, 4, 4); /* less than was asked for */
    assert_int_equal(get(ISSUE), 8);
    assert_int_equal(port.out, 8);
}

static void test_turns(void **state)
{
    (void)state;
    for (u32 round = 0; round < 3; round++)
        for (u32 i = 0; i < AHCI_SLOTS; i++) {
            for (u32 k = 0; k < AHCI_SLOTS; k++)
                if (!(port.out >> k & 1))
                    assert_int_equal(ahci_port_submit(&port, k, AHCI_READ, k, 1), 0);
            moved(i, 512);
            look(1, 0, 1u << i, 0);
        }
}

static void test_failed_command_and_those_behind_it(void **state)
{
    (void)state;
    for (u32 i = 0; i < 4; i++)
        assert_int_equal(ahci_port_submit(&port, i, AHCI_READ, i, 1), 0);
    moved(0, 512);
    look(1, 0, 1, 0);
    look(FAILED, 2, 2, 2);
    assert_int_equal(get(ISSUE), 4);
    moved(2, 512);
    put(TASK, 0x41);
    look(FAILED, 0, 4, 4); /* an adapter that takes it for done */
    assert_int_equal(get(ISSUE), 8);
    assert_true(get(COMMAND) & 1);
    assert_false(port.broken);
}

static void test_errors_without_an_end(void **state)
{
    u32 rounds = 0, ended, failed;

    (void)state;
    assert_int_equal(ahci_port_submit(&port, 5, AHCI_READ, 0, 1), 0);
    while (port.out && ++rounds < 100) {
        put(INTERRUPTS, FATAL);
        put(ISSUE, 1 << 5);
        ahci_port_look(&port, &ended, &failed);
    }
    assert_in_range(rounds, 2, 10);
    assert_int_equal(ended, 1 << 5);
    assert_int_equal(failed, 1 << 5);
    assert_true(port.broken);
    assert_int_equal(ahci_port_submit(&port, 5, AHCI_READ, 0, 1), -EIO);
}

static void test_disk_that_is_gone(void **state)
{
    (void)state;
    assert_int_equal(ahci_port_submit(&port, 1, AHCI_READ, 0, 1), 0);
    look(GONE, 2, 0, 0); /* something was, but the link is up */
    put(LINK, 0);
    look(GONE, 2, 2, 2);
    assert_int_equal(ahci_port_submit(&port, 1, AHCI_READ, 0, 1), -EIO);
    look(0, 0, 0, 0);
}

static void test_silence(void **state)
{
    (void)state;
    assert_int_equal(ahci_port_submit(&port, 1, AHCI_READ, 0, 1), 0);
    ahci_port_late(&port);
    assert_int_equal(get(ISSUE), 2);
    look(0, 2, 0, 0);
    ahci_port_late(&port);
    look(0, 2, 2, 2);
    assert_true(port.broken);
}

static void answer(u8 out[512])
{
    memset(out, 0, 512);
    out[2 * 83 + 1] = 0x64; /* valid, FLUSH CACHE EXT, 48 bits */
    out[2 * 100] = 0xE8;
    out[2 * 100 + 1] = 0x03;
}

static void test_open(void **state)
{
    static u8 data[512];

    (void)state;
    answer(data);
    identity = data;
    port.disk = (struct ahci_disk){0};
    assert_int_equal(ahci_port_open(&port), 0);
    assert_true(port.disk.sectors == SECTORS && port.disk.sector_size == 512);
    set_up(NULL);
    put(LINK, 0);
    assert_int_equal(ahci_port_open(&port), -ENODEV);
    set_up(NULL);
    put(SIGNATURE, 0xEB140101); /* a CD drive */
    assert_int_equal(ahci_port_open(&port), -ENODEV);
    set_up(NULL);
    put(TASK, 0x80);
    assert_int_equal(ahci_port_open(&port), -ETIMEDOUT);
    set_up(NULL);
    assert_int_equal(ahci_port_open(&port), -ETIMEDOUT); /* no answer */
}

static void test_identify(void **state)
{
    struct ahci_disk d;
    u8 data[512];

    (void)state;
    answer(data);
    assert_int_equal(ahci_identify(data, &d), 0);
    assert_true(d.sectors == SECTORS && d.sector_size == 512 && d.flush_wide);
    data[2 * 106 + 1] = 0x50; /* sectors are longer: 2048 words */
    data[2 * 117 + 1] = 0x08;
    assert_int_equal(ahci_identify(data, &d), 0);
    assert_int_equal(d.sector_size, 4096);
    data[2 * 118] = 1;
    assert_int_equal(ahci_identify(data, &d), -EINVAL);
    answer(data);
    data[2 * 103] = 2; /* beyond 2^48 */
    assert_int_equal(ahci_identify(data, &d), -EINVAL);
    answer(data);
    data[2 * 83 + 1] = 0x40;
    assert_int_equal(ahci_identify(data, &d), -EOPNOTSUPP);
    memset(data, 0xFF, sizeof data);
    assert_int_equal(ahci_identify(data, &d), -EOPNOTSUPP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_command_is_written_as_the_book_says, set_up),
        cmocka_unit_test_setup(test_what_cannot_be_is_refused, set_up),
        cmocka_unit_test_setup(test_ends, set_up),
        cmocka_unit_test_setup(test_turns, set_up),
        cmocka_unit_test_setup(test_failed_command_and_those_behind_it, set_up),
        cmocka_unit_test_setup(test_errors_without_an_end, set_up),
        cmocka_unit_test_setup(test_disk_that_is_gone, set_up),
        cmocka_unit_test_setup(test_silence, set_up),
        cmocka_unit_test_setup(test_open, set_up),
        cmocka_unit_test_setup(test_identify, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
