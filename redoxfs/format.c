/* Making an empty file system: the same blocks in the same places as upstream makes them, but for
 * an empty ring around them and a good hash in the first header. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

#define LEAST_BLOCKS 265u
/* Where things come to lie. */
enum {
    AT_LOG = 257,
    AT_LOG_1 = 258, /* of the first two generations */
    AT_LOG_2 = 264,
    AT_NODE = 259,
    AT_TREE = 260, /* lowest level; the others follow */
};

static int write_log(struct rfs *fs, uint64_t at, const int64_t (*entry)[2], unsigned n,
                     struct ptr *out)
{
    uint8_t *b = fs->scratch;

    memset(b, 0, RFS_BLOCK);
    for (unsigned i = 0; i < n; i++) {
        put64(b + (size_t)(i + 1) * LOG_ENTRY_SIZE, (uint64_t)entry[i][0]);
        put64(b + (size_t)(i + 1) * LOG_ENTRY_SIZE + 8, (uint64_t)entry[i][1]);
    }
    *out = (struct ptr){ADDR(at, 0, 0), seahash(b, RFS_BLOCK)};
    return write_block(fs, at, 1, b);
}

static void make_root(uint8_t *b, struct rfs_time time)
{
    memset(b, 0, RFS_BLOCK);
    put16(b + NODE_MODE, RFS_DIR | 0755);
    put32(b + NODE_LINKS, 1);
    put64(b + NODE_BLOCKS, 1);
    for (unsigned at = NODE_CTIME; at <= NODE_ATIME; at += NODE_MTIME - NODE_CTIME) {
        put64(b + at, time.sec);
        put32(b + at + 8, time.nsec);
    }
}

/* The root directory's node and the four tree blocks above it. */
static int write_tree(struct rfs *fs, struct rfs_time time, struct ptr *top)
{
    uint8_t *b = fs->scratch;
    int err;

    make_root(b, time);
    *top = (struct ptr){ADDR(AT_NODE, 0, 0), seahash(b, RFS_BLOCK)};
    err = write_block(fs, AT_NODE, 1, b);
    for (unsigned level = 0; !err && level < TREE_LEVELS; level++) {
        memset(b, 0, RFS_BLOCK);
        put_ptr(b + (level ? 0 : PTR_SIZE * RFS_ROOT), *top);
        if (!level)
            b[TREE_BITMAP] = 1 << RFS_ROOT | 1; /* id 0 is never given away */
        *top = (struct ptr){ADDR(AT_TREE + (uint64_t)level, 0, 0), seahash(b, RFS_BLOCK)};
        err = write_block(fs, AT_TREE + level, 1, b);
    }
    return err;
}

static int write_header(struct rfs *fs, uint64_t generation, struct ptr tree, struct ptr log)
{
    put64(fs->header + HDR_GENERATION, generation);
    put_ptr(fs->header + HDR_TREE, tree);
    put_ptr(fs->header + HDR_ALLOC, log);
    header_finish(fs->header, fs->crypt);
    return header_write(fs, fs->header);
}

/* Three generations, as upstream comes to them; the last one counts. */
static int write_all(struct rfs *fs, struct rfs_time time)
{
    const int64_t n = (int64_t)fs->blocks;
    const int64_t log1[][2] = {{260, n - 260}};
    const int64_t log2[][2] = {{260, n - 260}, {260, -1}, {261, -1}, {262, -1},
                               {263, -1},      {264, -1}, {258, 1},  {257, 1}};
    const int64_t log3[][2] = {{265, n - 265}, {257, 2}, {257, -1}, {264, 1}};
    struct ptr none = {0}, empty = {ADDR(AT_LOG, 0, 0), 0}, top = {0}, log[3];
    int err = write_log(fs, AT_LOG_1, log1, 1, &log[0]);

    memset(fs->scratch, 0, RFS_BLOCK);
    empty.hash = seahash(fs->scratch, RFS_BLOCK);
    if (!err)
        err = write_tree(fs, time, &top);
    if (!err)
        err = write_log(fs, AT_LOG_2, log2, 8, &log[1]);
    if (!err)
        err = write_log(fs, AT_LOG, log3, 4, &log[2]);
    if (!err)
        err = flush_device(fs);
    if (!err)
        err = write_header(fs, 0, none, none);
    if (!err)
        err = write_header(fs, 1, empty, log[0]);
    if (!err)
        err = write_header(fs, 2, top, log[1]);
    if (!err)
        err = write_header(fs, 3, top, log[2]);
    return err ? err : flush_device(fs);
}

/* What is in front of the file system, and nothing in the ring: the header of an older one there
 * would win over the new ones. */
static int clear_front(struct rfs *fs, const struct rfs_format *format)
{
    uint64_t left = format->reserved_len;
    int err = 0;

    for (uint64_t at = 0; !err && at < fs->base + RING; at++) {
        size_t n = left < RFS_BLOCK ? (size_t)left : RFS_BLOCK;

        memset(fs->scratch, 0, RFS_BLOCK);
        if (n)
            memcpy(fs->scratch, (const uint8_t *)format->reserved + at * RFS_BLOCK, n);
        err = fs->dev.write(fs->dev.ctx, at, 1, fs->scratch);
        left -= n;
    }
    return err ? err : flush_device(fs);
}

int rfs_format(const struct rfs_device *dev, const struct rfs_format *format)
{
    uint64_t reserved = ceil_div(format->reserved_len, RFS_BLOCK);
    struct rfs *fs;
    int err = 0;

    if (dev->blocks < LEAST_BLOCKS || reserved > dev->blocks - LEAST_BLOCKS)
        return -ENOSPC;
    if (dev->blocks > INT64_MAX / RFS_BLOCK)
        return -EFBIG;
    fs = calloc(1, sizeof(*fs));
    if (!fs)
        return -ENOMEM;
    fs->dev = *dev;
    fs->base = reserved;
    fs->blocks = dev->blocks - reserved;
    fs->scratch = block_alloc(RECORD_MAX);
    fs->scratch2 = block_alloc(RECORD_MAX);
    if (!fs->scratch || !fs->scratch2)
        err = -ENOMEM;
    memcpy(fs->header, SIGNATURE, 8);
    put64(fs->header + HDR_VERSION, VERSION);
    memcpy(fs->header + HDR_UUID, format->uuid, 16);
    put64(fs->header + HDR_SIZE, fs->blocks * RFS_BLOCK);
    if (!err && format->password)
        err = crypt_make(&fs->crypt, fs->header + HDR_SLOTS, format);
    if (!err)
        err = clear_front(fs, format);
    if (!err)
        err = write_all(fs, format->time);
    crypt_free(fs->crypt);
    free(fs->scratch);
    free(fs->scratch2);
    free(fs);
    return err;
}
