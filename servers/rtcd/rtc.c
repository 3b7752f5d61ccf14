/* See rtc.h. */
#include "servers/rtcd/rtc.h"
#include "umk/abi/errno.h"

#include <string.h>

enum { SECOND, MINUTE, HOUR, DAY, MONTH, YEAR, PARTS };
#define STATUS_A 10u
#define STATUS_B 11u
#define UPDATING 0x80u
#define MODE_24_HOURS 2u
#define MODE_BINARY 4u
#define AFTERNOON 0x80u
#define TRIES 1000u

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
    if (mode & MODE_24_HOURS)
        return number(v, mode);
    return number(v & (u8)~AFTERNOON, mode) % 12 + (v & AFTERNOON ? 12 : 0);
}

/* The registers, read twice alike, so that none has changed in between. */
static bool at_rest(u8 (*get)(void *ctx, u8 reg), void *ctx, u8 parts[PARTS])
{
    static const u8 regs[PARTS] = {0, 2, 4, 7, 8, 9};
    u8 again[PARTS];

    if (get(ctx, STATUS_A) & UPDATING)
        return false;
    for (u32 i = 0; i < PARTS; i++)
        parts[i] = get(ctx, regs[i]);
    for (u32 i = 0; i < PARTS; i++)
        again[i] = get(ctx, regs[i]);
    return memcmp(parts, again, PARTS) == 0;
}

i64 rtc_seconds(u8 (*get)(void *ctx, u8 reg), void *ctx)
{
    u8 parts[PARTS], mode = get(ctx, STATUS_B);
    u32 tries = 0;

    if (mode == UINT8_MAX)
        return -ENODEV;
    while (!at_rest(get, ctx, parts))
        if (++tries == TRIES)
            return -EIO;
    u32 year = number(parts[YEAR], mode), month = number(parts[MONTH], mode);
    u32 day = number(parts[DAY], mode), hour = hour_of(parts[HOUR], mode);
    u32 minute = number(parts[MINUTE], mode), second = number(parts[SECOND], mode);
    if (year > 99 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        second > 59)
        return -ENODEV;
    return (i64)(days(2000 + year, month, day) * 86400 + hour * 3600 + minute * 60 + second);
}
