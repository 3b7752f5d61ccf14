/* See rtc.h. */
#include "umk/x86_64/rtc.h"
#include "umk/x86_64/cpu.h"

enum {
    SECOND = 0,
    MINUTE = 2,
    HOUR = 4,
    DAY = 7,
    MONTH = 8,
    YEAR = 9,
    STATUS_A = 10,
    STATUS_B = 11
};
#define UPDATING 0x80u
#define MODE_24_HOURS 2u
#define MODE_BINARY 4u
#define AFTERNOON 0x80u

static u8 get(u8 reg)
{
    outb(0x70, reg);
    return inb(0x71);
}

static u32 number(u8 v, u8 mode)
{
    return mode & MODE_BINARY ? v : (v >> 4) * 10u + (v & 15u);
}

/* Days from 1970-01-01 to a date of the Gregorian calendar: years begin in March here, so that the
 * leap day is the last. */
static u64 days(u32 year, u32 month, u32 day)
{
    u32 y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;

    return 365ull * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static u32 hour_of(u8 v, u8 mode)
{
    u32 h = number(v & (u8)~AFTERNOON, mode);

    if (mode & MODE_24_HOURS)
        return number(v, mode);
    return h % 12 + (v & AFTERNOON ? 12 : 0);
}

u64 rtc_seconds(void)
{
    u8 first[6], again[6], mode = get(STATUS_B);
    static const u8 regs[6] = {SECOND, MINUTE, HOUR, DAY, MONTH, YEAR};
    u32 differ, tries = 1000;

    if (mode == 0xFF)
        return 0;
    do {
        differ = 0;
        while ((get(STATUS_A) & UPDATING) && --tries)
            ;
        for (u32 i = 0; i < 6; i++)
            first[i] = get(regs[i]);
        for (u32 i = 0; i < 6; i++) {
            again[i] = get(regs[i]);
            differ |= first[i] ^ again[i];
        }
    } while (differ && tries && --tries);
    return days(2000 + number(first[5], mode), number(first[4], mode), number(first[3], mode)) *
               86400 +
           hour_of(first[2], mode) * 3600 + number(first[1], mode) * 60 + number(first[0], mode);
}
