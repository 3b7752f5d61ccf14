/* groupadd: a new group. */
#include "programs/common/error.h"
#include "programs/common/options.h"
#include "programs/userutils/common/account.h"

#include <stdio.h>

static const char usage[] = "Usage: groupadd [-f] [-g GID] NAME\nAdd a group.\n"
                            "  -f  it is no error that it is there already\n";

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"force", OPT_NONE, 'f'}, {"gid", OPT_REQUIRED, 'g'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "fg:", .longs = longs, .usage = usage};
    const char *gid = NULL;
    bool force = false;
    struct accounts a;
    char number[16];
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'g')
            gid = o.arg;
        else
            force = true;
    }
    if (opt_count(&o) != 1)
        die_usage(1, "one name is needed");
    const char *name = opt_operands(&o)[0];
    accounts_open(&a);
    if (force && table_find(&a.group, name))
        return 0;
    need_new_name("group", name, table_find(&a.group, name));
    uint32_t id = gid ? need_free_id(&a.group, gid, NULL) : free_id(&a.group, &a.group);
    snprintf(number, sizeof number, "%u", id);
    table_add(&a.group, (const char *const[]){name, "x", number, ""});
    table_save(&a.group);
    return 0;
}
