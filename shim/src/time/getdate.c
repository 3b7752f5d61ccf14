/*
 * getdate: the first template of the file $DATEMSK that fits. What the text leaves out is today's,
 * or the next day that fits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "shim/src/internal/thread.h"

#define ABSENT (-1000000)

int getdate_err;

enum {
    NO_DATEMSK = 1,
    CANNOT_OPEN,
    CANNOT_STAT,
    NOT_REGULAR,
    READ_ERROR,
    NO_MEMORY,
    NO_TEMPLATE,
    INVALID,
};

static bool fits(const char *text, const char *template, struct tm *out)
{
    *out = (struct tm){.tm_sec = ABSENT,
                       .tm_min = ABSENT,
                       .tm_hour = ABSENT,
                       .tm_mday = ABSENT,
                       .tm_mon = ABSENT,
                       .tm_year = ABSENT,
                       .tm_wday = ABSENT,
                       .tm_isdst = -1};
    const char *end = strptime(text, template, out);
    if (!end)
        return false;
    return !end[strspn(end, " \t\n")];
}

/* Tries all templates; 0 or what went wrong. */
static int match(const char *text, FILE *f, struct tm *out)
{
    char *line = NULL;
    size_t size = 0;
    int error = NO_TEMPLATE;

    while (error == NO_TEMPLATE && getline(&line, &size, f) >= 0) {
        line[strcspn(line, "\n")] = 0;
        if (fits(text, line, out))
            error = 0;
    }
    if (ferror(f))
        error = READ_ERROR;
    free(line);
    return error;
}

/* The time of day that was not given: now's, or midnight on another day. */
static void complete_time(struct tm *t, const struct tm *now)
{
    if (t->tm_hour != ABSENT) {
        t->tm_min = t->tm_min == ABSENT ? 0 : t->tm_min;
        t->tm_sec = t->tm_sec == ABSENT ? 0 : t->tm_sec;
        return;
    }
    t->tm_hour = now->tm_hour;
    t->tm_min = t->tm_min == ABSENT ? now->tm_min : t->tm_min;
    t->tm_sec = t->tm_sec == ABSENT ? now->tm_sec : t->tm_sec;
}

static void complete_day(struct tm *t, const struct tm *now, bool earlier)
{
    bool no_year = t->tm_year == ABSENT, no_month = t->tm_mon == ABSENT;
    bool no_day = t->tm_mday == ABSENT;

    if (no_year)
        t->tm_year = now->tm_year + (!no_month && t->tm_mon < now->tm_mon);
    if (no_month)
        t->tm_mon = now->tm_mon + (!no_day && t->tm_mday < now->tm_mday);
    if (!no_day)
        return;
    t->tm_mday = no_month ? now->tm_mday : 1;
    if (no_year && no_month && t->tm_wday != ABSENT)
        t->tm_mday += (t->tm_wday - now->tm_wday + 7) % 7;
    else if (no_year && no_month && earlier)
        t->tm_mday++;
}

struct tm *getdate(const char *text)
{
    static struct tm result;
    const char *path = getenv("DATEMSK");
    time_t now_time = time(NULL);
    struct tm now;
    struct stat st;
    FILE *f = path && *path ? fopen(path, "re") : NULL;

    getdate_err = !path || !*path             ? NO_DATEMSK
                  : !f                        ? CANNOT_OPEN
                  : fstat(fileno(f), &st) < 0 ? CANNOT_STAT
                  : !S_ISREG(st.st_mode)      ? NOT_REGULAR
                                              : match(text, f, &result);
    if (f)
        fclose(f);
    if (getdate_err)
        return NULL;
    localtime_r(&now_time, &now);
    bool had_time = result.tm_hour != ABSENT;
    complete_time(&result, &now);
    bool earlier = had_time && (result.tm_hour * 60 + result.tm_min) * 60 + result.tm_sec <
                                   (now.tm_hour * 60 + now.tm_min) * 60 + now.tm_sec;
    complete_day(&result, &now, earlier);
    if (mktime(&result) == -1) {
        getdate_err = INVALID;
        return NULL;
    }
    return &result;
}
