/* mktime, timelocal, timegm. */
#include <errno.h>
#include "shim/src/time/zone.h"

#define DAY SECONDS_PER_DAY
#define SEARCH_DAYS 300 /* how far to look for the other kind of time */

/* True if the wall clock shows local (seconds, as if UTC) at local - offset. */
static bool fits(i64 local, const struct zone_type *z)
{
    struct zone_type there;

    __umk_zone_at(local - z->offset, &there);
    return there.offset == z->offset && there.dst == z->dst;
}

/* Looks around t for a time of the wanted kind, nearest first. */
static bool find_kind(i64 t, bool dst, struct zone_type *out)
{
    for (i64 days = 1; days <= SEARCH_DAYS; days += 7) {
        __umk_zone_at(t - days * DAY, out);
        if (out->dst == dst)
            return true;
        __umk_zone_at(t + days * DAY, out);
        if (out->dst == dst)
            return true;
    }
    return false;
}

/*
 * The time at which the wall clock shows local. Where it shows it twice, isdst chooses, and the
 * first is taken when that does not; where it never does, the clock is taken as it was before the
 * gap. An isdst that is not true there counts from the nearest time of that kind.
 */
static i64 from_local(i64 local, int isdst)
{
    struct zone_type before, after, other;
    bool fits_before, fits_after;

    __umk_zone_at(local - DAY, &before);
    __umk_zone_at(local + DAY, &after);
    fits_before = fits(local, &before);
    fits_after = fits(local, &after);
    if (isdst >= 0) {
        bool dst = isdst > 0;
        if (fits_before && before.dst == dst)
            return local - before.offset;
        if (fits_after && after.dst == dst)
            return local - after.offset;
        if (find_kind(local, dst, &other))
            return local - other.offset;
    }
    return local - (fits_before || !fits_after ? before.offset : after.offset);
}

time_t mktime(struct tm *tm)
{
    struct tm result;
    i64 t, r;

    __umk_zone_lock();
    t = from_local(__umk_civil_seconds(tm), tm->tm_isdst);
    r = __umk_zone_civil(t, &result);
    __umk_zone_unlock();
    if (r < 0)
        return __umk_fail((int)-r);
    *tm = result;
    return t;
}

time_t timelocal(struct tm *tm)
{
    return mktime(tm);
}

time_t timegm(struct tm *tm)
{
    i64 t = __umk_civil_seconds(tm);

    if (!gmtime_r(&t, tm))
        return -1;
    return t;
}
