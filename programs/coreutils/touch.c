/* touch: sets file times, makes files. */
#include "common/date_text.h"
#include "common/error.h"
#include "common/options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "Usage: touch [OPTION]... FILE...\nSet the times of each FILE to now; make it if missing.\n"
    "  -a  the time of access only    -m  the time of change only    -c  make no files\n"
    "  -h  a link itself    -r FILE  the times of FILE    -t [[CC]YY]MMDDhhmm[.ss]\n"
    "  -d TIME  '2020-01-31 12:00 UTC', '3 days ago', '@SECONDS' and so on, as date(1)\n"
    "  --time=atime|access|use|mtime|modify  as -a or -m\n";

static bool no_create;
static bool link_itself;
static struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};

static int two(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

/* [[CC]YY]MMDDhhmm[.ss] */
static bool parse_stamp(const char *text, time_t *out)
{
    size_t n = strspn(text, "0123456789");
    struct tm tm = {.tm_isdst = -1};
    time_t now = time(NULL);
    struct tm today;
    localtime_r(&now, &today);
    tm.tm_year = today.tm_year;
    const char *p = text;
    if (n == 12) {
        tm.tm_year = two(p) * 100 + two(p + 2) - 1900;
        p += 4;
    } else if (n == 10) {
        int year = two(p);
        tm.tm_year = year < 69 ? year + 100 : year;
        p += 2;
    } else if (n != 8) {
        return false;
    }
    tm.tm_mon = two(p) - 1;
    tm.tm_mday = two(p + 2);
    tm.tm_hour = two(p + 4);
    tm.tm_min = two(p + 6);
    p += 8;
    if (*p == '.') {
        if (strspn(p + 1, "0123456789") != 2 || p[3])
            return false;
        tm.tm_sec = two(p + 1);
    } else if (*p) {
        return false;
    }
    if (tm.tm_mon > 11 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59)
        return false;
    *out = mktime(&tm);
    return true;
}

static bool touch(const char *name)
{
    int flags = link_itself ? AT_SYMLINK_NOFOLLOW : 0;
    if (utimensat(AT_FDCWD, name, times, flags) == 0)
        return true;
    if (errno != ENOENT) {
        warn_errno("setting times of '%s'", name);
        return false;
    }
    if (no_create || link_itself)
        return no_create;
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        warn_errno("cannot touch '%s'", name);
        return false;
    }
    close(fd);
    bool now = times[0].tv_nsec == UTIME_NOW && times[1].tv_nsec == UTIME_NOW;
    if (now || utimensat(AT_FDCWD, name, times, 0) == 0)
        return true;
    warn_errno("setting times of '%s'", name);
    return false;
}

static void take_time(int c, const char *arg)
{
    struct stat st;
    struct timespec t, now;
    time_t stamp;
    if (c == 'r') {
        if (stat(arg, &st) < 0)
            die_errno(1, "failed to get attributes of '%s'", arg);
        times[0] = st.st_atim;
        times[1] = st.st_mtim;
        return;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    if (c == 'd' ? !date_text_parse(arg, now, &t) : !parse_stamp(arg, &stamp))
        die(1, "invalid date format '%s'", arg);
    times[0] = times[1] = c == 'd' ? t : (struct timespec){.tv_sec = stamp};
}

/* The option that --time=WORD stands for. */
static char which_time(const char *word)
{
    static const char *const names[] = {"atime", "access", "use", "mtime", "modify"};
    for (int i = 0; i < 5; i++) {
        if (strcmp(word, names[i]) == 0)
            return i < 3 ? 'a' : 'm';
    }
    die_usage(1, "invalid argument '%s' for '--time'", word);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"no-create", OPT_NONE, 'c'},     {"no-dereference", OPT_NONE, 'h'},
        {"reference", OPT_REQUIRED, 'r'}, {"date", OPT_REQUIRED, 'd'},
        {"time", OPT_REQUIRED, 'T'},      {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "acfhmr:t:d:", .longs = longs, .usage = usage};
    bool access_only = false;
    bool change_only = false;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        char which = c == 'T' ? which_time(o.arg) : (char)c;
        access_only |= which == 'a';
        change_only |= which == 'm';
        no_create |= c == 'c';
        link_itself |= c == 'h';
        if (c == 'r' || c == 't' || c == 'd')
            take_time(c, o.arg);
    }
    if (access_only && !change_only)
        times[1].tv_nsec = UTIME_OMIT;
    if (change_only && !access_only)
        times[0].tv_nsec = UTIME_OMIT;
    if (opt_count(&o) == 0)
        die_usage(1, "missing file operand");
    bool ok = true;
    for (int i = 0; i < opt_count(&o); i++)
        ok &= touch(opt_operands(&o)[i]);
    return ok ? 0 : 1;
}
