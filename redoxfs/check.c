/* The checker: reads everything that the newest header leads to, without the cache, and compares
 * what it finds with what is said about it elsewhere. */
#include "redoxfs/check.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define PROGRESS 4096u /* blocks between reports */

void check_fault(struct checker *c, const char *format, ...)
{
    char sentence[200];
    va_list args;

    va_start(args, format);
    vsnprintf(sentence, sizeof(sentence), format, args);
    va_end(args);
    c->faults++;
    if (c->to->report)
        c->to->report(c->to->ctx, sentence, c->seen.total, c->fs->blocks - c->fs->free.total);
}

static void progress(struct checker *c)
{
    if (!c->to->report || c->seen.total - c->reported < PROGRESS)
        return;
    c->reported = c->seen.total;
    c->to->report(c->to->ctx, NULL, c->seen.total, c->fs->blocks - c->fs->free.total);
}

bool check_use(struct checker *c, struct ptr p, unsigned most, const char *what, uint32_t id)
{
    uint64_t index = ADDR_INDEX(p.addr), n = 1ull << ADDR_LEVEL(p.addr);
    int err;

    if (ADDR_LEVEL(p.addr) > most || index < FIRST_BLOCK || index >= c->fs->blocks ||
        n > c->fs->blocks - index) {
        check_fault(c, "%s of node %u: pointer to nowhere (%llx)", what, id,
                    (unsigned long long)p.addr);
        return false;
    }
    if (extents_any(&c->fs->free, index, n))
        check_fault(c, "%s of node %u: block %llu is marked as free", what, id,
                    (unsigned long long)index);
    err = extents_add(&c->seen, index, n);
    if (err == -EEXIST) {
        check_fault(c, "%s of node %u: block %llu is in use twice", what, id,
                    (unsigned long long)index);
        return false;
    }
    if (err)
        c->err = err;
    progress(c);
    return !err;
}

bool check_read(struct checker *c, struct ptr p, uint8_t *buf, const char *what, uint32_t id)
{
    if (!check_use(c, p, 0, what, id))
        return false;
    if (!ADDR_EXPANDED(p.addr) && !read_block(c->fs, p, buf))
        return true;
    check_fault(c, "%s of node %u: block %llu cannot be read or has a wrong checksum", what, id,
                (unsigned long long)ADDR_INDEX(p.addr));
    return false;
}

/* ---- What is known of ids ---- */

static struct id_info *place(struct id_info *table, uint64_t room, uint32_t id)
{
    uint64_t at = (uint64_t)id * 0x9e3779b97f4a7c15ull >> 20 & (room - 1);

    while (table[at].id && table[at].id != id)
        at = (at + 1) & (room - 1);
    return &table[at];
}

struct id_info *check_info(struct checker *c, uint32_t id)
{
    struct id_info *i;

    if (!id) {
        check_fault(c, "a directory entry has no node");
        return NULL;
    }
    if (c->infos * 2 >= c->room) {
        uint64_t room = c->room ? c->room * 2 : 1024;
        struct id_info *more = calloc(room, sizeof(*more));

        if (!more) {
            c->err = -ENOMEM;
            return NULL;
        }
        for (uint64_t at = 0; at < c->room; at++)
            if (c->info[at].id)
                *place(more, room, c->info[at].id) = c->info[at];
        free(c->info);
        c->info = more;
        c->room = room;
    }
    i = place(c->info, c->room, id);
    if (!i->id) {
        i->id = id;
        c->infos++;
    }
    return i;
}

/* ---- Nodes ---- */

static void check_record(struct checker *c, struct ptr p, unsigned level, uint32_t id,
                         uint64_t *blocks)
{
    unsigned full = ADDR_EXPANDED(p.addr) ? ADDR_EXPANDED(p.addr) : ADDR_LEVEL(p.addr);

    if (!check_use(c, p, level, "record", id))
        return;
    *blocks += 1ull << ADDR_LEVEL(p.addr);
    if (full > level) {
        check_fault(c, "node %u: a record is larger than its file's records", id);
    } else if (read_block(c->fs, p, c->stored)) {
        check_fault(c, "node %u: a record cannot be read or has a wrong checksum", id);
    } else if (ADDR_EXPANDED(p.addr) && record_unpack(c->stored, RFS_BLOCK << ADDR_LEVEL(p.addr),
                                                      p.addr, c->record, RECORD_MAX)) {
        check_fault(c, "node %u: a record cannot be unpacked", id);
    }
}

