/*
 * Calendar arithmetic. Years are counted from March, so that the leap day is the last
 * of a year and months have a regular pattern; 400 years are 146097 days.
 */
#include "shim/src/time/civil.h"

#define DAYS_400 146097
#define EPOCH_FROM_MARCH_0000 719468 /* days from 0000-03-01 to 1970-01-01 */

static i64 floor_div(i64 a, i64 b)
{
    return a / b - (a % b < 0);
}

bool __umk_leap_year(i64 year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int __umk_month_days(i64 year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month] + (month == 1 && __umk_leap_year(year));
}

i64 __umk_days_to_month(i64 year, int month)
{
    int from_march = (month + 10) % 12;
    i64 y = year - (month < 2);
    i64 era = floor_div(y, 400);
    i64 of_era = y - era * 400;

    return era * DAYS_400 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * from_march + 2) / 5 -
           EPOCH_FROM_MARCH_0000;
}

i64 __umk_civil(i64 t, i64 offset, struct tm *tm)
{
    i64 days = floor_div(t, SECONDS_PER_DAY);
    i64 second = (t % SECONDS_PER_DAY + SECONDS_PER_DAY) % SECONDS_PER_DAY + offset;

    days += floor_div(second, SECONDS_PER_DAY);
    second -= floor_div(second, SECONDS_PER_DAY) * SECONDS_PER_DAY;
    i64 d = days + EPOCH_FROM_MARCH_0000;
    i64 era = floor_div(d, DAYS_400);
    i64 of_era = d - era * DAYS_400;
    i64 year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    i64 of_year = of_era - (365 * year + year / 4 - year / 100);
    i64 from_march = (5 * of_year + 2) / 153;
    int month = (int)((from_march + 2) % 12);

    year += era * 400 + (month < 2);
    if (year - 1900 < INT32_MIN || year - 1900 > INT32_MAX)
        return -EOVERFLOW;
    tm->tm_sec = (int)(second % 60);
    tm->tm_min = (int)(second / 60 % 60);
    tm->tm_hour = (int)(second / 3600);
    tm->tm_mday = (int)(of_year - (153 * from_march + 2) / 5 + 1);
    tm->tm_mon = month;
    tm->tm_year = (int)(year - 1900);
    tm->tm_wday = (int)(((days + 4) % 7 + 7) % 7);
    tm->tm_yday = (int)(days - __umk_days_to_month(year, 0));
    return 0;
}

i64 __umk_civil_seconds(const struct tm *tm)
{
    i64 year = (i64)tm->tm_year + 1900 + floor_div(tm->tm_mon, 12);
    int month = (int)(tm->tm_mon - floor_div(tm->tm_mon, 12) * 12);
    i64 days = __umk_days_to_month(year, month) + tm->tm_mday - 1;

    /* an int year is at most 2^31 * 366 * 86400 seconds away: no overflow is possible */
    return days * SECONDS_PER_DAY + (i64)tm->tm_hour * 3600 + (i64)tm->tm_min * 60 + tm->tm_sec;
}
