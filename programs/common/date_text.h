/* A moment as people write it, for the options of date and touch. */
#ifndef COMMON_DATE_TEXT_H
#define COMMON_DATE_TEXT_H

#include <stdbool.h>
#include <time.h>

/*
 * Reads TEXT in the form of GNU's tools: "@SECONDS", or in any order a date (2020-01-31, 1/31/2020,
 * 31 Jan 2020, Jan 31), a time (12:34:56.7, 3pm), a zone (UTC, Z, +01:00), a weekday, and what is
 * to be added ("+2 days", "1 week ago", "next month", "yesterday"). What is missing is now's; the
 * time is midnight where there is a date or weekday and no time. Without a zone it is the local
 * one. False when it is none, or a moment that does not exist.
 */
bool date_text_parse(const char *text, struct timespec now, struct timespec *out);

#endif
