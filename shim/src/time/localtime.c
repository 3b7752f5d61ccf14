/* gmtime, localtime and their reentrant forms. */
#include <errno.h>
#include "shim/src/time/zone.h"

static struct tm shared; /* the result of gmtime and localtime, as the standard allows */

struct tm *gmtime_r(const time_t *restrict t, struct tm *restrict tm)
{
    i64 r = __umk_civil(*t, 0, tm);

    if (r < 0) {
        __umk_fail((int)-r);
        return NULL;
    }
    tm->tm_isdst = 0;
    tm->tm_gmtoff = 0;
    tm->tm_zone = "GMT";
    return tm;
}

struct tm *localtime_r(const time_t *restrict t, struct tm *restrict tm)
{
    __umk_zone_lock();
    i64 r = __umk_zone_civil(*t, tm);
    __umk_zone_unlock();
    if (r < 0) {
        __umk_fail((int)-r);
        return NULL;
    }
    return tm;
}

struct tm *gmtime(const time_t *t)
{
    return gmtime_r(t, &shared);
}

struct tm *localtime(const time_t *t)
{
    return localtime_r(t, &shared);
}
