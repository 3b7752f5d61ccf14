/* date: the time, in any form. */
#include "common/date_text.h"
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char usage[] =
    "Usage: date [OPTION]... [+FORMAT]\nPrint the time.\n"
    "  -d TIME  instead of now: '2020-01-31 12:00 UTC', '3 days ago', 'next monday', "
    "'@SECONDS'...\n"
    "  -f FILE  each line of FILE is a TIME    -r FILE  when FILE was changed\n"
    "  -u  universal time    -R  as in mail    -I[date|hours|minutes|seconds|ns]  ISO 8601\n"
    "  --rfc-3339=date|seconds|ns\n";

/* %N, of so many digits; no width: all nine. */
static void put_nanos(struct bytes *out, long nanos, size_t width)
{
    char text[16];
    snprintf(text, sizeof text, "%09ld", nanos);
    bytes_add(out, text, width == 0 || width > 9 ? 9 : width);
    while (width-- > 9)
        bytes_put(out, '0');
}

/* %:z, %::z and %:::z: with that many colons, the last as few as the zone needs. */
static void put_zone(struct bytes *out, const struct tm *tm, size_t colons)
{
    char zone[16], text[32];
    strftime(zone, sizeof zone, "%z", tm);
    bool whole = strcmp(zone + 3, "00") == 0;
    int n = colons == 3 && whole ? snprintf(text, sizeof text, "%.3s", zone)
                                 : snprintf(text, sizeof text, "%.3s:%s%s", zone, zone + 3,
                                            colons == 2 ? ":00" : "");
    bytes_add(out, text, (size_t)n);
}

/* strftime knows no nanoseconds, nor the zone with a colon: they are put into the format first. */
static char *own_directives(const char *format, const struct timespec *t, const struct tm *tm)
{
    struct bytes out = {0};
    for (const char *p = format; *p; p++) {
        size_t digits = strspn(p + 1, "0123456789"), colons = strspn(p + 1, ":");
        if (*p != '%' || !p[1]) {
            bytes_put(&out, *p);
        } else if (digits < 3 && p[1 + digits] == 'N') {
            put_nanos(&out, t->tv_nsec, (size_t)atoi(p + 1));
            p += digits + 1;
        } else if (colons > 0 && colons < 4 && p[1 + colons] == 'z') {
            put_zone(&out, tm, colons);
            p += colons + 1;
        } else {
            bytes_add(&out, p++, 2);
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

static bool print_text(const char *format, const char *text, struct timespec now)
{
    struct timespec t;
    bool ok = date_text_parse(text, now, &t);
    if (ok)
        print(format, &t);
    else
        warn_text("invalid date '%s'", text);
    return ok;
}

static bool print_lines(const char *format, const char *file, struct timespec now)
{
    struct bytes line = {0};
    bool ok = true;
    FILE *f = fopen_operand(file);
    if (!f)
        exit(1);
    while (read_text_line(f, &line))
        ok &= print_text(format, line.data, now);
    if (ferror(f)) {
        warn_errno("%s", file);
        ok = false;
    }
    fclose_operand(f);
    free(line.data);
    return ok;
}

static const char *rfc_format(const char *what)
{
    if (strcmp(what, "date") == 0)
        return "%Y-%m-%d";
    if (strcmp(what, "seconds") == 0)
        return "%Y-%m-%d %H:%M:%S%:z";
    if (strcmp(what, "ns") == 0)
        return "%Y-%m-%d %H:%M:%S.%N%:z";
    die_usage(1, "invalid argument '%s' for '--rfc-3339'", what);
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

/* When the file was changed last. */
static struct timespec time_of(const char *file)
{
    struct stat st;
    if (stat(file, &st) < 0)
        die_errno(1, "%s", file);
    return st.st_mtim;
}

int main(int argc, char **argv)
{
    enum { RFC_3339 = 256 };
    static const struct opt_long longs[] = {{"date", OPT_REQUIRED, 'd'},
                                            {"file", OPT_REQUIRED, 'f'},
                                            {"reference", OPT_REQUIRED, 'r'},
                                            {"utc", OPT_NONE, 'u'},
                                            {"universal", OPT_NONE, 'u'},
                                            {"rfc-email", OPT_NONE, 'R'},
                                            {"iso-8601", OPT_OPTIONAL, 'I'},
                                            {"rfc-3339", OPT_REQUIRED, RFC_3339},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "d:f:r:uRI::", .longs = longs, .usage = usage};
    const char *format = "%a %b %e %H:%M:%S %Z %Y";
    const char *text = NULL, *lines = NULL, *file = NULL;
    struct timespec now;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'd')
            text = o.arg;
        else if (c == 'f')
            lines = o.arg;
        else if (c == 'r')
            file = o.arg;
        else if (c == 'u')
            setenv("TZ", "UTC0", 1);
        else if (c == 'R')
            format = "%a, %d %b %Y %H:%M:%S %z";
        else
            format = c == 'I' ? iso_format(o.arg) : rfc_format(o.arg);
    }
    if (!!text + !!lines + !!file > 1)
        die_usage(1, "the options to specify dates for printing are mutually exclusive");
    if (opt_count(&o) > 0) {
        const char *word = opt_operands(&o)[0];
        if (opt_count(&o) > 1)
            die_usage(1, "extra operand '%s'", opt_operands(&o)[1]);
        if (*word != '+')
            die(1, "the clock cannot be set: '%s'", word);
        format = word + 1;
    }
    tzset();
    clock_gettime(CLOCK_REALTIME, &now);
    if (file)
        now = time_of(file);
    bool ok = true;
    if (text)
        ok = print_text(format, text, now);
    else if (lines)
        ok = print_lines(format, lines, now);
    else
        print(format, &now);
    return finish(ok ? 0 : 1);
}
