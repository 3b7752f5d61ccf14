/* rmdir: removes empty directories; -p also the ones above. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "Usage: rmdir [-pv] DIRECTORY...\nRemove empty directories.\n";

static bool parents;
static bool verbose;
static bool ignore_full;

static bool remove_one(const char *path)
{
    if (verbose)
        printf("rmdir: removing directory, '%s'\n", path);
    if (rmdir(path) == 0)
        return true;
    if (ignore_full && (errno == ENOTEMPTY || errno == EEXIST))
        return true;
    warn_errno("failed to remove '%s'", path);
    return false;
}

static bool remove_chain(const char *name)
{
    char *path = xstrdup(name);
    bool ok = remove_one(path);
    while (ok && parents) {
        size_t n = strlen(path);
        while (n > 1 && path[n - 1] == '/')
            n--;
        while (n > 0 && path[n - 1] != '/')
            n--;
        while (n > 1 && path[n - 1] == '/')
            n--;
        if (n == 0 || (n == 1 && path[0] == '/'))
            break;
        path[n] = '\0';
        if (verbose)
            printf("rmdir: removing directory, '%s'\n", path);
        if (rmdir(path) < 0) {
            ok = ignore_full && errno == ENOTEMPTY;
            if (!ok)
                warn_errno("failed to remove directory '%s'", path);
            break;
        }
    }
    free(path);
    return ok;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"parents", OPT_NONE, 'p'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"ignore-fail-on-non-empty", OPT_NONE, 256},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "pv", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        parents |= c == 'p';
        verbose |= c == 'v';
        ignore_full |= c == 256;
    }
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    bool ok = true;
    for (int i = 0; i < opt_count(&o); i++)
        ok &= remove_chain(opt_operands(&o)[i]);
    return finish(ok ? 0 : 1);
}
