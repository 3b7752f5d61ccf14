/* The release list: nodes that were deleted while held, so that a crash does not forget them.
 *
 * It is kept in memory and written anew when it has changed. Blocks are chained oldest first. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

bool release_has(const struct rfs *fs, uint32_t id)
{
    for (uint32_t i = 0; i < fs->releases; i++)
        if (fs->release[i] == id)
            return true;
    return false;
}

static int append(struct rfs *fs, uint32_t id)
{
    if (fs->releases == fs->release_room) {
        uint32_t room = fs->release_room ? fs->release_room * 2 : 16;
        uint32_t *more = realloc(fs->release, room * sizeof(*more));

        if (!more)
            return -ENOMEM;
        fs->release = more;
        fs->release_room = room;
    }
    fs->release[fs->releases++] = id;
    return 0;
}

int release_add(struct rfs *fs, uint32_t id)
{
    int err = append(fs, id);

    if (!err)
        fs->release_changed = fs->changed = true;
    return err;
}

void release_drop(struct rfs *fs, uint32_t id)
{
    for (uint32_t i = 0; i < fs->releases; i++)
        if (fs->release[i] == id) {
            memmove(&fs->release[i], &fs->release[i + 1],
                    (fs->releases - i - 1) * sizeof(fs->release[0]));
            fs->releases--;
            fs->release_changed = fs->changed = true;
            return;
        }
}

static int note_block(struct rfs *fs, uint64_t index)
{
    uint64_t *more = realloc(fs->release_chain, (fs->release_blocks + 1) * sizeof(*more));

    if (!more)
        return -ENOMEM;
    fs->release_chain = more;
    more[fs->release_blocks++] = index;
    return 0;
}

int release_read(struct rfs *fs)
{
    struct ptr p = get_ptr(fs->header + HDR_RELEASE);
    int err = 0;

    for (uint64_t budget = fs->blocks; !err && !is_null(p); p = get_ptr(fs->scratch)) {
        if (!budget-- || ADDR_LEVEL(p.addr) || ADDR_EXPANDED(p.addr))
            return -EIO;
        err = read_block(fs, p, fs->scratch);
        if (!err)
            err = note_block(fs, ADDR_INDEX(p.addr));
        for (unsigned i = 0; !err && i < RELEASE_IDS; i++) {
            uint32_t id = get32(fs->scratch + PTR_SIZE + 4 * (size_t)i);

            if (id)
                err = append(fs, id);
        }
    }
    return err;
}

int release_write(struct rfs *fs)
{
    struct ptr p = {0};
    uint32_t at = 0;
    int err = 0;

    if (!fs->release_changed)
        return 0;
    while (fs->release_blocks)
        space_give(fs, fs->release_chain[--fs->release_blocks], 0);
    while (!err && at < fs->releases) {
        uint64_t index;

        err = space_take(fs, 0, &index);
        if (err)
            break;
        memset(fs->scratch, 0, RFS_BLOCK);
        put_ptr(fs->scratch, p);
        for (unsigned i = 0; i < RELEASE_IDS && at < fs->releases; i++, at++)
            put32(fs->scratch + PTR_SIZE + 4 * (size_t)i, fs->release[at]);
        p = (struct ptr){ADDR(index, 0, 0), seahash(fs->scratch, RFS_BLOCK)};
        err = write_block(fs, index, 1, fs->scratch);
        if (!err)
            err = note_block(fs, index);
    }
    if (err)
        return err;
    put_ptr(fs->header + HDR_RELEASE, p);
    fs->release_changed = false;
    return 0;
}

int release_all(struct rfs *fs)
{
    int err = 0;

    for (uint32_t i = fs->releases; !err && i-- > 0;) {
        uint32_t id = fs->release[i];
        struct node *n;

        err = op_begin(fs, true);
        if (!err)
            err = node_load(fs, id, &n);
        if (!err && n->holds)
            continue;
        if (!err)
            err = space_reserve(fs, TREE_COST(1) + MAP_COST, 0, false);
        if (!err)
            node_destroy(fs, n);
        /* One that is gone already, or damaged, is no longer waited for. */
        if (err == -ENOENT || err == -EIO)
            err = 0;
        if (!err)
            release_drop(fs, id);
    }
    return err;
}
