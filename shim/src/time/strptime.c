/*
 * strptime in the C locale. Fields that follow from others (week day, day of the year)
 * are computed when a complete date was read.
 */
#include <limits.h>
#include <string.h>
#include <strings.h>
#include "shim/src/time/names.h"
#include "shim/src/time/zone.h"

/* What was read besides struct tm's own fields. */
struct parsed {
    struct tm *tm;
    bool pm, has_pm, has_12;
    int century; /* -1: none */
    int year;    /* of the century, -1: none */
    bool has_year, has_month, has_day, has_yday, has_wday;
    int week; /* of the year, -1: none */
    int week_start;
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_spaces(const char *s)
{
    while (is_space(*s))
        s++;
    return s;
}

/* A number of at most digits digits in min..max; leading spaces are allowed. */
static const char *number(const char *s, int digits, int min, int max, int *out)
{
    int n = 0;

    s = skip_spaces(s);
    if (*s < '0' || *s > '9')
        return NULL;
    do
        n = n * 10 + (*s++ - '0');
    while (--digits && n * 10 <= max && *s >= '0' && *s <= '9');
    if (n < min || n > max)
        return NULL;
    *out = n;
    return s;
}

static const char *name(const char *s, const char *const *names, int n, int *out)
{
    for (int i = 0; i < n; i++) {
        size_t len = strlen(names[i]);
        if (strncasecmp(s, names[i], len) == 0) {
            *out = i;
            return s + len;
        }
    }
    for (int i = 0; i < n; i++) {
        if (strncasecmp(s, names[i], ABBREVIATION) == 0) {
            *out = i;
            return s + ABBREVIATION;
        }
    }
    return NULL;
}

static const char *parse(struct parsed *p, const char *s, const char *f);

static const char *year(struct parsed *p, const char *s)
{
    int sign = 1, n;

    s = skip_spaces(s);
    if (*s == '-' || *s == '+')
        sign = *s++ == '-' ? -1 : 1;
    s = number(s, 4, 0, 9999, &n);
    if (s) {
        p->tm->tm_year = sign * n - 1900;
        p->has_year = true;
        p->century = p->year = -1;
    }
    return s;
}

/* Z, +hh, +hhmm or +hh:mm */
static const char *zone(struct parsed *p, const char *s)
{
    int sign, digits = 0, n = 0;

    s = skip_spaces(s);
    if (*s == 'Z') {
        p->tm->tm_gmtoff = 0;
        return s + 1;
    }
    if (*s != '+' && *s != '-')
        return NULL;
    sign = *s++ == '-' ? -1 : 1;
    while (digits < 4 && *s >= '0' && *s <= '9') {
        n = n * 10 + (*s++ - '0');
        digits++;
        if (digits == 2 && *s == ':')
            s++;
    }
    if (digits == 2)
        n *= 100;
    else if (digits != 4 || n % 100 >= 60)
        return NULL;
    if (n > 1400)
        return NULL;
    p->tm->tm_gmtoff = sign * (n / 100 * 3600L + n % 100 * 60L);
    return s;
}

static const char *epoch(struct parsed *p, const char *s)
{
    time_t t = 0;

    if (*s < '0' || *s > '9')
        return NULL;
    while (*s >= '0' && *s <= '9') {
        if (__builtin_mul_overflow(t, 10, &t) || __builtin_add_overflow(t, *s - '0', &t))
            return NULL;
        s++;
    }
    return localtime_r(&t, p->tm) ? s : NULL;
}

static const char *half_day(struct parsed *p, const char *s)
{
    if (strncasecmp(s, "am", 2) != 0 && strncasecmp(s, "pm", 2) != 0)
        return NULL;
    p->pm = *s == 'p' || *s == 'P';
    p->has_pm = true;
    return s + 2;
}

static const char *date_field(struct parsed *p, char c, const char *s)
{
    struct tm *tm = p->tm;
    int n;

    switch (c) {
    case 'a':
    case 'A':
        p->has_wday = true;
        return name(s, __umk_day_names, 7, &tm->tm_wday);
    case 'b':
    case 'B':
    case 'h':
        p->has_month = true;
        return name(s, __umk_month_names, 12, &tm->tm_mon);
    case 'C':
        return number(s, 2, 0, 99, &p->century);
    case 'd':
    case 'e':
        p->has_day = true;
        return number(s, 2, 1, 31, &tm->tm_mday);
    case 'j':
        s = number(s, 3, 1, 366, &tm->tm_yday);
        tm->tm_yday -= s != NULL;
        p->has_yday = true;
        return s;
    case 'm':
        s = number(s, 2, 1, 12, &tm->tm_mon);
        tm->tm_mon -= s != NULL;
        p->has_month = true;
        return s;
    case 'u':
        s = number(s, 1, 1, 7, &n);
        if (s)
            tm->tm_wday = n % 7;
        p->has_wday = true;
        return s;
    case 'w':
        p->has_wday = true;
        return number(s, 1, 0, 6, &tm->tm_wday);
    case 'U':
    case 'W':
        p->week_start = c == 'W';
        return number(s, 2, 0, 53, &p->week);
    case 'g':
        return number(s, 2, 0, 99, &n);
    case 'G':
        return number(s, 4, 0, 9999, &n);
    case 'V':
        return number(s, 2, 0, 53, &n);
    case 'y':
        return number(s, 2, 0, 99, &p->year);
    case 'Y':
        return year(p, s);
    }
    return NULL;
}

static const char *time_field(struct parsed *p, char c, const char *s)
{
    struct tm *tm = p->tm;

    switch (c) {
    case 'H':
    case 'k':
        p->has_12 = false;
        return number(s, 2, 0, 23, &tm->tm_hour);
    case 'I':
    case 'l':
        s = number(s, 2, 1, 12, &tm->tm_hour);
        if (s)
            tm->tm_hour %= 12;
        p->has_12 = true;
        return s;
    case 'M':
        return number(s, 2, 0, 59, &tm->tm_min);
    case 'S':
        return number(s, 2, 0, 61, &tm->tm_sec);
    case 'p':
    case 'P':
        return half_day(p, s);
    case 's':
        return epoch(p, s);
    case 'z':
        return zone(p, s);
    case 'Z':
        /* read and forgotten, as elsewhere */
        while (*s && !is_space(*s))
            s++;
        return s;
    }
    return NULL;
}

static const char *convert(struct parsed *p, char c, const char *s)
{
    switch (c) {
    case '%':
        return *s == '%' ? s + 1 : NULL;
    case 'n':
    case 't':
        return skip_spaces(s);
    case 'c':
        return parse(p, s, "%a %b %e %H:%M:%S %Y");
    case 'D':
    case 'x':
        return parse(p, s, "%m/%d/%y");
    case 'F':
        return parse(p, s, "%Y-%m-%d");
    case 'r':
        return parse(p, s, "%I:%M:%S %p");
    case 'R':
        return parse(p, s, "%H:%M");
    case 'T':
    case 'X':
        return parse(p, s, "%H:%M:%S");
    }
    if (strchr("HIklMSpPszZ", c))
        return time_field(p, c, s);
    return date_field(p, c, s);
}

static const char *parse(struct parsed *p, const char *s, const char *f)
{
    for (; *f && s; f++) {
        if (is_space(*f)) {
            s = skip_spaces(s);
            continue;
        }
        if (*f != '%') {
            s = *s == *f ? s + 1 : NULL;
            continue;
        }
        f++;
        while (*f == '_' || *f == '-' || *f == '0' || *f == '^' || *f == '#')
            f++;
        if (*f == 'E' || *f == 'O')
            f++;
        if (!*f)
            return NULL;
        s = convert(p, *f, s);
    }
    return s;
}

/* Months and days from the day of the year. */
static void from_yday(struct parsed *p)
{
    struct tm *tm = p->tm;
    i64 y = 1900LL + tm->tm_year;
    int left = tm->tm_yday, month = 0;

    while (month < 11 && left >= __umk_month_days(y, month))
        left -= __umk_month_days(y, month++);
    if (!p->has_month)
        tm->tm_mon = month;
    if (!p->has_day)
        tm->tm_mday = left + 1;
    p->has_month = p->has_day = true;
}

/* The day of the year from a week of it and a day of the week. */
static void from_week(struct parsed *p)
{
    struct tm *tm = p->tm;
    i64 first = ((__umk_days_to_month(1900LL + tm->tm_year, 0) + 4) % 7 + 7) % 7;
    int offset = p->week_start;
    i64 day = (tm->tm_wday - offset + 7) % 7;

    tm->tm_yday = (int)((7 - (first - offset)) % 7 + (p->week - 1) * 7 + day);
    p->has_yday = true;
}

static void complete(struct parsed *p)
{
    struct tm *tm = p->tm;

    if (p->has_12 && p->has_pm)
        tm->tm_hour = tm->tm_hour % 12 + (p->pm ? 12 : 0);
    if (p->year >= 0) {
        if (p->century >= 0)
            tm->tm_year = p->century * 100 + p->year - 1900;
        else
            tm->tm_year = p->year < 69 ? p->year + 100 : p->year;
        p->has_year = true;
    } else if (p->century >= 0) {
        tm->tm_year = p->century * 100 - 1900 + ((tm->tm_year % 100) + 100) % 100;
        p->has_year = true;
    }
    if (p->week >= 0 && p->has_wday && !(p->has_month && p->has_day) && !p->has_yday)
        from_week(p);
    if (p->has_yday && !(p->has_month && p->has_day))
        from_yday(p);
    if (p->has_year && p->has_month && p->has_day) {
        i64 y = 1900LL + tm->tm_year;
        i64 days = __umk_days_to_month(y, tm->tm_mon) + tm->tm_mday - 1;
        if (!p->has_wday)
            tm->tm_wday = (int)(((days + 4) % 7 + 7) % 7);
        if (!p->has_yday)
            tm->tm_yday = (int)(days - __umk_days_to_month(y, 0));
    }
}

char *strptime(const char *restrict s, const char *restrict f, struct tm *restrict tm)
{
    struct parsed p = {.tm = tm, .century = -1, .year = -1, .week = -1};
    const char *end = parse(&p, s, f);

    if (!end)
        return NULL;
    complete(&p);
    return (char *)(uintptr_t)end;
}
