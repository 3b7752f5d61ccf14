/* df: how full file systems are. Without FILEs all schemes are asked, and those that answer shown.
 */
#include "common/columns.h"
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char usage[] =
    "Usage: df [-h] [FILE]...\nPrint how full the file systems of FILEs are.\n"
    "  -h  sizes like 1.5K, as on a terminal    -k  in 1024 bytes\n";

static bool human;

static void size_text(uint64_t bytes, char out[SIZE_TEXT_MAX])
{
    if (human)
        size_human(bytes, 1024, out);
    else
        snprintf(out, SIZE_TEXT_MAX, "%llu", (unsigned long long)((bytes + 1023) / 1024));
}

struct row {
    char *path;
    char size[SIZE_TEXT_MAX], used[SIZE_TEXT_MAX], available[SIZE_TEXT_MAX];
    unsigned percent;
};

static struct row *rows;
static size_t row_count, row_cap;

static bool add(const char *path, bool complain)
{
    struct statvfs st;
    if (statvfs(path, &st) < 0) {
        if (complain)
            warn_errno("%s", path);
        return false;
    }
    uint64_t block = st.f_frsize ? st.f_frsize : st.f_bsize;
    if (st.f_blocks == 0 && !complain)
        return false;
    uint64_t size = block * st.f_blocks;
    uint64_t available = block * st.f_bavail;
    uint64_t used = block * (st.f_blocks - st.f_bfree);
    uint64_t whole = used + available;
    rows = xgrow(rows, &row_cap, row_count + 1, sizeof *rows);
    struct row *row = &rows[row_count++];
    row->path = xstrdup(path);
    row->percent = whole ? (unsigned)((used * 100 + whole - 1) / whole) : 0;
    size_text(size, row->size);
    size_text(used, row->used);
    size_text(available, row->available);
    return true;
}

/* How full it is, as seen: a bar on a terminal. */
static void put_bar(unsigned percent)
{
    const unsigned wide = 20;
    unsigned full = percent >= 100 ? wide : percent * wide / 100;
    printf("  %s", percent >= 95 ? "\033[31m" : percent >= 80 ? "\033[33m" : "\033[32m");
    for (unsigned i = 0; i < wide; i++)
        putchar(i < full ? '#' : '.');
    printf("\033[0m");
}

static void print_rows(bool tty)
{
    int width = 10;
    for (size_t i = 0; i < row_count; i++) {
        int n = (int)text_width(rows[i].path);
        width = n > width ? n : width;
    }
    printf("%s%-*s %10s %10s %10s %5s%s\n", tty ? "\033[1m" : "", width, "Path", "Size", "Used",
           "Free", "Use%", tty ? "\033[0m" : "");
    bool room = tty && terminal_width() > (size_t)width + 62;
    for (size_t i = 0; i < row_count; i++) {
        const struct row *r = &rows[i];
        printf("%s%*s %10s %10s %10s %4u%%", r->path, width - (int)text_width(r->path), "", r->size,
               r->used, r->available, r->percent);
        if (room)
            put_bar(r->percent);
        putchar('\n');
    }
}

/* Names of the schemes, one a line, each with its number or alone. */
static bool print_schemes(void)
{
    struct bytes all = {0};
    int fd = open("/scheme/sys/scheme", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return add("/", true);
    bool ok = read_everything(fd, &all);
    close(fd);
    bytes_put(&all, '\0');
    for (char *line = strtok(all.data, "\n"); ok && line; line = strtok(NULL, "\n")) {
        char path[512];
        const char *name = strrchr(line, ' ');
        snprintf(path, sizeof path, "/scheme/%s", name ? name + 1 : line);
        add(path, false);
    }
    free(all.data);
    return ok;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"human-readable", OPT_NONE, 'h'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "hkPT", .longs = longs, .usage = usage};
    bool ok = true;
    prog_start(argv);
    bool tty = isatty(STDOUT_FILENO);
    human = tty;
    for (int c; (c = opt_next(&o)) >= 0;)
        human = c == 'h' || (human && c != 'k');
    if (opt_count(&o) == 0)
        ok = print_schemes();
    for (int i = 0; i < opt_count(&o); i++)
        ok &= add(opt_operands(&o)[i], true);
    print_rows(tty);
    return finish(ok ? 0 : 1);
}
