/* The allocation log, and the allocator built from it: an input is the content of the log's block.
 * When it is accepted, the file system must be usable, and what it says to be free must be the same
 * after it was written and read again. */
#include "redoxfs/layout.h"
#include "tests/redoxfs/common/memdev.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 1200u

uint64_t __wrap_seahash(const void *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As in redoxfs_image.c: the checksum must not hide what is behind it. */
uint64_t __wrap_seahash(const void *data, size_t len)
{
    (void)data, (void)len;
    return 1;
}

static uint64_t free_of(struct rfs *fs)
{
    struct rfs_info info;

    rfs_info(fs, &info);
    if (info.free > BLOCKS)
        abort();
    return info.free;
}

static void use(struct rfs *fs)
{
    static uint8_t data[300000];
    struct rfs_new attr = {RFS_FILE | 0644, 0, 0};
    char name[16];
    uint32_t id;

    for (unsigned i = 0; i < 12; i++) {
        snprintf(name, sizeof(name), "f%u", i);
        if (!rfs_create(fs, RFS_ROOT, name, strlen(name), &attr, &id))
            rfs_write(fs, id, 0, memset(data, (int)i + 1, sizeof(data)), (i + 1) * 20000);
        if (i % 3 == 2)
            rfs_unlink(fs, RFS_ROOT, name, strlen(name), RFS_UNLINK_NODE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memdev *d = test_format(BLOCKS);
    struct rfs_device dev = memdev_device(d);
    struct rfs_options opt = test_options();
    struct rfs *fs;
    uint64_t left;

    if (size > RFS_BLOCK)
        size = RFS_BLOCK;
    memset(memdev_block(d, 257), 0, RFS_BLOCK);
    memcpy(memdev_block(d, 257), data, size);
    if (!rfs_open(&fs, &dev, &opt)) {
        free_of(fs);
        use(fs);
        if (!rfs_sync(fs)) {
            left = free_of(fs);
            rfs_abandon(fs);
            /* Blocks that are in use may have been said to be free: then it may well be damaged. */
            if (!rfs_open(&fs, &dev, &opt)) {
                if (free_of(fs) != left)
                    abort();
                rfs_abandon(fs);
            }
        } else {
            rfs_abandon(fs);
        }
    }
    memdev_free(d);
    return 0;
}
