/*
 * How much of the files of a redoxfs may be mapped. `map_bound FOLDER PROGRAM`: FOLDER is on a
 * redoxfs that was started with --cache 16M, 4 MiB of which are its backlog: objects of mappings
 * take at most 6 MiB, with those of programs 9 MiB. PROGRAM is a file of the boot archive that ends
 * well. The files stay.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "posix_check.h"

#define PAGE 4096L
#define MIB (1L << 20)
#define BIG (24 * MIB)
#define RW (PROT_READ | PROT_WRITE)

extern char **environ;

/* What stands at a place of the big file. */
static long word_at(long at)
{
    return at * 31 + at / PAGE;
}

static int big_file(void)
{
    static long part[MIB / sizeof(long)];
    int fd = open("big", O_RDWR | O_CREAT | O_TRUNC, 0600);

    for (long at = 0; at < BIG; at += MIB) {
        for (long i = 0; i < MIB; i += (long)sizeof(long))
            part[i / (long)sizeof(long)] = word_at(at + i);
        CHECK_EQ(write(fd, part, MIB), MIB);
    }
    return fd;
}

static char *try(int fd, long at, long len, int prot, int how)
{
    char *p = mmap(NULL, (size_t)len, prot, how, fd, at);

    return p == MAP_FAILED ? NULL : p;
}

static bool right(const char *p, long at, long len)
{
    for (long i = 0; i < len; i += (long)sizeof(long)) {
        if (*(const long *)(const void *)(p + i) != word_at(at + i))
            return false;
    }
    return true;
}

static bool refused(int fd, long at, long len, int prot, int how)
{
    errno = 0;
    return !try(fd, at, len, prot, how) && errno == ENOMEM;
}

static int status_of(char *program)
{
    char *argv[] = {program, NULL};
    pid_t pid;
    int status, r = posix_spawn(&pid, program, NULL, NULL, argv, environ);

    return r ? -r : waitpid(pid, &status, 0) == pid ? status : -1;
}

static void copy(const char *from, const char *to, long size)
{
    static char part[65536];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    ssize_t n;

    while ((n = read(in, part, sizeof part)) > 0)
        CHECK_EQ(write(out, part, (size_t)n), n);
    if (size)
        CHECK_EQ(ftruncate(out, size), 0);
    close(in);
    close(out);
}

/* Parts of a file that is too large are mapped by themselves, and agree with read and write. */
static void test_parts(int fd)
{
    char *p, *q, back[3 * PAGE];

    CHECK(refused(fd, 0, BIG, PROT_READ, MAP_SHARED));
    CHECK(refused(fd, 0, BIG, PROT_READ, MAP_PRIVATE));
    CHECK(refused(fd, 0, 6 * MIB + PAGE, RW, MAP_SHARED));
    p = try(fd, 20 * MIB, PAGE, RW, MAP_SHARED);
    q = try(fd, 20 * MIB + 2 * PAGE, MIB, RW, MAP_SHARED);
    CHECK(p && q && right(p, 20 * MIB, PAGE) && right(q, 20 * MIB + 2 * PAGE, MIB));
    memset(p, 'p', PAGE);
    CHECK_EQ(pread(fd, back, sizeof back, 20 * MIB), sizeof back);
    CHECK(memcmp(p, back, PAGE) == 0 && right(back + PAGE, 20 * MIB + PAGE, 2 * PAGE));
    memset(back, 'w', sizeof back);
    CHECK_EQ(pwrite(fd, back, sizeof back, 20 * MIB), sizeof back);
    CHECK(memcmp(p, back, PAGE) == 0 && memcmp(q, back, PAGE) == 0);
    CHECK(right(q + PAGE, 20 * MIB + 3 * PAGE, MIB - PAGE));
    /* a part that another one holds in part */
    CHECK_ERRNO(try(fd, 20 * MIB, 3 * PAGE, PROT_READ, MAP_SHARED) ? 0 : -1, EBUSY);
    CHECK_EQ(munmap(p, PAGE), 0);
    CHECK_EQ(munmap(q, MIB), 0);
    p = try(fd, 20 * MIB, 3 * PAGE, PROT_READ, MAP_SHARED);
    CHECK(p && memcmp(p, back, sizeof back) == 0);
    CHECK_EQ(munmap(p, sizeof back), 0);
}

/* All parts of the file in turns: what nobody maps any more makes room. */
static void test_turns(int fd)
{
    for (long at = 0; at < 20 * MIB; at += 5 * MIB) {
        char *p = try(fd, at, 5 * MIB, PROT_READ, MAP_SHARED);
        CHECK(p && right(p, at, 5 * MIB));
        if (p)
            CHECK_EQ(munmap(p, 5 * MIB), 0);
    }
}

/* Whoever has the whole share keeps others from mapping, and nobody from reading, writing and
 * starting programs, unless these are too large. */
