/* Damaged file systems whose checksums are all right: mounting, walking, checking and changing
 * them.
 *
 * The linker gives the library a hash that is the same for everything (--wrap), so that a change to
 * any byte of any structure is not caught at the door. An input is a list of changes to a good
 * image: 8 bytes each, which of its blocks, where, and what. */
#include "redoxfs/layout.h"
#include "tests/redoxfs/common/memdev.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 1200u
#define CHANGES_MAX 64u

uint64_t __wrap_seahash(const void *data, size_t len);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct memdev *base;
static uint64_t used[BLOCKS]; /* blocks that hold something */
static size_t used_count;

uint64_t __wrap_seahash(const void *data, size_t len)
{
    (void)data, (void)len;
    return 1;
}

static uint32_t make(struct rfs *fs, uint32_t dir, const char *name, uint16_t type)
{
    struct rfs_new attr = {(uint16_t)(type | 0755), 0, 0};
    uint32_t id = 0;

    if (rfs_create(fs, dir, name, strlen(name), &attr, &id))
        abort();
    return id;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static uint8_t data[200000];
    struct rfs_new attr = {0777, 0, 0};
    char name[80];
    uint32_t id, dir;
    struct rfs *fs;

    (void)argc, (void)argv;
    base = test_format(BLOCKS);
    fs = test_mount(base);
    dir = make(fs, RFS_ROOT, "dir", RFS_DIR);
    for (unsigned i = 0; i < 120; i++) {
        snprintf(name, sizeof(name), "entry-with-a-name-that-fills-lists-soon-if-repeated-%u", i);
        make(fs, i < 110 ? dir : RFS_ROOT, name, i % 9 ? RFS_FILE : RFS_DIR);
    }
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * i >> 7);
    id = make(fs, RFS_ROOT, "large", RFS_FILE);
    rfs_write(fs, id, 0, data, sizeof(data));
    for (unsigned depth = 0; depth < 4; depth++)
        rfs_write(fs, id, (uint64_t)RECORD_MAX * (130 + (uint64_t)depth * depth * depth * 600000),
                  "far out", 7);
    rfs_write(fs, make(fs, RFS_ROOT, "small", RFS_FILE), 0, "inline", 6);
    rfs_symlink(fs, RFS_ROOT, "link", 4, (char *)memset(data, 'l', 4090), 4090, &attr, &id);
    id = make(fs, RFS_ROOT, "held", RFS_FILE);
    rfs_hold(fs, id);
    rfs_unlink(fs, RFS_ROOT, "held", 4, RFS_UNLINK_NODE);
    if (rfs_sync(fs))
        abort();
    rfs_abandon(fs);
    for (uint64_t b = 0; b < BLOCKS; b++)
        if (base->block[b])
            used[used_count++] = b;
    return 0;
}

static void change(struct memdev *d, const uint8_t *p)
{
    uint8_t *b = memdev_block(d, used[get16(p) % used_count]);
    unsigned at = get16(p + 2) % RFS_BLOCK;

    for (unsigned i = 0; i < 4u && i <= (p[2] & 3) && at + i < RFS_BLOCK; i++)
        b[at + i] = p[4 + i];
}

struct walk {
    struct rfs *fs;
    uint32_t id[600];
    uint32_t parent[600];
    uint8_t len[600];
    char name[600][RFS_NAME_MAX];
    unsigned count;
    uint32_t dir;
};

static int collect(void *ctx, const struct rfs_entry *e)
{
    struct walk *w = ctx;

    if (w->count == 600)
        return 1;
    w->id[w->count] = e->id;
    w->parent[w->count] = w->dir;
    w->len[w->count] = e->len;
    memcpy(w->name[w->count++], e->name, e->len);
    return 0;
}

static void walk(struct walk *w)
{
    static uint8_t buf[RECORD_MAX];
    struct rfs_stat st;

    w->dir = RFS_ROOT;
    rfs_readdir(w->fs, RFS_ROOT, 0, collect, w);
    for (unsigned i = 0; i < w->count; i++) {
        uint32_t id;

        rfs_lookup(w->fs, w->parent[i], w->name[i], w->len[i], &id);
        if (rfs_stat(w->fs, w->id[i], &st))
            continue;
        w->dir = w->id[i];
        if ((st.mode & RFS_TYPE) == RFS_DIR)
            rfs_readdir(w->fs, w->id[i], 0, collect, w);
        for (uint64_t at = 0, n = 0; at < st.size && n < 8; at += sizeof(buf), n++)
            rfs_read(w->fs, w->id[i], at, buf, sizeof(buf));
    }
}

/* Whatever is there is changed; no answer is wrong, but none may crash or run for ever. */
static void disturb(struct walk *w)
{
    static const uint8_t data[5000] = {1, 2, 3};
    struct rfs_stat st = {.size = 100};
    struct rfs_new attr = {RFS_FILE | 0644, 0, 0};

    for (unsigned i = 0; i < w->count; i += 7) {
        uint32_t id;

        rfs_write(w->fs, w->id[i], 4000, data, sizeof(data));
        rfs_create(w->fs, w->id[i], "new", 3, &attr, &id);
        rfs_setattr(w->fs, w->id[i], &st, RFS_SET_SIZE | RFS_SET_UID);
        rfs_rename(w->fs, w->parent[i], w->name[i], w->len[i], w->id[w->count / 2], "moved", 5, 0);
        rfs_unlink(w->fs, w->parent[i], w->name[i], w->len[i],
                   i & 1 ? RFS_UNLINK_DIR : RFS_UNLINK_NODE);
    }
    for (unsigned i = 0; i < w->count; i += 5)
        rfs_unlink(w->fs, w->parent[i], w->name[i], w->len[i], RFS_UNLINK_NODE);
    rfs_sync(w->fs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memdev *d = memdev_over(base);
    struct rfs_device dev = memdev_device(d);
    struct rfs_options opt = test_options();
    struct rfs_check check = {0};
    struct walk *w = calloc(1, sizeof(*w));

    for (size_t i = 0; i + 8 <= size && i < (size_t)8 * CHANGES_MAX; i += 8)
        change(d, data + i);
    rfs_check(&dev, &opt, &check);
    if (!rfs_open(&w->fs, &dev, &opt)) {
        walk(w);
        disturb(w);
        rfs_close(w->fs);
    }
    free(w);
    memdev_free(d);
    return 0;
}
