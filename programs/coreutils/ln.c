/* ln: makes links, hard or symbolic. */
#include "common/copy.h"
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/path.h"

#include <fcntl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: ln [OPTION]... TARGET LINK\n       ln [OPTION]... TARGET... DIRECTORY\n"
    "Make LINK, or links in DIRECTORY, to TARGETs.\n"
    "  -f  remove an existing LINK    -i  ask before that\n"
    "  -n  a LINK that is a link to a directory is not entered\n"
    "  -s  symbolic links    -t DIR  links in DIR    -T  LINK is no directory    -v  say so\n"
    "  -L, -P  hard links to what a symbolic TARGET points to, or to itself\n";

static struct {
    bool force, ask, symbolic, verbose, no_follow, no_directory, follow_target;
    const char *into;
} opt;

static bool make_link(const char *target, const char *name)
{
    struct stat st;
    bool exists = lstat(name, &st) == 0;
    if (exists && opt.ask && !ask("replace '%s'? ", name))
        return true;
    if (exists && (opt.force || opt.ask)) {
        struct stat other;
        if (!opt.symbolic && stat(target, &other) == 0 && other.st_dev == st.st_dev &&
            other.st_ino == st.st_ino) {
            warn_text("'%s' and '%s' are the same file", target, name);
            return false;
        }
        if (S_ISDIR(st.st_mode)) {
            warn_text("%s: cannot overwrite directory", name);
            return false;
        }
        if (unlink(name) < 0) {
            warn_errno("cannot remove '%s'", name);
            return false;
        }
    }
    struct stat source;
    if (!opt.symbolic && stat(target, &source) == 0 && S_ISDIR(source.st_mode)) {
        warn_text("%s: hard link not allowed for directory", target);
        return false;
    }
    int r = opt.symbolic ? symlink(target, name)
                         : linkat(AT_FDCWD, target, AT_FDCWD, name,
                                  opt.follow_target ? AT_SYMLINK_FOLLOW : 0);
    if (r < 0) {
        if (opt.symbolic)
            warn_errno("failed to create symbolic link '%s'", name);
        else if (lstat(target, &st) < 0)
            warn_errno("failed to access '%s'", target);
        else
            warn_errno("failed to create hard link '%s'", name);
        return false;
    }
    if (opt.verbose)
        printf("'%s' %s '%s'\n", name, opt.symbolic ? "->" : "=>", target);
    return true;
}

static bool is_directory(const char *path)
{
    struct stat st;
    return (opt.no_follow ? lstat(path, &st) : stat(path, &st)) == 0 && S_ISDIR(st.st_mode);
}

static bool link_into(const char *target, const char *dir)
{
    char *base = path_base(target);
    char *name = path_join(dir, base);
    bool ok = make_link(target, name);
    free(name);
    free(base);
    return ok;
}

static void take_option(int c, const char *arg)
{
    switch (c) {
    case 'f':
        opt.force = true;
        opt.ask = false;
        break;
    case 'i':
        opt.ask = true;
        opt.force = false;
        break;
    case 'n':
        opt.no_follow = true;
        break;
    case 's':
        opt.symbolic = true;
        break;
    case 't':
        opt.into = arg;
        break;
    case 'T':
        opt.no_directory = true;
        break;
    case 'v':
        opt.verbose = true;
        break;
    case 'L':
    case 'P':
        opt.follow_target = c == 'L';
        break;
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"force", OPT_NONE, 'f'},
                                            {"interactive", OPT_NONE, 'i'},
                                            {"no-dereference", OPT_NONE, 'n'},
                                            {"symbolic", OPT_NONE, 's'},
                                            {"target-directory", OPT_REQUIRED, 't'},
                                            {"no-target-directory", OPT_NONE, 'T'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"logical", OPT_NONE, 'L'},
                                            {"physical", OPT_NONE, 'P'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "finst:TvLP", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c, o.arg);
    int count = opt_count(&o);
    char **names = opt_operands(&o);
    bool ok = true;
    if (count == 0)
        die_usage(1, "missing file operand");
    if (!opt.into && count == 1)
        return finish(link_into(names[0], ".") ? 0 : 1);
    if (!opt.into && !opt.no_directory && is_directory(names[count - 1]))
        opt.into = names[--count];
    if (!opt.into && count > 2)
        die(1, "target '%s' is not a directory", names[count - 1]);
    if (!opt.into)
        return finish(make_link(names[0], names[1]) ? 0 : 1);
    if (!is_directory(opt.into))
        die_errno(1, "target directory '%s'", opt.into);
    for (int i = 0; i < count; i++)
        ok &= link_into(names[i], opt.into);
    return finish(ok ? 0 : 1);
}
