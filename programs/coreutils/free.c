/* free: how much memory there is. */
#include "common/error.h"
#include "common/options.h"
#include "common/size.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char usage[] =
    "Usage: free [-h | -b | -k | -m]\nPrint how much memory is in use; on a terminal as -h does.\n";

static uint64_t unit = 1024;

static void put(uint64_t bytes)
{
    char text[SIZE_TEXT_MAX];
    if (unit == 0)
        size_human(bytes, 1024, text);
    else
        snprintf(text, sizeof text, "%llu", (unsigned long long)(bytes / unit));
    printf(" %11s", text);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"human", OPT_NONE, 'h'},
                                            {"bytes", OPT_NONE, 'b'},
                                            {"kibi", OPT_NONE, 'k'},
                                            {"mebi", OPT_NONE, 'm'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "hbkm", .longs = longs, .usage = usage};
    struct statvfs st;
    prog_start(argv);
    bool tty = isatty(STDOUT_FILENO);
    unit = tty ? 0 : 1024;
    for (int c; (c = opt_next(&o)) >= 0;)
        unit = c == 'h' ? 0 : c == 'b' ? 1 : c == 'm' ? 1048576 : 1024;
    if (statvfs("/scheme/memory", &st) < 0)
        die_errno(1, "/scheme/memory");
    uint64_t block = st.f_frsize ? st.f_frsize : st.f_bsize;
    printf("%s%-4s %11s %11s %11s%s\n", tty ? "\033[1m" : "", "", "total", "used", "free",
           tty ? "\033[0m" : "");
    printf("%-4s", "Mem:");
    put(block * st.f_blocks);
    put(block * (st.f_blocks - st.f_bfree));
    put(block * st.f_bfree);
    putchar('\n');
    return finish(0);
}
