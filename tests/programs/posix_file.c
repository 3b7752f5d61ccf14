/* Files: open and its flags, reading and writing, duplicates, pipes, names, attributes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <utime.h>
#include "posix_check.h"

static void test_open(void)
{
    int fd = open("a", O_RDWR | O_CREAT | O_EXCL, 0644);

    CHECK(fd >= 0);
    CHECK_ERRNO(open("a", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
    CHECK_ERRNO(open("none", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("a/b", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(open("a", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_ERRNO(open(".", O_WRONLY), EISDIR);
    CHECK_EQ(write(fd, "hello world", 11), 11);
    CHECK_EQ(lseek(fd, 6, SEEK_SET), 6);
    char buf[32];
    CHECK_EQ(read(fd, buf, sizeof buf), 5);
    CHECK(memcmp(buf, "world", 5) == 0);
    CHECK_EQ(read(fd, buf, sizeof buf), 0);
    CHECK_EQ(lseek(fd, -3, SEEK_END), 8);
    CHECK_EQ(lseek(fd, -1, SEEK_CUR), 7);
    CHECK_ERRNO(lseek(fd, -100, SEEK_SET), EINVAL);
    CHECK_ERRNO(lseek(fd, 0, 77), EINVAL);
    CHECK_EQ(pread(fd, buf, 5, 0), 5);
    CHECK(memcmp(buf, "hello", 5) == 0);
    CHECK_EQ(pwrite(fd, "J", 1, 0), 1);
    CHECK_EQ(lseek(fd, 0, SEEK_CUR), 7);
    CHECK_ERRNO(pread(fd, buf, 1, -1), EINVAL);
    CHECK_EQ(close(fd), 0);
    CHECK_ERRNO(close(fd), EBADF);
    CHECK_ERRNO(read(fd, buf, 1), EBADF);
    CHECK_ERRNO(write(-1, buf, 1), EBADF);

    fd = open("a", O_RDONLY);
    CHECK_ERRNO(write(fd, "x", 1), EBADF);
    close(fd);
    fd = open("a", O_WRONLY | O_APPEND);
    CHECK_ERRNO(read(fd, buf, 1), EBADF);
    CHECK_EQ(write(fd, "!", 1), 1);
    close(fd);
    fd = open("a", O_RDONLY);
    CHECK_EQ(read(fd, buf, sizeof buf), 12);
    CHECK(memcmp(buf, "Jello world!", 12) == 0);
    close(fd);
    fd = open("a", O_WRONLY | O_TRUNC);
    struct stat st;
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_size, 0);
    close(fd);
    CHECK_EQ(unlink("a"), 0);
    CHECK_ERRNO(unlink("a"), ENOENT);
}

static void test_vectors(void)
{
    char a[4], b[8], big[10000];
    struct iovec out[3] = {{(void *)"one", 3}, {(void *)"", 0}, {(void *)"two!", 4}};
    struct iovec in[2] = {{a, 4}, {b, 8}};
    int fd = open("v", O_RDWR | O_CREAT, 0600);

    CHECK_EQ(writev(fd, out, 3), 7);
    lseek(fd, 0, SEEK_SET);
    CHECK_EQ(readv(fd, in, 2), 7);
    CHECK(memcmp(a, "onet", 4) == 0 && memcmp(b, "wo!", 3) == 0);
    CHECK_EQ(preadv(fd, in, 2, 3), 4);
    CHECK(memcmp(a, "two!", 4) == 0);
    memset(big, 'x', sizeof big);
    struct iovec large[2] = {{big, sizeof big}, {big, sizeof big}};
    CHECK_EQ(pwritev(fd, large, 2, 0), 20000);
    volatile int negative = -1;
    CHECK_ERRNO(writev(fd, out, negative), EINVAL);
    close(fd);
    unlink("v");
}

static void test_dup(void)
{
    int fd = open("d", O_RDWR | O_CREAT, 0600), other = dup(fd);
    char c;

    CHECK(other > fd);
    CHECK_EQ(write(fd, "ab", 2), 2);
    CHECK_EQ(lseek(other, 0, SEEK_CUR), 2);
    CHECK_EQ(dup2(fd, 40), 40);
    CHECK_EQ(dup2(fd, fd), fd);
    CHECK_ERRNO(dup2(99, 99), EBADF);
    CHECK_ERRNO(dup2(99, 41), EBADF);
    CHECK_ERRNO(dup2(fd, -1), EBADF);
    CHECK_EQ(fcntl(40, F_GETFD), 0);
    CHECK_EQ(dup3(fd, 41, O_CLOEXEC), 41);
    CHECK_EQ(fcntl(41, F_GETFD), FD_CLOEXEC);
    CHECK_EQ(fcntl(41, F_SETFD, 0), 0);
    CHECK_EQ(fcntl(41, F_GETFD), 0);
    CHECK_ERRNO(dup3(fd, fd, 0), EINVAL);
    CHECK_EQ(fcntl(fd, F_DUPFD, 60), 60);
    CHECK_EQ(fcntl(fd, F_DUPFD_CLOEXEC, 60), 61);
    CHECK_EQ(fcntl(61, F_GETFD), FD_CLOEXEC);
    CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
    CHECK_EQ(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK), 0);
    CHECK_EQ(fcntl(other, F_GETFL) & (O_APPEND | O_NONBLOCK), O_APPEND | O_NONBLOCK);
    CHECK_ERRNO(fcntl(99, F_GETFD), EBADF);
    lseek(fd, 0, SEEK_SET);
    CHECK_EQ(read(60, &c, 1), 1);
    CHECK_EQ(lseek(fd, 0, SEEK_CUR), 1);
    int all[] = {other, 40, 41, 60, 61, fd};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        CHECK_EQ(close(all[i]), 0);
    unlink("d");
}

static void test_pipe(void)
{
    int p[2];
    char buf[16];

    CHECK_EQ(pipe(p), 0);
    CHECK_EQ(write(p[1], "pipe", 4), 4);
    CHECK_EQ(read(p[0], buf, sizeof buf), 4);
    CHECK_ERRNO(lseek(p[0], 0, SEEK_CUR), ESPIPE);
    close(p[1]);
    CHECK_EQ(read(p[0], buf, sizeof buf), 0);
    close(p[0]);
    CHECK_EQ(pipe2(p, O_NONBLOCK | O_CLOEXEC), 0);
    CHECK_ERRNO(read(p[0], buf, 1), EAGAIN);
    CHECK_EQ(fcntl(p[1], F_GETFD), FD_CLOEXEC);
    long filled = 0;
    char block[4096] = {0};
    ssize_t n;
    while ((n = write(p[1], block, sizeof block)) > 0)
        filled += n;
    CHECK_EQ(n, -1);
    CHECK(filled >= 4096);
    struct stat st;
    CHECK_EQ(fstat(p[0], &st), 0);
    CHECK(S_ISFIFO(st.st_mode));
    close(p[0]);
    close(p[1]);
}

static void test_names(void)
{
    struct stat st;
    int fd = open("one", O_WRONLY | O_CREAT, 0600);

    CHECK_EQ(write(fd, "1", 1), 1);
    close(fd);
    CHECK_EQ(mkdir("dir", 0755), 0);
    CHECK_ERRNO(mkdir("dir", 0755), EEXIST);
    CHECK_ERRNO(mkdir("x/y", 0755), ENOENT);
    CHECK_ERRNO(rmdir("one"), ENOTDIR);
    CHECK_ERRNO(unlinkat(AT_FDCWD, "none", 0), ENOENT);
    int dir = open("dir", O_RDONLY | O_DIRECTORY);
    CHECK(dir >= 0);
    fd = openat(dir, "inner", O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0);
    close(fd);
    CHECK_EQ(stat("dir/inner", &st), 0);
    CHECK_ERRNO(rmdir("dir"), ENOTEMPTY);
    CHECK_EQ(mkdirat(dir, "deep", 0700), 0);
    CHECK_EQ(fstatat(dir, "deep", &st, 0), 0);
    CHECK(S_ISDIR(st.st_mode));
    CHECK_EQ(unlinkat(dir, "deep", AT_REMOVEDIR), 0);
    CHECK_EQ(faccessat(dir, "inner", R_OK, 0), 0);
    CHECK_EQ(unlinkat(dir, "inner", 0), 0);
    CHECK_EQ(fchdir(dir), 0);
    char cwd[256];
    CHECK(getcwd(cwd, sizeof cwd) && strcmp(strrchr(cwd, '/'), "/dir") == 0);
    CHECK_EQ(chdir(".."), 0);
    close(dir);
    CHECK_EQ(rmdir("dir"), 0);
    CHECK_EQ(unlink("one"), 0);
    errno = 0;
    CHECK(!getcwd(cwd, 1) && errno == ERANGE);
    char *where = getcwd(NULL, 0);
    CHECK(where && where[0] == '/');
    free(where);
    CHECK_ERRNO(chdir("none"), ENOENT);
}

/* What a file system may lack: where rename or links are not there, they say so. */
static int unsupported(void)
{
    return errno == ENOSYS || errno == EOPNOTSUPP;
}

