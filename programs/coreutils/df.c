/* df: how full file systems are. Without FILEs all schemes are asked, and those that answer shown.
 */
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
    "  -h  sizes like 1.5K    -k  in 1024 bytes\n";

static bool human;

static void size_text(uint64_t bytes, char out[SIZE_TEXT_MAX])
{
    if (human)
        size_human(bytes, 1024, out);
    else
        snprintf(out, SIZE_TEXT_MAX, "%llu", (unsigned long long)((bytes + 1023) / 1024));
}

static bool print(const char *path, bool complain)
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
    char texts[3][SIZE_TEXT_MAX];
    size_text(size, texts[0]);
    size_text(used, texts[1]);
    size_text(available, texts[2]);
    printf("%-10s %10s %10s %10s %4llu%%\n", path, texts[0], texts[1], texts[2],
           (unsigned long long)(whole ? (used * 100 + whole - 1) / whole : 0));
    return true;
}

/* Names of the schemes, one a line, each with its number or alone. */
static bool print_schemes(void)
{
    struct bytes all = {0};
    int fd = open("/scheme/sys/scheme", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return print("/", true);
    bool ok = read_everything(fd, &all);
    close(fd);
    bytes_put(&all, '\0');
    for (char *line = strtok(all.data, "\n"); ok && line; line = strtok(NULL, "\n")) {
        char path[512];
        const char *name = strrchr(line, ' ');
        snprintf(path, sizeof path, "/scheme/%s", name ? name + 1 : line);
        print(path, false);
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
    for (int c; (c = opt_next(&o)) >= 0;)
        human |= c == 'h';
    printf("%-10s %10s %10s %10s %5s\n", "Path", "Size", "Used", "Free", "Use%");
    if (opt_count(&o) == 0)
        ok = print_schemes();
    for (int i = 0; i < opt_count(&o); i++)
        ok &= print(opt_operands(&o)[i], true);
    return finish(ok ? 0 : 1);
}
