/* Digests of whole trees: of the model's and of a file system's, computed in the same way. The
 * digest of a directory is a sum over its entries, so that their order does not matter. */
#include "redoxfs/seahash.h"
#include "tests/redoxfs/common/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What identifies a node that is no directory, or a directory with its entries' sum. */
static uint64_t digest_node(uint16_t mode, uint32_t uid, uint32_t links, uint64_t size,
                            uint64_t content)
{
    uint64_t all[5] = {mode, uid, links, size, content};

    return seahash(all, sizeof(all));
}

static uint64_t digest_entry(const char *name, uint8_t len, uint64_t node)
{
    uint64_t both[2] = {seahash(name, len), node};

    return seahash(both, sizeof(both));
}

static uint64_t of_model(const struct model *m, uint32_t i)
{
    const struct model_node *n = &m->node[i];
    uint64_t sum = 0;

    if ((n->mode & RFS_TYPE) != RFS_DIR)
        return digest_node(n->mode, n->uid, n->links, n->size, seahash(n->data, n->size));
    for (unsigned e = 0; e < MODEL_NAMES; e++)
        if (m->name[e].len && m->name[e].dir == i)
            sum += digest_entry(m->name[e].text, m->name[e].len, of_model(m, m->name[e].node));
    return digest_node(n->mode, n->uid, 1, 0, sum);
}

uint64_t model_digest(const struct model *m)
{
    return of_model(m, 0);
}

struct names {
    struct rfs_entry *entry;
    char (*text)[RFS_NAME_MAX];
    uint32_t count;
};

static int collect(void *ctx, const struct rfs_entry *e)
{
    struct names *n = ctx;

    n->entry = realloc(n->entry, (n->count + 1) * sizeof(*n->entry));
    n->text = realloc(n->text, (n->count + 1) * sizeof(*n->text));
    n->entry[n->count] = *e;
    memcpy(n->text[n->count++], e->name, e->len);
    return 0;
}

static uint64_t of_fs(struct rfs *fs, uint32_t id, unsigned depth, bool *good)
{
    struct rfs_stat st;
    struct names names = {0};
    uint64_t sum = 0;
    uint8_t *data;

    if (depth > MODEL_NODES || LOOK(rfs_stat(fs, id, &st))) {
        *good = false;
        return 0;
    }
    if ((st.mode & RFS_TYPE) != RFS_DIR) {
        data = malloc(st.size + 1);
        if (st.size > 1u << 30 || LOOK(rfs_read(fs, id, 0, data, st.size)) != (int64_t)st.size)
            *good = false;
        else
            sum = digest_node(st.mode, st.uid, st.links, st.size, seahash(data, st.size));
        free(data);
        return sum;
    }
    if (LOOK((names.count = 0, rfs_readdir(fs, id, 0, collect, &names))))
        *good = false;
    for (uint32_t i = 0; *good && i < names.count; i++) {
        uint32_t found = 0;
        struct rfs_stat there;

        if (LOOK(rfs_lookup(fs, id, names.text[i], names.entry[i].len, &found)) ||
            found != names.entry[i].id || LOOK(rfs_stat(fs, found, &there)) ||
            ((there.mode ^ names.entry[i].mode) & RFS_TYPE))
            *good = false;
        sum += digest_entry(names.text[i], names.entry[i].len,
                            of_fs(fs, names.entry[i].id, depth + 1, good));
    }
    free(names.entry);
    free(names.text);
    return digest_node(st.mode, st.uid, 1, 0, sum);
}

uint64_t model_digest_fs(struct rfs *fs)
{
    bool good = true;
    uint64_t digest = of_fs(fs, RFS_ROOT, 0, &good);

    return good ? digest : 0;
}

bool model_compare(struct model *m)
{
    bool same = true;

    for (unsigned i = 0; i < MODEL_NODES; i++) {
        const struct model_node *n = &m->node[i];
        struct rfs_stat st;
        uint8_t *data;
        int err;

        if (!n->id)
            continue;
        err = (int)LOOK(rfs_stat(m->fs, n->id, &st));
        if (err || st.mode != n->mode || st.uid != n->uid || st.links != n->links ||
            ((n->mode & RFS_TYPE) != RFS_DIR && st.size != n->size)) {
            printf("node %u: error %d, mode %x/%x, links %u/%u, size %llu/%llu\n", n->id, err,
                   st.mode, n->mode, st.links, n->links, (unsigned long long)st.size,
                   (unsigned long long)n->size);
            same = false;
            continue;
        }
        if ((n->mode & RFS_TYPE) == RFS_DIR)
            continue;
        data = malloc(n->size + 1);
        if (LOOK(rfs_read(m->fs, n->id, 0, data, n->size)) != (int64_t)n->size ||
            (n->size && memcmp(data, n->data, n->size) != 0)) {
            printf("node %u: content differs\n", n->id);
            same = false;
        }
        free(data);
    }
    if (model_digest_fs(m->fs) != model_digest(m)) {
        printf("the trees differ\n");
        same = false;
    }
    return same;
}
