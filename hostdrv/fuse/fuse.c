/*
 * fuse DIR on the host: mounts the system that it is a program of on a directory. It is user 0
 * there, and so is whoever may use the mount: the user that started umk.
 */
#include "hostdrv/common/driver.h"
#include "hostdrv/fuse/fuse.h"

#include <fuse_lowlevel.h>

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
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

/* Requests that are worked on at the same time, each by a thread: so many may wait for servers that
 * do not answer. */
#define WORKERS 16u

static struct fuse_session *session;
static pthread_barrier_t together; /* all threads have started; the process is confined */

/* When the host unmounts it, that is the end. */
static _Noreturn void work(void)
{
    struct fuse_buf buf = {0};
    int n;

    while ((n = fuse_session_receive_buf(session, &buf)) > 0 || n == -EINTR) {
        if (n > 0)
            fuse_session_process_buf(session, &buf);
    }
    _exit(n == 0 || n == -ENODEV ? 0 : 1);
}

static void *worker(void *place)
{
    rx_hosted_thread_take((u64)(uintptr_t)place);
    pthread_barrier_wait(&together);
    pthread_barrier_wait(&together);
    work();
}

static void start_workers(void)
{
    /* one heap: for more the C library reads files, which the filter does not let it */
    mallopt(M_ARENA_MAX, 1);
    pthread_barrier_init(&together, NULL, WORKERS);
    for (u32 i = 1; i < WORKERS; i++) {
        pthread_t thread;
        i64 place = rx_hosted_thread_place();
        if (place < 0 || pthread_create(&thread, NULL, worker, (void *)(uintptr_t)place) != 0)
            driver_fail(NAME, "cannot make its threads");
    }
    pthread_barrier_wait(&together);
}

int main(int argc, char **argv)
{
    static const int calls[] = {SCMP_SYS(read), SCMP_SYS(write),  SCMP_SYS(writev), SCMP_SYS(fstat),
                                SCMP_SYS(poll), SCMP_SYS(getuid), SCMP_SYS(getgid)};

    if (argc != 2)
        driver_fail(NAME, "one directory");
    clear(argv[1]);
    session = fuse_get_session(mount_on(argv[1]));
    driver_attach();
    start_workers();
    if (driver_confine(calls, sizeof calls / sizeof calls[0]) < 0)
        driver_fail(NAME, "Linux does not accept the filter");
    scheme_notify_ready();
    pthread_barrier_wait(&together);
    work();
}
