/* The battery-backed clock of a PC (MC146818 and its successors), by its registers. */
#ifndef SERVERS_RTCD_RTC_H
#define SERVERS_RTCD_RTC_H

#include "umk/abi/types.h"

/* Seconds since 1970 (UTC), of a year from 2000 on. -ENODEV: there is no such clock, or it shows no
 * date; -EIO: it does not come to rest. */
i64 rtc_seconds(u8 (*get)(void *ctx, u8 reg), void *ctx);

#endif
