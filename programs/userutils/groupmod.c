/* groupmod: changes a group's name or number; users whose primary group it is follow. */
#include "programs/common/error.h"
#include "programs/common/options.h"
#include "programs/userutils/common/account.h"

static const char usage[] = "Usage: groupmod [-g GID] [-n NAME] GROUP\nChange a group.\n";

static void change_id(struct accounts *a, struct record *group, const char *text)
{
    uint32_t old = record_id(group, GR_GID);
    uint32_t gid = need_free_id(&a->group, text, group);
    record_set_id(group, GR_GID, gid);
    for (size_t i = 0; i < a->passwd.count; i++) {
        struct record *user = &a->passwd.items[i];
        if (!user->broken && record_id(user, PW_GID) == old)
            record_set_id(user, PW_GID, gid);
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"gid", OPT_REQUIRED, 'g'}, {"new-name", OPT_REQUIRED, 'n'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "g:n:", .longs = longs, .usage = usage};
    const char *gid = NULL, *name = NULL;
    struct accounts a;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        *(c == 'g' ? &gid : &name) = o.arg;
    if (opt_count(&o) != 1)
        die_usage(1, "one group is needed");
    accounts_open(&a);
    struct record *group = need_group(&a, opt_operands(&o)[0]);
    if (gid)
        change_id(&a, group, gid);
    if (name) {
        need_new_name("group", name, table_find(&a.group, name));
        record_set(group, GR_NAME, name);
    }
    accounts_save(&a);
    return 0;
}
