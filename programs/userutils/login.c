/*
 * login: asks who is there, and runs that user's shell. It ends when the shell does; getty starts
 * it again. With -f it asks nothing, which only root may do.
 */
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/common/options.h"
#include "programs/userutils/common/password.h"
#include "programs/userutils/common/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <utmpx.h>

static const char usage[] = "Usage: login\n       login -f USER [COMMAND [ARG]...]\n"
                            "Ask for a name and a password, and start that user's shell.\n"
                            "  -f USER  without asking; start COMMAND, or the shell\n";

#define NAME_SIZE 64
#define INPUT_ENDED 3 /* for getty: there is nobody left to ask */
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static void show_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    copy_fd(fd, STDOUT_FILENO);
    close(fd);
}

/* A line, without what a terminal program may have put around it; false at the end of input. */
static bool ask_name(char name[NAME_SIZE])
{
    static const char prompt[] = BOLD "redox login:" PLAIN " ";
    size_t len = 0;
    char c;
    ssize_t n;
    write_all(STDOUT_FILENO, prompt, sizeof prompt - 1);
    while ((n = read_some(STDIN_FILENO, &c, 1)) == 1 && c != '\n' && c != '\r') {
        if (len + 1 < NAME_SIZE)
            name[len++] = c;
    }
    name[len] = '\0';
    return n == 1;
}

/* Asks for the password, where there is one. */
static bool let_in(const char *name)
{
    char given[PASSWORD_MAX];
    char *hash = password_of(name);
    bool in = !*hash;
    if (!in && password_ask(BOLD "password:" PLAIN " ", given)) {
        in = password_check(hash, given);
        password_forget(given, sizeof given);
    }
    free(hash);
    return in;
}

/* The session's record for who and pinky: begun, or ended. Without a terminal there is none. */
static void note(const char *user, short type)
{
    static const char *const roots[] = {"/scheme/", "/dev/"};
    const char *line = ttyname(STDIN_FILENO);
    struct utmpx u = {.ut_type = type, .ut_pid = getpid()};
    if (!line)
        return;
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        if (strncmp(line, roots[i], strlen(roots[i])) == 0)
            line += strlen(roots[i]);
    }
    size_t len = strlen(line), id = sizeof u.ut_id;
    memcpy(u.ut_id, line + (len > id ? len - id : 0), len > id ? id : len);
    strncpy(u.ut_line, line, sizeof u.ut_line - 1);
    strncpy(u.ut_user, user, sizeof u.ut_user - 1);
    u.ut_tv.tv_sec = time(NULL);
    if (!pututxline(&u) && errno != ENOENT) /* a system without /var/run keeps no records */
        warn_errno("no record of the session");
}

static int run_session(const struct user *u, char *const *argv)
{
    note(u->name, USER_PROCESS);
    int status = session_login(u, argv);
    note(u->name, DEAD_PROCESS);
    return status;
}

static int start(const char *name, char *const *argv)
{
    struct user u;
    if (!user_find(name, &u))
        die(1, "user '%s' does not exist", name);
    int status = run_session(&u, argv);
    user_free(&u);
    return status;
}

static int ask_and_start(void)
{
    char name[NAME_SIZE];
    struct user u;
    show_file("/etc/issue");
    for (;;) {
        if (!ask_name(name))
            return INPUT_ENDED;
        if (!*name) {
            write_all(STDOUT_FILENO, "\n", 1);
            continue;
        }
        if (!user_find(name, &u)) {
            static const char text[] = "Login incorrect\n";
            write_all(STDOUT_FILENO, text, sizeof text - 1);
            continue;
        }
        if (let_in(name))
            break;
        user_free(&u);
    }
    show_file("/etc/motd");
    /* A terminal that belongs to somebody (a pty does) is the user's meanwhile, who may open it
     * again by its path. */
    bool given = fchown(STDIN_FILENO, u.uid, (gid_t)-1) == 0;
    run_session(&u, NULL);
    if (given && fchown(STDIN_FILENO, 0, (gid_t)-1) < 0)
        warn_errno("the terminal stays %s's", u.name);
    user_free(&u);
    return 0;
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "+f:", .usage = usage};
    const char *forced = NULL;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        forced = o.arg;
    if (geteuid() != 0)
        die(1, "only root can let others in");
    if (forced)
        return start(forced, opt_count(&o) > 0 ? opt_operands(&o) : NULL);
    if (opt_count(&o) > 0)
        die_usage(1, "unexpected '%s'", opt_operands(&o)[0]);
    return ask_and_start();
}