static void test_share(int fd, const char *program)
{
    char *p = try(fd, 0, 6 * MIB, RW, MAP_SHARED), back[8];
    int other = open("other", O_RDWR | O_CREAT | O_TRUNC, 0600);

    CHECK(p);
    CHECK_EQ(write(other, "hello", 5), 5);
    CHECK(refused(other, 0, PAGE, PROT_READ, MAP_SHARED));
    CHECK_EQ(pread(other, back, 5, 0), 5);
    copy(program, "true", 0);
    copy(program, "true3", 3 * MIB);
    copy(program, "true9", 9 * MIB);
    copy(program, "true10", 9 * MIB + PAGE);
    CHECK_EQ(status_of("./true"), 0);
    CHECK_EQ(status_of("./true3"), 0);
    CHECK_EQ(status_of("./true9"), -ENOMEM);
    CHECK_EQ(munmap(p, 6 * MIB), 0);
    CHECK_EQ(status_of("./true9"), 0);
    CHECK_EQ(status_of("./true10"), -ENOMEM);
    CHECK_EQ(status_of("./true"), 0);
    p = try(other, 0, PAGE, PROT_READ, MAP_SHARED);
    CHECK(p && memcmp(p, "hello", 5) == 0);
    close(other);
}

/* A file that grows, each new part mapped beside the older ones. */
static void test_growth(void)
{
    enum { N = 5, PART = 8 * PAGE };
    int fd = open("growing", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char *p[N], c;

    for (int i = 0; i < N; i++) {
        CHECK_EQ(ftruncate(fd, (i + 1L) * PART), 0);
        p[i] = try(fd, i * (long)PART, PART, RW, MAP_SHARED);
        CHECK(p[i]);
        memset(p[i], 'a' + i, PART);
    }
    for (int i = 0; i < N; i++) {
        CHECK_EQ(pread(fd, &c, 1, (i + 1L) * PART - 1), 1);
        CHECK_EQ(c, 'a' + i);
        CHECK_EQ(munmap(p[i], PART), 0);
    }
    close(fd);
}

/* Fills the disk to its last block. */
static void fill(void)
{
    static char part[65536];
    unsigned random = 1;
    int fd = open("filler", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t n = 0;

    for (size_t len = sizeof part; len >= 512; len /= 2) {
        do {
            for (size_t i = 0; i < sizeof part; i++) /* nothing that could be compressed */
                part[i] = (char)((random = random * 1103515245 + 12345) >> 16);
            n = write(fd, part, len);
        } while (n > 0);
    }
    CHECK_ERRNO(write(fd, part, 1), ENOSPC);
    close(fd);
}

/* No room for what a mapping holds: that is said, nothing is lost, and when there is room it is
 * written. */
static void test_full(void)
{
    enum { LEN = 4 * MIB };
    char *p, back[10] = "";
    int fd = open("hole", O_RDWR | O_CREAT | O_TRUNC, 0600);
    unsigned random = 7;

    CHECK_EQ(ftruncate(fd, LEN), 0);
    p = try(fd, 0, LEN, RW, MAP_SHARED);
    CHECK(p);
    fill();
    for (long i = 0; i < LEN; i++)
        p[i] = (char)((random = random * 1103515245 + 12345) >> 16);
    memcpy(p + 3 * MIB, "remembered", 10);
    CHECK_ERRNO(msync(p, LEN, MS_SYNC), ENOSPC);
    CHECK_ERRNO(fsync(fd), ENOSPC);
    CHECK_EQ(munmap(p, LEN), 0);
    CHECK_EQ(pread(fd, back, 10, 3 * MIB), 10);
    CHECK(memcmp(back, "remembered", 10) == 0);
    /* another file is none the worse for it */
    int other = open("filler", O_RDWR);
    CHECK_EQ(fsync(other), 0);
    CHECK_EQ(pread(other, back, 10, 0), 10);
    close(other);
    CHECK_EQ(unlink("filler"), 0);
    /* its blocks are free when the server has heard of the close, a moment later */
    for (int i = 0; i < 100 && fsync(fd) < 0; i++)
        usleep(10000);
    CHECK_EQ(fsync(fd), 0);
    close(fd);
    fd = open("hole", O_RDONLY);
    CHECK_EQ(pread(fd, back, 10, 3 * MIB), 10);
    CHECK(memcmp(back, "remembered", 10) == 0);
    close(fd);
}

/* The second word is written long after the server has seen to the first. */
static void hold(void)
{
    int fd = open("held", O_RDWR | O_CREAT | O_TRUNC, 0600);

    CHECK_EQ(ftruncate(fd, MIB), 0);
    char *p = try(fd, 0, MIB, RW, MAP_SHARED);
    CHECK(p);
    memcpy(p + 100000, "first\n", 6);
    sleep(4);
    memcpy(p + 200000, "second\n", 7);
    printf("written\n");
    fflush(stdout);
    for (;;)
        pause();
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 && chdir(argv[2]) == 0 ? argv[1] : "";

    if (strcmp(what, "bound") == 0 && argc == 4) {
        int fd = big_file();
        test_parts(fd);
        test_turns(fd);
        test_share(fd, argv[3]);
        test_growth();
        close(fd);
    } else if (strcmp(what, "full") == 0)
        test_full();
    else if (strcmp(what, "hold") == 0)
        hold();
    else
        check_fail(__FILE__, __LINE__, "the arguments", argc, 0, 0);
    return check_status();
}
