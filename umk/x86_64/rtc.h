/* The machine's battery-backed clock (MC146818 and its successors), read once at boot. */
#ifndef UMK_X86_64_RTC_H
#define UMK_X86_64_RTC_H

#include "umk/abi/types.h"

/* Seconds since 1970 (UTC); 0: there is no such clock. */
u64 rtc_seconds(void);

#endif