static void check_map(struct checker *c, struct ptr p, unsigned depth, unsigned level, uint32_t id,
                      uint64_t *blocks)
{
    uint8_t *b;

    if (is_null(p) || c->err)
        return;
    if (!depth) {
        check_record(c, p, level, id, blocks);
        return;
    }
    b = malloc(RFS_BLOCK);
    if (!b) {
        c->err = -ENOMEM;
        return;
    }
    if (check_read(c, p, b, "indirection block", id)) {
        ++*blocks;
        for (unsigned i = 0; i < LIST_PTRS; i++)
            check_map(c, get_ptr(b + (size_t)i * PTR_SIZE), depth - 1, level, id, blocks);
    }
    free(b);
}

static void check_file(struct checker *c, const uint8_t *node, uint32_t id, uint64_t *blocks)
{
    static const uint16_t tables[MAP_DEPTHS + 1] = {128, 2176, 3200, 3712, 3968, 4096};
    unsigned level = get32(node + NODE_RECORD_LEVEL);

    for (unsigned depth = 0; depth < MAP_DEPTHS; depth++)
        for (unsigned at = tables[depth]; at < tables[depth + 1]; at += PTR_SIZE)
            check_map(c, get_ptr(node + at), depth, level, id, blocks);
}

static void check_node(struct checker *c, struct ptr p, uint32_t id)
{
    uint8_t *node = malloc(RFS_BLOCK);
    struct id_info *info = check_info(c, id);
    uint64_t blocks = 1;

    if (!node)
        c->err = -ENOMEM;
    if (!node || !info)
        goto out;
    info->exists = true;
    if (!check_read(c, p, node, "node block", id))
        goto out;
    info->mode = get16(node + NODE_MODE);
    info->links = get32(node + NODE_LINKS);
    if (get32(node + NODE_RECORD_LEVEL) > LEVEL_MAX)
        check_fault(c, "node %u: its records are too large", id);
    if ((info->mode & RFS_TYPE) == RFS_DIR) {
        if (get32(node + NODE_FLAGS) & NODE_INLINE)
            check_fault(c, "directory %u has inline data", id);
        else
            check_directory(c, id, node, &blocks);
    } else if (!(get32(node + NODE_FLAGS) & NODE_INLINE)) {
        check_file(c, node, id, &blocks);
    }
    if (get64(node + NODE_BLOCKS) != blocks)
        check_fault(c, "node %u: says %llu blocks, has %llu", id,
                    (unsigned long long)get64(node + NODE_BLOCKS), (unsigned long long)blocks);
out:
    free(node);
}

/* Returns whether the tree block is full. */
static bool check_tree(struct checker *c, struct ptr p, unsigned level, uint32_t prefix)
{
    uint8_t *b = malloc(RFS_BLOCK);
    bool full = true;

    if (!b)
        c->err = -ENOMEM;
    if (!b || !check_read(c, p, b, "object tree", 0)) {
        free(b);
        return false;
    }
    for (unsigned i = 0; i < TREE_PTRS && !c->err; i++) {
        struct ptr child = get_ptr(b + (size_t)i * PTR_SIZE);
        bool bit = b[TREE_BITMAP + i / 8] >> i % 8 & 1, wanted = false;
        uint32_t id = prefix | (uint32_t)i << (8 * level);

        if (!is_null(child) && level)
            wanted = check_tree(c, child, level - 1, id);
        else if (!is_null(child) && id == ID_NONE)
            check_fault(c, "there is a node with id 0");
        else if (!is_null(child))
            check_node(c, child, id);
        if (!level)
            wanted = !is_null(child) || (id == ID_NONE && bit);
        if (bit != wanted)
            check_fault(c, "object tree: a bit for ids from %u on is wrong", id);
        full = full && bit;
    }
    free(b);
    return full;
}

/* ---- What was found, put together ---- */

