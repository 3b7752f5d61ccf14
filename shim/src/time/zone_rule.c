/* Time zone rules in POSIX's notation: STD+5DST,M3.2.0,M11.1.0/2 and the like. */
#include <string.h>
#include "shim/src/time/zone.h"

#define DEFAULT_DAYS ",M3.2.0,M11.1.0"
#define HOUR 3600

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A name: three or more letters, or <...> around letters, digits, signs. */
static bool parse_name(const char **s, char *out)
{
    bool quoted = **s == '<';
    const char *begin = *s + quoted, *p = begin;
    size_t len;

    while (is_letter(*p) || (quoted && (is_digit(*p) || *p == '+' || *p == '-')))
        p++;
    len = (size_t)(p - begin);
    if (len < 3 || len >= ZONE_NAME_MAX || (quoted && *p != '>'))
        return false;
    memcpy(out, begin, len);
    out[len] = 0;
    *s = p + quoted;
    return true;
}

static bool parse_number(const char **s, int max, int *out)
{
    int n = 0;

    if (!is_digit(**s))
        return false;
    for (; is_digit(**s); (*s)++) {
        n = n * 10 + (**s - '0');
        if (n > max)
            return false;
    }
    *out = n;
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool parse_time(const char **s, int max_hour, i32 *out)
{
    int sign = 1, hour, minute = 0, second = 0;

    if (**s == '+' || **s == '-')
        sign = *(*s)++ == '-' ? -1 : 1;
    if (!parse_number(s, max_hour, &hour))
        return false;
    if (**s == ':') {
        (*s)++;
        if (!parse_number(s, 59, &minute))
            return false;
        if (**s == ':') {
            (*s)++;
            if (!parse_number(s, 59, &second))
                return false;
        }
    }
    *out = sign * (hour * HOUR + minute * 60 + second);
    return true;
}

static bool parse_month_day(const char **s, struct zone_day *d)
{
    d->kind = DAY_MONTH_WEEK;
    if (!parse_number(s, 12, &d->month) || d->month < 1 || *(*s)++ != '.' ||
        !parse_number(s, 5, &d->week) || d->week < 1 || *(*s)++ != '.' ||
        !parse_number(s, 6, &d->day))
        return false;
    d->month--;
    return true;
}

static bool parse_day(const char **s, struct zone_day *d)
{
    memset(d, 0, sizeof *d);
    d->time = 2 * HOUR;
    if (**s == 'M') {
        (*s)++;
        if (!parse_month_day(s, d))
            return false;
    } else if (**s == 'J') {
        (*s)++;
        d->kind = DAY_JULIAN;
        if (!parse_number(s, 365, &d->day) || d->day < 1)
            return false;
    } else {
        d->kind = DAY_ZERO_BASED;
        if (!parse_number(s, 365, &d->day))
            return false;
    }
    if (**s != '/')
        return true;
    (*s)++;
    return parse_time(s, 167, &d->time);
}

bool __umk_rule_parse(const char *s, struct zone_rule *r)
{
    i32 west;

    memset(r, 0, sizeof *r);
    if (!parse_name(&s, r->std_name) || !parse_time(&s, 24, &west))
        return false;
    r->std_offset = r->dst_offset = -west;
    if (!*s)
        return true;
    if (!parse_name(&s, r->dst_name))
        return false;
    r->has_dst = true;
    r->dst_offset = r->std_offset + HOUR;
    if (*s && *s != ',') {
        if (!parse_time(&s, 24, &west))
            return false;
        r->dst_offset = -west;
    }
    if (!*s)
        s = DEFAULT_DAYS;
    return *s++ == ',' && parse_day(&s, &r->start) && *s++ == ',' && parse_day(&s, &r->end) && !*s;
}

/* Seconds from the epoch to the day's time in a year, as if it were UTC. */
static i64 day_in_year(const struct zone_day *d, i64 year)
{
    i64 first, days;

    switch (d->kind) {
    case DAY_JULIAN:
        days = __umk_days_to_month(year, 0) + d->day - 1;
        if (__umk_leap_year(year) && d->day >= 60)
            days++;
        break;
    case DAY_ZERO_BASED:
        days = __umk_days_to_month(year, 0) + d->day;
        break;
    case DAY_MONTH_WEEK:
    default:
        first = __umk_days_to_month(year, d->month);
        /* 1970-01-01 was a Thursday, day 4 */
        days = first + ((d->day - (first + 4)) % 7 + 7) % 7 + 7 * (d->week - 1);
        if (days >= first + __umk_month_days(year, d->month))
            days -= 7;
        break;
    }
    return days * SECONDS_PER_DAY + d->time;
}

bool __umk_rule_dst(const struct zone_rule *r, i64 t)
{
    struct tm tm;

    if (!r->has_dst || __umk_civil(t, r->std_offset, &tm) < 0)
        return false;
    i64 year = (i64)tm.tm_year + 1900;
    i64 start = day_in_year(&r->start, year) - r->std_offset;
    i64 end = day_in_year(&r->end, year) - r->dst_offset;
    if (start < end)
        return t >= start && t < end;
    return t >= start || t < end;
}
