/* su: a shell of another user, root if none is named. Root need not give a password. */
#include "programs/common/error.h"
#include "programs/common/options.h"
#include "programs/userutils/common/password.h"
#include "programs/userutils/common/session.h"
#include "programs/userutils/common/sudo_client.h"

#include <errno.h>
#include <unistd.h>

static const char usage[] = "Usage: su [USER] [COMMAND [ARG]...]\n"
                            "Start a shell, or a command, as USER (default root).\n"
                            "Other users than root are asked for root's password.\n";

static void become_root(void)
{
    char password[PASSWORD_MAX];
    int64_t talk = sudo_open("su");
    if (talk < 0)
        die(1, "there is no sudo daemon here (error %d)", (int)-talk);
    if (!password_ask("password: ", password))
        die(1, "no password was given");
    int64_t r = sudo_password(talk, password);
    password_forget(password, sizeof password);
    if (r == -EPERM)
        die(1, "authentication failed");
    if (r == 0)
        r = sudo_elevate(talk);
    if (r < 0)
        die(1, "the daemon refuses: error %d", (int)-r);
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "+", .usage = usage};
    struct user u;
    prog_start(argv);
    opt_next(&o);
    char **words = opt_operands(&o);
    const char *name = opt_count(&o) > 0 ? words[0] : "root";
    if (geteuid() != 0)
        become_root();
    if (!user_find(name, &u))
        die(1, "user '%s' does not exist", name);
    int status = session_login(&u, opt_count(&o) > 1 ? words + 1 : NULL);
    user_free(&u);
    return status;
}
