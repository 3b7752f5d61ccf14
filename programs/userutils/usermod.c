/* usermod: changes what is known of a user. */
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/common/options.h"
#include "programs/userutils/common/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: usermod [OPTION]... NAME\nChange a user.\n"
    "  -c TEXT   real name         -d HOME  home, made if need be; with -m the old one is moved\n"
    "  -g GROUP  primary group     -G A,B   join groups      -S A,B  be in these and no others\n"
    "  -l NAME   new name          -s SHELL shell            -u UID  number\n";

static struct {
    const char *gecos, *home, *group, *join, *only, *name, *shell, *uid;
    bool move;
} opt;

static void take_option(int c, const char *arg)
{
    const char **const where[] = {
        ['c'] = &opt.gecos, ['d'] = &opt.home, ['g'] = &opt.group, ['G'] = &opt.join,
        ['S'] = &opt.only,  ['l'] = &opt.name, ['s'] = &opt.shell, ['u'] = &opt.uid};
    if (c == 'm')
        opt.move = true;
    else
        *where[c] = arg;
}

/* The new name stands wherever the old one did. */
static void rename_user(struct accounts *a, struct record *user, const char *name)
{
    char *old = xstrdup(user->field[PW_NAME]);
    struct record *hash = table_find(&a->shadow, old);
    need_new_name("user", name, table_find(&a->passwd, name));
    record_set(user, PW_NAME, name);
    if (hash)
        record_set(hash, SH_NAME, name);
    for (size_t i = 0; i < a->group.count; i++) {
        struct record *g = &a->group.items[i];
        if (group_has(g, old)) {
            group_remove(g, old);
            group_add(g, name);
        }
    }
    free(old);
}

static void change(struct accounts *a, struct record *user)
{
    if (opt.gecos)
        record_set(user, PW_GECOS, opt.gecos);
    if (opt.shell)
        record_set(user, PW_SHELL, opt.shell);
    if (opt.uid)
        record_set_id(user, PW_UID, need_free_id(&a->passwd, opt.uid, user));
    if (opt.group)
        record_set_id(user, PW_GID, need_gid(a, opt.group));
    if (opt.only)
        leave_groups(a, user->field[PW_NAME]);
    if (opt.only || opt.join)
        join_groups(a, user->field[PW_NAME], opt.only ? opt.only : opt.join);
    if (opt.name)
        rename_user(a, user, opt.name);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"comment", OPT_REQUIRED, 'c'},    {"home", OPT_REQUIRED, 'd'},
        {"gid", OPT_REQUIRED, 'g'},        {"append-groups", OPT_REQUIRED, 'G'},
        {"set-groups", OPT_REQUIRED, 'S'}, {"login", OPT_REQUIRED, 'l'},
        {"move-home", OPT_NONE, 'm'},      {"shell", OPT_REQUIRED, 's'},
        {"uid", OPT_REQUIRED, 'u'},        {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "c:d:g:G:S:l:ms:u:", .longs = longs, .usage = usage};
    struct accounts a;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c, o.arg);
    if (opt_count(&o) != 1)
        die_usage(1, "one name is needed");
    if (opt.join && opt.only)
        die_usage(1, "-G and -S exclude each other");
    if (opt.move && !opt.home)
        die_usage(1, "-m needs -d");
    need_field("the real name", opt.gecos ? opt.gecos : "");
    need_field("the home", opt.home ? opt.home : "");
    need_field("the shell", opt.shell ? opt.shell : "");
    accounts_open(&a);
    struct record *user = need_user(&a, opt_operands(&o)[0]);
    change(&a, user);
    bool ok = true;
    if (opt.home) {
        if (opt.move && rename(user->field[PW_HOME], opt.home) < 0)
            die_errno(1, "%s cannot become %s; nothing is changed", user->field[PW_HOME], opt.home);
        record_set(user, PW_HOME, opt.home);
        if (!opt.move)
            ok = home_make(opt.home, record_id(user, PW_UID), record_id(user, PW_GID));
    }
    accounts_save(&a);
    return ok ? 0 : 1;
}
