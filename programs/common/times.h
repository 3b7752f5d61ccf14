/* Times and durations as text. */
#ifndef COMMON_TIMES_H
#define COMMON_TIMES_H

#include <stdbool.h>
#include <time.h>

/* "1.5", "2m", "1h", "3d", "inf": seconds as a timespec. False when it is none. */
bool duration_parse(const char *text, struct timespec *out);

/* Sleeps that long, whatever signals are handled meanwhile. */
void sleep_for(struct timespec t);

/* The time column of a long listing: with the year when far from `now`. */
void time_listing(time_t when, time_t now, char *out, size_t size);

/* "2d 3h 4m 5s", without leading parts that are zero. */
void uptime_text(time_t seconds, char *out, size_t size);

#endif
