/* install: copies files to where they are used, with mode and owner. */
#include "common/copy.h"
#include "common/error.h"
#include "common/ids.h"
#include "common/io.h"
#include "common/mode.h"
#include "common/options.h"
#include "common/path.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: install [OPTION]... [-T] SOURCE TARGET\n   or: install [OPTION]... "
    "SOURCE... DIRECTORY\n"
    "   or: install -d [OPTION]... DIRECTORY...\nCopy files and set their "
    "mode.\n"
    "  -C  leave equal targets alone    -d  make directories    -D  make those "
    "that lead to TARGET\n"
    "  -g GROUP, -o OWNER  change them    -m MODE  instead of rwxr-xr-x    -p  "
    "keep times\n"
    "  -t DIRECTORY  copy into it    -T  TARGET is no directory    -v  tell\n";

static struct {
    bool directories, leading, keep_times, no_directory, verbose, compare;
    const char *target;
    uid_t uid;
    gid_t gid;
    mode_t mode;
} opt = {.uid = (uid_t)-1, .gid = (gid_t)-1, .mode = 0755};

static bool set_owner_and_mode(const char *path)
{
    if ((opt.uid != (uid_t)-1 || opt.gid != (gid_t)-1) && chown(path, opt.uid, opt.gid) < 0) {
        warn_errno("cannot change ownership of '%s'", path);
        return false;
    }
    if (chmod(path, opt.mode) < 0) {
        warn_errno("cannot change permissions of '%s'", path);
        return false;
    }
    return true;
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Makes a directory and what leads to it; only the last one gets the mode. */
static bool make_directories(const char *path)
{
    bool ok = true;
    if (is_directory(path))
        return true;
    char *parent = path_dir(path);
    if (strcmp(parent, path) != 0)
        ok = make_directories(parent);
    free(parent);
    if (ok && mkdir(path, 0755) < 0 && errno != EEXIST) {
        warn_errno("cannot create directory '%s'", path);
        return false;
    }
    if (ok && opt.verbose)
        printf("%s: creating directory '%s'\n", prog_name, path);
    return ok;
}

static bool same_content(const char *a, const char *b)
{
    struct bytes x = {0}, y = {0};
    int fx = open_quietly(a), fy = open_quietly(b);
    bool same = fx >= 0 && fy >= 0 && read_everything(fx, &x) && read_everything(fy, &y) &&
                x.len == y.len && (x.len == 0 || memcmp(x.data, y.data, x.len) == 0);
    if (fx >= 0)
        close_operand(fx);
    if (fy >= 0)
        close_operand(fy);
    free(x.data);
    free(y.data);
    return same;
}

/* True when the target needs nothing done. */
static bool is_installed(const char *from, const char *to)
{
    struct stat st;
    return lstat(to, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 07777) == opt.mode &&
           (opt.uid == (uid_t)-1 || st.st_uid == opt.uid) &&
           (opt.gid == (gid_t)-1 || st.st_gid == opt.gid) && same_content(from, to);
}

static bool install_file(const char *from, const char *to)
{
    /* A target that is in use is not written into; nor is what a link leads to. */
    const struct copy_options how = {.remove_target = true,
                                     .keep_times = opt.keep_times,
                                     .verbose = opt.verbose,
                                     .follow = FOLLOW_ALWAYS};
    struct stat st;
    if (is_directory(from)) {
        warn_text("omitting directory '%s'", from);
        return false;
    }
    if (opt.compare && is_installed(from, to))
        return true;
    if (lstat(to, &st) == 0 && S_ISLNK(st.st_mode)) {
        if (unlink(to) < 0) {
            warn_errno("cannot remove '%s'", to);
            return false;
        }
        if (opt.verbose)
            printf("removed '%s'\n", to);
    }
    if (!copy_path(from, to, &how))
        return false;
    return set_owner_and_mode(to);
}

static bool install_into(const char *directory, char **names, int count)
{
    bool ok = true;
    for (int i = 0; i < count; i++) {
        char *base = path_base(names[i]);
        char *to = path_join(directory, base);
        ok &= install_file(names[i], to);
        free(base);
        free(to);
    }
    return ok;
}

static bool install_to(const char *from, const char *to)
{
    bool ok = true;
    if (opt.leading) {
        char *parent = path_dir(to);
        ok = make_directories(parent);
        free(parent);
    }
    return ok && install_file(from, to);
}

static void take_option(int c, const char *arg)
{
    opt.directories |= c == 'd';
    opt.leading |= c == 'D';
    opt.keep_times |= c == 'p';
    opt.no_directory |= c == 'T';
    opt.verbose |= c == 'v';
    opt.compare |= c == 'C';
    if (c == 't')
        opt.target = arg;
    if (c == 'm' && !mode_apply(arg, 0, false, 0, &opt.mode))
        die(1, "invalid mode '%s'", arg);
    if (c == 'o' && !user_number(arg, &opt.uid))
        die(1, "invalid user '%s'", arg);
    if (c == 'g' && !group_number(arg, &opt.gid))
        die(1, "invalid group '%s'", arg);
}

static bool run(char **names, int count)
{
    bool ok = true;
    if (opt.directories) {
        for (int i = 0; i < count; i++)
            ok &= make_directories(names[i]) && set_owner_and_mode(names[i]);
        return ok;
    }
    if (opt.target) {
        if (opt.leading && !make_directories(opt.target))
            return false;
        if (!is_directory(opt.target))
            die_errno(1, "failed to access '%s'", opt.target);
        return install_into(opt.target, names, count);
    }
    if (count < 2)
        die_usage(1, "missing destination file operand after '%s'", names[0]);
    const char *last = names[count - 1];
    if (opt.no_directory && count > 2)
        die_usage(1, "extra operand '%s'", names[2]);
    if (!opt.no_directory && is_directory(last))
        return install_into(last, names, count - 1);
    if (count > 2)
        die(1, "target '%s' is not a directory", last);
    return install_to(names[0], last);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"compare", OPT_NONE, 'C'},
                                            {"directory", OPT_NONE, 'd'},
                                            {"group", OPT_REQUIRED, 'g'},
                                            {"mode", OPT_REQUIRED, 'm'},
                                            {"owner", OPT_REQUIRED, 'o'},
                                            {"preserve-timestamps", OPT_NONE, 'p'},
                                            {"target-directory", OPT_REQUIRED, 't'},
                                            {"no-target-directory", OPT_NONE, 'T'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "cCdDg:m:o:pt:Tv", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c, o.arg);
    if (opt_count(&o) == 0)
        die_usage(1, "missing file operand");
    return finish(run(opt_operands(&o), opt_count(&o)) ? 0 : 1);
}
