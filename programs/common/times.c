/* Times and durations, see times.h. */
#include "times.h"

#include <errno.h>
#include <stdio.h>
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

void uptime_text(time_t seconds, char *out, size_t size)
{
    static const struct {
        long long seconds;
        char letter;
    } parts[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    long long left = (long long)seconds;
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts && len < size; i++) {
        if (len == 0 && left < parts[i].seconds && parts[i].letter != 's')
            continue;
        int n = snprintf(out + len, size - len, "%s%lld%c", len ? " " : "", left / parts[i].seconds,
                         parts[i].letter);
        len += n > 0 ? (size_t)n : 0;
        left %= parts[i].seconds;
    }
}
