/*
 * Work on a file system: the same program runs on the host, on a FUSE mount, and in the system.
 *
 *     storage DIR MIB FILES PART...
 *
 * Parts: create stat list unlink (FILES files in one directory), write read (MIB mebibytes, in
 * pieces of 128 KiB), randread randwrite (4 KiB at random places of that file), tree (5,000 files
 * of 4 KiB in 100 directories, as an unpacked archive has them), cached (4 KiB at the same place).
 * `noise_` before those on the large file: with content that cannot be compressed; otherwise it is
 * one that can. For each it prints `value NAME PS PS PS`: picoseconds for one file, piece or tree.
 */
#include "bench/measure.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_DIRS 100u
#define TREE_FILES 50u
#define PIECE (128u << 10)
#define SMALL 4096u
#define RANDOM_READS 20000u

static char buffer[PIECE] __attribute__((aligned(4096)));
static unsigned long mib, files;

static bool name_file(char *path, size_t size, unsigned i)
{
    return (size_t)snprintf(path, size, "f%05u", i) < size;
}

static bool create(void)
{
    char path[32];

    if (mkdir("many", 0755) < 0)
        return false;
    for (unsigned i = 0; i < files; i++) {
        char full[64];
        if (!name_file(path, sizeof path, i))
            return false;
        snprintf(full, sizeof full, "many/%s", path);
        int fd = open(full, O_CREAT | O_EXCL | O_WRONLY, 0644);
        if (fd < 0)
            return false;
        close(fd);
    }
    return true;
}

static bool each_file(int (*what)(const char *path))
{
    char path[64];

    for (unsigned i = 0; i < files; i++) {
        snprintf(path, sizeof path, "many/f%05u", i);
        if (what(path) < 0)
            return false;
    }
    return true;
}

static int stat_one(const char *path)
{
    struct stat st;

    return stat(path, &st);
}

static bool stat_all(void)
{
    return each_file(stat_one);
}

static bool list(void)
{
    unsigned n = 0;
    DIR *d = opendir("many");

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n >= files;
}

static bool unlink_all(void)
{
    return each_file(unlink) && rmdir("many") == 0;
}

static void fill(bool noise)
{
    uint64_t state = 88172645463325252u;

    memset(buffer, 'x', sizeof buffer);
    for (size_t i = 0; noise && i < sizeof buffer; i += sizeof state) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        memcpy(buffer + i, &state, sizeof state);
    }
}

static bool sequential(bool write_it)
{
    int fd = open("big", write_it ? O_CREAT | O_TRUNC | O_WRONLY : O_RDONLY, 0644);
    bool good = fd >= 0;

    for (unsigned long i = 0; good && i < mib * 8; i++) {
        memset(buffer, (int)i, 64);
        ssize_t n = write_it ? write(fd, buffer, PIECE) : read(fd, buffer, PIECE);
        good = n == PIECE;
    }
    if (good && write_it)
        good = fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

static bool write_big(void)
{
    return sequential(true);
}

static bool read_big(void)
{
    return sequential(false);
}

static bool at_random(bool write_it, unsigned count)
{
    static uint64_t state = 88172645463325252u;
    int fd = open("big", write_it ? O_RDWR : O_RDONLY);
    bool good = fd >= 0;

    for (unsigned i = 0; good && i < count; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        off_t at = (off_t)(state % (mib * 256)) * SMALL;
        memcpy(buffer, &state, sizeof state); /* each write is of something else */
        ssize_t n = write_it ? pwrite(fd, buffer, SMALL, at) : pread(fd, buffer, SMALL, at);
        good = n == SMALL;
    }
    if (good && write_it)
        good = fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

static bool random_reads(void)
{
    return at_random(false, RANDOM_READS);
}

static bool random_writes(void)
{
    return at_random(true, RANDOM_READS);
}

static bool cached_reads(void *fd, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        if (pread(*(int *)fd, buffer, SMALL, 0) != SMALL)
            return false;
    }
    return true;
}

/* So short that it is measured as calls are: the median of batches. */
static bool measure_cached(const char *name)
{
    int fd = open("big", O_RDONLY);
    bool good = fd >= 0 && measure(name, cached_reads, &fd);

    close(fd);
    return good;
}

static bool make_tree(void)
{
    char path[64];

    if (mkdir("tree", 0755) < 0)
        return false;
    for (unsigned i = 0; i < TREE_DIRS * TREE_FILES; i++) {
        snprintf(path, sizeof path, "tree/d%02u", i / TREE_FILES);
        if (i % TREE_FILES == 0 && mkdir(path, 0755) < 0)
            return false;
        snprintf(path, sizeof path, "tree/d%02u/f%02u", i / TREE_FILES, i % TREE_FILES);
        int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);
        if (fd < 0 || write(fd, buffer, SMALL) != SMALL || fchmod(fd, 0640) < 0)
            return false;
        close(fd);
    }
    return true;
}

#define PIECES 0u
#define EACH UINT32_MAX

static const struct part {
    const char *name;
    bool (*run)(void);
    unsigned count; /* of operations; PIECES: as many as the file has; EACH: one for each file */
} parts[] = {
    {"create", create, EACH},
    {"stat", stat_all, EACH},
    {"list", list, EACH},
    {"unlink", unlink_all, EACH},
    {"write", write_big, PIECES},
    {"read", read_big, PIECES},
    {"randread", random_reads, RANDOM_READS},
    {"randwrite", random_writes, RANDOM_READS},
    {"tree", make_tree, 1},
};

static const char noise[] = "noise_";

static bool measure_part(const char *name)
{
    bool noisy = strncmp(name, noise, sizeof noise - 1) == 0;
    const char *plain = noisy ? name + sizeof noise - 1 : name;

    if (strcmp(name, "cached") == 0)
        return measure_cached(name);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct part *p = &parts[i];
        if (strcmp(p->name, plain) != 0)
            continue;
        fill(noisy);
        if (p->run == write_big)
            unlink("big");
        uint64_t start = monotonic_ns();
        if (!p->run())
            return measure_failed(name);
        uint64_t count = p->count == EACH ? files : p->count == PIECES ? mib * 8 : p->count;
        unsigned long long ps = (monotonic_ns() - start) * 1000 / count;
        printf("value %s %llu %llu %llu\n", name, ps, ps, ps);
        fflush(stdout);
        return true;
    }
    return measure_failed(name);
}

int main(int argc, char **argv)
{
    mib = argc > 4 ? strtoul(argv[2], NULL, 10) : 0;
    files = argc > 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (mib == 0 || files == 0 || chdir(argv[1]) < 0) {
        fputs("usage: storage DIR MIB FILES PART...\n", stderr);
        return 2;
    }
    for (int i = 4; i < argc; i++) {
        if (!measure_part(argv[i]))
            return 1;
    }
    return 0;
}
