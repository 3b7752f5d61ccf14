/* redoxfs-resize: changes the size of a RedoxFS, not of the disk or file it is on.
 *
 *   redoxfs-resize DISK [SIZE]
 *
 * SIZE: bytes, with K, M, G or T for powers of 1024; min; or max, which is the default. */
#include "hosttools/common/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t parse_size(const char *text)
{
    static const char units[] = "KMGT";
    char *end;
    uint64_t n;
    const char *unit;

    errno = 0;
    n = strtoull(text, &end, 10);
    if (errno || end == text || text[0] == '-')
        fail("%s: not a size", text);
    if (!*end || !strcmp(end, "B"))
        return n;
    unit = strchr(units, end[0] >= 'a' ? end[0] - 32 : end[0]);
    if (!unit || (end[1] && strcmp(end + 1, "B") != 0 && strcmp(end + 1, "iB") != 0))
        fail("%s: not a size", text);
    for (const char *u = units; u <= unit; u++) {
        if (n > UINT64_MAX / 1024)
            fail("%s: not a size", text);
        n *= 1024;
    }
    return n;
}

int main(int argc, char **argv)
{
    struct rfs_options opt = image_options(NULL);
    const char *size = argc == 3 && argv[2][0] ? argv[2] : "max";
    struct rfs_info info;
    char password[256];
    struct image image;
    uint64_t wanted, least, most;
    struct rfs *fs;
    int err;

    tool_name = "redoxfs-resize";
    if (argc < 2 || argc > 3 || argv[1][0] == '-')
        usage(argc, argv, "redoxfs-resize DISK [SIZE | min | max]");
    image_open(&image, argv[1], true);
    fs = image_mount(&image, &opt, password);
    rfs_info(fs, &info);
    most = (image.dev.blocks - info.base) * RFS_BLOCK;
    if (!strcmp(size, "max") || !strcmp(size, "maximum")) {
        wanted = most;
    } else if (!strcmp(size, "min") || !strcmp(size, "minimum")) {
        err = rfs_resize(fs, 0, &wanted);
        if (err && err != -ENOSPC)
            fail("%s: %s", argv[1], strerror(-err));
    } else {
        wanted = parse_size(size);
    }
    err = rfs_resize(fs, wanted, &least);
    if (err == -ENOSPC)
        fail("%s: %llu bytes are too small by %llu", argv[1], (unsigned long long)wanted,
             (unsigned long long)(least - wanted));
    if (err == -EINVAL)
        fail("%s: %llu bytes are too large by %llu", argv[1], (unsigned long long)wanted,
             (unsigned long long)(wanted - most));
    if (err)
        fail("%s: %s", argv[1], strerror(-err));
    printf("redoxfs-resize: %s: %llu bytes before, ", argv[1], (unsigned long long)info.size);
    rfs_info(fs, &info);
    printf("%llu now\n", (unsigned long long)info.size);
    err = rfs_close(fs);
    if (err)
        fail("%s: %s", argv[1], strerror(-err));
    image_close(&image);
    return 0;
}
