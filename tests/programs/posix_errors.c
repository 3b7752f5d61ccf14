/*
 * Errors of functions that work on files: for each the errno that POSIX gives it. Where POSIX
 * leaves a choice, what is usual.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <termios.h>
#include <utime.h>
#include "posix_check.h"
#ifndef __GLIBC__
#include <devctl.h>
#endif

#define CHECK_NULL(call, error) CHECK_ERRNO((call) ? 0 : -1, error)
/* The call's result is the error. */
#define CHECK_ERROR(call, error) CHECK_EQ(call, error)

static char long_name[NAME_MAX + 2], long_path[PATH_MAX + 10];

/* file "f" of five bytes, directory "d" with a file, links "l" to f, "loop" to itself, "none" */
static void make_files(void)
{
    int fd = open("f", O_CREAT | O_RDWR, 0644);

    CHECK_EQ(write(fd, "hello", 5), 5);
    close(fd);
    CHECK_EQ(mkdir("d", 0755), 0);
    close(open("d/f", O_CREAT | O_WRONLY, 0644));
    CHECK_EQ(symlink("f", "l"), 0);
    CHECK_EQ(symlink("loop", "loop"), 0);
    CHECK_EQ(symlink("nowhere", "none"), 0);
    memset(long_name, 'n', NAME_MAX + 1);
    for (size_t i = 0; i < PATH_MAX + 8; i += 2)
        memcpy(long_path + i, "./", 2);
}

static void remove_files(void)
{
    unlink("d/f");
    rmdir("d");
    unlink("f");
    unlink("l");
    unlink("loop");
    unlink("none");
}

