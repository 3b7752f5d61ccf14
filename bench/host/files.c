/*
 * Operations on files: the same program runs on the host against a FUSE file system and inside the
 * system against its own servers.
 *
 *     files KIND PATH [KIND PATH]...
 *
 * Kinds: read1 (one byte), read128k (blocks of a file that `fill` wrote, checked), openclose,
 * fill (writes that file), and the first three with `hot_` in front: for five seconds, printing
 * nothing, for a profiler. Every file is one that gives at least one byte at any time.
 */
#include "bench/measure.h"
#include "bench/pattern.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HOT_NS 5000000000u

struct target {
    const char *path;
    int fd;
    uint64_t block; /* the next one to be read */
};

static unsigned char buffer[BLOCK_BYTES] __attribute__((aligned(4096)));

static bool read_bytes(void *arg, uint64_t n)
{
    struct target *t = arg;
    char c;

    for (uint64_t i = 0; i < n; i++) {
        if (read(t->fd, &c, 1) != 1)
            return false;
    }
    return true;
}

static bool read_blocks(void *arg, uint64_t n)
{
    struct target *t = arg;

    for (uint64_t i = 0; i < n; i++) {
        if (t->block == BLOCKS) {
            t->block = 0;
            if (lseek(t->fd, 0, SEEK_SET) != 0)
                return false;
        }
        if (read(t->fd, buffer, BLOCK_BYTES) != (ssize_t)BLOCK_BYTES)
            return false;
        if (!block_is(buffer, t->block))
            return false;
        t->block++;
    }
    return true;
}

static bool open_and_close(void *arg, uint64_t n)
{
    struct target *t = arg;

    for (uint64_t i = 0; i < n; i++) {
        int fd = open(t->path, O_RDONLY);

        if (fd < 0 || close(fd) != 0)
            return false;
    }
    return true;
}

static bool fill(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    if (fd < 0)
        return false;
    for (uint64_t b = 0; b < BLOCKS; b++) {
        block_make(buffer, b);
        for (size_t done = 0; done < BLOCK_BYTES;) {
            ssize_t n = write(fd, buffer + done, BLOCK_BYTES - done);

            if (n <= 0) {
                close(fd);
                return false;
            }
            done += (size_t)n;
        }
    }
    return close(fd) == 0;
}

static bool hot(measured *operation, struct target *t)
{
    for (uint64_t end = monotonic_ns() + HOT_NS; monotonic_ns() < end;) {
        if (!operation(t, 100))
            return false;
    }
    return true;
}

static measured *operation_for(const char *kind)
{
    if (strcmp(kind, "read1") == 0)
        return read_bytes;
    if (strcmp(kind, "read128k") == 0)
        return read_blocks;
    return strcmp(kind, "openclose") == 0 ? open_and_close : NULL;
}

static bool run(const char *kind, const char *path)
{
    struct target t = {.path = path, .fd = -1};
    bool for_profile = strncmp(kind, "hot_", 4) == 0, ok;
    measured *operation = operation_for(for_profile ? kind + 4 : kind);

    if (strcmp(kind, "fill") == 0)
        return fill(path);
    if (operation == NULL || (t.fd = open(path, O_RDONLY)) < 0)
        return false;
    ok = for_profile ? hot(operation, &t) : measure(kind, operation, &t);
    close(t.fd);
    return ok;
}

int main(int argc, char **argv)
{
    int status = argc < 3;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (!run(argv[i], argv[i + 1])) {
            fprintf(stderr, "bench: %s %s failed\n", argv[i], argv[i + 1]);
            status = 1;
        }
    }
    return status;
}
