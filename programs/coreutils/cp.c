/* cp: copies files and trees. */
#include "common/copy.h"
#include "common/error.h"
#include "common/io.h"
#include "common/names.h"
#include "common/options.h"
#include "common/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] =
    "Usage: cp [OPTION]... SOURCE... TARGET\n"
    "Copy SOURCE to TARGET, or SOURCEs into the directory TARGET.\n"
    "  -a  same as -dR --preserve    -d  same as -P\n"
    "  -f  remove a target that cannot be opened    -H  follow links given as SOURCE\n"
    "  -i  ask before overwriting    -l  link instead    -L  follow all links\n"
    "  -n  do not overwrite          -p  keep mode, owner and times\n"
    "  -P  never follow links        -r, -R  directories and all below\n"
    "  -s  symbolic links instead    -t DIR  copy into DIR    -T  TARGET is no directory\n"
    "  -u  only when newer           -v  say what is done     -x  stay on one file system\n";

enum { OPT_PRESERVE = 256, OPT_ATTRIBUTES, OPT_REMOVE, OPT_PARENTS, OPT_IGNORED };

struct call {
    struct copy_options o;
    const char *into;
    bool no_target_dir;
    bool parents;
    bool follow_given;
};

static void preserve(struct copy_options *o, const char *list)
{
    list = list ? list : "all";
    bool all = strstr(list, "all");
    if (all || strstr(list, "mode"))
        o->keep_mode = true;
    if (all || strstr(list, "ownership"))
        o->keep_owner = true;
    if (all || strstr(list, "timestamps"))
        o->keep_times = true;
}

static void follow(struct call *call, enum copy_follow how)
{
    call->o.follow = how;
    call->follow_given = true;
}

static void take_option(struct call *call, int c, const char *arg)
{
    struct copy_options *o = &call->o;
    switch (c) {
    case 'a':
        o->recursive = true;
        preserve(o, NULL);
        follow(call, FOLLOW_NEVER);
        break;
    case 'd':
    case 'P':
        follow(call, FOLLOW_NEVER);
        break;
    case 'f':
        o->force = true;
        break;
    case 'H':
        follow(call, FOLLOW_OPERANDS);
        break;
    case 'i':
        o->interactive = true;
        o->no_clobber = false;
        break;
    case 'l':
        o->hard_link = true;
        break;
    case 'L':
        follow(call, FOLLOW_ALWAYS);
        break;
    case 'n':
        o->no_clobber = true;
        o->interactive = false;
        break;
    case 'p':
    case OPT_PRESERVE:
        if (arg)
            preserve(o, arg);
        else
            o->keep_mode = o->keep_owner = o->keep_times = true;
        break;
    case 'r':
    case 'R':
        o->recursive = true;
        break;
    case 's':
        o->symlink = true;
        break;
    case 't':
        call->into = arg;
        break;
    case 'T':
        call->no_target_dir = true;
        break;
    case 'u':
        o->update = true;
        break;
    case 'v':
        o->verbose = true;
        break;
    case 'x':
        o->one_file_system = true;
        break;
    case OPT_ATTRIBUTES:
        o->attributes_only = true;
        break;
    case OPT_REMOVE:
        o->remove_target = true;
        break;
    case OPT_PARENTS:
        call->parents = true;
        break;
    }
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Makes the directories of `from` below `into`, for --parents. */
static bool make_parents(const char *into, const char *from)
{
    char *path = path_join(into, from);
    size_t skip = strlen(into);
    bool ok = true;
    for (size_t i = skip + 1; path[i] && ok; i++) {
        if (path[i] != '/')
            continue;
        path[i] = '\0';
        if (!is_directory(path) && mkdir(path, 0777) < 0) {
            warn_errno("cannot make directory '%s'", path);
            ok = false;
        }
        path[i] = '/';
    }
    free(path);
    return ok;
}

static bool copy_into(const struct call *call, const char *from, const char *dir)
{
    char *base = call->parents ? xstrdup(from) : path_base(from);
    /* "cp -r .. dir" fills dir itself. */
    char *to = path_is_dot(base) ? xstrdup(dir) : path_join(dir, base);
    bool ok = (!call->parents || make_parents(dir, from)) && copy_path(from, to, &call->o);
    free(to);
    free(base);
    return ok;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"archive", OPT_NONE, 'a'},
                                            {"force", OPT_NONE, 'f'},
                                            {"interactive", OPT_NONE, 'i'},
                                            {"link", OPT_NONE, 'l'},
                                            {"dereference", OPT_NONE, 'L'},
                                            {"no-clobber", OPT_NONE, 'n'},
                                            {"no-dereference", OPT_NONE, 'P'},
                                            {"recursive", OPT_NONE, 'r'},
                                            {"symbolic-link", OPT_NONE, 's'},
                                            {"target-directory", OPT_REQUIRED, 't'},
                                            {"no-target-directory", OPT_NONE, 'T'},
                                            {"update", OPT_NONE, 'u'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"one-file-system", OPT_NONE, 'x'},
                                            {"preserve", OPT_OPTIONAL, OPT_PRESERVE},
                                            {"attributes-only", OPT_NONE, OPT_ATTRIBUTES},
                                            {"remove-destination", OPT_NONE, OPT_REMOVE},
                                            {"parents", OPT_NONE, OPT_PARENTS},
                                            {"reflink", OPT_OPTIONAL, OPT_IGNORED},
                                            {"sparse", OPT_REQUIRED, OPT_IGNORED},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "adfHilLnpPrRst:Tuvx",
                     .longs = longs,
                     .usage = usage};
    struct call call = {0};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(&call, c, o.arg);
    if (!call.follow_given)
        call.o.follow = call.o.recursive || call.o.hard_link ? FOLLOW_NEVER : FOLLOW_ALWAYS;
    int count = opt_count(&o);
    char **names = opt_operands(&o);
    if (count == 0)
        die_usage(1, "missing file operand");
    if (!call.into && count == 1)
        die_usage(1, "missing destination file operand after '%s'", names[0]);
    bool ok = true;
    if (call.no_target_dir && count > 2)
        die_usage(1, "extra operand '%s'", names[2]);
    if (!call.into && !call.no_target_dir && is_directory(names[count - 1]))
        call.into = names[--count];
    if (!call.into && call.parents)
        die_usage(1, "with --parents, the destination must be a directory");
    if (!call.into && count > 2)
        die(1, "target '%s' is not a directory", names[count - 1]);
    if (!call.into)
        return finish(copy_path(names[0], names[1], &call.o) ? 0 : 1);
    if (!is_directory(call.into))
        die_errno(1, "target directory '%s'", call.into);
    for (int i = 0; i < count; i++)
        ok &= copy_into(&call, names[i], call.into);
    return finish(ok ? 0 : 1);
}
