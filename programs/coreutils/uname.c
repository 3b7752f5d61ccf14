/* uname: the system's name and release. */
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

static const char usage[] =
    "Usage: uname [OPTION]...\nPrint facts about the system.\n"
    "  -a  all    -s  system    -n  host name    -r  release    -v  version    -m  machine\n"
    "  -o  operating system    -p, -i  processor, platform\n";

static void print(const char *text, bool *first)
{
    printf("%s%s", *first ? "" : " ", text);
    *first = false;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"all", OPT_NONE, 'a'},
                                            {"kernel-name", OPT_NONE, 's'},
                                            {"nodename", OPT_NONE, 'n'},
                                            {"kernel-release", OPT_NONE, 'r'},
                                            {"kernel-version", OPT_NONE, 'v'},
                                            {"machine", OPT_NONE, 'm'},
                                            {"operating-system", OPT_NONE, 'o'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "asnrvmopi", .longs = longs, .usage = usage};
    bool want[256] = {false};
    bool any = false;
    bool first = true;
    struct utsname u;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        want[c & 255] = true;
        any = true;
    }
    if (opt_count(&o) > 0)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[0]);
    if (uname(&u) < 0)
        die_errno(1, "cannot get system name");
    bool all = want['a'];
    if (want['s'] || all || !any)
        print(u.sysname, &first);
    if (want['n'] || all)
        print(u.nodename, &first);
    if (want['r'] || all)
        print(u.release, &first);
    if (want['v'] || all)
        print(u.version, &first);
    if (want['m'] || all)
        print(u.machine, &first);
    if (want['p'])
        print("unknown", &first);
    if (want['i'])
        print("unknown", &first);
    if (want['o'] || all)
        print(strcmp(u.sysname, "Linux") == 0 ? "GNU/Linux" : u.sysname, &first);
    putchar('\n');
    return finish(0);
}
