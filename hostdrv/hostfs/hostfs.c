/*
 * hostfs rw|ro,FD,NAME... on the host: directories of the host, open as FD, as schemes NAME. All of
 * them are served by one process, which can reach nothing else of the host's files.
 */
#include "hostdrv/common/driver.h"
#include "hostdrv/hostfs/hostfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NAME "hostfs"
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ull << 13)
#endif
#define SHARES_MAX 16u

static struct share shares[SHARES_MAX];
static u32 nshares;

static void now(struct rx_timespec *out)
{
    if (rx_clock(RX_CLOCK_REALTIME, out) < 0)
        *out = (struct rx_timespec){0};
}

static int open_share(struct share *s, const char *word)
{
    char mode[4];
    struct stat st;
    int fd;

    if (sscanf(word, "%3[a-z],%d,%63s", mode, &fd, s->name) != 3)
        driver_fail(NAME, "'%s' is no share", word);
    int path_fd = openat(fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (path_fd < 0 || fstat(path_fd, &st) < 0)
        driver_fail(NAME, "%s: %s", s->name, strerror(errno));
    struct node *root = node_for(path_fd, &st);
    if (!root)
        driver_fail(NAME, "out of memory");
    node_hold(root);
    s->read_only = strcmp(mode, "ro") == 0;
    s->tree = (struct tree){.ops = s->read_only ? &host_ops_read_only : &host_ops,
                            .scheme = s->name,
                            .root = root->id,
                            .now = now};
    if (tree_init(&s->tree) < 0)
        driver_fail(NAME, "out of memory");
    return fd;
}

/* Holds this process to its directories, as far as the host's Landlock goes. */
static void landlock(const int *fds)
{
    /* what the first version of Landlock knows of; and moving files between directories, which
     * no version permits unless it is asked to look after it */
    struct landlock_ruleset_attr attr = {.handled_access_fs =
                                             (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 2)
        attr.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);

    if (rules < 0)
        return;
    for (u32 i = 0; i < nshares; i++) {
        struct landlock_path_beneath_attr beneath = {.parent_fd = fds[i],
                                                     .allowed_access = attr.handled_access_fs};
        if (shares[i].read_only)
            beneath.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
        if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
            driver_fail(NAME, "Landlock: %s", strerror(errno));
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        syscall(SYS_landlock_restrict_self, rules, 0) < 0)
        driver_fail(NAME, "Landlock: %s", strerror(errno));
    close(rules);
}

static void confine(void)
{
    static const int calls[] = {
        SCMP_SYS(openat),   SCMP_SYS(openat2),   SCMP_SYS(newfstatat), SCMP_SYS(fstat),
        SCMP_SYS(fstatfs),  SCMP_SYS(lseek),     SCMP_SYS(getdents64), SCMP_SYS(pread64),
        SCMP_SYS(pwrite64), SCMP_SYS(ftruncate), SCMP_SYS(fsync),      SCMP_SYS(readlinkat),
        SCMP_SYS(mkdirat),  SCMP_SYS(symlinkat), SCMP_SYS(linkat),     SCMP_SYS(unlinkat),
        SCMP_SYS(renameat), SCMP_SYS(fchownat),  SCMP_SYS(chmod),      SCMP_SYS(utimensat),
        SCMP_SYS(geteuid),  SCMP_SYS(dup2),
    };

    if (driver_confine(calls, sizeof calls / sizeof calls[0]) < 0)
        driver_fail(NAME, "Linux does not accept the filter");
}

int main(int argc, char **argv)
{
    int fds[SHARES_MAX];
    struct scheme *scheme;

    if (argc < 2 || argc > (int)SHARES_MAX + 1)
        driver_fail(NAME, "between 1 and %u shares", SHARES_MAX);
    for (nshares = 0; nshares < (u32)argc - 1; nshares++)
        fds[nshares] = open_share(&shares[nshares], argv[nshares + 1]);
    umask(0);
    driver_attach();
    landlock(fds);
    for (u32 i = 0; i < nshares; i++) {
        i64 r = scheme_create(&tree_scheme_ops, &shares[i].tree, TREE_ROOT_ID, &scheme);
        if (r >= 0)
            r = scheme_register(scheme, shares[i].name);
        if (r < 0)
            driver_fail(NAME, "cannot make the scheme %s: %s", shares[i].name, strerror((int)-r));
        close(fds[i]);
    }
    confine();
    scheme_notify_ready();
    scheme_run();
}
