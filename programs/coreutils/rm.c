/* rm: removes files, with -r trees. */
#include "common/copy.h"
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/path.h"
#include "common/remove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: rm [OPTION]... FILE...\nRemove files.\n"
    "  -d  empty directories, too    -f  never ask, missing files are no error\n"
    "  -i  ask before each           -I  ask once before many, or before a tree\n"
    "  -r, -R  directories and all below    -v  say what is done\n"
    "  --no-preserve-root  the root, too\n";

static bool root_too;

/* The root and "." are refused: a slip there costs everything. */
static bool refused(const char *name, const struct remove_options *o)
{
    char *base = path_base(name);
    bool dot = path_is_dot(base);
    bool root = o->recursive && !root_too && strcmp(base, "/") == 0;
    free(base);
    if (dot && o->recursive) {
        warn_text("refusing to remove '.' or '..' directory: skipping '%s'", name);
        return true;
    }
    if (root)
        warn_text("it is dangerous to operate recursively on '/'");
    return root;
}

int main(int argc, char **argv)
{
    enum { KEEP_ROOT = 256, ROOT_TOO };
    static const struct opt_long longs[] = {{"dir", OPT_NONE, 'd'},
                                            {"force", OPT_NONE, 'f'},
                                            {"interactive", OPT_OPTIONAL, 'i'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"recursive", OPT_NONE, 'r'},
                                            {"preserve-root", OPT_OPTIONAL, KEEP_ROOT},
                                            {"no-preserve-root", OPT_NONE, ROOT_TOO},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "dfiIrRv", .longs = longs, .usage = usage};
    struct remove_options r = {0};
    bool once = false;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        switch (c) {
        case 'd':
            r.empty_dirs = true;
            break;
        case 'f':
            r.force = true;
            r.interactive = once = false;
            break;
        case 'i':
            r.interactive = !o.arg || strcmp(o.arg, "always") == 0 || strcmp(o.arg, "yes") == 0;
            once = o.arg && strcmp(o.arg, "once") == 0;
            r.force = false;
            break;
        case 'I':
            once = true;
            r.interactive = false;
            break;
        case 'v':
            r.verbose = true;
            break;
        case KEEP_ROOT:
        case ROOT_TOO:
            root_too = c == ROOT_TOO;
            break;
        default:
            r.recursive = true;
        }
    }
    int count = opt_count(&o);
    if (count == 0 && !r.force)
        die_usage(1, "missing operand");
    if (once && (count > 3 || (r.recursive && count > 0)) &&
        !ask("remove %d argument%s%s? ", count, count == 1 ? "" : "s",
             r.recursive ? " recursively" : ""))
        return 0;
    bool ok = true;
    for (int i = 0; i < count; i++) {
        const char *name = opt_operands(&o)[i];
        ok &= !refused(name, &r) && remove_path(name, &r);
    }
    return finish(ok ? 0 : 1);
}
