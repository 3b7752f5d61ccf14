/*
 * Who may do what with a file, by libredox's own functions, as user 1000 beside root: what an open
 * promised is all that its descriptor gives. Works in /tmp, on whatever file system is there.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "tests/programs/rx_check.h"

#define DIR_PATH "/tmp/rx_rights"
#define NEW (RX_O_CREAT | RX_O_EXCL | RX_O_RDWR | RX_O_CLOEXEC)
#define LOOK (RX_O_STAT | RX_O_CLOEXEC)

static u8 page[4096];

static i64 map(i64 fd, u32 prot, u32 flags)
{
    return (i64)redox_mmap_v1(NULL, sizeof(page), prot, flags, (size_t)fd, 0);
}

/* A descriptor to look at a file by gives nothing of what is in it, whatever else it was opened
 * for. */
static void looking_is_not_reading(void)
{
    static const u64 lock_all[] = {STD_LOCK, 1ull << 63, 1ull << 63};
    i64 fd = open_path(DIR_PATH "/secret", LOOK | RX_O_RDWR, 0);
    struct rx_stat st;

    if (!GOOD(fd))
        return;
    CHECK_EQ(rx_fstat((u64)fd, &st), 0);
    CHECK_EQ(st.size, 6);
    CHECK_EQ((i64)redox_read_v1((size_t)fd, page, 1), -EBADF);
    CHECK_EQ((i64)redox_write_v1((size_t)fd, page, 1), -EBADF);
    CHECK_EQ((i64)redox_ftruncate_v0((size_t)fd, 0), -EBADF);
    CHECK_EQ(map(fd, 4, 1), -EACCES);
    CHECK_EQ(map(fd, 4, 2), -EACCES);
    CHECK_EQ((i64)redox_sys_call_v0((size_t)fd, NULL, 0, CALL_STD_FS, lock_all, 3), -EBADF);
    CHECK_EQ((i64)redox_fchmod_v1((size_t)fd, 0777), -EPERM);
    CHECK_EQ((i64)redox_fchown_v1((size_t)fd, 1000, 1000), -EPERM);
    CHECK_EQ((i64)redox_futimens_v1((size_t)fd, NULL), -EACCES);
    redox_close_v1((size_t)fd);
    fd = open_path(DIR_PATH "/hidden", LOOK | RX_O_RDONLY | RX_O_DIRECTORY, 0);
    if (GOOD(fd))
        CHECK_EQ((i64)redox_getdents_v0((size_t)fd, page, sizeof(page), 0), -EBADF);
    redox_close_v1((size_t)fd);
}

/* What is made, opened as something else, counted: with all of root's rights. */
static void kinds(void)
{
    static const char pipe[] = DIR_PATH "/pipe";
    i64 fd = rx_openat(RX_AT_FDCWD, pipe, sizeof(pipe) - 1, NEW, MODE_FIFO | 0600), dir;

    CHECK_EQ(fd, -EOPNOTSUPP);
    CHECK_EQ(open_path(pipe, RX_O_RDONLY, 0), -ENOENT);
    CHECK_EQ(open_path(DIR_PATH "/secret", RX_O_RDONLY | RX_O_SYMLINK, 0), -EINVAL);
    dir = open_path(DIR_PATH, RX_O_RDONLY | RX_O_DIRECTORY, 0);
    if (!GOOD(dir))
        return;
    CHECK_EQ(rx_lseek((u64)dir, 0, RX_SEEK_END), 3);
    CHECK_EQ((i64)redox_read_v1((size_t)dir, page, 1), -EISDIR);
    CHECK_EQ((i64)redox_write_v1((size_t)dir, page, 1), -EBADF);
    CHECK_EQ((i64)redox_ftruncate_v0((size_t)dir, 0), -EBADF);
    CHECK_EQ((i64)redox_fsync_v1((size_t)dir), 0);
    CHECK_EQ(map(dir, 4, 2), -ENODEV);
    CHECK_EQ(dup_text(dir, "x"), -EOPNOTSUPP);
    redox_close_v1((size_t)dir);
}

/* As somebody whose file it is not. */
static void now_for_who_may_write(void)
{
    struct redox_c_timespec times[2] = {{1, 0}, {2, 0}};
    i64 fd = open_path(DIR_PATH "/shared", LOOK, 0);
    struct rx_stat st;

    if (!GOOD(fd))
        return;
    CHECK_EQ((i64)redox_futimens_v1((size_t)fd, times), -EPERM);
    CHECK_EQ((i64)redox_futimens_v1((size_t)fd, NULL), 0);
    CHECK_EQ(rx_fstat((u64)fd, &st), 0);
    CHECK(st.mtime > 1600000000);
    redox_close_v1((size_t)fd);
}

int main(void)
{
    static const struct redox_c_timespec old[2] = {{1000, 0}, {1000, 0}};

    i64 fd = open_path(DIR_PATH, RX_O_CREAT | RX_O_DIRECTORY | RX_O_RDONLY, 0755);
    int status = 0;

    if (GOOD(fd))
        redox_close_v1((size_t)fd);
    fd = open_path(DIR_PATH "/secret", NEW, 0600);
    if (GOOD(fd))
        CHECK_EQ(write_text(fd, "secret"), 6);
    redox_close_v1((size_t)fd);
    fd = open_path(DIR_PATH "/hidden", RX_O_CREAT | RX_O_DIRECTORY | RX_O_RDONLY, 0700);
    if (GOOD(fd))
        redox_close_v1((size_t)fd);
    fd = open_path(DIR_PATH "/shared", NEW, 0666);
    if (GOOD(fd)) {
        CHECK_EQ((i64)redox_fchmod_v1((size_t)fd, 0666), 0);
        CHECK_EQ((i64)redox_futimens_v1((size_t)fd, old), 0);
        redox_close_v1((size_t)fd);
    }
    kinds();
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(1000) < 0 || setuid(1000) < 0)
            _exit(2);
        looking_is_not_reading();
        now_for_who_may_write();
        _exit(check_status());
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    CHECK_EQ(status, 0);
    CHECK_EQ(unlink_path(DIR_PATH "/secret", 0), 0);
    CHECK_EQ(unlink_path(DIR_PATH "/shared", 0), 0);
    CHECK_EQ(unlink_path(DIR_PATH "/hidden", RX_AT_REMOVEDIR), 0);
    CHECK_EQ(unlink_path(DIR_PATH, RX_AT_REMOVEDIR), 0);
    return check_status();
}
