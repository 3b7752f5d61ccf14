/*
 * Mapped files: a mapping, another process's mapping of the same file, and read, write and
 * truncation of it see the same bytes; what was written by way of a mapping is in the file when the
 * mapping has ended.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "posix_check.h"

#define PAGE 4096
#define SIZE (300000L) /* several records of a file system, the last one in part */
#define RW (PROT_READ | PROT_WRITE)

static char *map(int fd, off_t at, size_t len, int prot, int how)
{
    char *p = mmap(NULL, len, prot, how, fd, at);

    if (p == MAP_FAILED) {
        printf("mapping %zu bytes at %lld: %s\n", len, (long long)at, strerror(errno));
        exit(1);
    }
    return p;
}

static char byte_at(long i)
{
    return (char)(i * 7 + i / PAGE);
}

/* A new file of SIZE bytes. */
static int new_file(const char *name)
{
    static char bytes[SIZE];
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);

    CHECK(fd >= 0);
    for (long i = 0; i < SIZE; i++)
        bytes[i] = byte_at(i);
    CHECK_EQ(write(fd, bytes, SIZE), SIZE);
    return fd;
}

static void test_content(void)
{
    int fd = new_file("content"), wrong = 0;
    char *p = map(fd, 0, SIZE, PROT_READ, MAP_SHARED);

    for (long i = 0; i < SIZE; i++)
        wrong += p[i] != byte_at(i);
    CHECK_EQ(wrong, 0);
    for (long i = SIZE; i % PAGE; i++) /* the rest of the last page */
        wrong += p[i] != 0;
    CHECK_EQ(wrong, 0);
    CHECK_EQ(munmap(p, SIZE), 0);
    CHECK_EQ(close(fd), 0);
}

/* Both ways, at once, and through descriptors of their own. */
static void test_coherence(void)
{
    int fd = new_file("both"), other = open("both", O_RDWR);
    char *p = map(fd, 0, SIZE, RW, MAP_SHARED), *q = map(other, 0, SIZE, PROT_READ, MAP_SHARED);
    char *part = map(other, 2L * PAGE, 3L * PAGE, RW, MAP_SHARED), back[16] = "";

    CHECK_EQ(pwrite(other, "by write", 8, 130000), 8);
    CHECK(memcmp(p + 130000, "by write", 8) == 0 && memcmp(q + 130000, "by write", 8) == 0);
    memcpy(p + 140000, "by mapping", 10);
    CHECK_EQ(pread(other, back, 10, 140000), 10);
    CHECK(memcmp(back, "by mapping", 10) == 0 && memcmp(q + 140000, back, 10) == 0);
    memcpy(part + PAGE - 2, "part", 4);
    CHECK(memcmp(q + 3 * PAGE - 2, "part", 4) == 0);
    CHECK_EQ(pread(fd, back, 4, 3 * PAGE - 2), 4);
    CHECK(memcmp(back, "part", 4) == 0);
    CHECK_EQ(munmap(p, SIZE), 0);
    memcpy(part, "later", 5); /* one mapping ended, the others go on */
    CHECK(memcmp(q + 2 * PAGE, "later", 5) == 0);
    CHECK_EQ(munmap(q, SIZE), 0);
    memcpy(part, "last", 5);
    CHECK_EQ(pread(fd, back, 5, 2 * PAGE), 5);
    CHECK(strcmp(back, "last") == 0);
    CHECK_EQ(munmap(part, 3L * PAGE), 0);
    CHECK_EQ(pread(fd, back, 5, 2 * PAGE), 5);
    CHECK(strcmp(back, "last") == 0);
    CHECK_EQ(pread(fd, back, 10, 140000), 10);
    CHECK(memcmp(back, "by mapping", 10) == 0);
    close(other);
    close(fd);
}

/* Small pieces of one file, mapped one after the other; each ends by itself. */
static void test_pieces(void)
{
    enum { N = 8 };
    int fd = new_file("pieces");
    char *p[N], c;

    for (int i = 0; i < N; i++) {
        p[i] = map(fd, i * 8L * PAGE, 100, RW, MAP_SHARED);
        p[i][50] = (char)('a' + i);
    }
    for (int i = 0; i < N; i++)
        CHECK_EQ(munmap(p[i], 100), 0);
    for (int i = 0; i < N; i++) {
        CHECK_EQ(pread(fd, &c, 1, i * 8L * PAGE + 50), 1);
        CHECK_EQ(c, 'a' + i);
    }
    close(fd);
}

static void test_private(void)
{
    int fd = new_file("private");
    char *p = map(fd, 0, SIZE, RW, MAP_PRIVATE), c;

    p[5000] = 'p';
    CHECK_EQ(pread(fd, &c, 1, 5000), 1);
    CHECK_EQ(c, byte_at(5000));
    CHECK_EQ(pwrite(fd, "w", 1, 5000), 1);
    CHECK_EQ(p[5000], 'p');
    CHECK_EQ(munmap(p, SIZE), 0);
    CHECK_EQ(pread(fd, &c, 1, 5000), 1);
    CHECK_EQ(c, 'w');
    close(fd);
}

