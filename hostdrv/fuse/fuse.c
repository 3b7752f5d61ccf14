/*
 * fuse DIR on the host: mounts the system that it is a program of on a directory. It is user 0
 * there, and so is whoever may use the mount: the user that started umk.
 */
#include "hostdrv/common/driver.h"
#include "hostdrv/fuse/fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include <sys/wait.h>
#include <unistd.h>

#define NAME "fuse"

/* A driver before us may have died with its mount in place. */
static void clear(const char *dir)
{
    /* not stat(): Linux may still know the answer to that */
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
    if (fd >= 0 || errno != ENOTCONN || umount2(dir, MNT_DETACH) == 0)
        return;
    pid_t pid = fork();
    if (!pid) {
        execlp("fusermount3", "fusermount3", "-u", "-z", "--", dir, (char *)NULL);
        _exit(127);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

static struct fuse *mount_on(const char *dir)
{
    char *words[] = {(char *)"umk", (char *)"-ofsname=umk,subtype=umk", NULL};
    struct fuse_args args = FUSE_ARGS_INIT(2, words);
    struct fuse *f = fuse_new(&args, &export_operations, sizeof export_operations, NULL);

    if (!f)
        driver_fail(NAME, "libfuse3 does not start");
    if (fuse_mount(f, dir) != 0)
        driver_fail(NAME, "cannot mount on %s", dir);
    return f;
}

int main(int argc, char **argv)
{
    static const int calls[] = {SCMP_SYS(read), SCMP_SYS(write),  SCMP_SYS(writev), SCMP_SYS(fstat),
                                SCMP_SYS(poll), SCMP_SYS(getuid), SCMP_SYS(getgid)};

    if (argc != 2)
        driver_fail(NAME, "one directory");
    clear(argv[1]);
    struct fuse *f = mount_on(argv[1]);
    driver_attach();
    if (driver_confine(calls, sizeof calls / sizeof calls[0]) < 0)
        driver_fail(NAME, "Linux does not accept the filter");
    scheme_notify_ready();
    /* when the host unmounts it, that is the end */
    _exit(fuse_loop(f) == 0 ? 0 : 1);
}
