/* pathchk: whether names can be used for files, here or anywhere. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] = "Usage: pathchk [-p] [-P] NAME...\nSay which NAMEs cannot be used.\n"
                            "  -p  on any POSIX system    -P  no empty names, no leading '-'\n"
                            "  --portability  both\n";

/* What every POSIX system permits at least (limits.h: _POSIX_PATH_MAX, _POSIX_NAME_MAX). */
#define PORTABLE_PATH 256
#define PORTABLE_NAME 14

static bool portable, strict;

static bool components_fit(const char *path, size_t limit)
{
    while (*path) {
        path += strspn(path, "/");
        size_t len = strcspn(path, "/");
        if (len > limit) {
            warn_text("limit %zu exceeded by length %zu of file name component '%.*s'", limit, len,
                      (int)len, path);
            return false;
        }
        path += len;
    }
    return true;
}

static bool is_portable(const char *path)
{
    size_t ok = strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/");
    if (path[ok]) {
        warn_text("nonportable character '%c' in file name '%s'", path[ok], path);
        return false;
    }
    return true;
}

static bool has_leading_hyphen(const char *path)
{
    for (const char *p = path; (p = strchr(p, '-')) != NULL; p++) {
        if (p == path || p[-1] == '/')
            return true;
    }
    return false;
}

static bool check(const char *path)
{
    struct stat st;
    if (strict && has_leading_hyphen(path)) {
        warn_text("leading '-' in a component of file name '%s'", path);
        return false;
    }
    if ((portable || strict) && !*path) {
        warn_text("empty file name");
        return false;
    }
    if (portable && !is_portable(path))
        return false;
    if (!portable && lstat(path, &st) < 0 && (errno != ENOENT || !*path)) {
        warn_errno("%s", path);
        return false;
    }
    size_t limit = portable ? PORTABLE_PATH : PATH_MAX, len = strlen(path);
    if (len >= limit) {
        warn_text("limit %zu exceeded by length %zu of file name '%s'", limit - 1, len, path);
        return false;
    }
    return components_fit(path, portable ? PORTABLE_NAME : NAME_MAX);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"portability", OPT_NONE, 'a'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "pP", .longs = longs, .usage = usage};
    bool ok = true;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        portable |= c == 'p' || c == 'a';
        strict |= c == 'P' || c == 'a';
    }
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    for (int i = 0; i < opt_count(&o); i++)
        ok &= check(opt_operands(&o)[i]);
    return ok ? 0 : 1;
}
