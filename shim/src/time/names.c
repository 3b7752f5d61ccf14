/* Names of days and months, and the weeks of ISO 8601. */
#include "shim/src/time/civil.h"
#include "shim/src/time/names.h"

const char *const __umk_day_names[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
const char *const __umk_month_names[12] = {"January",   "February", "March",    "April",
                                           "May",       "June",     "July",     "August",
                                           "September", "October",  "November", "December"};

/* A week belongs to the year that has its Thursday. */
int __umk_iso_week(const struct tm *tm, long long *year)
{
    long long y = 1900LL + tm->tm_year;
    int thursday = tm->tm_yday - (tm->tm_wday + 6) % 7 + 3;

    if (thursday < 0) {
        y--;
        thursday += 365 + __umk_leap_year(y);
    } else if (thursday >= 365 + __umk_leap_year(y)) {
        thursday -= 365 + __umk_leap_year(y);
        y++;
    }
    *year = y;
    return thursday / 7 + 1;
}
