/* The C locale's names of days and months. */
#ifndef SHIM_TIME_NAMES_H
#define SHIM_TIME_NAMES_H

#include <time.h>

extern const char *const __umk_day_names[7] __attribute__((visibility("hidden")));
extern const char *const __umk_month_names[12] __attribute__((visibility("hidden")));

#define ABBREVIATION 3 /* length of a short name */

/* ISO 8601: the week's number, and the year it belongs to. */
int __umk_iso_week(const struct tm *tm, long long *year) __attribute__((visibility("hidden")));

#endif
