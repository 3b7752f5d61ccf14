/* mv: renames files; between file systems it copies and removes. */
#include "common/copy.h"
#include "common/error.h"
#include "common/options.h"
#include "common/path.h"
#include "common/remove.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: mv [OPTION]... SOURCE... TARGET\n"
    "Rename SOURCE to TARGET, or move SOURCEs into the directory TARGET.\n"
    "  -f  never ask    -i  ask before overwriting    -n  do not overwrite\n"
    "  -t DIR  move into DIR    -T  TARGET is no directory    -u  only when newer\n"
    "  -v  say what is done\n";

static struct {
    bool force, interactive, no_clobber, update, verbose, no_target_dir;
    const char *into;
} opt;

static bool across(const char *from, const char *to)
{
    const struct copy_options c = {.recursive = true,
                                   .keep_mode = true,
                                   .keep_owner = true,
                                   .keep_times = true,
                                   .remove_target = true,
                                   .follow = FOLLOW_NEVER};
    const struct remove_options r = {.recursive = true, .force = true};
    return copy_path(from, to, &c) && remove_path(from, &r);
}

/* True when the existing target must stay. */
static bool leave_target(const char *from, const char *to, bool *ok)
{
    struct stat a;
    struct stat b;
    *ok = true;
    if (lstat(to, &b) < 0 || lstat(from, &a) < 0)
        return false;
    if (a.st_dev == b.st_dev && a.st_ino == b.st_ino && strcmp(from, to) == 0) {
        warn_text("'%s' and '%s' are the same file", from, to);
        *ok = false;
        return true;
    }
    if (S_ISDIR(b.st_mode) && !S_ISDIR(a.st_mode)) {
        warn_text("cannot overwrite directory '%s' with non-directory '%s'", to, from);
        *ok = false;
        return true;
    }
    if (opt.no_clobber)
        return true;
    if (opt.update &&
        (a.st_mtim.tv_sec < b.st_mtim.tv_sec ||
         (a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec <= b.st_mtim.tv_nsec)))
        return true;
    bool guarded =
        !opt.force && !S_ISLNK(b.st_mode) && access(to, W_OK) < 0 && isatty(STDIN_FILENO);
    return (opt.interactive || guarded) && !ask("overwrite '%s'? ", to);
}

static bool move(const char *from, const char *to)
{
    bool ok;
    if (leave_target(from, to, &ok))
        return ok;
    if (rename(from, to) < 0) {
        if (errno == EINVAL) {
            warn_text("cannot move '%s' to a subdirectory of itself, '%s'", from, to);
            return false;
        }
        if (errno == ENOENT && access(from, F_OK) < 0) {
            errno = ENOENT;
            warn_errno("cannot stat '%s'", from);
            return false;
        }
        if (errno != EXDEV) {
            warn_errno("cannot move '%s' to '%s'", from, to);
            return false;
        }
        if (!across(from, to))
            return false;
    }
    if (opt.verbose)
        printf("renamed '%s' -> '%s'\n", from, to);
    return true;
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void take_option(int c, const char *arg)
{
    switch (c) {
    case 'f':
        opt.force = true;
        opt.interactive = opt.no_clobber = false;
        break;
    case 'i':
        opt.interactive = true;
        opt.force = opt.no_clobber = false;
        break;
    case 'n':
        opt.no_clobber = true;
        opt.force = opt.interactive = false;
        break;
    case 't':
        opt.into = arg;
        break;
    case 'T':
        opt.no_target_dir = true;
        break;
    case 'u':
        opt.update = true;
        break;
    case 'v':
        opt.verbose = true;
        break;
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"force", OPT_NONE, 'f'},
                                            {"interactive", OPT_NONE, 'i'},
                                            {"update", OPT_NONE, 'u'},
                                            {"no-clobber", OPT_NONE, 'n'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"no-target-directory", OPT_NONE, 'T'},
                                            {"target-directory", OPT_REQUIRED, 't'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "fint:Tuv", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c, o.arg);
    int count = opt_count(&o);
    char **names = opt_operands(&o);
    if (count == 0)
        die_usage(1, "missing file operand");
    if (!opt.into && count == 1)
        die_usage(1, "missing destination file operand after '%s'", names[0]);
    if (!opt.into && !opt.no_target_dir && is_directory(names[count - 1]))
        opt.into = names[--count];
    if (!opt.into && count > 2)
        die(1, "target '%s' is not a directory", names[count - 1]);
    if (!opt.into)
        return finish(move(names[0], names[1]) ? 0 : 1);
    if (!is_directory(opt.into))
        die_errno(1, "target directory '%s'", opt.into);
    bool ok = true;
    for (int i = 0; i < count; i++) {
        char *base = path_base(names[i]);
        char *to = path_join(opt.into, base);
        ok &= move(names[i], to);
        free(to);
        free(base);
    }
    return finish(ok ? 0 : 1);
}
