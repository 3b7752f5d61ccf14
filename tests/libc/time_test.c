/*
 * Calendar, time zones, strftime and strptime against the host's, with random times, zones
 * and formats. Usage: time_test [count [seed]].
 */
#define _GNU_SOURCE
#include "tests/random.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct tm *u_localtime_r(const time_t *, struct tm *);
struct tm *u_gmtime_r(const time_t *, struct tm *);
time_t u_mktime(struct tm *);
time_t u_timegm(struct tm *);
size_t u_strftime(char *, size_t, const char *, const struct tm *);
char *u_strptime(const char *, const char *, struct tm *);
char *u_asctime_r(const struct tm *, char *);
void u_tzset(void);
int u_setenv(const char *, const char *, int);
extern long u_timezone;
extern int u_daylight;
extern char *u_tzname[2];

static uint64_t state;
static long failures;
static const char *zone;

static uint64_t random64(void)
{
    return random_next(&state);
}

static unsigned below(unsigned n)
{
    return (unsigned)(random64() % n);
}

/* Mostly times that people use, some far away. */
static time_t random_time(void)
{
    switch (below(4)) {
    case 0:
        return (time_t)(random64() % 4102444800u);
    case 1:
        return (time_t)(random64() % 8000000000u) - 4000000000;
    case 2:
        return (time_t)(random64() >> 8) % (67767976233532799LL) - (1LL << 40);
    default:
        /* close to a change of year, where weeks are interesting */
        return (time_t)below(200) * 31556952 + (time_t)below(1400000) - 700000;
    }
}

static void show(const char *what, const struct tm *tm)
{
    printf("  %s: %d-%02d-%02d %02d:%02d:%02d wday %d yday %d dst %d off %ld %s\n", what,
           tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec,
           tm->tm_wday, tm->tm_yday, tm->tm_isdst, tm->tm_gmtoff,
           tm->tm_zone ? tm->tm_zone : "(none)");
}

static int same(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_mon == b->tm_mon && a->tm_mday == b->tm_mday &&
           a->tm_hour == b->tm_hour && a->tm_min == b->tm_min && a->tm_sec == b->tm_sec &&
           a->tm_wday == b->tm_wday && a->tm_yday == b->tm_yday && a->tm_isdst == b->tm_isdst &&
           a->tm_gmtoff == b->tm_gmtoff &&
           strcmp(a->tm_zone ? a->tm_zone : "", b->tm_zone ? b->tm_zone : "") == 0;
}

static void report(const char *what, time_t t, const struct tm *host, const struct tm *ours)
{
    if (failures++ > 20)
        return;
    printf("%s of %lld in %s\n", what, (long long)t, zone);
    show("host", host);
    show("ours", ours);
}

/* Whether the zone comes from a file and not from a rule in TZ. */
static int is_file(void)
{
    return strchr(zone, '/') && !strchr(zone, ',');
}

/* The host applies a zone's rule to years of a few digits only, and not before 1970. */
static time_t in_range(time_t t)
{
    t %= 100000000000;
    return is_file() || t > 100000000 ? t : 100000000 - t % 1000000000 * (t < 0);
}

static void check_time(time_t t)
{
    struct tm a, b;

    gmtime_r(&t, &a);
    u_gmtime_r(&t, &b);
    if (!same(&a, &b))
        report("gmtime", t, &a, &b);
    t = in_range(t);
    if (!localtime_r(&t, &a) != !u_localtime_r(&t, &b)) {
        printf("localtime of %lld in %s: only one fails\n", (long long)t, zone);
        failures++;
        return;
    }
    if (!same(&a, &b))
        report("localtime", t, &a, &b);
}

/* A local time must come back as the same time, and out-of-range fields as on the host. */
static void check_mktime(time_t t)
{
    struct tm a, b;
    time_t ta, tb;

    if (!localtime_r(&t, &a))
        return;
    b = a;
    tb = u_mktime(&b);
    if (tb != t) {
        failures++;
        printf("mktime in %s: %lld came back as %lld\n", zone, (long long)t, (long long)tb);
    }
    a.tm_mon += (int)below(40) - 20;
    a.tm_mday += (int)below(400) - 200;
    a.tm_hour += (int)below(100) - 50;
    a.tm_min += (int)below(1000) - 500;
    a.tm_sec += (int)below(1000) - 500;
    b = a;
    ta = timegm(&a);
    tb = u_timegm(&b);
    if (ta != tb || !same(&a, &b))
        report("timegm", ta, &a, &b);
    a.tm_isdst = b.tm_isdst = (int)below(3) - 1;
    if (a.tm_isdst < 0) {
        /* the host's choice between two times depends on what it was asked before */
        struct tm c = a;
        c.tm_isdst = 0;
        struct tm d = a;
        d.tm_isdst = 1;
        time_t tc = mktime(&c), td = mktime(&d);
        if (c.tm_isdst != d.tm_isdst || tc != td)
            return;
    }
    struct tm in = a;
    ta = mktime(&a);
    tb = u_mktime(&b);
    /* an isdst that is wrong means different things to different libraries */
    if (in.tm_isdst >= 0 && (in.tm_isdst != a.tm_isdst || in.tm_isdst != b.tm_isdst))
        return;
    if (ta != tb || !same(&a, &b)) {
        report("mktime", ta, &a, &b);
        if (failures < 20)
            show("of", &in);
    }
}

