/*
 * Many who write more than a small cache holds, and sync it, on one file system:
 *
 *     disk_crowd DIR SECONDS SEED
 *
 * Writers write noise at random places of files of their own, sync now and then, read it back and
 * compare. Another one is killed while it writes or syncs, again and again. Meanwhile small
 * requests are answered: none waits until all the others are done.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WRITERS 3u
#define SIZE (8u << 20)      /* of a writer's file */
#define LONGEST (256u << 10) /* bytes of one write */
#define SLOW_NS 1000000000u

static uint64_t seed;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool failed(const char *what)
{
    printf("%s: %s\n", what, strerror(errno));
    return false;
}

static void make_noise(uint8_t *to, size_t len)
{
    for (size_t i = 0; i < len; i += sizeof seed) {
        uint64_t word = next();
        memcpy(to + i, &word, len - i < sizeof word ? len - i : sizeof word);
    }
}

static bool compare(int fd, const uint8_t *copy, size_t at, size_t len)
{
    static uint8_t bytes[LONGEST];

    if (pread(fd, bytes, len, (off_t)at) != (ssize_t)len)
        return failed("read");
    if (memcmp(bytes, copy + at, len) == 0)
        return true;
    printf("%zu bytes at %zu are not what was written\n", len, at);
    return false;
}

/* One write somewhere; now and then what reads and syncs. */
static bool step(int fd, uint8_t *copy)
{
    size_t len = next() % 4 ? 4096 : 1 + next() % LONGEST, at = next() % (SIZE - len);
    size_t back = next() % (SIZE - 4096);

    make_noise(copy + at, len);
    if (pwrite(fd, copy + at, len, (off_t)at) != (ssize_t)len)
        return failed("write");
    if (next() % 8 == 0 && !compare(fd, copy, back, 4096))
        return false;
    return next() % 64 || fsync(fd) == 0 || failed("fsync");
}

static int writer(unsigned n, uint64_t end)
{
    uint8_t *copy = calloc(1, SIZE);
    char name[16];

    snprintf(name, sizeof name, "crowd%u", n);
    int fd = open(name, O_CREAT | O_TRUNC | O_RDWR, 0600);
    bool good = copy && fd >= 0 && ftruncate(fd, SIZE) == 0;
    while (good && now_ns() < end)
        good = step(fd, copy);
    for (size_t at = 0; good && at < SIZE; at += LONGEST)
        good = compare(fd, copy, at, LONGEST);
    return good && fsync(fd) == 0 && unlink(name) == 0 ? 0 : 1;
}

/* Ends only when it is killed. */
static int victim(void)
{
    static uint8_t bytes[LONGEST];
    int fd = open("victim", O_CREAT | O_RDWR, 0600);

    for (;;) {
        make_noise(bytes, sizeof bytes);
        for (unsigned i = 0; i < 16; i++) {
            if (pwrite(fd, bytes, sizeof bytes, (off_t)(next() % SIZE)) < 0)
                return 1;
        }
        if (fsync(fd) < 0)
            return 1;
    }
}

static pid_t start(unsigned n, uint64_t end)
{
    pid_t pid = fork();

    if (pid)
        return pid;
    seed += 0x9e3779b97f4a7c15u * (n + 1);
    int status = n < WRITERS ? writer(n, end) : victim();
    fflush(stdout);
    _exit(status);
}

static bool ended(pid_t pid, int signal)
{
    int status = 0;

    if (signal)
        kill(pid, signal);
    if (waitpid(pid, &status, 0) != pid)
        return failed("waitpid");
    if (signal ? WIFSIGNALED(status) && WTERMSIG(status) == signal : status == 0)
        return true;
    printf("a child ended with status %#x\n", (unsigned)status);
    return false;
}

/* Small requests, and the death of the victim at any moment. */
static bool look_on(uint64_t end)
{
    uint64_t longest = 0;
    bool good = true;

    while (good && now_ns() < end) {
        struct timespec pause = {.tv_nsec = (long)(next() % 40000000)};
        struct stat st;
        pid_t pid = start(WRITERS, 0);
        nanosleep(&pause, NULL);
        uint64_t begun = now_ns();
        good = stat(".", &st) == 0 || failed("stat");
        uint64_t took = now_ns() - begun;
        longest = took > longest ? took : longest;
        good = ended(pid, SIGKILL) && good;
    }
    if (longest > SLOW_NS) {
        printf("a stat took %llu ms\n", (unsigned long long)longest / 1000000);
        good = false;
    }
    return good;
}

int main(int argc, char **argv)
{
    pid_t writers[WRITERS];

    if (argc != 4 || chdir(argv[1]) < 0) {
        fputs("usage: disk_crowd DIR SECONDS SEED\n", stderr);
        return 2;
    }
    seed = strtoull(argv[3], NULL, 0) | 1;
    uint64_t end = now_ns() + strtoull(argv[2], NULL, 0) * 1000000000u;
    for (unsigned i = 0; i < WRITERS; i++)
        writers[i] = start(i, end);
    bool good = look_on(end);
    for (unsigned i = 0; i < WRITERS; i++)
        good = ended(writers[i], 0) && good;
    return good && unlink("victim") == 0 ? 0 : 1;
}
