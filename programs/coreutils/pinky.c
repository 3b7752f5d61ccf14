/* pinky: who is logged in, or with -l what is known of users. */
#include "common/error.h"
#include "common/io.h"
#include "common/logins.h"
#include "common/options.h"
#include "common/path.h"

#include <ctype.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "Usage: pinky [OPTION]... [USER]...\nPrint who is logged in.\n"
    "  -l  long, of the USERs    -b  without home and shell    -h  project    -p  plan\n"
    "  -s  short                 -f  without headings          -w  full name  -i, -q  host, idle\n";

static struct {
    bool large, no_home, no_project, no_plan, no_heading, no_name, no_host, no_idle;
} opt;

/* The first part of the comment field, & in it being the login name. malloc'd. */
static char *real_name(const struct passwd *pw)
{
    struct bytes out = {0};
    for (const char *p = pw->pw_gecos; *p && *p != ','; p++) {
        if (*p != '&') {
            bytes_put(&out, *p);
            continue;
        }
        bytes_put(&out, (char)toupper((unsigned char)pw->pw_name[0]));
        bytes_add(&out, pw->pw_name + 1, strlen(pw->pw_name) - 1);
    }
    bytes_put(&out, '\0');
    return out.data;
}

static void show_file(const struct passwd *pw, const char *file, const char *title)
{
    char *path = path_join(pw->pw_dir, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    if (fd < 0)
        return;
    fputs(title, stdout);
    fflush(stdout);
    copy_fd(fd, STDOUT_FILENO);
    close(fd);
}

static void show_long(const char *name)
{
    const struct passwd *pw = getpwnam(name);
    printf("Login name: %-28sIn real life: ", name);
    if (!pw) {
        printf(" %s\n", "???");
        return;
    }
    char *real = real_name(pw);
    printf(" %s\n", real);
    free(real);
    if (!opt.no_home)
        printf("Directory: %-29sShell:  %s\n", pw->pw_dir, pw->pw_shell);
    if (!opt.no_project)
        show_file(pw, ".project", "Project: ");
    if (!opt.no_plan)
        show_file(pw, ".plan", "Plan:\n");
    putchar('\n');
}

static void show_headings(void)
{
    printf("%-8s", "Login");
    if (!opt.no_name)
        printf(" %-19s", "Name");
    printf(" %-9s", " TTY");
    if (!opt.no_idle)
        printf(" %-6s", "Idle");
    printf(" %-12s", "When");
    if (!opt.no_host)
        printf(" %s", "Where");
    putchar('\n');
}

/* How long nothing was typed: empty under a minute, "days" beyond one. */
static void idle_text(time_t since, char out[24])
{
    long long seconds = (long long)(time(NULL) - since);
    out[0] = '\0';
    if (seconds >= 24 * 60 * 60)
        snprintf(out, 24, "%lldd", seconds / (24 * 60 * 60));
    else if (seconds >= 60)
        snprintf(out, 24, "%02lld:%02lld", seconds / 3600, seconds / 60 % 60);
}

static void show_login(const struct login *l)
{
    char path[64], idle[24] = "?????", when[32];
    struct stat st;
    struct tm tm;
    login_path(l, path, sizeof path);
    bool there = stat(path, &st) == 0;
    printf("%-8.8s", l->user);
    if (!opt.no_name) {
        const struct passwd *pw = getpwnam(l->user);
        char *real = pw ? real_name(pw) : xstrdup("        ???");
        printf(" %-19.19s", real);
        free(real);
    }
    printf(" %c%-8.8s", there && (st.st_mode & S_IWGRP) ? ' ' : there ? '*' : '?', l->line);
    if (there && st.st_atime != 0) /* not every terminal keeps its times */
        idle_text(st.st_atime, idle);
    if (!opt.no_idle)
        printf(" %-6s", idle);
    if (strftime(when, sizeof when, "%b %e %H:%M", localtime_r(&l->since, &tm)) == 0)
        when[0] = '\0';
    printf(" %-12s", when);
    if (!opt.no_host && l->host[0])
        printf(" %s", l->host);
    putchar('\n');
}

static bool is_wanted(const struct login *l, char **names, int count)
{
    bool wanted = count == 0;
    for (int i = 0; i < count; i++)
        wanted |= strcmp(l->user, names[i]) == 0;
    return wanted;
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "bfhilpqsw", .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        opt.large = c == 'l' || (opt.large && c != 's');
        opt.no_home |= c == 'b';
        opt.no_project |= c == 'h';
        opt.no_plan |= c == 'p';
        opt.no_heading |= c == 'f';
        opt.no_name |= c == 'w' || c == 'i' || c == 'q';
        opt.no_host |= c == 'i' || c == 'q';
        opt.no_idle |= c == 'q';
    }
    if (opt.large && opt_count(&o) == 0)
        die_usage(1, "no username specified; at least one must be specified when using -l");
    for (int i = 0; opt.large && i < opt_count(&o); i++)
        show_long(opt_operands(&o)[i]);
    if (opt.large)
        return finish(0);
    if (!opt.no_heading)
        show_headings();
    for (struct login l; login_next(&l);) {
        if (is_wanted(&l, opt_operands(&o), opt_count(&o)))
            show_login(&l);
    }
    return finish(0);
}
