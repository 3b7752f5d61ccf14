/* mkdir: makes directories; -p with the missing ones above, -m with a given mode. */
#include "common/error.h"
#include "common/io.h"
#include "common/mode.h"
#include "common/options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] = "Usage: mkdir [-pv] [-m MODE] DIRECTORY...\nMake directories.\n";

static bool parents;
static bool verbose;
static const char *mode_word;
static mode_t mode;

static bool make_one(const char *path, mode_t with)
{
    if (mkdir(path, with) < 0)
        return false;
    if (verbose)
        printf("%s: created directory '%s'\n", prog_name, path);
    return true;
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Makes what is missing above the last component; these get u+wx whatever the umask says. */
static bool make_parents(char *path)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/' || p[-1] == '/')
            continue;
        if (p[strspn(p, "/")] == '\0')
            break;
        *p = '\0';
        mode_t mask = umask(0);
        umask(mask & ~(mode_t)0300);
        bool ok = make_one(path, 0777) || is_directory(path);
        int err = errno;
        umask(mask);
        if (!ok) {
            errno = err == EEXIST ? ENOTDIR : err;
            warn_errno("cannot create directory '%s'", path);
            return false;
        }
        *p = '/';
    }
    return true;
}

static bool make(const char *name)
{
    char *path = xstrdup(name);
    bool ok = path[0] != '\0' && parents ? make_parents(path) : true;
    if (ok && !make_one(path, mode_word ? mode & 0777 : 0777)) {
        int err = errno;
        ok = parents && is_directory(path);
        errno = err;
        if (!ok)
            warn_errno("cannot create directory '%s'", name);
    } else if (ok && mode_word && chmod(path, mode) < 0) {
        warn_errno("cannot set permissions of '%s'", name);
        ok = false;
    }
    free(path);
    return ok;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"parents", OPT_NONE, 'p'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"mode", OPT_REQUIRED, 'm'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "pvm:", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'p')
            parents = true;
        else if (c == 'v')
            verbose = true;
        else
            mode_word = o.arg;
    }
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    mode_t mask = umask(0);
    umask(mask);
    if (mode_word && !mode_apply(mode_word, 0777, true, mask, &mode))
        die(1, "invalid mode '%s'", mode_word);
    bool ok = true;
    char **names = opt_operands(&o);
    for (int i = 0; i < opt_count(&o); i++)
        ok &= make(names[i]);
    return finish(ok ? 0 : 1);
}