static void check_format(time_t t)
{
    static const char letters[] = "aAbBcCdDeFgGhHIjklmMnprRsStTuUVwWxXyYzZP%";
    static const char flags[] = "_-0^#";
    char f[16], x[256], y[256], *p = f;
    struct tm tm;

    if (!localtime_r(&t, &tm))
        return;
    *p++ = '%';
    if (below(3) == 0)
        *p++ = flags[below(5)];
    if (below(4) == 0)
        p += sprintf(p, "%u", below(14) + 1);
    if (below(8) == 0)
        *p++ = 'O';
    *p++ = letters[below(sizeof letters - 1)];
    *p = 0;
    if (p[-1] == 'z' && p > f + 2)
        return; /* the host counts the sign twice */
    if (p[-1] == 's' && strchr(f, '0') && t < 0)
        return; /* the host puts the sign behind the zeros */
    if (strpbrk(f, "O") && strpbrk(f, "CcDFgGhjknlprRsStTXxYZzPpaAbBh%"))
        return; /* not all of these take the modifier */
    size_t na = strftime(x, sizeof x, f, &tm), nb = u_strftime(y, sizeof y, f, &tm);
    if (na != nb || memcmp(x, y, na) != 0) {
        if (failures++ > 40)
            return;
        printf("strftime %s of %lld in %s: host \"%s\" ours \"%s\"\n", f, (long long)t, zone,
               na ? x : "", nb ? y : "");
    }
}

static void check_parse(time_t t)
{
    static const char *const formats[] = {
        "%Y-%m-%d %H:%M:%S",
        "%a %b %e %H:%M:%S %Y",
        "%D %T",
        "%j %Y",
        "%d/%m/%y %I:%M:%S %p",
        "%A, %d %B %Y",
        "%F%n%R",
        "%C %D",
        "%U %w %Y",
        "%W %u %Y",
        "%e %h %Y %k:%M",
        "%c",
        "%x %X",
        "%y%m%d",
        "%Y%m%d%H%M%S",
        "%s",
        "%d %b %Y %H:%M:%S %z",
        "%H%%%M",
        "%I %p",
    };
    const char *f = formats[below(sizeof formats / sizeof *formats)];
    char text[128];
    struct tm tm, a, b;

    t %= 253402300800;
    if (t < 0 || !localtime_r(&t, &tm))
        return;
    strftime(text, sizeof text, f, &tm);
    if (below(4) == 0 && *text)
        text[below((unsigned)strlen(text))] = "0123456789aM:% Z"[below(16)];
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    char *ea = strptime(text, f, &a), *eb = u_strptime(text, f, &b);
    /* what the host makes of a week outside of the year is of no use to anybody */
    if ((strstr(f, "%U") || strstr(f, "%W") || strstr(f, "%j")) && ea == eb &&
        (b.tm_yday < 0 || b.tm_yday > 364 || b.tm_year < -1800))
        return;
    if (strstr(f, "%z") && labs(a.tm_gmtoff) > 50400)
        return; /* no such offset exists */
    if (ea != eb || (ea && !same(&a, &b))) {
        if (failures++ > 40)
            return;
        printf("strptime \"%s\" by %s: host stops at %td, ours at %td\n", text, f,
               ea ? ea - text : -1, eb ? eb - text : -1);
        show("host", &a);
        show("ours", &b);
    }
}

static const char *const zones[] = {
    "",
    "UTC",
    "UTC0",
    "EST5EDT",
    "EST5EDT,M3.2.0,M11.1.0",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "<+0330>-3:30",
    "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
    "NZST-12NZDT,M9.5.0,M4.1.0/3",
    "AAA1BBB2,J60/0,J300",
    "AAA-14BBB,59/1,300/25",
    "IST-1GMT0,M10.5.0,M3.5.0/1",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Europe/Dublin",
    "Pacific/Apia",
    ":Asia/Tehran",
    "Antarctica/Troll",
};

static void check_globals(void)
{
    tzset();
    u_tzset();
    /* of a file the host reports the names it met last, which is not the same in all its versions
     */
    if (is_file())
        return;
    if (timezone != u_timezone || !daylight != !u_daylight || strcmp(tzname[0], u_tzname[0]) != 0) {
        failures++;
        printf("tzset %s: host %ld %d %s %s, ours %ld %d %s %s\n", zone, timezone, daylight,
               tzname[0], tzname[1], u_timezone, u_daylight, u_tzname[0], u_tzname[1]);
    }
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 40000;

    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
        zone = zones[z];
        /* the host takes the name of no zone at all from this file, which not every host has */
        if (!*zone && access("/usr/share/zoneinfo/Universal", R_OK) != 0)
            continue;
        setenv("TZ", zone, 1);
        u_setenv("TZ", zone, 1);
        check_globals();
        for (long i = 0; i < count / 22; i++) {
            time_t t = random_time();
            check_time(t);
            check_mktime(in_range(t));
            check_format(in_range(t));
            check_parse(t);
        }
    }
    if (failures)
        printf("%ld failures\n", failures);
    return failures != 0;
}