static void test_paths(void)
{
    struct stat st;
    char buf[64];

    CHECK_ERRNO(open("missing", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("missing/x", O_CREAT | O_RDWR, 0644), ENOENT);
    CHECK_ERRNO(open("f/x", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(open("f/", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_ERRNO(open("d", O_WRONLY), EISDIR);
    CHECK_ERRNO(open("f", O_CREAT | O_EXCL | O_RDWR, 0644), EEXIST);
    CHECK_ERRNO(open("none", O_CREAT | O_EXCL | O_RDWR, 0644), EEXIST);
    CHECK_ERRNO(open("none", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("loop", O_RDONLY), ELOOP);
    CHECK_ERRNO(open("l", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_ERRNO(open(long_name, O_RDONLY), ENAMETOOLONG);
    CHECK_ERRNO(open(long_path, O_RDONLY), ENAMETOOLONG);
    CHECK_ERRNO(openat(99, "f", O_RDONLY), EBADF);
    int fd = open("f", O_RDONLY);
    CHECK_ERRNO(openat(fd, "f", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(fstatat(fd, "f", &st, 0), ENOTDIR);
    close(fd);
    CHECK_ERRNO(stat("missing", &st), ENOENT);
    CHECK_ERRNO(stat("none", &st), ENOENT);
    CHECK_ERRNO(stat("loop", &st), ELOOP);
    CHECK_ERRNO(lstat("f/x", &st), ENOTDIR);
    CHECK_ERRNO(lstat(long_name, &st), ENAMETOOLONG);
    CHECK_ERRNO(fstatat(AT_FDCWD, "f", &st, 0x4000000), EINVAL);
    CHECK_ERRNO(fstat(99, &st), EBADF);
    CHECK_ERRNO(fstat(-1, &st), EBADF);
    CHECK_ERRNO(access("missing", F_OK), ENOENT);
    CHECK_ERRNO(access("f", 8), EINVAL);
    CHECK_ERRNO(access("f/x", F_OK), ENOTDIR);
    CHECK_ERRNO(faccessat(99, "f", F_OK, 0), EBADF);
    CHECK_ERRNO(readlink("f", buf, sizeof buf), EINVAL);
    CHECK_ERRNO(readlink("missing", buf, sizeof buf), ENOENT);
    CHECK_ERRNO(chdir("f"), ENOTDIR);
    CHECK_ERRNO(chdir("missing"), ENOENT);
    CHECK_ERRNO(chdir(""), ENOENT);
    CHECK_ERRNO(fchdir(99), EBADF);
    CHECK_NULL(getcwd(buf, 0), EINVAL);
    CHECK_NULL(getcwd(buf, 2), ERANGE);
    CHECK_NULL(realpath("missing", NULL), ENOENT);
    CHECK_NULL(realpath("", NULL), ENOENT);
    CHECK_NULL(realpath("loop", NULL), ELOOP);
    CHECK_NULL(realpath("f/x", NULL), ENOTDIR);
    CHECK_NULL(realpath(NULL, NULL), EINVAL);
}

static void test_names(void)
{
    CHECK_ERRNO(mkdir("f", 0755), EEXIST);
    CHECK_ERRNO(mkdir("d", 0755), EEXIST);
    CHECK_ERRNO(mkdir("missing/x", 0755), ENOENT);
    CHECK_ERRNO(mkdir("f/x", 0755), ENOTDIR);
    CHECK_ERRNO(mkdir(long_name, 0755), ENAMETOOLONG);
    CHECK_ERRNO(mkfifo("f", 0644), EEXIST);
    CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
    CHECK_ERRNO(rmdir("f"), ENOTDIR);
    CHECK_ERRNO(rmdir("missing"), ENOENT);
    CHECK_ERRNO(rmdir("d/."), EINVAL);
    CHECK_ERRNO(unlink("missing"), ENOENT);
    CHECK_ERRNO(unlink("d"), EISDIR);
    CHECK_ERRNO(unlink("f/x"), ENOTDIR);
    CHECK_ERRNO(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR), ENOTEMPTY);
    CHECK_ERRNO(unlinkat(AT_FDCWD, "f", AT_REMOVEDIR), ENOTDIR);
    CHECK_ERRNO(unlinkat(AT_FDCWD, "f", 1 << 20), EINVAL);
    CHECK_ERRNO(symlink("x", "f"), EEXIST);
    CHECK_ERRNO(symlink("x", "missing/x"), ENOENT);
    CHECK_ERRNO(symlink("", "new"), ENOENT);
    CHECK_ERRNO(link("f", "d"), EEXIST);
    CHECK_ERRNO(link("missing", "new"), ENOENT);
    CHECK_ERRNO(link("d", "new"), EPERM);
    CHECK_ERRNO(link("f", "missing/new"), ENOENT);
    CHECK_ERRNO(rename("missing", "new"), ENOENT);
    CHECK_ERRNO(rename("f", "d"), EISDIR);
    CHECK_ERRNO(rename("d", "f"), ENOTDIR);
    CHECK_ERRNO(rename("d", "d/x"), EINVAL);
    CHECK_ERRNO(rename("f", "missing/x"), ENOENT);
    CHECK_ERRNO(rename("f", "f/x"), ENOTDIR);
    CHECK_ERRNO(rename("f", ""), ENOENT);
    CHECK_EQ(mkdir("e", 0755), 0);
    CHECK_ERRNO(rename("e", "d"), ENOTEMPTY);
    CHECK_EQ(rmdir("e"), 0);
    CHECK_ERRNO(remove("missing"), ENOENT);
    CHECK_ERRNO(chmod("missing", 0644), ENOENT);
    CHECK_ERRNO(chmod("f/x", 0644), ENOTDIR);
    CHECK_ERRNO(chmod("loop", 0644), ELOOP);
    CHECK_ERRNO(fchmod(99, 0644), EBADF);
    CHECK_ERRNO(chown("missing", 0, 0), ENOENT);
    CHECK_ERRNO(fchown(99, 0, 0), EBADF);
    CHECK_ERRNO(fchownat(AT_FDCWD, "f", 0, 0, 1 << 20), EINVAL);
    CHECK_ERRNO(truncate("missing", 0), ENOENT);
    CHECK_ERRNO(truncate("d", 0), EISDIR);
    CHECK_ERRNO(truncate("f", -1), EINVAL);
    CHECK_ERRNO(utime("missing", NULL), ENOENT);
    CHECK_ERRNO(utimes("f/x", NULL), ENOTDIR);
    const struct timespec bad[2] = {{0, -5}, {0, 0}};
    CHECK_ERRNO(utimensat(AT_FDCWD, "f", bad, 0), EINVAL);
    CHECK_ERRNO(futimens(99, NULL), EBADF);
    struct statvfs v;
    CHECK_ERRNO(statvfs("missing", &v), ENOENT);
    CHECK_ERRNO(fstatvfs(99, &v), EBADF);
}

static void test_descriptors(void)
{
    int p[2], fd = open("f", O_RDONLY), out = open("f", O_WRONLY), dir = open("d", O_RDONLY);
    volatile int count = 0; /* what a compiler would warn of */
    char c = 'c';
    struct iovec one = {&c, 1};

    CHECK_EQ(pipe(p), 0);
    CHECK_ERRNO(pipe2(p, 0x40000000), EINVAL);
    CHECK_ERRNO(read(99, &c, 1), EBADF);
    CHECK_ERRNO(read(out, &c, 1), EBADF);
    CHECK_ERRNO(read(dir, &c, 1), EISDIR);
    CHECK_ERRNO(write(fd, &c, 1), EBADF);
    CHECK_ERRNO(write(p[0], &c, 1), EBADF);
    CHECK_ERRNO(read(p[1], &c, 1), EBADF);
    CHECK_ERRNO(pread(fd, &c, 1, -1), EINVAL);
    CHECK_ERRNO(pwrite(out, &c, 1, -1), EINVAL);
    CHECK_ERRNO(pread(p[0], &c, 1, 0), ESPIPE);
    CHECK_ERRNO(pwrite(p[1], &c, 1, 0), ESPIPE);
    CHECK_ERRNO(readv(fd, &one, count - 1), EINVAL);
    CHECK_ERRNO(readv(fd, &one, count + IOV_MAX + 1), EINVAL);
    CHECK_ERRNO(writev(fd, &one, 1), EBADF);
    CHECK_ERRNO(lseek(99, 0, SEEK_SET), EBADF);
    CHECK_ERRNO(lseek(p[0], 0, SEEK_CUR), ESPIPE);
    CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERRNO(lseek(fd, -6, SEEK_END), EINVAL);
    CHECK_ERRNO(lseek(fd, 0, 99), EINVAL);
    CHECK_ERRNO(ftruncate(99, 0), EBADF);
    CHECK_ERRNO(ftruncate(out, -1), EINVAL);
    CHECK_ERRNO(ftruncate(p[1], 0), EINVAL);
    CHECK_ERRNO(dup(99), EBADF);
    CHECK_ERRNO(dup(-1), EBADF);
    CHECK_ERRNO(dup2(99, 5), EBADF);
    CHECK_ERRNO(dup2(fd, -1), EBADF);
    CHECK_ERRNO(dup2(fd, INT_MAX), EBADF);
    CHECK_ERRNO(dup3(fd, fd, 0), EINVAL);
    CHECK_ERRNO(dup3(fd, 50, 1 << 28), EINVAL);
    CHECK_ERRNO(fcntl(99, F_GETFD), EBADF);
    CHECK_ERRNO(fcntl(fd, F_DUPFD, -1), EINVAL);
    CHECK_ERRNO(fcntl(fd, F_DUPFD, INT_MAX), EINVAL);
    CHECK_ERRNO(fcntl(fd, 9999), EINVAL);
    CHECK_ERRNO(close(99), EBADF);
    CHECK_ERRNO(close(-1), EBADF);
    CHECK_ERRNO(fsync(99), EBADF);
    CHECK_ERRNO(fsync(p[0]), EINVAL);
    CHECK_ERRNO(fdatasync(99), EBADF);
    CHECK_ERROR(posix_fallocate(99, 0, 1), EBADF);
    CHECK_ERROR(posix_fallocate(out, 0, 0), EINVAL);
    CHECK_ERROR(posix_fallocate(out, -1, 1), EINVAL);
    CHECK_ERROR(posix_fallocate(p[1], 0, 1), ESPIPE);
    CHECK_ERROR(posix_fallocate(fd, 0, 1), EBADF);
    CHECK_ERROR(posix_fadvise(99, 0, 0, POSIX_FADV_NORMAL), EBADF);
    CHECK_ERROR(posix_fadvise(fd, 0, 0, 99), EINVAL);
    CHECK_ERROR(posix_fadvise(p[0], 0, 0, POSIX_FADV_NORMAL), ESPIPE);
    close(fd);
    close(out);
    close(dir);
    close(p[0]);
    close(p[1]);
}

static void test_locks(void)
{
    int fd = open("f", O_RDONLY), out = open("f", O_WRONLY);
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    CHECK_ERRNO(fcntl(fd, F_SETLK, &l), EBADF);
    l.l_type = F_RDLCK;
    CHECK_ERRNO(fcntl(out, F_SETLK, &l), EBADF);
    l.l_type = 99;
    CHECK_ERRNO(fcntl(out, F_SETLK, &l), EINVAL);
    l = (struct flock){.l_type = F_WRLCK, .l_whence = 99};
    CHECK_ERRNO(fcntl(out, F_SETLK, &l), EINVAL);
    l = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = -1};
    CHECK_ERRNO(fcntl(out, F_SETLK, &l), EINVAL);
    CHECK_ERRNO(fcntl(99, F_GETLK, &l), EBADF);
    CHECK_ERRNO(lockf(99, F_LOCK, 0), EBADF);
    CHECK_ERRNO(lockf(fd, F_LOCK, 0), EBADF);
    CHECK_ERRNO(lockf(out, 99, 0), EINVAL);
    close(fd);
    close(out);
}

static int see(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)path, (void)st, (void)where;
    return type;
}

static void test_directories(void)
{
    int fd = open("f", O_RDONLY);

    CHECK_NULL(opendir("missing"), ENOENT);
    CHECK_NULL(opendir("f"), ENOTDIR);
    CHECK_NULL(opendir(""), ENOENT);
    CHECK_NULL(opendir("loop"), ELOOP);
    CHECK_NULL(fdopendir(99), EBADF);
    CHECK_NULL(fdopendir(fd), ENOTDIR);
    close(fd);
    struct dirent **list;
    CHECK_ERRNO(scandir("missing", &list, NULL, NULL), ENOENT);
    CHECK_ERRNO(nftw("missing", see, 4, 0), ENOENT);
}

static void test_maps(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int fd = open("f", O_RDONLY), dir = open("d", O_RDONLY), out = open("f", O_WRONLY);
    char *p = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

#define MAP_ERROR(error, ...) CHECK_ERRNO(mmap(__VA_ARGS__) == MAP_FAILED ? -1 : 0, error)
    MAP_ERROR(EINVAL, NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MAP_ERROR(EBADF, NULL, page, PROT_READ, MAP_PRIVATE, 99, 0);
    MAP_ERROR(EINVAL, NULL, page, PROT_READ, MAP_PRIVATE, fd, 1);
    MAP_ERROR(EINVAL, NULL, page, PROT_READ, 0, fd, 0);
    MAP_ERROR(EACCES, NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    MAP_ERROR(EACCES, NULL, page, PROT_READ, MAP_PRIVATE, out, 0);
    MAP_ERROR(ENODEV, NULL, page, PROT_READ, MAP_PRIVATE, dir, 0);
    CHECK_ERRNO(munmap(p, 0), EINVAL);
    CHECK_ERRNO(munmap(p + 1, page), EINVAL);
    CHECK_ERRNO(mprotect(p + 1, page, PROT_READ), EINVAL);
    CHECK_EQ(munmap(p, page), 0);
    CHECK_ERRNO(msync(p, page, MS_SYNC | MS_ASYNC), EINVAL);
    close(fd);
    close(dir);
    close(out);
}

static void test_waiting(void)
{
    struct timeval bad = {-1, 0};
    fd_set set;

    FD_ZERO(&set);
    CHECK_ERRNO(select(-1, NULL, NULL, NULL, NULL), EINVAL);
    CHECK_ERRNO(select(0, NULL, NULL, NULL, &bad), EINVAL);
    int closed = dup(STDOUT_FILENO); /* Linux does not look at numbers beyond all that were open */
    close(closed);
    FD_SET(closed, &set);
    CHECK_ERRNO(select(closed + 1, &set, NULL, NULL, NULL), EBADF);
    const struct timespec bad_nsec = {0, 1000000000};
    CHECK_ERRNO(pselect(0, NULL, NULL, NULL, &bad_nsec, NULL), EINVAL);
    struct pollfd p = {.fd = 99, .events = POLLIN};
    CHECK_EQ(poll(&p, 1, 0), 1);
    CHECK_EQ(p.revents, POLLNVAL);
}

/* glibc does not have it. */
static void test_devctl(void)
{
#ifndef __GLIBC__
    int fd = open("f", O_RDONLY), n = -1, info = -1;
    struct winsize size;

    CHECK_ERROR(posix_devctl(fd, FIONREAD, &n, sizeof n, &info), 0);
    CHECK_EQ(n, 5);
    CHECK_EQ(info, 0);
    CHECK_ERROR(posix_devctl(fd, FIONREAD, &n, sizeof n, NULL), 0);
    CHECK_ERROR(posix_devctl(fd, FIOCLEX, NULL, 0, NULL), 0);
    CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_ERROR(posix_devctl(fd, FIONREAD, &n, 1, &info), EINVAL);
    CHECK_ERROR(posix_devctl(fd, FIONREAD, NULL, sizeof n, &info), EINVAL);
    CHECK_ERROR(posix_devctl(99, FIONREAD, &n, sizeof n, &info), EBADF);
    CHECK_ERROR(posix_devctl(fd, TIOCGWINSZ, &size, sizeof size, &info), ENOTTY);
    CHECK_ERROR(posix_devctl(fd, 0x7777, &n, sizeof n, &info), ENOTTY);
    close(fd);
#endif
}

static void test_terminals(void)
{
    struct termios t = {0};
    int fd = open("f", O_RDONLY);
    char name[64];

    CHECK_ERRNO(tcgetattr(99, &t), EBADF);
    CHECK_ERRNO(tcgetattr(fd, &t), ENOTTY);
    CHECK_ERRNO(tcsetattr(fd, TCSANOW, &t), ENOTTY);
    CHECK_ERRNO(tcsetattr(fd, 99, &t), EINVAL);
    CHECK_ERRNO(tcflush(fd, TCIFLUSH), ENOTTY);
    CHECK_ERRNO(tcdrain(99), EBADF);
    CHECK_ERRNO(tcsendbreak(fd, 0), ENOTTY);
    CHECK_ERRNO(tcgetpgrp(fd), ENOTTY);
    CHECK_ERRNO(tcgetpgrp(99), EBADF);
    CHECK_ERRNO(isatty(fd) ? 0 : -1, ENOTTY);
    CHECK_ERRNO(isatty(99) ? 0 : -1, EBADF);
    CHECK_NULL(ttyname(fd), ENOTTY);
    CHECK_ERROR(ttyname_r(99, name, sizeof name), EBADF);
    CHECK_ERRNO(cfsetospeed(&t, 12345), EINVAL);
    close(fd);
}

int main(void)
{
    check_enter("errors");
    make_files();
    test_paths();
    test_names();
    test_descriptors();
    test_locks();
    test_directories();
    test_maps();
    test_waiting();
    test_devctl();
    test_terminals();
    remove_files();
    check_leave();
    return check_status();
}
