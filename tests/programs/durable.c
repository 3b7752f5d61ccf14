/*
 * Writes files without end while somebody else kills the servers below it, and looks after each
 * death whether everything is there that fsync has reported.
 *
 *     durable FOLDER SECONDS SEED
 *
 * In the folder there are, of each kind, SLOTS files. Each knows which version of it was reported
 * (acked) and which one may be there as well because an operation on it has failed (tried):
 *
 *     new    written beside it, fsync, renamed over it, fsync of the folder
 *     map    written by way of a mapping, msync; what is being written may be written back at any
 *            moment, so that after a failure each byte is of one of the versions
 *     log    grows by records, fsync
 *     move   renamed from one folder to another and back, fsync of both; it is never in both
 *
 * Prints "ready", and "acked N, outages N, the longest N ms" at the end; before that, what was
 * wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include "posix_check.h"

#define SLOTS 6
#define PAGE 4096
#define NEW_MAX 300000
#define MAP_SIZE (48 * PAGE)
#define RECORD 1000
#define LOG_MAX 300
#define PATIENCE 20 /* seconds that the file system may be away */

struct slot {
    unsigned acked, tried; /* equal: nothing is in doubt */
};

static struct slot new_slot[SLOTS], map_slot[SLOTS], log_slot[SLOTS], move_slot[SLOTS];
static unsigned long acked, outages;
static double longest; /* seconds that the folder was away */
static unsigned random_state;
static unsigned char buffer[NEW_MAX], back[NEW_MAX];

static unsigned rnd(unsigned below)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % below;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const char *name_of(const char *kind, int i)
{
    static char names[4][32];
    static int turn;
    char *name = names[turn++ % 4];

    snprintf(name, sizeof names[0], "%s%d", kind, i);
    return name;
}

/* What version v of file i has at a place; half of it cannot be compressed. */
static unsigned char byte_of(int i, unsigned v, unsigned at)
{
    unsigned x = (at / 512) % 2 ? at / 64 : at;

    x = (x + (unsigned)i * 977 + v * 7919) * 2654435761u;
    return (unsigned char)(x >> 13);
}

static unsigned size_of_new(int i, unsigned v)
{
    return 1 + (v * 77773u + (unsigned)i * 3331) % (NEW_MAX - 1);
}

static bool same(const unsigned char *p, int i, unsigned v, unsigned from, unsigned len)
{
    for (unsigned at = 0; at < len; at++) {
        if (p[at] != byte_of(i, v, from + at))
            return false;
    }
    return true;
}

/* All of a file that is shorter than the buffer; -1 with errno. */
static long content(const char *name)
{
    int fd = open(name, O_RDONLY);
    long sum = 0;
    ssize_t n = fd < 0 ? -1 : 0;

    while (fd >= 0 && (n = read(fd, back + sum, sizeof back - (size_t)sum)) > 0)
        sum += n;
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return n < 0 ? -1 : sum;
}

/* Closes fd and says whether all went well until then. */
static bool over(int fd, bool well)
{
    int error = errno;

    if (fd >= 0)
        close(fd);
    errno = error;
    return well && fd >= 0;
}

static bool sync_folder(const char *name)
{
    int fd = open(name, O_RDONLY | O_DIRECTORY);

    return over(fd, fd >= 0 && fsync(fd) == 0);
}

