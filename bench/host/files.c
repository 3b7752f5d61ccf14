/*
 * Operations on files: the same program runs on the host against a FUSE file system and inside the
 * system against its own servers.
 *
 *     files KIND PATH [KIND PATH]...
 *
 * Kinds: read1 (one byte), read128k (blocks of a file that `fill` wrote, checked), openclose,
 * fill (writes that file), hot (prints nothing: reads single bytes for three seconds, for a
 * profiler). Every file is one that gives at least one byte at any time.
 */
#include "bench/measure.h"
#include "bench/pattern.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

static bool hot(struct target *t)
{
    for (uint64_t end = monotonic_ns() + 3000000000u; monotonic_ns() < end;) {
        if (!read_bytes(t, 1000))
            return false;
    }
    return true;
}

static bool run(const char *kind, const char *path)
{
    struct target t = {.path = path, .fd = -1};
    bool ok;

    if (strcmp(kind, "fill") == 0)
        return fill(path);
    if (strcmp(kind, "openclose") == 0)
        return measure(kind, open_and_close, &t);

    t.fd = open(path, O_RDONLY);
    if (t.fd < 0)
        return false;
    if (strcmp(kind, "read1") == 0)
        ok = measure(kind, read_bytes, &t);
    else if (strcmp(kind, "read128k") == 0)
        ok = measure(kind, read_blocks, &t);
    else
        ok = strcmp(kind, "hot") == 0 && hot(&t);
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
