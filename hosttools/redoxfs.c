/* redoxfs: mounts a RedoxFS on the host through FUSE.
 *
 *   redoxfs [-d | --no-daemon] [--ro] DISK MOUNTPOINT [BLOCK-HEX]
 *
 * It goes into the background once the file system is mounted, unless -d keeps it in front. SIGINT
 * and SIGTERM unmount. What has been done is on the disk after fsync, after at most five seconds,
 * and after unmounting. */
#include "hosttools/fuse/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMIT_MS 5000
#define USAGE "redoxfs [-d | --no-daemon] [--ro] DISK MOUNTPOINT [BLOCK-HEX]"

/* Signals come only while requests are waited for, so that none is overlooked. */
static volatile sig_atomic_t asked_to_stop, child_ended;
static sigset_t no_signals_blocked;

static void on_signal(int sig)
{
    if (sig == SIGCHLD)
        child_ended = 1;
    else
        asked_to_stop = asked_to_stop ? asked_to_stop : 1;
}

static int unmount_program(const char *how, const char *where)
{
    pid_t pid = fork();
    int status = -1;

    if (!pid) {
        sigprocmask(SIG_SETMASK, &no_signals_blocked, NULL);
        execlp("fusermount3", "fusermount3", "-q", how, "--", where, (char *)NULL);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* Unmounts from another process, since the kernel still has requests then: pages to be written.
 * While files are open it only detaches, after having everything written. */
static void begin_unmount(const char *where)
{
    pid_t pid = fork();
    int fd;

    if (pid < 0)
        fprintf(stderr, "%s: %s\n", tool_name, strerror(errno));
    if (pid)
        return;
    fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        syncfs(fd);
        close(fd);
    }
    if (unmount_program("-u", where))
        unmount_program("-uz", where);
    _exit(0);
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Answers requests until unmounted; commits what has been dirty for a while. */
static int serve(struct fuse_session *se, struct rfs *fs, const char *where)
{
    struct fuse_buf buf = {0};
    int64_t dirty_since = -1;
    int err = 0;

    /* The child's end means that nothing more comes that has to be waited for. */
    while (!child_ended && !fuse_session_exited(se)) {
        struct pollfd p = {.fd = fuse_session_fd(se), .events = POLLIN};
        int64_t now = now_ms(), wait_ms;
        struct timespec timeout;
        int n;

        if (asked_to_stop == 1) {
            asked_to_stop = 2;
            begin_unmount(where);
        }
        if (!rfs_dirty(fs))
            dirty_since = -1;
        else if (dirty_since < 0)
            dirty_since = now;
        if (dirty_since >= 0 && now - dirty_since >= COMMIT_MS) {
            err = rfs_sync(fs);
            if (err)
                fprintf(stderr, "%s: %s\n", tool_name, strerror(-err));
            dirty_since = -1;
        }
        wait_ms = dirty_since < 0 ? 0 : COMMIT_MS - (now - dirty_since) + 1;
        timeout = (struct timespec){wait_ms / 1000, wait_ms % 1000 * 1000000};
        n = ppoll(&p, 1, dirty_since < 0 ? NULL : &timeout, &no_signals_blocked);
        if (n <= 0)
            continue;
        n = fuse_session_receive_buf(se, &buf);
        if (n == -EINTR || n == -EAGAIN)
            continue;
        if (n <= 0)
            break;
        fuse_session_process_buf(se, &buf);
    }
    free(buf.mem);
    return err;
}

static void catch_signals(void)
{
    struct sigaction quit = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};

    sigset_t ours;

    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGHUP);
    sigaddset(&ours, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ours, &no_signals_blocked);
    sigaction(SIGINT, &quit, NULL);
    sigaction(SIGTERM, &quit, NULL);
    sigaction(SIGHUP, &quit, NULL);
    sigaction(SIGCHLD, &quit, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

/* An existing directory, as a whole path; malloc'ed. */
static char *mount_point(const char *path)
{
    char *where = realpath(path, NULL);
    struct stat st;

    if (!where || stat(where, &st))
        fail("%s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        fail("%s: %s", path, strerror(ENOTDIR));
    return where;
}

/* The disk's whole path as an option for libfuse, for mount and df to show. */
static const char *disk_option(const char *disk)
{
    static char option[2 * PATH_MAX + 8] = "fsname=";
    char whole[PATH_MAX];
    size_t n = strlen(option);

    for (const char *p = realpath(disk, whole) ? whole : disk; *p && n + 2 < sizeof(option); p++) {
        if (*p == ',' || *p == '\\')
            option[n++] = '\\';
        option[n++] = *p;
    }
    option[n] = 0;
    return option;
}

static struct fuse_session *mount_session(struct rfs *fs, const char *disk, const char *where,
                                          bool read_only)
{
    char options[2 * PATH_MAX + 128];
    char *argv[] = {(char *)tool_name, (char *)"-o", options, NULL};
    struct fuse_args args = FUSE_ARGS_INIT(3, argv);
    struct fuse_session *se;

    snprintf(options, sizeof(options), "default_permissions,subtype=redoxfs%s%s,%s",
             geteuid() ? "" : ",allow_other", read_only ? ",ro" : "", disk_option(disk));
    se = fuse_session_new(&args, &mount_operations, sizeof(mount_operations), fs);
    fuse_opt_free_args(&args);
    if (!se)
        fail("no FUSE session");
    if (fuse_session_mount(se, where)) {
        fuse_session_destroy(se);
        fail("%s: cannot be mounted on", where);
    }
    return se;
}

int main(int argc, char **argv)
{
    bool daemon_wanted = true, read_only = false;
    struct fuse_session *se;
    struct rfs_options opt;
    struct image image;
    char password[256];
    char *where;
    struct rfs *fs;
    int at = 1, err;

    tool_name = "redoxfs";
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (!strcmp(argv[at], "-d") || !strcmp(argv[at], "--no-daemon"))
            daemon_wanted = false;
        else if (!strcmp(argv[at], "--ro"))
            read_only = true;
        else
            usage(argc, argv, USAGE);
    }
    if (argc - at < 2 || argc - at > 3)
        usage(argc, argv, USAGE);
    where = mount_point(argv[at + 1]);
    image_open(&image, argv[at], !read_only);
    opt = image_options(argv[at + 2]);
    opt.read_only = read_only;
    fs = image_mount(&image, &opt, password);
    catch_signals();
    se = mount_session(fs, argv[at], where, read_only);
    if (daemon_wanted && daemon(0, 0))
        fprintf(stderr, "%s: %s\n", tool_name, strerror(errno));
    serve(se, fs, where);
    /* Who unmounts shares the image's lock. */
    while (wait(NULL) > 0 || errno == EINTR)
        continue;
    if (!child_ended)
        fuse_session_unmount(se);
    fuse_session_destroy(se);
    err = rfs_close(fs);
    image_close(&image);
    free(where);
    if (err)
        fail("%s: %s", argv[at], strerror(-err));
    return 0;
}
