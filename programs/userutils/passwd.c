/* passwd: changes a password. Root changes anybody's; others their own, through the sudo daemon. */
#include "programs/common/error.h"
#include "programs/common/options.h"
#include "programs/userutils/common/password.h"
#include "programs/userutils/common/session.h"
#include "programs/userutils/common/sudo_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "Usage: passwd [-l] [USER]\nChange a password.\n"
                            "  -l, --lock  no password lets USER in any more; root only\n";

static void ask_new(char out[PASSWORD_MAX])
{
    char again[PASSWORD_MAX];
    if (!password_ask("new password: ", out) || !password_ask("confirm password: ", again))
        die(1, "no password was given");
    if (strcmp(out, again) != 0)
        die(1, "the passwords are not the same; nothing is changed");
    password_forget(again, sizeof again);
}

static void change_any(const char *name)
{
    char password[PASSWORD_MAX], hash[HASH_MAX] = "";
    ask_new(password);
    if (*password)
        password_hash(password, hash);
    password_forget(password, sizeof password);
    password_store(name, hash);
}

static void change_own(void)
{
    char password[PASSWORD_MAX];
    int64_t talk = sudo_open("passwd");
    if (talk < 0)
        die(1, "there is no sudo daemon here (error %d)", (int)-talk);
    if (!password_ask("current password: ", password))
        die(1, "no password was given");
    int64_t r = sudo_password(talk, password);
    if (r == -EPERM)
        die(1, "that is not your password");
    if (r == 0) {
        ask_new(password);
        r = sudo_password(talk, password);
    }
    password_forget(password, sizeof password);
    if (r < 0)
        die(1, "the daemon refuses: error %d", (int)-r);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"lock", OPT_NONE, 'l'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "l", .longs = longs, .usage = usage};
    bool lock = false;
    struct user u;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        lock = true;
    bool named = opt_count(&o) > 0;
    if (opt_count(&o) > 1)
        die_usage(1, "unexpected '%s'", opt_operands(&o)[1]);
    if (!(named ? user_find(opt_operands(&o)[0], &u) : user_find_uid(getuid(), &u)))
        die(1, "there is no such user");
    if (geteuid() != 0 && (lock || u.uid != getuid()))
        die(1, "only root can do that");
    if (lock)
        password_store(u.name, HASH_UNSET);
    else if (geteuid() == 0)
        change_any(u.name);
    else
        change_own();
    user_free(&u);
    return 0;
}
