/* who: who is logged in, and since when. */
#include "common/error.h"
#include "common/logins.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: who [OPTION]... [am i]\nPrint who is logged in.\n"
    "  -b  when the system was booted    -H  with headings    -m, am i  only at this terminal\n"
    "  -q  names and their number        -u  with idle time and process    -s  short (usual)\n";

static struct {
    bool boot, heading, here, count, idle;
} opt;

static void time_text(time_t when, char out[32])
{
    struct tm tm;
    if (!localtime_r(&when, &tm) || strftime(out, 32, "%Y-%m-%d %H:%M", &tm) == 0)
        out[0] = '\0';
}

/* "." within the last minute, "old" beyond a day, "?" where it cannot be told. */
static void idle_text(const char *path, char out[24])
{
    struct stat st;
    /* not every terminal keeps its times */
    bool known = stat(path, &st) == 0 && st.st_atime != 0;
    long long seconds = known ? (long long)(time(NULL) - st.st_atime) : 0;
    if (known && seconds >= 60 && seconds < 24 * 60 * 60)
        snprintf(out, 24, "%02lld:%02lld", seconds / 3600, seconds / 60 % 60);
    else
        snprintf(out, 24, "%s", !known ? "  ?" : seconds < 60 ? "  ." : " old");
}

static void show(const struct login *l)
{
    char when[32], idle[24], path[64];
    time_text(l->since, when);
    printf("%-8s %-12s %s", l->user, l->line, when);
    if (opt.idle) {
        login_path(l, path, sizeof path);
        idle_text(path, idle);
        printf(" %-5s %10ld", idle, (long)l->pid);
    }
    if (l->host[0])
        printf(" (%s)", l->host);
    putchar('\n');
}

/* The session at standard input's terminal. */
static bool is_here(const struct login *l)
{
    char path[64];
    const char *own = ttyname(STDIN_FILENO);
    login_path(l, path, sizeof path);
    return own && strcmp(own, path) == 0;
}

static void show_all(void)
{
    struct login l;
    unsigned count = 0;
    if (opt.heading && !opt.count)
        printf("%-8s %-12s %-16s%s COMMENT\n", "NAME", "LINE", "TIME",
               opt.idle ? " IDLE         PID" : "");
    while (login_next(&l)) {
        if (opt.here && !is_here(&l))
            continue;
        if (opt.count)
            printf("%s%s", count > 0 ? " " : "", l.user);
        else
            show(&l);
        count++;
    }
    if (opt.count)
        printf("%s# users=%u\n", count > 0 ? "\n" : "", count);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"boot", OPT_NONE, 'b'},  {"heading", OPT_NONE, 'H'},
                                            {"count", OPT_NONE, 'q'}, {"users", OPT_NONE, 'u'},
                                            {"short", OPT_NONE, 's'}, {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "bHmqsu", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        opt.boot |= c == 'b';
        opt.heading |= c == 'H';
        opt.here |= c == 'm';
        opt.count |= c == 'q';
        opt.idle |= c == 'u';
    }
    if (opt_count(&o) == 1 || opt_count(&o) > 2)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[opt_count(&o) - 1]);
    opt.here |= opt_count(&o) == 2;
    if (opt.boot) {
        char when[32];
        time_text(boot_time(), when);
        printf("         system boot  %s\n", when);
        return finish(0);
    }
    show_all();
    return finish(0);
}
