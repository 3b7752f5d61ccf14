/* Changing the size of a file system. Nothing is moved: it shrinks as far as its end is free. */
#include "redoxfs/internal.h"

#include <errno.h>

#define ROOM 8u /* free blocks that must stay, for the log of the commit and what comes after */

/* The number of blocks that are needed at least. */
static uint64_t least(const struct rfs *fs)
{
    uint64_t start, len, tail = fs->blocks, at = 0;

    while (extents_next(&fs->free, at, &start, &len)) {
        at = start + len;
        if (at == fs->blocks)
            tail = start;
    }
    /* Whatever lies in the tail is not free any more when it is cut off. */
    if (fs->free.total - (fs->blocks - tail) < ROOM && tail + ROOM < fs->blocks)
        tail += ROOM;
    return tail;
}

static int change(struct rfs *fs, uint64_t blocks)
{
    uint64_t old = fs->blocks;
    int err;

    if (blocks < old)
        err = extents_remove(&fs->free, blocks, old - blocks);
    else
        err = extents_add(&fs->free, old, blocks - old);
    if (err)
        return err;
    fs->blocks = blocks;
    put64(fs->header + HDR_SIZE, blocks * RFS_BLOCK);
    return commit(fs, COMMIT_SQUASH);
}

int rfs_resize(struct rfs *fs, uint64_t new_size, uint64_t *smallest)
{
    uint64_t blocks = new_size / RFS_BLOCK, lowest;
    int err = op_begin(fs, true);

    /* Squashed, and once more, so that the log itself lies low. */
    if (!err)
        err = commit(fs, COMMIT_SQUASH);
    if (!err)
        err = commit(fs, COMMIT_SQUASH);
    if (err)
        return err;
    lowest = least(fs);
    if (smallest)
        *smallest = lowest * RFS_BLOCK;
    if (blocks > fs->dev.blocks - fs->base)
        return -EINVAL;
    if (blocks < lowest)
        return -ENOSPC;
    if (blocks == fs->blocks && blocks * RFS_BLOCK == get64(fs->header + HDR_SIZE))
        return 0;
    return change(fs, blocks);
}
