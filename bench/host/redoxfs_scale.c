/* How the cost of the RedoxFS library grows: finding a name in a directory of 1,000 and of
 * 1,000,000 entries, and mounting an image of 100 GiB, almost all of it a hole, that holds 100,000
 * files.
 *
 *   redoxfs_scale FOLDER    where the images may lie for a while
 *
 * Prints figure lines. */
#include "hosttools/common/image.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOKUPS 200000u
#define GIB (1ull << 30)

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(int64_t err, const char *what)
{
    if (err < 0)
        fail("%s: %s", what, strerror((int)-err));
}

static struct rfs *make_image(const char *path, uint64_t size, struct image *image)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct rfs_options opt = image_options(NULL);
    struct rfs_format format = {0};
    struct rfs *fs;

    if (fd < 0 || ftruncate(fd, (off_t)size))
        fail("%s: cannot be made", path);
    close(fd);
    image_open(image, path, true);
    fill_format(&format);
    check(rfs_format(&image->dev, &format), path);
    opt.cache = 256u << 20;
    check(rfs_open(&fs, &image->dev, &opt), path);
    return fs;
}

static void make_names(struct rfs *fs, uint32_t dir, uint32_t id, uint32_t count)
{
    struct rfs_new attr = {RFS_FILE | 0644, 0, 0};
    char name[16];

    /* Names for one file, so that the directory is what is measured. */
    for (uint32_t i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "file%08u", i);
        if (id)
            check(rfs_link(fs, id, dir, name, 12), name);
        else
            check(rfs_create(fs, dir, name, 12, &attr, &(uint32_t){0}), name);
    }
}

static double lookup_ns(struct rfs *fs, uint32_t dir, uint32_t count)
{
    uint64_t rng = 1;
    char name[16];
    uint32_t id;
    double start = 0;

    /* The first half warms up. */
    for (uint32_t i = 0; i < 2 * LOOKUPS; i++) {
        if (i == LOOKUPS)
            start = now();
        rng = rng * 6364136223846793005ull + 1442695040888963407ull;
        snprintf(name, sizeof(name), "file%08u", (uint32_t)((rng >> 33) % count));
        check(rfs_lookup(fs, dir, name, 12, &id), name);
    }
    return (now() - start) / LOOKUPS * 1e9;
}

static void directories(const char *path)
{
    struct rfs_new attr = {RFS_DIR | 0755, 0, 0};
    struct image image;
    struct rfs *fs = make_image(path, 2 * GIB, &image);
    uint32_t small, large, file;
    double few, many, start;

    check(rfs_create(fs, RFS_ROOT, "small", 5, &attr, &small), "small");
    check(rfs_create(fs, RFS_ROOT, "large", 5, &attr, &large), "large");
    attr.mode = RFS_FILE | 0644;
    check(rfs_create(fs, RFS_ROOT, "file", 4, &attr, &file), "file");
    make_names(fs, small, file, 1000);
    start = now();
    make_names(fs, large, file, 1000000);
    printf("figure redoxfs_link_million %.2f us\n", now() - start);
    few = lookup_ns(fs, small, 1000);
    many = lookup_ns(fs, large, 1000000);
    printf("figure redoxfs_lookup_1000 %.0f ns\n", few);
    printf("figure redoxfs_lookup_1000000 %.0f ns\n", many);
    check(rfs_close(fs), path);
    image_close(&image);
}

static void mounting(const char *path)
{
    struct rfs_options opt = image_options(NULL);
    struct image image;
    struct rfs *fs = make_image(path, 100 * GIB, &image);
    double start = now(), took;
    uint32_t id;

    make_names(fs, RFS_ROOT, 0, 100000);
    check(rfs_close(fs), path);
    printf("figure redoxfs_create_100000 %.2f s\n", now() - start);
    posix_fadvise(image.fd, 0, 0, POSIX_FADV_DONTNEED);
    start = now();
    check(rfs_open(&fs, &image.dev, &opt), path);
    check(rfs_lookup(fs, RFS_ROOT, "file00077777", 12, &id), path);
    took = now() - start;
    printf("figure redoxfs_mount_100GiB %.1f ms\n", took * 1000);
    check(rfs_close(fs), path);
    image_close(&image);
}

int main(int argc, char **argv)
{
    char *path;

    tool_name = "redoxfs_scale";
    if (argc != 2 || asprintf(&path, "%s/redoxfs_scale.%d", argv[1], getpid()) < 0)
        fail("usage: redoxfs_scale FOLDER");
    directories(path);
    mounting(path);
    unlink(path);
    free(path);
    return 0;
}
