/* uptime: how long the system has been running. */
#include "common/error.h"
#include "common/logins.h"
#include "common/options.h"
#include "common/times.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/sysinfo.h>
#include <time.h>

static const char usage[] = "Usage: uptime [OPTION]\nPrint how long the system has been running.\n"
                            "  -p  in words    -s  since when\n";

static void show_since(void)
{
    char text[32] = "";
    struct tm tm;
    time_t boot = boot_time();
    if (localtime_r(&boot, &tm))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    puts(text);
}

/* "up 2 hours, 5 minutes", without parts that are zero. */
static void show_words(long seconds)
{
    static const struct {
        const char *name;
        long seconds;
    } units[] = {{"week", 604800}, {"day", 86400}, {"hour", 3600}, {"minute", 60}};
    const char *comma = " ";
    fputs("up", stdout);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        long n = seconds / units[i].seconds;
        seconds %= units[i].seconds;
        bool least = i == 3 && *comma == ' ';
        if (n == 0 && !least)
            continue;
        printf("%s%ld %s%s", comma, n, units[i].name, n == 1 ? "" : "s");
        comma = ", ";
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"pretty", OPT_NONE, 'p'}, {"since", OPT_NONE, 's'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "ps", .longs = longs, .usage = usage};
    struct sysinfo info;
    int form = 0;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        form = c;
    if (sysinfo(&info) < 0)
        die_errno(1, "cannot tell when the system was booted");
    char text[64];
    uptime_text(info.uptime, text, sizeof text);
    if (form == 'p')
        show_words(info.uptime);
    else if (form == 's')
        show_since();
    else
        puts(text);
    return finish(0);
}