static void test_links(void)
{
    struct stat st;
    char buf[64];
    int fd = open("one", O_WRONLY | O_CREAT, 0600);

    close(fd);
    if (rename("one", "two") == 0) {
        CHECK_ERRNO(stat("one", &st), ENOENT);
        CHECK_EQ(stat("two", &st), 0);
        CHECK_EQ(rename("two", "one"), 0);
        CHECK_ERRNO(rename("none", "x"), ENOENT);
    } else {
        CHECK(unsupported());
    }
    errno = 0;
    if (link("one", "three") == 0) {
        CHECK_EQ(stat("one", &st), 0);
        CHECK_EQ(st.st_nlink, 2);
        CHECK_EQ(unlink("three"), 0);
    } else {
        CHECK(unsupported());
    }
    if (symlink("one", "soft") == 0) {
        CHECK_EQ(lstat("soft", &st), 0);
        CHECK(S_ISLNK(st.st_mode));
        CHECK_EQ(stat("soft", &st), 0);
        CHECK(S_ISREG(st.st_mode));
        CHECK_EQ(readlink("soft", buf, sizeof buf), 3);
        CHECK(memcmp(buf, "one", 3) == 0);
        CHECK_ERRNO(readlink("one", buf, sizeof buf), EINVAL);
        CHECK_ERRNO(symlink("x", "soft"), EEXIST);
        CHECK_EQ(unlink("soft"), 0);
        CHECK_EQ(stat("one", &st), 0);
    }
    unlink("one");
}

