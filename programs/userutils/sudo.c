/*
 * sudo: runs a command as root, after the caller's own password, for members of group sudo.
 * `sudo --daemon` is the daemon that does it, `sudo --check QUESTION` that one's helper.
 */
#include "programs/common/error.h"
#include "programs/userutils/common/password.h"
#include "programs/userutils/common/session.h"
#include "programs/userutils/common/sudo_check.h"
#include "programs/userutils/common/sudo_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES 3

/* Becomes root, or ends the program. */
static void become_root(void)
{
    char prompt[128], password[PASSWORD_MAX];
    struct user me;
    if (!user_find_uid(getuid(), &me))
        die(1, "you are no user of this system");
    int64_t talk = sudo_open("");
    if (talk < 0)
        die(1, "there is no sudo daemon here (error %d)", (int)-talk);
    snprintf(prompt, sizeof prompt, "[sudo] password for %.64s: ", me.name);
    user_free(&me);
    int64_t r = -EPERM;
    for (int i = 1; r == -EPERM && i <= TRIES; i++) {
        if (!password_ask(prompt, password))
            die(1, "no password was given");
        r = sudo_password(talk, password);
        password_forget(password, sizeof password);
        if (r == -EPERM)
            warn_text("incorrect password or not in sudo group (%d/%d)", i, TRIES);
    }
    if (r == -EPERM)
        exit(1);
    if (r == 0)
        r = sudo_elevate(talk);
    if (r < 0)
        die(1, "the daemon refuses: error %d", (int)-r);
}

int main(int argc, char **argv)
{
    prog_start(argv);
    if (argc == 2 && strcmp(argv[1], "--daemon") == 0)
        sudo_daemon();
    if (argc == 3 && strcmp(argv[1], "--check") == 0)
        return sudo_check(argv[2]);
    if (argc < 2 || argv[1][0] == '-') {
        fputs("Usage: sudo COMMAND [ARG]...\n", stderr);
        return 1;
    }
    if (geteuid() == 0 && setresuid(0, 0, 0) < 0)
        die_errno(1, "cannot become root");
    if (geteuid() != 0)
        become_root();
    setenv("USER", "root", 1);
    setenv("UID", "0", 1);
    setenv("GROUPS", "0", 1);
    execvp(argv[1], argv + 1);
    warn_errno("%s", argv[1]);
    return errno == ENOENT ? 127 : 126;
}
