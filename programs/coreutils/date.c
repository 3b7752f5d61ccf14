/* date: the time, in any form. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char usage[] =
    "Usage: date [OPTION]... [+FORMAT]\nPrint the time.\n"
    "  -d TIME  instead of now: @SECONDS, YYYY-MM-DD [HH:MM[:SS]], now, yesterday, tomorrow\n"
    "  -r FILE  when FILE was changed    -u  universal time    -R  as in mail\n"
    "  -I[date|hours|minutes|seconds|ns]  ISO 8601\n";

static bool utc;

static bool parse_calendar(const char *text, struct timespec *out)
{
    struct tm tm = {.tm_isdst = -1};
    int used = 0;
    if (sscanf(text, "%d-%d-%d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &used) != 3)
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon--;
    text += used;
    if (*text == ' ' || *text == 'T') {
        used = 0;
        if (sscanf(text + 1, "%d:%d%n", &tm.tm_hour, &tm.tm_min, &used) != 2)
            return false;
        text += 1 + used;
        if (*text == ':' && sscanf(text + 1, "%d%n", &tm.tm_sec, &used) == 1)
            text += 1 + used;
    }
    bool zulu = *text == 'Z' || strcmp(text, " UTC") == 0;
    if (*text && !zulu)
        return false;
    if (tm.tm_mon < 0 || tm.tm_mon > 11 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
        tm.tm_min > 59 || tm.tm_sec > 60)
        return false;
    out->tv_sec = zulu ? timegm(&tm) : mktime(&tm);
    out->tv_nsec = 0;
    return true;
}

static bool parse(const char *text, struct timespec *out)
{
    int64_t seconds;
    if (*text == '@' && signed_parse(text + 1, &seconds)) {
        *out = (struct timespec){.tv_sec = (time_t)seconds};
        return true;
    }
    clock_gettime(CLOCK_REALTIME, out);
    if (strcmp(text, "now") == 0 || strcmp(text, "today") == 0)
        return true;
    if (strcmp(text, "yesterday") == 0) {
        out->tv_sec -= 86400;
        return true;
    }
    if (strcmp(text, "tomorrow") == 0) {
        out->tv_sec += 86400;
        return true;
    }
    return parse_calendar(text, out);
}

/* strftime knows no nanoseconds, nor the zone with a colon: they are put into the format first. */
static char *own_directives(const char *format, const struct timespec *t, const struct tm *tm)
{
    struct bytes out = {0};
    for (const char *p = format; *p; p++) {
        char text[32];
        if (*p != '%' || !p[1]) {
            bytes_put(&out, *p);
            continue;
        }
        if (p[1] == 'N') {
            int n = snprintf(text, sizeof text, "%09ld", t->tv_nsec);
            bytes_add(&out, text, (size_t)n);
            p++;
        } else if (p[1] == ':' && p[2] == 'z') {
            char zone[16];
            strftime(zone, sizeof zone, "%z", tm);
            int n = snprintf(text, sizeof text, "%.3s:%s", zone, zone + 3);
            bytes_add(&out, text, (size_t)n);
            p += 2;
        } else {
            bytes_add(&out, p, 2);
            p++;
        }
    }
    bytes_put(&out, '\0');
    return out.data;
}

static void print(const char *format, const struct timespec *t)
{
    struct tm tm;
    char text[4096];
    if (!localtime_r(&t->tv_sec, &tm))
        die_errno(1, "time %lld is out of range", (long long)t->tv_sec);
    char *full = own_directives(format, t, &tm);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    size_t n = strftime(text, sizeof text, full, &tm);
#pragma GCC diagnostic pop
    if (n == 0)
        text[0] = '\0';
    puts(text);
    free(full);
}

static const char *iso_format(const char *what)
{
    if (!what || strcmp(what, "date") == 0)
        return "%Y-%m-%d";
    if (strcmp(what, "hours") == 0)
        return "%Y-%m-%dT%H%:z";
    if (strcmp(what, "minutes") == 0)
        return "%Y-%m-%dT%H:%M%:z";
    if (strcmp(what, "seconds") == 0)
        return "%Y-%m-%dT%H:%M:%S%:z";
    if (strcmp(what, "ns") == 0)
        return "%Y-%m-%dT%H:%M:%S,%N%:z";
    die_usage(1, "invalid argument '%s' for '--iso-8601'", what);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"date", OPT_REQUIRED, 'd'},  {"reference", OPT_REQUIRED, 'r'},
        {"utc", OPT_NONE, 'u'},       {"universal", OPT_NONE, 'u'},
        {"rfc-email", OPT_NONE, 'R'}, {"iso-8601", OPT_OPTIONAL, 'I'},
        {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "d:r:uRI::", .longs = longs, .usage = usage};
    const char *format = "%a %b %e %H:%M:%S %Z %Y";
    const char *text = NULL;
    const char *file = NULL;
    struct timespec t;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'd')
            text = o.arg;
        else if (c == 'r')
            file = o.arg;
        else if (c == 'u')
            utc = true;
        else if (c == 'R')
            format = "%a, %d %b %Y %H:%M:%S %z";
        else
            format = iso_format(o.arg);
    }
    if (opt_count(&o) > 0) {
        const char *word = opt_operands(&o)[0];
        if (opt_count(&o) > 1)
            die_usage(1, "extra operand '%s'", opt_operands(&o)[1]);
        if (*word != '+')
            die(1, "the clock cannot be set: '%s'", word);
        format = word + 1;
    }
    if (utc) {
        setenv("TZ", "UTC0", 1);
        tzset();
    }
    clock_gettime(CLOCK_REALTIME, &t);
    if (text && !parse(text, &t))
        die(1, "invalid date '%s'", text);
    if (file) {
        struct stat st;
        if (stat(file, &st) < 0)
            die_errno(1, "%s", file);
        t = st.st_mtim;
    }
    print(format, &t);
    return finish(0);
}
