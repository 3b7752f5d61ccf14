/* The proleptic Gregorian calendar. */
#ifndef SHIM_TIME_CIVIL_H
#define SHIM_TIME_CIVIL_H

#include <time.h>
#include "shim/src/internal/result.h"

#define SECONDS_PER_DAY 86400

/* Days from 1970-01-01 to the first of a month; month 0..11, any year. */
i64 __umk_days_to_month(i64 year, int month) __umk_hidden;
bool __umk_leap_year(i64 year) __umk_hidden;
int __umk_month_days(i64 year, int month) __umk_hidden;
/* The calendar fields of a time, offset seconds east of UTC. 0 or -EOVERFLOW: no int year. */
i64 __umk_civil(i64 t, i64 offset, struct tm *tm) __umk_hidden;
/* Seconds since the epoch of fields taken as UTC, which may be out of their ranges. */
i64 __umk_civil_seconds(const struct tm *tm) __umk_hidden;

#endif