/* What is cut off is gone, and what comes when the file grows again is zero. */
static void test_truncation(void)
{
    int fd = new_file("cut");
    char *p = map(fd, 0, SIZE, RW, MAP_SHARED), c = 1;

    CHECK_EQ(ftruncate(fd, PAGE + 100), 0);
    for (int i = 100; i < PAGE; i++)
        CHECK(p[PAGE + i] == 0);
    memcpy(p + PAGE + 200, "behind the end", 14);
    CHECK_EQ(ftruncate(fd, SIZE), 0);
    CHECK_EQ(p[200000], 0);
    CHECK_EQ(pread(fd, &c, 1, 200000), 1);
    CHECK_EQ(c, 0);
    CHECK_EQ(p[PAGE + 99], byte_at(PAGE + 99));
    p[200000] = 'x';
    CHECK_EQ(pread(fd, &c, 1, 200000), 1);
    CHECK_EQ(c, 'x');
    close(open("cut", O_WRONLY | O_TRUNC));
    CHECK_EQ(pread(fd, &c, 1, 0), 0);
    CHECK_EQ(pwrite(fd, "y", 1, 10000), 1);
    CHECK(p[10000] == 'y' && p[9999] == 0 && p[0] == 0);
    CHECK_EQ(munmap(p, SIZE), 0);
    CHECK_EQ(lseek(fd, 0, SEEK_END), 10001);
    close(fd);
}

/* A file without a name lives on in its mapping, and the name's new file is another one. */
static void test_deleted(void)
{
    int fd = new_file("gone");
    char *p = map(fd, 0, SIZE, RW, MAP_SHARED), c;

    close(fd);
    CHECK_EQ(unlink("gone"), 0);
    fd = open("gone", O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK_EQ(write(fd, "new", 3), 3);
    CHECK_EQ(p[0], byte_at(0));
    p[1] = 'm';
    CHECK_EQ(pread(fd, &c, 1, 1), 1);
    CHECK_EQ(c, 'e');
    CHECK_EQ(munmap(p, SIZE), 0);
    CHECK_EQ(pread(fd, &c, 1, 1), 1);
    CHECK_EQ(c, 'e');
    close(fd);
}

/* A child shares the parent's mapping; what it wrote is in the file also when it was killed. */
static void test_processes(void)
{
    int fd = new_file("shared"), ready[2], status;
    char *p = map(fd, 0, SIZE, RW, MAP_SHARED), c;

    CHECK_EQ(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char *own = map(open("shared", O_RDWR), 0, SIZE, RW, MAP_SHARED);
        p[10] = 'f';
        own[250000] = 'o';
        if (write(ready[1], "r", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    CHECK_EQ(read(ready[0], &c, 1), 1);
    CHECK(p[10] == 'f' && p[250000] == 'o');
    CHECK_EQ(munmap(p, SIZE), 0); /* only the child has it now */
    CHECK_EQ(kill(pid, SIGKILL), 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(pread(fd, &c, 1, 10), 1);
    CHECK_EQ(c, 'f');
    CHECK_EQ(pread(fd, &c, 1, 250000), 1);
    CHECK_EQ(c, 'o');
    close(ready[0]);
    close(ready[1]);
    close(fd);
}

static void test_refusals(void)
{
    int fd = new_file("refused"), ro = open("refused", O_RDONLY), wo = open("refused", O_WRONLY);
    char *p;

    CHECK_ERRNO(mmap(NULL, PAGE, RW, MAP_SHARED, ro, 0) == MAP_FAILED ? -1 : 0, EACCES);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, wo, 0) == MAP_FAILED ? -1 : 0, EACCES);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 100) == MAP_FAILED ? -1 : 0, EINVAL);
    CHECK_ERRNO(mmap(NULL, 0, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0, EINVAL);
    p = map(ro, 0, PAGE, PROT_READ, MAP_SHARED);
    CHECK_ERRNO(mprotect(p, PAGE, RW), EACCES);
    CHECK_EQ(munmap(p, PAGE), 0);
    CHECK_EQ(mkdir("folder", 0700), 0);
    int dir = open("folder", O_RDONLY);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, dir, 0) == MAP_FAILED ? -1 : 0, ENODEV);
    close(dir);
    close(fd);
    close(ro);
    close(wo);
}

/* A mapping that fails in the process leaves nothing behind at the server: the file can grow. */
static void test_failed(void)
{
    int fd = new_file("failed");
    char *there = map(-1, 0, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS);

    CHECK_ERRNO(mmap(there, PAGE, RW, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0) == MAP_FAILED ? -1
                                                                                             : 0,
                EEXIST);
    CHECK_EQ(ftruncate(fd, 2 * SIZE), 0);
    char *p = map(fd, 0, 2 * SIZE, RW, MAP_SHARED);
    CHECK_EQ(munmap(p, 2 * SIZE), 0);
    CHECK_EQ(munmap(there, PAGE), 0);
    close(fd);
}

static const char *const files[] = {"content", "both",   "pieces",  "private", "cut",
                                    "gone",    "shared", "refused", "failed"};

int main(void)
{
    check_enter("posix_map");
    test_content();
    test_coherence();
    test_pieces();
    test_private();
    test_truncation();
    test_deleted();
    test_processes();
    test_refusals();
    test_failed();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        CHECK_EQ(unlink(files[i]), 0);
    CHECK_EQ(rmdir("folder"), 0);
    check_leave();
    return check_status();
}
