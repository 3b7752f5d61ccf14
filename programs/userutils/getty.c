/*
 * getty: keeps a login prompt on a terminal. Without a TTY it is the terminal that it was started
 * on; then it also ends when there is no input any more, and where no user has a password it
 * starts root's shell and nothing else, as on a machine of one's own.
 */
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/common/options.h"
#include "programs/userutils/common/session.h"
#include "programs/userutils/common/userdb.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static const char usage[] = "Usage: getty [-J] [TTY]\nKeep a login prompt on TTY.\n"
                            "  -J, --no-clear  leave on the screen what is there\n"
                            "TTY is a path, or a number N for /scheme/fbcon/N.\n";

#define INPUT_ENDED 3 /* of login */
#define RETRY_SECONDS 1

static bool any_password(void)
{
    struct table shadow;
    table_load(&shadow, TABLE_SHADOW);
    bool any = false;
    for (size_t i = 0; i < shadow.count; i++)
        any |= !shadow.items[i].broken && shadow.items[i].field[SH_HASH][0] == '$';
    table_free(&shadow);
    return any;
}

/* The terminal becomes descriptors 0 to 2, and its keys go to this process's group. */
static void use_terminal(const char *tty)
{
    char path[4096];
    bool number = tty[strspn(tty, "0123456789")] == '\0';
    snprintf(path, sizeof path, number ? "/scheme/fbcon/%s" : "%s", tty);
    int fd = open(path, O_RDWR);
    if (fd < 0)
        die_errno(1, "%s", path);
    for (int i = 0; i <= 2; i++) {
        if (fd != i && dup2(fd, i) < 0)
            die_errno(1, "%s", path);
    }
    if (fd > 2)
        close(fd);
    setenv("TTY", path, 1);
    setsid();
    tcsetpgrp(STDIN_FILENO, getpgrp());
}

/* Keys that send signals end login, not the one who starts it again; and they do not stop it, which
 * nobody would wake it from. */
static void ignore_keys(void)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGTSTP, SIG_IGN);
}

static int spawn_login(pid_t *pid)
{
    static char *const argv[] = {"login", NULL};
    posix_spawnattr_t attr;
    sigset_t defaults;
    int error = posix_spawnattr_init(&attr);
    if (error)
        return error;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGQUIT);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    error = posix_spawnp(pid, argv[0], NULL, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    return error;
}

/* login's exit status; -1 with a message when it cannot be started. */
static int run_login(void)
{
    pid_t pid;
    int status;
    int error = spawn_login(&pid);
    if (error) {
        errno = error;
        warn_errno("login");
        return -1;
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int root_shell(void)
{
    struct user root;
    char *plain[] = {"ion", NULL};
    if (!user_find("root", &root)) {
        execvp(plain[0], plain);
        die_errno(126, "%s", plain[0]);
    }
    char *argv[] = {root.shell, NULL};
    execvp(argv[0], argv);
    warn_errno("%s", argv[0]);
    execvp(plain[0], plain);
    die_errno(126, "%s", plain[0]);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"no-clear", OPT_NONE, 'J'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "J", .longs = longs, .usage = usage};
    struct termios usual;
    bool clear = true;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        clear = false;
    bool own = opt_count(&o) == 0;
    if (opt_count(&o) > 1)
        die_usage(1, "unexpected '%s'", opt_operands(&o)[1]);
    if (own && !any_password())
        return root_shell();
    if (!own)
        use_terminal(opt_operands(&o)[0]);
    setenv("TERM", "xterm-256color", own ? 0 : 1);
    ignore_keys();
    bool terminal = tcgetattr(STDIN_FILENO, &usual) == 0;
    for (;;) {
        if (clear)
            write_all(STDOUT_FILENO, "\033c", 2);
        int status = run_login();
        if (status == INPUT_ENDED && own)
            return 0;
        /* where login cannot be started, or ends at once, this does not take the processor */
        if (status != 0)
            sleep(RETRY_SECONDS);
        /* whatever the shell, or its end, has left */
        tcsetpgrp(STDIN_FILENO, getpgrp());
        if (terminal)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual);
    }
}
