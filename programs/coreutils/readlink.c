/* readlink: where symbolic links point; -f, -e, -m: the whole path resolved. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/resolve.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: readlink [OPTION]... FILE...\nPrint where symbolic links point.\n"
    "  -f  the resolved path    -e  the same, all must exist    -m  nothing need exist\n"
    "  -n  no newline    -v  messages    -z  NUL ends lines\n";

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"canonicalize", OPT_NONE, 'f'},
                                            {"canonicalize-existing", OPT_NONE, 'e'},
                                            {"canonicalize-missing", OPT_NONE, 'm'},
                                            {"no-newline", OPT_NONE, 'n'},
                                            {"quiet", OPT_NONE, 'q'},
                                            {"silent", OPT_NONE, 's'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"zero", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "femnqsvz", .longs = longs, .usage = usage};
    char how = '\0';
    bool newline = true;
    bool verbose = false;
    char end = '\n';
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'f' || c == 'e' || c == 'm')
            how = (char)c;
        newline = newline && c != 'n';
        verbose |= c == 'v';
        if (c == 'z')
            end = '\0';
    }
    int count = opt_count(&o);
    if (count == 0)
        die_usage(1, "missing operand");
    bool ok = true;
    for (int i = 0; i < count; i++) {
        const char *name = opt_operands(&o)[i];
        enum resolve_mode mode = how == 'e'   ? RESOLVE_ALL
                                 : how == 'm' ? RESOLVE_ANY
                                              : RESOLVE_BUT_LAST;
        char *text = how ? resolve(name, mode, 1) : link_target(name);
        if (!text) {
            ok = false;
            if (verbose)
                warn_errno("%s", name);
            continue;
        }
        fputs(text, stdout);
        if (newline || count > 1)
            putchar(end);
        free(text);
    }
    return finish(ok ? 0 : 1);
}