/* Asked for by name and by descriptor, also before and after something about the way there changes.
 */
static void test_one_device(void)
{
    struct stat named, open_file;

    close(open("device", O_RDWR | O_CREAT, 0666));
    CHECK_EQ(stat("device", &named), 0);
    for (int i = 0; i < 20; i++) {
        int fd = open("device", O_RDONLY);
        CHECK_EQ(fstat(fd, &open_file), 0);
        CHECK_EQ(open_file.st_dev, named.st_dev);
        CHECK_EQ(open_file.st_ino, named.st_ino);
        close(fd);
        CHECK_EQ(stat("device", &open_file), 0);
        CHECK_EQ(open_file.st_dev, named.st_dev);
    }
    unlink("device");
}

static void test_attributes(void)
{
    struct stat st;
    mode_t old = umask(027);

    CHECK_EQ(umask(027), 027);
    int fd = open("attr", O_RDWR | O_CREAT, 0666);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_mode & 07777, 0640);
    CHECK(S_ISREG(st.st_mode));
    CHECK_EQ(st.st_uid, geteuid());
    CHECK_EQ(mkdir("attrdir", 0777), 0);
    CHECK_EQ(stat("attrdir", &st), 0);
    CHECK_EQ(st.st_mode & 07777, 0750);
    rmdir("attrdir");
    umask(old);
    CHECK_EQ(fchmod(fd, 0400), 0);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_mode & 07777, 0400);
    CHECK_EQ(chmod("attr", 0755), 0);
    CHECK_EQ(access("attr", R_OK | W_OK | X_OK), 0);
    CHECK_EQ(chmod("attr", 0600), 0);
    CHECK_ERRNO(access("attr", X_OK), EACCES);
    CHECK_ERRNO(access("none", F_OK), ENOENT);
    CHECK_EQ(chown("attr", -1, -1), 0);
    CHECK_EQ(ftruncate(fd, 1000), 0);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_size, 1000);
    CHECK_EQ(truncate("attr", 10), 0);
    CHECK_EQ(lseek(fd, 0, SEEK_END), 10);
    CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
    const struct timespec times[2] = {{1000000, 5}, {2000000, 7}};
    CHECK_EQ(futimens(fd, times), 0);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_mtim.tv_sec, 2000000);
    const struct timespec half[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
    CHECK_EQ(utimensat(AT_FDCWD, "attr", half, 0), 0);
    CHECK_EQ(stat("attr", &st), 0);
    CHECK_EQ(st.st_mtim.tv_sec, 2000000);
    const struct utimbuf old_times = {100, 200};
    CHECK_EQ(utime("attr", &old_times), 0);
    CHECK_EQ(stat("attr", &st), 0);
    CHECK_EQ(st.st_mtim.tv_sec, 200);
    CHECK_EQ(fsync(fd), 0);
    CHECK_EQ(fdatasync(fd), 0);
    close(fd);
    unlink("attr");
}

int main(void)
{
    check_enter("posix_file");
    test_one_device();
    test_open();
    test_vectors();
    test_dup();
    test_pipe();
    test_names();
    test_links();
    test_attributes();
    check_leave();
    return check_status();
}
