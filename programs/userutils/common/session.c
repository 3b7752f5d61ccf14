/* A user's session; see session.h. */
#include "programs/userutils/common/session.h"
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/userutils/common/schemes.h"
#include "programs/userutils/common/userdb.h"
#include "redox/rt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_PATH "/bin:/usr/bin:/scheme/initfs/bin"
#define NOT_FOUND 127
#define NOT_STARTED 126

static bool take(const struct record *r, struct user *out)
{
    if (!r)
        return false;
    uint32_t uid = record_id(r, PW_UID), gid = record_id(r, PW_GID);
    if (uid == UINT32_MAX || gid == UINT32_MAX)
        return false;
    *out = (struct user){.name = xstrdup(r->field[PW_NAME]),
                         .home = xstrdup(r->field[PW_HOME]),
                         .shell = xstrdup(r->field[PW_SHELL]),
                         .uid = (uid_t)uid,
                         .gid = (gid_t)gid};
    return true;
}

bool user_find(const char *name, struct user *out)
{
    struct table t;
    table_load(&t, TABLE_PASSWD);
    bool found = take(table_find(&t, name), out);
    table_free(&t);
    return found;
}

bool user_find_uid(uid_t uid, struct user *out)
{
    struct table t;
    table_load(&t, TABLE_PASSWD);
    bool found = take(table_find_id(&t, (uint32_t)uid), out);
    table_free(&t);
    return found;
}

void user_free(struct user *u)
{
    free(u->name);
    free(u->home);
    free(u->shell);
}

/* The program's file, opened; -1 with errno. A plain name is looked for in the usual places. */
static int open_program(const char *name)
{
    if (strchr(name, '/'))
        return open(name, O_RDONLY | O_CLOEXEC);
    char path[4096];
    const char *list = getenv("PATH");
    for (const char *p = list ? list : DEFAULT_PATH; *p;) {
        size_t n = strcspn(p, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)n, p, name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0)
            return fd;
        p += n + (p[n] == ':');
    }
    errno = ENOENT;
    return -1;
}

/* The caller's terminal settings and path, and who the user is. */
static void set_environment(const struct user *u)
{
    static const char *const kept[] = {"TERM", "TTY", "LANG", "COLUMNS", "LINES", "TZ"};
    char *values[sizeof kept / sizeof kept[0]];
    char number[2][16];
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        const char *value = getenv(kept[i]);
        values[i] = value ? xstrdup(value) : NULL;
    }
    clearenv();
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (values[i])
            setenv(kept[i], values[i], 1);
        free(values[i]);
    }
    snprintf(number[0], sizeof number[0], "%lu", (unsigned long)u->uid);
    snprintf(number[1], sizeof number[1], "%lu", (unsigned long)u->gid);
    setenv("PATH", DEFAULT_PATH, 1);
    setenv("USER", u->name, 1);
    setenv("UID", number[0], 1);
    setenv("GROUPS", number[1], 1);
    setenv("HOME", u->home, 1);
    setenv("SHELL", u->shell, 1);
}

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return NOT_STARTED;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int session_run(const struct session *s)
{
    const struct user *u = s->user;
    char *shell[] = {u->shell, NULL};
    char *const *argv = s->argv ? s->argv : shell;
    set_environment(u);
    int image = open_program(argv[0]);
    if (image < 0 && !s->argv) { /* nobody is left without a shell */
        warn_errno("%s", shell[0]);
        shell[0] = "ion";
        image = open_program(shell[0]);
    }
    if (image < 0) {
        warn_errno("%s", argv[0]);
        return errno == ENOENT ? NOT_FOUND : NOT_STARTED;
    }
    struct rx_spawn spawn = {.image = (u64)image,
                             .argv = argv,
                             .envp = environ,
                             .flags = SPAWN_SETIDS,
                             .uid = (u32)u->uid,
                             .gid = (u32)u->gid,
                             .umask = 022,
                             .ns_fd = s->ns_fd < 0 ? RX_FD_NONE : (u64)s->ns_fd,
                             .cwd = s->keep_dir ? NULL : u->home};
    /* what a keyboard sends is for the program; we outlive it to take its status */
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    i64 pid = rx_spawn(&spawn);
    if ((pid == -ENOENT || pid == -EACCES || pid == -ENOTDIR) && spawn.cwd) {
        warn_text("no directory %s, starting in /", u->home);
        spawn.cwd = "/";
        pid = rx_spawn(&spawn);
    }
    close(image);
    if (pid < 0) {
        errno = (int)-pid;
        warn_errno("%s", argv[0]);
        return NOT_STARTED;
    }
    int status = wait_for((pid_t)pid);
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    return status;
}

int session_login(const struct user *user, char *const *argv)
{
    struct scheme_list list;
    schemes_of_user(user->name, &list);
    int64_t ns = schemes_namespace(&list);
    schemes_free(&list);
    if (ns < 0)
        die(1, "no namespace for %s: error %d", user->name, (int)-ns);
    redox_fcntl_v0((size_t)ns, RX_F_SETFD, RX_FD_CLOEXEC);
    const struct session s = {.user = user, .argv = argv, .ns_fd = ns};
    int status = session_run(&s);
    redox_close_v1((size_t)ns);
    return status;
}
