/* userdel: removes a user, from all groups too, and the user's own group when nobody is left in it.
 */
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/common/options.h"
#include "programs/common/remove.h"
#include "programs/userutils/common/account.h"

#include <stdlib.h>
#include <string.h>

static const char usage[] = "Usage: userdel [-r] NAME\nRemove a user.\n  -r  and the home\n";

static void remove_own_group(struct accounts *a, const char *name, uint32_t gid)
{
    struct record *g = table_find(&a->group, name);
    if (!g || record_id(g, GR_GID) != gid || *g->field[GR_MEMBERS])
        return;
    for (size_t i = 0; i < a->passwd.count; i++) {
        if (!a->passwd.items[i].broken && record_id(&a->passwd.items[i], PW_GID) == gid)
            return;
    }
    table_remove(&a->group, g);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"remove", OPT_NONE, 'r'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "r", .longs = longs, .usage = usage};
    const struct remove_options all = {.recursive = true, .force = true};
    struct accounts a;
    bool remove_home = false;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        remove_home = true;
    if (opt_count(&o) != 1)
        die_usage(1, "one name is needed");
    const char *name = opt_operands(&o)[0];
    accounts_open(&a);
    struct record *user = need_user(&a, name);
    char *home = xstrdup(user->field[PW_HOME]);
    uint32_t gid = record_id(user, PW_GID);
    table_remove(&a.passwd, user);
    struct record *hash = table_find(&a.shadow, name);
    if (hash)
        table_remove(&a.shadow, hash);
    leave_groups(&a, name);
    remove_own_group(&a, name, gid);
    accounts_save(&a);
    bool ok = true;
    if (remove_home && home[strspn(home, "/")] == '\0')
        warn_text("'%s' is nobody's home, and stays", home);
    else if (remove_home)
        ok = remove_path(home, &all);
    free(home);
    return ok ? 0 : 1;
}
