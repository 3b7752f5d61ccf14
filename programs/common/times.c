/* Times and durations, see times.h. */
#include "times.h"

#include <errno.h>
#include <stdlib.h>

bool duration_parse(const char *text, struct timespec *out)
{
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || seconds != seconds || seconds < 0)
        return false;
    switch (*end) {
    case 'd':
        seconds *= 24;
        __attribute__((fallthrough));
    case 'h':
        seconds *= 60;
        __attribute__((fallthrough));
    case 'm':
        seconds *= 60;
        __attribute__((fallthrough));
    case 's':
        end++;
    }
    if (*end)
        return false;
    /* Longer than any system runs; keeps the conversion within range. */
    if (seconds > 1e15)
        seconds = 1e15;
    out->tv_sec = (time_t)seconds;
    out->tv_nsec = (long)((seconds - (double)out->tv_sec) * 1e9);
    return true;
}

void sleep_for(struct timespec t)
{
    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
}

void time_listing(time_t when, time_t now, char *out, size_t size)
{
    struct tm tm;
    const time_t half_year = 31556952 / 2;
    bool recent = when <= now && when > now - half_year;
    if (!localtime_r(&when, &tm) ||
        strftime(out, size, recent ? "%b %e %H:%M" : "%b %e  %Y", &tm) == 0)
        out[0] = '\0';
}
