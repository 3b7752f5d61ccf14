/* screenfetch: what system this is, at a glance. What cannot be found out has no line. */
#include "common/error.h"
#include "common/ids.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"
#include "common/times.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static const char usage[] = "Usage: screenfetch [-N]\nShow what system this is.\n"
                            "  -N  without colour, which a terminal gets by itself\n";

static const char *const logo[] = {
    /* clang-format off */
    "                   _    ",
    "  _   _ _ __ ___ | | __ ",
    " | | | | '_ ` _ \\| |/ / ",
    " | |_| | | | | | |   <  ",
    "  \\__,_|_| |_| |_|_|\\_\\ ",
    "                        ",
    /* clang-format on */
};

#define LOGO_LINES (sizeof logo / sizeof *logo)

static bool color;
static size_t line;

static void put_logo(void)
{
    printf("%s%s%s", color ? "\033[1;36m" : "",
           line < LOGO_LINES ? logo[line] : logo[LOGO_LINES - 1], color ? "\033[0m" : "");
    line++;
}

static void put(const char *name, const char *text)
{
    put_logo();
    printf("%s%s:%s %s\n", color ? "\033[1;34m" : "", name, color ? "\033[0m" : "", text);
}

/* The text of a small file; empty when it cannot be read. To be freed. */
static char *contents(const char *path)
{
    struct bytes text = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        read_everything(fd, &text);
        close(fd);
    }
    bytes_put(&text, '\0');
    return text.data;
}

/* What stands behind `key` on its line of the file, without quotes; null when there is none. */
static char *value_in(const char *path, const char *key)
{
    char *text = contents(path), *found = NULL;
    for (char *l = strtok(text, "\n"); l && !found; l = strtok(NULL, "\n")) {
        if (strncmp(l, key, strlen(key)) != 0)
            continue;
        l += strlen(key);
        l += strspn(l, " \"");
        found = xstrdup(l);
        found[strcspn(found, "\"")] = '\0';
    }
    free(text);
    return found;
}

static void put_value(const char *name, const char *path, const char *key)
{
    char *value = value_in(path, key);
    if (value)
        put(name, value);
    free(value);
}

static void put_space(const char *name, const char *path)
{
    struct statvfs st;
    char used[SIZE_TEXT_MAX], all[SIZE_TEXT_MAX], text[2 * SIZE_TEXT_MAX + 16];
    if (statvfs(path, &st) < 0 || st.f_blocks == 0)
        return;
    uint64_t block = st.f_frsize ? st.f_frsize : st.f_bsize;
    size_human(block * (st.f_blocks - st.f_bfree), 1024, used);
    size_human(block * st.f_blocks, 1024, all);
    snprintf(text, sizeof text, "%s / %s (%llu%%)", used, all,
             (unsigned long long)((st.f_blocks - st.f_bfree) * 100 / st.f_blocks));
    put(name, text);
}

static void put_times(void)
{
    struct sysinfo info;
    char text[64];
    if (sysinfo(&info) < 0)
        return;
    uptime_text(info.uptime, text, sizeof text);
    put("Uptime", text);
}

static void put_terminal(void)
{
    struct winsize size;
    char text[32];
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return;
    snprintf(text, sizeof text, "%ux%u", size.ws_col, size.ws_row);
    put("Terminal", text);
}

static void put_kernel(const struct utsname *u)
{
    char text[sizeof u->sysname + sizeof u->release + sizeof u->machine + 3];
    snprintf(text, sizeof text, "%s %s %s", u->sysname, u->release, u->machine);
    put("Kernel", text);
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "N", .usage = usage};
    struct utsname u;
    prog_start(argv);
    color = isatty(STDOUT_FILENO);
    while (opt_next(&o) >= 0)
        color = false;
    if (opt_count(&o) > 0)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[0]);
    if (uname(&u) < 0)
        die_errno(1, "cannot get system name");
    const char *shell = getenv("SHELL");
    put_logo();
    printf("%s@%s\n", user_name(geteuid()), u.nodename);
    put_value("OS", "/etc/os-release", "PRETTY_NAME=");
    put_kernel(&u);
    put_times();
    if (shell)
        put("Shell", shell);
    put_terminal();
    put_value("CPUs", "/scheme/sys/cpu", "CPUs:");
    put_space("RAM", "/scheme/memory");
    put_space("Disk", "/");
    while (line < LOGO_LINES) {
        put_logo();
        putchar('\n');
    }
    return finish(0);
}
