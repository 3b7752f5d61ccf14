/* The program that chown and chgrp are: changes owner and group. */
#include "chown_main.h"

#include "error.h"
#include "ids.h"
#include "io.h"
#include "options.h"
#include "tree.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: chown [OPTION]... [OWNER][:[GROUP]] FILE...\n   or: chgrp [OPTION]... GROUP FILE...\n"
    "Change the owner and group of FILEs.\n"
    "  -f  no messages    -h  links themselves    -R  trees    -v  report\n"
    "  --reference=FILE  those of FILE\n";

static struct {
    bool links, recursive, verbose;
    uid_t uid;
    gid_t gid;
} opt = {.uid = (uid_t)-1, .gid = (gid_t)-1};

static bool change(const char *path, const struct stat *st)
{
    bool link = opt.links || (S_ISLNK(st->st_mode) && opt.recursive);
    if ((link ? lchown(path, opt.uid, opt.gid) : chown(path, opt.uid, opt.gid)) < 0)
        return false;
    if (opt.verbose)
        printf("changed ownership of '%s'\n", path);
    return true;
}

static void parse_owner(const char *text)
{
    char *copy = xstrdup(text);
    char *colon = strchr(copy, ':');
    if (colon)
        *colon = '\0';
    if (*copy && !user_number(copy, &opt.uid))
        die(1, "invalid user: '%s'", text);
    if (colon && colon[1] && !group_number(colon + 1, &opt.gid))
        die(1, "invalid group: '%s'", text);
    free(copy);
}

int chown_main(bool group_only, int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"silent", OPT_NONE, 'f'},    {"quiet", OPT_NONE, 'f'},   {"no-dereference", OPT_NONE, 'h'},
        {"recursive", OPT_NONE, 'R'}, {"verbose", OPT_NONE, 'v'}, {"reference", OPT_REQUIRED, 'r'},
        {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "cfhRvHLP", .longs = longs, .usage = usage};
    bool reference = false, quiet = false;
    struct stat st;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        quiet |= c == 'f';
        opt.links |= c == 'h';
        opt.recursive |= c == 'R';
        opt.verbose |= c == 'v' || c == 'c';
        if (c == 'r') {
            if (stat(o.arg, &st) < 0)
                die_errno(1, "failed to get attributes of '%s'", o.arg);
            if (!group_only)
                opt.uid = st.st_uid;
            opt.gid = st.st_gid;
            reference = true;
        }
    }
    char **names = opt_operands(&o);
    int count = opt_count(&o);
    if (count == 0)
        die_usage(1, "missing operand");
    if (!reference) {
        if (count == 1)
            die_usage(1, "missing operand after '%s'", names[0]);
        if (!group_only)
            parse_owner(names[0]);
        else if (!group_number(names[0], &opt.gid))
            die(1, "invalid group: '%s'", names[0]);
        names++;
        count--;
    }
    struct tree_change work = {.quiet = quiet,
                               .recursive = opt.recursive,
                               .follow_operands = !opt.links,
                               .change = change,
                               .what = "changing ownership of"};
    tree_change(&work, names, count);
    return finish(work.failed ? 1 : 0);
}
