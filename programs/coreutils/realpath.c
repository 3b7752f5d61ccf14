/* realpath: absolute paths without links, "." and "..". */
#include "common/error.h"
#include "common/options.h"
#include "common/resolve.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: realpath [OPTION]... FILE...\nPrint the absolute path of each FILE.\n"
    "  -e  all of it must exist    -m  nothing need exist    -s  links stay\n"
    "  -q  no messages    -z  NUL ends lines    --relative-to=DIR\n";

/* The way from directory `base` to `path`, both absolute. */
static void print_relative(const char *base, const char *path)
{
    size_t common = 0;
    size_t i = 0;
    for (; base[i] && base[i] == path[i]; i++) {
        if (base[i] == '/')
            common = i;
    }
    if ((!base[i] && (!path[i] || path[i] == '/')) || (!path[i] && base[i] == '/'))
        common = i;
    const char *up = base + common;
    const char *down = path + common;
    bool any = false;
    for (up += strspn(up, "/"); *up; up += strspn(up, "/")) {
        fputs(any ? "/.." : "..", stdout);
        any = true;
        up += strcspn(up, "/");
    }
    down += strspn(down, "/");
    if (*down)
        printf("%s%s", any ? "/" : "", down);
    else if (!any)
        putchar('.');
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"canonicalize-existing", OPT_NONE, 'e'},
                                            {"canonicalize-missing", OPT_NONE, 'm'},
                                            {"no-symlinks", OPT_NONE, 's'},
                                            {"strip", OPT_NONE, 's'},
                                            {"quiet", OPT_NONE, 'q'},
                                            {"zero", OPT_NONE, 'z'},
                                            {"relative-to", OPT_REQUIRED, 256},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "emsqzLP", .longs = longs, .usage = usage};
    enum resolve_mode mode = RESOLVE_BUT_LAST;
    int follow = 1;
    bool quiet = false;
    char end = '\n';
    const char *relative = NULL;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'e')
            mode = RESOLVE_ALL;
        else if (c == 'm')
            mode = RESOLVE_ANY;
        else if (c == 's')
            follow = 0;
        else if (c == 'q')
            quiet = true;
        else if (c == 'z')
            end = '\0';
        else if (c == 256)
            relative = o.arg;
    }
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    char *base = relative ? resolve(relative, mode, follow) : NULL;
    if (relative && !base)
        die_errno(1, "%s", relative);
    bool ok = true;
    for (int i = 0; i < opt_count(&o); i++) {
        const char *name = opt_operands(&o)[i];
        char *path = resolve(name, mode, follow);
        if (!path) {
            ok = false;
            if (!quiet)
                warn_errno("%s", name);
            continue;
        }
        if (base)
            print_relative(base, path);
        else
            fputs(path, stdout);
        putchar(end);
        free(path);
    }
    free(base);
    return finish(ok ? 0 : 1);
}
