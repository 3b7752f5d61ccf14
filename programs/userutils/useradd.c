/* useradd: a new user, whose password is unset until passwd sets it. */
#include "programs/common/error.h"
#include "programs/common/options.h"
#include "programs/userutils/common/account.h"
#include "programs/userutils/common/password.h"

#include <stdio.h>

static const char usage[] =
    "Usage: useradd [OPTION]... NAME\nAdd a user.\n"
    "  -c TEXT   real name (default: NAME)      -d HOME   home directory (default: /)\n"
    "  -m        make the home, /home/NAME by default\n"
    "  -g GROUP  primary group                  -N        no own group: 'nobody'\n"
    "  -s SHELL  shell (default /bin/ion)       -u UID    number (default: a free one)\n";

#define NOBODY "nobody"
#define NOBODY_GID 99u

static struct {
    const char *gecos, *home, *group, *shell, *uid;
    bool make_home, no_group;
} opt = {.shell = "/bin/ion"};

static void take_option(int c, const char *arg)
{
    if (c == 'c')
        opt.gecos = arg;
    else if (c == 'd')
        opt.home = arg;
    else if (c == 'g')
        opt.group = arg;
    else if (c == 's')
        opt.shell = arg;
    else if (c == 'u')
        opt.uid = arg;
    else if (c == 'm')
        opt.make_home = true;
    else
        opt.no_group = true;
}

/* The primary group, made where it is the user's own. */
static uint32_t choose_group(struct accounts *a, const char *name, uint32_t uid)
{
    char number[16];
    if (opt.group)
        return need_gid(a, opt.group);
    if (opt.no_group) {
        const struct record *r = need_group(a, NOBODY);
        if (record_id(r, GR_GID) != NOBODY_GID)
            die(1, "group '%s' does not have id %u", NOBODY, NOBODY_GID);
        return NOBODY_GID;
    }
    need_new_name("group", name, table_find(&a->group, name));
    uint32_t gid = table_find_id(&a->group, uid) ? free_id(&a->group, &a->passwd) : uid;
    snprintf(number, sizeof number, "%u", gid);
    table_add(&a->group, (const char *const[]){name, "x", number, name});
    return gid;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"comment", OPT_REQUIRED, 'c'},   {"home-dir", OPT_REQUIRED, 'd'},
        {"gid", OPT_REQUIRED, 'g'},       {"create-home", OPT_NONE, 'm'},
        {"shell", OPT_REQUIRED, 's'},     {"uid", OPT_REQUIRED, 'u'},
        {"no-user-group", OPT_NONE, 'N'}, {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "c:d:g:ms:u:N", .longs = longs, .usage = usage};
    struct accounts a;
    char home[64], numbers[2][16];
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c, o.arg);
    if (opt_count(&o) != 1)
        die_usage(1, "one name is needed");
    const char *name = opt_operands(&o)[0];
    if (!opt.gecos)
        opt.gecos = name;
    snprintf(home, sizeof home, opt.make_home ? "/home/%.40s" : "/", name);
    if (!opt.home)
        opt.home = home;
    need_field("the real name", opt.gecos);
    need_field("the home", opt.home);
    need_field("the shell", opt.shell);
    accounts_open(&a);
    need_new_name("user", name, table_find(&a.passwd, name));
    uint32_t uid = opt.uid ? need_free_id(&a.passwd, opt.uid, NULL) : free_id(&a.passwd, &a.group);
    uint32_t gid = choose_group(&a, name, uid);
    snprintf(numbers[0], sizeof numbers[0], "%u", uid);
    snprintf(numbers[1], sizeof numbers[1], "%u", gid);
    table_add(&a.passwd,
              (const char *const[]){name, numbers[0], numbers[1], opt.gecos, opt.home, opt.shell});
    struct record *old = table_find(&a.shadow, name);
    if (old)
        record_set(old, SH_HASH, HASH_UNSET);
    else
        table_add(&a.shadow, (const char *const[]){name, HASH_UNSET});
    accounts_save(&a);
    return opt.make_home && !home_make(opt.home, uid, gid) ? 1 : 0;
}