static bool write_all(int fd, const unsigned char *p, size_t len)
{
    while (len) {
        ssize_t n = write(fd, p, len);
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

/* ---- What is done: true, or it failed and leaves the slot in doubt ---- */

static bool make_new(int i)
{
    struct slot *s = &new_slot[i];
    unsigned v = s->tried + 1, size = size_of_new(i, v);

    for (unsigned at = 0; at < size; at++)
        buffer[at] = byte_of(i, v, at);
    s->tried = v;
    int fd = open(name_of("tmp", i), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!over(fd, fd >= 0 && write_all(fd, buffer, size) && fsync(fd) == 0))
        return false;
    if (rename(name_of("tmp", i), name_of("new", i)) < 0 || !sync_folder("."))
        return false;
    s->acked = v;
    return true;
}

static bool write_map(int i)
{
    struct slot *s = &map_slot[i];
    int fd = open(name_of("map", i), O_RDWR | O_CREAT, 0600);
    unsigned char *p = MAP_FAILED;

    if (fd >= 0 && ftruncate(fd, MAP_SIZE) == 0)
        p = mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return over(fd, false);
    s->tried++;
    for (unsigned at = 0; at < MAP_SIZE; at++)
        p[at] = byte_of(i, s->tried, at);
    bool well = msync(p, MAP_SIZE, MS_SYNC) == 0;
    munmap(p, MAP_SIZE);
    if (over(fd, well))
        s->acked = s->tried;
    return well;
}

static bool grow_log(int i)
{
    struct slot *s = &log_slot[i];

    if (s->acked >= LOG_MAX) { /* begin again */
        s->acked = s->tried = 0;
        if (truncate(name_of("log", i), 0) < 0)
            return false;
    }
    unsigned from = s->acked * RECORD;
    for (unsigned at = 0; at < RECORD; at++)
        buffer[at] = byte_of(i, 0, from + at);
    int fd = open(name_of("log", i), O_WRONLY | O_CREAT, 0600);
    s->tried = s->acked + 1;
    bool well = fd >= 0 && lseek(fd, from, SEEK_SET) == (off_t)from &&
                write_all(fd, buffer, RECORD) && fsync(fd) == 0;
    if (over(fd, well))
        s->acked = s->tried;
    return well;
}

static bool move(int i)
{
    struct slot *s = &move_slot[i];
    char here[64], there[64];

    snprintf(here, sizeof here, "%s/move%d", s->acked % 2 ? "right" : "left", i);
    snprintf(there, sizeof there, "%s/move%d", s->acked % 2 ? "left" : "right", i);
    s->tried = s->acked + 1;
    if (rename(here, there) < 0 || !sync_folder("left") || !sync_folder("right"))
        return false;
    s->acked = s->tried;
    return true;
}

/* ---- Whether it is there: true, or it could not be read. What is wrong is said ---- */

static bool look_new(int i)
{
    struct slot *s = &new_slot[i];
    long n = content(name_of("new", i));
    unsigned v = s->acked;

    if (n < 0 && errno != ENOENT)
        return false;
    while (n >= 0 && v <= s->tried && !(n == size_of_new(i, v) && same(back, i, v, 0, (unsigned)n)))
        v++;
    bool right = n < 0 ? s->acked == 0 : v <= s->tried;
    if (!right)
        printf("new%d: neither version %u nor up to %u, size %ld\n", i, s->acked, s->tried, n);
    CHECK(right);
    s->acked = v;
    return make_new(i);
}

/* Whether each byte of a page is of one of the versions that may be there. */
static bool may_be(const struct slot *s, int i, unsigned from)
{
    for (unsigned at = from; at < from + PAGE; at++) {
        unsigned v = s->acked;
        while (v <= s->tried && back[at] != byte_of(i, v, at))
            v++;
        if (v > s->tried)
            return false;
    }
    return true;
}

static bool look_map(int i)
{
    struct slot *s = &map_slot[i];
    long n = content(name_of("map", i));
    int wrong = 0;

    if (n < 0 && errno != ENOENT)
        return false;
    if (n < 0)
        n = 0;
    for (unsigned at = 0; at + PAGE <= n && s->acked; at += PAGE)
        wrong += !may_be(s, i, at);
    if (wrong || (s->acked && n != MAP_SIZE))
        printf("map%d: %d pages are not of version %u to %u, size %ld\n", i, wrong, s->acked,
               s->tried, n);
    CHECK(!wrong && (!s->acked || n == MAP_SIZE));
    return write_map(i);
}

static bool look_log(int i)
{
    struct slot *s = &log_slot[i];
    long n = content(name_of("log", i));

    if (n < 0 && errno != ENOENT)
        return false;
    if (n < 0)
        n = 0;
    if (n < (long)s->acked * RECORD || !same(back, i, 0, 0, s->acked * RECORD))
        printf("log%d: %u records were reported, it has %ld bytes\n", i, s->acked, n);
    CHECK(n >= (long)s->acked * RECORD && same(back, i, 0, 0, s->acked * RECORD));
    return grow_log(i);
}

static bool look_move(int i)
{
    struct slot *s = &move_slot[i];
    char name[2][64];
    bool there[2];

    for (int k = 0; k < 2; k++) {
        snprintf(name[k], sizeof name[k], "%s/move%d", k ? "right" : "left", i);
        there[k] = access(name[k], F_OK) == 0;
        if (!there[k] && errno != ENOENT)
            return false;
    }
    bool right = there[0] != there[1] && (s->acked != s->tried || there[s->acked % 2]);
    if (!right)
        printf("move%d: left %d, right %d, acked %u, tried %u\n", i, there[0], there[1], s->acked,
               s->tried);
    CHECK(right);
    if (there[0] != there[1])
        s->acked = s->tried = there[1];
    return true;
}

/* Waits until the folder is there again, and looks at everything. */
static bool recover(const char *folder)
{
    static bool (*const look[])(int) = {look_new, look_map, look_log, look_move};
    double gone = now(), end = gone + PATIENCE;

    for (bool away = true;;) {
        bool well = chdir(folder) == 0;
        if (well) {
            if (away && now() - gone > longest)
                longest = now() - gone;
            away = false;
            end = now() + PATIENCE;
        }
        for (int k = 0; well && k < 4; k++) {
            for (int i = 0; well && i < SLOTS; i++)
                well = look[k](i);
        }
        if (well)
            return true;
        if (now() > end) {
            printf("the file system did not come back: %s\n", strerror(errno));
            return false;
        }
        usleep(5000);
    }
}

static bool prepare(const char *folder)
{
    if (mkdir(folder, 0700) < 0 || chdir(folder) < 0 || mkdir("left", 0700) < 0 ||
        mkdir("right", 0700) < 0)
        return false;
    for (int i = 0; i < SLOTS; i++) {
        char name[64];
        snprintf(name, sizeof name, "left/move%d", i);
        close(open(name, O_WRONLY | O_CREAT, 0600));
    }
    return sync_folder(".") && sync_folder("left");
}

int main(int argc, char **argv)
{
    static bool (*const act[])(int) = {make_new, write_map, grow_log, move};

    if (argc != 4 || !prepare(argv[1])) {
        printf("durable FOLDER SECONDS SEED: %s\n", strerror(errno));
        return 1;
    }
    random_state = (unsigned)atoi(argv[3]);
    printf("ready\n");
    fflush(stdout);
    for (double end = now() + atoi(argv[2]); now() < end && !check_failures;) {
        if (act[rnd(4)]((int)rnd(SLOTS))) {
            acked++;
            continue;
        }
        outages++;
        if (!recover(argv[1]))
            return 1;
    }
    CHECK(recover(argv[1]));
    printf("acked %lu, outages %lu, the longest %d ms\n", acked, outages, (int)(longest * 1000));
    return check_status();
}
