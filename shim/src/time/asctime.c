/* asctime, ctime. */
#include <errno.h>
#include <stdio.h>
#include "shim/src/internal/result.h"
#include "shim/src/time/names.h"

#define TEXT_SIZE 26

static char shared[TEXT_SIZE + 40];

static char *write_text(const struct tm *tm, char *buf, size_t size)
{
    int n = snprintf(buf, size, "%.3s %.3s%3d %.2d:%.2d:%.2d %lld\n",
                     tm->tm_wday < 0 || tm->tm_wday > 6 ? "???" : __umk_day_names[tm->tm_wday],
                     tm->tm_mon < 0 || tm->tm_mon > 11 ? "???" : __umk_month_names[tm->tm_mon],
                     tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, 1900LL + tm->tm_year);

    if (n >= 0 && (size_t)n < size)
        return buf;
    __umk_fail(EOVERFLOW);
    return NULL;
}

char *asctime_r(const struct tm *restrict tm, char *restrict buf)
{
    return write_text(tm, buf, TEXT_SIZE);
}

char *asctime(const struct tm *tm)
{
    return write_text(tm, shared, sizeof shared);
}

char *ctime_r(const time_t *t, char *buf)
{
    struct tm tm;

    return localtime_r(t, &tm) ? asctime_r(&tm, buf) : NULL;
}

char *ctime(const time_t *t)
{
    struct tm *tm = localtime(t);

    return tm ? asctime(tm) : NULL;
}
