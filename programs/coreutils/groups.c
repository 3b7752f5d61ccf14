/* groups: the names of the groups that a user, or this process, is in. */
#include "common/error.h"
#include "common/ids.h"
#include "common/options.h"

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: groups [USER]...\nPrint the groups of USERs, or of this process.\n";

static bool print_user(const char *name)
{
    const struct passwd *pw = getpwnam(name);
    if (!pw) {
        warn_text("'%s': no such user", name);
        return false;
    }
    gid_t own = pw->pw_gid;
    printf("%s : %s", name, group_name(own));
    setgrent();
    for (const struct group *g; (g = getgrent());) {
        for (char **m = g->gr_mem; g->gr_gid != own && m && *m; m++) {
            if (strcmp(*m, name) == 0)
                printf(" %s", g->gr_name);
        }
    }
    endgrent();
    putchar('\n');
    return true;
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    bool ok = true;
    prog_start(argv);
    opt_next(&o);
    if (opt_count(&o) == 0)
        puts(group_name(getegid()));
    for (int i = 0; i < opt_count(&o); i++)
        ok &= print_user(opt_operands(&o)[i]);
    return finish(ok ? 0 : 1);
}
