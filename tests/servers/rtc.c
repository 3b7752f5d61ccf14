/* The battery-backed clock, whose registers are made here. */
#include "check.h"
#include "servers/rtcd/rtc.h"
#include "umk/abi/errno.h"

static u8 regs[16];
static u32 reads,
    restless; /* restless: how many reads of the seconds differ from the ones before */

static u8 get(void *ctx, u8 reg)
{
    (void)ctx;
    assert_true(reg < sizeof regs);
    reads++;
    if (reg == 0 && restless) {
        restless--;
        return (u8)(regs[0] ^ (reads & 1));
    }
    return regs[reg];
}

static void put(u8 mode, u8 year, u8 month, u8 day, u8 hour, u8 minute, u8 second)
{
    memset(regs, 0, sizeof regs);
    regs[0] = second;
    regs[2] = minute;
    regs[4] = hour;
    regs[7] = day;
    regs[8] = month;
    regs[9] = year;
    regs[11] = mode;
    restless = 0;
}

static void expect(i64 seconds)
{
    assert_int_equal(rtc_seconds(get, NULL), seconds);
}

static void test_forms(void **state)
{
    (void)state;
    put(2, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00); /* decimal digits, 24 hours */
    expect(946684800);
    put(2, 0x26, 0x11, 0x26, 0x15, 0x59, 0x58);
    expect(1795708798);
    put(6, 26, 11, 26, 15, 59, 58);
    expect(1795708798);
    put(0, 0x26, 0x11, 0x26, 0x83, 0x59, 0x58); /* 3 in the afternoon */
    expect(1795708798);
    put(4, 26, 11, 26, 0x80 | 12, 0, 0); /* noon */
    expect(1795694400);
    put(4, 26, 11, 26, 12, 0, 0); /* midnight */
    expect(1795651200);
    put(6, 24, 2, 29, 23, 59, 59);
    expect(1709251199);
    put(6, 99, 12, 31, 23, 59, 59);
    expect(4102444799);
}

static void test_what_is_no_clock(void **state)
{
    (void)state;
    memset(regs, 0xFF, sizeof regs);
    expect(-ENODEV);
    put(6, 26, 0, 26, 15, 59, 58);
    expect(-ENODEV);
    put(6, 26, 13, 26, 15, 59, 58);
    expect(-ENODEV);
    put(6, 26, 12, 26, 24, 59, 58);
    expect(-ENODEV);
    put(2, 0xFA, 0x12, 0x26, 0x15, 0x59, 0x58);
    expect(-ENODEV);
}

static void test_rest(void **state)
{
    (void)state;
    put(6, 26, 11, 26, 15, 59, 58);
    restless = 7;
    assert_in_range(rtc_seconds(get, NULL), 1795708798, 1795708799);
    put(6, 26, 11, 26, 15, 59, 58);
    regs[10] = 0x80; /* always in an update */
    expect(-EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_what_is_no_clock),
        cmocka_unit_test(test_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