static void check_names(struct checker *c, const struct id_info *i)
{
    bool dir = (i->mode & RFS_TYPE) == RFS_DIR;

    if (!i->exists)
        check_fault(c, "directory %u: an entry names node %u, which does not exist", i->parent,
                    i->id);
    else if (i->id == RFS_ROOT && (!dir || i->names || i->links != 1))
        check_fault(c, "the root directory is not what it should be");
    else if (i->id != RFS_ROOT && !i->names && !i->released)
        check_fault(c, "node %u has no name", i->id);
    else if (i->names && i->released)
        check_fault(c, "node %u is to be released and has a name", i->id);
    else if (dir && i->names > 1)
        check_fault(c, "directory %u has %u names", i->id, i->names);
    else if (i->names && i->links != i->names)
        check_fault(c, "node %u: says %u names, has %u", i->id, i->links, i->names);
}

/* Whether the way up from a directory ends at the root. */
static void check_connected(struct checker *c, uint32_t id)
{
    uint64_t steps = 0;
    uint32_t at = id;

    while (at != RFS_ROOT && steps++ <= c->infos) {
        const struct id_info *i = place(c->info, c->room, at);

        if (i->connected)
            break;
        if (!i->parent) /* has been reported: no name */
            return;
        at = i->parent;
    }
    if (steps > c->infos) {
        check_fault(c, "directory %u lies below itself", id);
        return;
    }
    for (at = id; at != RFS_ROOT;) {
        struct id_info *i = place(c->info, c->room, at);

        if (i->connected)
            return;
        i->connected = true;
        at = i->parent;
    }
}

static void check_space(struct checker *c)
{
    uint64_t all = c->fs->blocks - FIRST_BLOCK, known = c->seen.total + c->fs->free.total;

    if (get64(c->fs->header + HDR_SIZE) % RFS_BLOCK)
        check_fault(c, "the size is not a whole number of blocks");
    if (get64(c->fs->header + HDR_SIZE) / RFS_BLOCK > c->fs->blocks)
        check_fault(c, "the device is shorter than the file system");
    if (known < all && !c->faults)
        check_fault(c, "%llu blocks are neither in use nor free",
                    (unsigned long long)(all - known));
}

static void check_all(struct checker *c)
{
    struct rfs *fs = c->fs;

    for (uint32_t i = 0; i < fs->log_blocks; i++)
        check_use(c, (struct ptr){ADDR(fs->log[i], 0, 0), 0}, 0, "allocation log", 0);
    for (uint32_t i = 0; i < fs->release_blocks; i++)
        check_use(c, (struct ptr){ADDR(fs->release_chain[i], 0, 0), 0}, 0, "release list", 0);
    for (uint32_t i = 0; i < fs->releases; i++) {
        struct id_info *info = check_info(c, fs->release[i]);

        /* One that is gone already is tolerated. */
        if (info)
            info->released = info->exists = true;
    }
    check_tree(c, get_ptr(fs->header + HDR_TREE), TREE_LEVELS - 1, 0);
    if (!c->err && !check_info(c, RFS_ROOT)->exists)
        check_fault(c, "there is no root directory");
    for (uint64_t at = 0; at < c->room && !c->err; at++) {
        struct id_info *i = &c->info[at];

        if (!i->id)
            continue;
        check_names(c, i);
        if ((i->mode & RFS_TYPE) == RFS_DIR)
            check_connected(c, i->id);
    }
    check_space(c);
}

int64_t rfs_check(const struct rfs_device *dev, const struct rfs_options *opt,
                  const struct rfs_check *check)
{
    struct checker c = {.to = check};
    struct rfs_options reading = *opt;
    int64_t result;

    reading.read_only = true;
    result = rfs_open(&c.fs, dev, &reading);
    if (result)
        return result;
    c.record = malloc(RECORD_MAX);
    c.stored = block_alloc(RECORD_MAX);
    if (c.record && c.stored)
        check_all(&c);
    else
        c.err = -ENOMEM;
    result = c.err ? c.err : c.faults;
    extents_free(&c.seen);
    free(c.info);
    free(c.record);
    free(c.stored);
    rfs_abandon(c.fs);
    return result;
}
