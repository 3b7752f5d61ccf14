/* groupdel: removes a group that is nobody's primary one. */
#include "programs/common/error.h"
#include "programs/common/options.h"
#include "programs/userutils/common/account.h"

static const char usage[] = "Usage: groupdel NAME\nRemove a group.\n";

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    struct accounts a;
    prog_start(argv);
    opt_next(&o);
    if (opt_count(&o) != 1)
        die_usage(1, "one name is needed");
    accounts_open(&a);
    struct record *group = need_group(&a, opt_operands(&o)[0]);
    uint32_t gid = record_id(group, GR_GID);
    for (size_t i = 0; i < a.passwd.count; i++) {
        const struct record *user = &a.passwd.items[i];
        if (!user->broken && record_id(user, PW_GID) == gid)
            die(1, "it is the primary group of '%s'", user->field[PW_NAME]);
    }
    table_remove(&a.group, group);
    table_save(&a.group);
    return 0;
}
