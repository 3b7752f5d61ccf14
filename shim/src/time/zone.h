/*
 * The time zone: what TZ names, a rule in POSIX's notation or a zoneinfo file (TZif)
 * that ends in one.
 */
#ifndef SHIM_TIME_ZONE_H
#define SHIM_TIME_ZONE_H

#include "shim/src/time/civil.h"

#define ZONE_NAME_MAX 16

/* What holds at some time. */
struct zone_type {
    i32 offset; /* seconds east of UTC */
    bool dst;
    const char *name;
};

/* The day and time of a change. */
struct zone_day {
    enum { DAY_JULIAN, DAY_ZERO_BASED, DAY_MONTH_WEEK } kind;
    int day;   /* 1..365 without leap day, 0..365 with, or weekday 0..6 */
    int week;  /* 1..5, 5 is the last */
    int month; /* 0..11 */
    i32 time;  /* seconds after midnight, may be outside of the day */
};

struct zone_rule {
    char std_name[ZONE_NAME_MAX], dst_name[ZONE_NAME_MAX];
    i32 std_offset, dst_offset;
    bool has_dst;
    struct zone_day start, end; /* of daylight saving time */
};

/* Reads a rule, which must be all of text. false: it is none. */
bool __umk_rule_parse(const char *text, struct zone_rule *r) __umk_hidden;
/* Whether daylight saving time holds at t. */
bool __umk_rule_dst(const struct zone_rule *r, i64 t) __umk_hidden;

/* A zoneinfo file; all pointers lead into its own copy of the data. */
struct zone_file {
    u8 *data;
    size_t len;
    const u8 *times; /* timecnt big-endian words of time_size bytes */
    const u8 *indices;
    const u8 *types; /* typecnt records of 6 bytes */
    const char *names;
    u32 timecnt, typecnt, charcnt;
    u32 time_size;
    bool has_rule;
    struct zone_rule rule; /* for what comes after the last time */
};

/* Takes data (malloc'ed) over; false: no valid file, data is still the caller's. */
bool __umk_zone_file_parse(u8 *data, size_t len, struct zone_file *f) __umk_hidden;
/* The type at t; name leads into the file. false: the rule decides. */
bool __umk_zone_file_find(const struct zone_file *f, i64 t, struct zone_type *out) __umk_hidden;
/* The name and offset of the last type with or without dst; false: there is none. */
bool __umk_zone_file_last(const struct zone_file *f, bool dst, struct zone_type *out) __umk_hidden;

/* The zone's lock is taken, TZ is looked at again, and the zone brought up to date. */
void __umk_zone_lock(void) __umk_hidden;
void __umk_zone_unlock(void) __umk_hidden;
/* What holds at t; the lock is held. The name stays valid for ever. */
void __umk_zone_at(i64 t, struct zone_type *out) __umk_hidden;
/* Fills tm for t in the current zone. 0 or -EOVERFLOW; the lock is held. */
i64 __umk_zone_civil(i64 t, struct tm *tm) __umk_hidden;

#endif
