/* Random operations on a file system and on a tree in memory. */
#include "tests/redoxfs/common/model.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

static uint32_t below(struct model *m, uint64_t n)
{
    return (uint32_t)(test_random(&m->rng) % n);
}

void model_init(struct model *m, struct rfs *fs, uint64_t seed)
{
    memset(m, 0, sizeof(*m));
    m->fs = fs;
    m->rng = seed;
    m->largest = 600000;
    m->write_most = 200000;
    m->node[0] = (struct model_node){.id = RFS_ROOT, .mode = RFS_DIR | 0755, .links = 1};
}

void model_free(struct model *m)
{
    for (unsigned i = 0; i < MODEL_NODES; i++)
        free(m->node[i].data);
}

/* ---- The tree in memory ---- */

static bool is_dir(const struct model *m, uint32_t n)
{
    return (m->node[n].mode & RFS_TYPE) == RFS_DIR;
}

static struct model_name *find_name(struct model *m, uint32_t dir, const char *text, uint8_t len)
{
    for (unsigned i = 0; i < MODEL_NAMES; i++)
        if (m->name[i].len == len && m->name[i].dir == dir && !memcmp(m->name[i].text, text, len))
            return &m->name[i];
    return NULL;
}

static bool dir_empty(const struct model *m, uint32_t dir)
{
    for (unsigned i = 0; i < MODEL_NAMES; i++)
        if (m->name[i].len && m->name[i].dir == dir)
            return false;
    return true;
}

static bool add_name(struct model *m, uint32_t dir, const char *text, uint8_t len, uint32_t node)
{
    for (unsigned i = 0; i < MODEL_NAMES; i++)
        if (!m->name[i].len) {
            m->name[i] = (struct model_name){.dir = dir, .node = node, .len = len};
            memcpy(m->name[i].text, text, len);
            return true;
        }
    return false;
}

static void forget(struct model *m, uint32_t n)
{
    if (m->node[n].links || m->node[n].holds)
        return;
    free(m->node[n].data);
    m->node[n] = (struct model_node){0};
}

static uint32_t new_node(struct model *m)
{
    for (unsigned i = 0; i < MODEL_NODES; i++)
        if (!m->node[i].id)
            return i;
    return NONE;
}

static uint32_t pick_node(struct model *m, uint16_t type)
{
    uint32_t start = below(m, MODEL_NODES);

    for (unsigned i = 0; i < MODEL_NODES; i++) {
        uint32_t n = (start + i) % MODEL_NODES;

        if (m->node[n].id && (!type || (m->node[n].mode & RFS_TYPE) == type))
            return n;
    }
    return NONE;
}

/* A directory that has a name. */
static uint32_t pick_dir(struct model *m)
{
    for (unsigned i = 0; i < 20; i++) {
        uint32_t n = pick_node(m, RFS_DIR);

        if (m->node[n].links)
            return n;
    }
    return 0;
}

static struct model_name *pick_name(struct model *m)
{
    uint32_t start = below(m, MODEL_NAMES);

    for (unsigned i = 0; i < MODEL_NAMES; i++)
        if (m->name[(start + i) % MODEL_NAMES].len)
            return &m->name[(start + i) % MODEL_NAMES];
    return NULL;
}

static uint8_t make_name(struct model *m, char *text)
{
    uint8_t len = (uint8_t)snprintf(text, RFS_NAME_MAX + 1, "n%u", below(m, 300));

    if (below(m, 4) == 0) {
        uint8_t more = (uint8_t)(RFS_NAME_MAX - below(m, 60));

        memset(text + len, 'x', (size_t)more - len);
        len = more;
    }
    return len;
}

static bool is_below(struct model *m, uint32_t top, uint32_t dir)
{
    while (dir != top && dir != 0) {
        uint32_t up = NONE;

        for (unsigned i = 0; i < MODEL_NAMES; i++)
            if (m->name[i].len && m->name[i].node == dir)
                up = m->name[i].dir;
        if (up == NONE)
            return false;
        dir = up;
    }
    return dir == top;
}

static void set_size(struct model_node *n, uint64_t size)
{
    if (size > n->capacity) {
        uint64_t capacity = size * 2;

        n->data = realloc(n->data, capacity);
        memset(n->data + n->capacity, 0, capacity - n->capacity);
        n->capacity = capacity;
    }
    if (size < n->size)
        memset(n->data + size, 0, n->size - size);
    n->size = size;
}

/* ---- Operations ---- */

/* Whether the file system answered as it must. ENOSPC may come where allowed; then nothing has
 * happened there, and the caller does nothing either. */
static bool agree(struct model *m, int64_t got, int64_t wanted)
{
    size_t end = strlen(m->did);

    if (got == -ENOSPC && m->may_fill) {
        m->full++;
        return true;
    }
    snprintf(m->did + end, sizeof(m->did) - end, ": got %lld, wanted %lld", (long long)got,
             (long long)wanted);
    return got == wanted;
}

#define DID(m, ...) snprintf((m)->did, sizeof((m)->did), __VA_ARGS__)

static bool do_create(struct model *m, bool link)
{
    static const uint16_t types[] = {RFS_FILE, RFS_FILE, RFS_DIR, RFS_SOCK};
    uint32_t dir = pick_dir(m), n = new_node(m), id = 0;
    char text[RFS_NAME_MAX + 1], target[RFS_BLOCK];
    uint8_t len = make_name(m, text);
    struct rfs_new attr = {(uint16_t)(types[below(m, 4)] | below(m, 4096)), below(m, 9), 7};
    uint32_t target_len = 1 + below(m, below(m, 3) ? 60 : RFS_BLOCK);
    int got, wanted = find_name(m, dir, text, len) ? -EEXIST : 0;

    if (n == NONE)
        return true;
    DID(m, "create %.20s (%u) in %u, mode %x", text, len, m->node[dir].id, attr.mode);
    if (link) {
        memset(target, 'a' + (int)below(m, 20), target_len);
        attr.mode = RFS_LINK | 0777;
        got = rfs_symlink(m->fs, m->node[dir].id, text, len, target, target_len, &attr, &id);
    } else {
        got = rfs_create(m->fs, m->node[dir].id, text, len, &attr, &id);
    }
    if (!agree(m, got, wanted) || got)
        return got == wanted || got == -ENOSPC;
    m->node[n] = (struct model_node){.id = id, .mode = attr.mode, .uid = attr.uid, .links = 1};
    if (link) {
        set_size(&m->node[n], target_len);
        memcpy(m->node[n].data, target, target_len);
    }
    return add_name(m, dir, text, len, n);
}

static bool do_link(struct model *m)
{
    uint32_t n = pick_node(m, 0), dir = pick_dir(m);
    char text[RFS_NAME_MAX + 1];
    uint8_t len = make_name(m, text);
    int got, wanted = is_dir(m, n)                   ? -EPERM
                      : !m->node[n].links            ? -ENOENT
                      : find_name(m, dir, text, len) ? -EEXIST
                                                     : 0;

    DID(m, "link %u as %.20s in %u", m->node[n].id, text, m->node[dir].id);
    got = rfs_link(m->fs, m->node[n].id, m->node[dir].id, text, len);
    if (!agree(m, got, wanted) || got)
        return got == wanted || got == -ENOSPC;
    m->node[n].links++;
    return add_name(m, dir, text, len, n);
}

static bool do_unlink(struct model *m)
{
    struct model_name *e = pick_name(m);
    bool dir = e && is_dir(m, e->node), wrong = below(m, 10) == 0, as_dir = dir != wrong;
    int got, wanted;

    if (!e)
        return true;
    wanted = dir && !as_dir                  ? -EISDIR
             : !dir && as_dir                ? -ENOTDIR
             : dir && !dir_empty(m, e->node) ? -ENOTEMPTY
                                             : 0;
    DID(m, "unlink %.20s in %u", e->text, m->node[e->dir].id);
    got = rfs_unlink(m->fs, m->node[e->dir].id, e->text, e->len,
                     as_dir ? RFS_UNLINK_DIR : RFS_UNLINK_NODE);
    if (!agree(m, got, wanted) || got)
        return got == wanted || got == -ENOSPC;
    e->len = 0;
    m->node[e->node].links--;
    forget(m, e->node);
    return true;
}

static int rename_wanted(struct model *m, const struct model_name *e, uint32_t to_dir,
                         const struct model_name *t, bool noreplace)
{
    bool dir = is_dir(m, e->node);

    if (t && noreplace)
        return -EEXIST;
    if (dir && e->dir != to_dir && is_below(m, e->node, to_dir))
        return -EINVAL;
    if (!t || t->node == e->node)
        return 0;
    if (t->node == e->dir || t->node == to_dir)
        return -ENOTEMPTY;
    if (is_dir(m, t->node) != dir)
        return dir ? -ENOTDIR : -EISDIR;
    return dir && !dir_empty(m, t->node) ? -ENOTEMPTY : 0;
}

static bool do_rename(struct model *m)
{
    struct model_name *e = pick_name(m), *t;
    uint32_t to_dir = pick_dir(m), victim = NONE;
    char text[RFS_NAME_MAX + 1];
    uint8_t len = make_name(m, text);
    bool noreplace = below(m, 8) == 0;
    int got, wanted;

    if (!e)
        return true;
    if (below(m, 3) == 0 && (t = pick_name(m))) {
        memcpy(text, t->text, t->len);
        len = t->len;
        to_dir = t->dir;
    }
    t = find_name(m, to_dir, text, len);
    wanted = rename_wanted(m, e, to_dir, t, noreplace);
    DID(m, "rename %.20s in %u to %.20s in %u", e->text, m->node[e->dir].id, text,
        m->node[to_dir].id);
    got = rfs_rename(m->fs, m->node[e->dir].id, e->text, e->len, m->node[to_dir].id, text, len,
                     noreplace ? RFS_NOREPLACE : 0);
    if (!agree(m, got, wanted) || got)
        return got == wanted || got == -ENOSPC;
    if (t && t->node == e->node)
        return true;
    if (t) {
        victim = t->node;
        t->len = 0;
    }
    e->dir = to_dir;
    e->len = len;
    memcpy(e->text, text, len);
    if (victim != NONE) {
        m->node[victim].links--;
        forget(m, victim);
    }
    return true;
}

static void fill(struct model *m, uint8_t *buf, uint64_t len)
{
    uint32_t kind = below(m, 4);

    if (kind == 0) {
        memset(buf, 0, len);
    } else if (kind == 1) {
        memset(buf, (int)below(m, 256), len);
    } else {
        uint64_t x = test_random(&m->rng);

        /* Noise does not compress; a few bits of it do. */
        for (uint64_t i = 0; i < len; i++) {
            x = x * 6364136223846793005ull + 1442695040888963407ull;
            buf[i] = (uint8_t)(kind == 2 ? x >> 56 : x >> 62);
        }
    }
}

static bool do_write(struct model *m)
{
    uint32_t i = pick_node(m, RFS_FILE);
    struct model_node *n = i == NONE ? NULL : &m->node[i];
    uint64_t offset, len, old;
    uint8_t *buf;
    int64_t got;

    if (!n)
        return true;
    len = 1 + below(m, below(m, 2) ? 300 : m->write_most);
    offset = below(m, 3) ? below(m, n->size + 1) : below(m, 3) ? n->size : below(m, m->largest);
    if (offset + len > m->largest)
        return true;
    if (m->in_record && offset / 131072 != (offset + len - 1) / 131072)
        len = 131072 - offset % 131072;
    buf = malloc(len);
    fill(m, buf, len);
    DID(m, "write %llu bytes at %llu of %u (size %llu)", (unsigned long long)len,
        (unsigned long long)offset, n->id, (unsigned long long)n->size);
    got = rfs_write(m->fs, n->id, offset, buf, len);
    old = n->size;
    /* Part of it may be there when space gave out. */
    if (got > 0 && m->may_fill && got < (int64_t)len)
        len = (uint64_t)got;
    if (got > 0) {
        set_size(n, offset + len > old ? offset + len : old);
        memcpy(n->data + offset, buf, len);
    }
    free(buf);
    return agree(m, got, (int64_t)len);
}

static bool do_resize(struct model *m)
{
    uint32_t i = pick_node(m, RFS_FILE);
    struct rfs_stat st = {0};
    int got;

    if (i == NONE)
        return true;
    st.size = below(m, 3)   ? below(m, m->node[i].size + 1)
              : below(m, 2) ? m->node[i].size + below(m, 5000)
                            : below(m, m->largest);
    if (st.size > m->largest)
        return true;
    DID(m, "resize %u from %llu to %llu", m->node[i].id, (unsigned long long)m->node[i].size,
        (unsigned long long)st.size);
    got = rfs_setattr(m->fs, m->node[i].id, &st, RFS_SET_SIZE);
    if (!agree(m, got, 0))
        return false;
    if (!got)
        set_size(&m->node[i], st.size);
    return true;
}

/* A full device kept a hole from being made: some of it may be there. All else is as it was. */
static bool take_part(struct model *m, struct model_node *n, uint64_t offset, uint64_t len)
{
    uint8_t *now = malloc(len), *was = n->data + offset;
    bool good = LOOK(rfs_read(m->fs, n->id, offset, now, len)) == (int64_t)len;

    for (uint64_t i = 0; good && i < len; i++) {
        good = now[i] == was[i] || now[i] == 0;
        was[i] = now[i];
    }
    free(now);
    return good;
}

static bool do_punch(struct model *m)
{
    uint32_t i = pick_node(m, RFS_FILE);
    struct model_node *n = i == NONE ? NULL : &m->node[i];
    uint64_t offset, len;
    int got;

    if (!n || !n->size)
        return true;
    offset = below(m, n->size);
    len = 1 + below(m, n->size);
    DID(m, "punch %llu bytes at %llu of %u", (unsigned long long)len, (unsigned long long)offset,
        n->id);
    got = rfs_punch(m->fs, n->id, offset, len);
    if (!agree(m, got, 0))
        return false;
    if (offset + len > n->size)
        len = n->size - offset;
    if (got)
        return take_part(m, n, offset, len);
    memset(n->data + offset, 0, len);
    return true;
}

static bool do_attr(struct model *m)
{
    uint32_t i = pick_node(m, 0);
    struct model_node *n = &m->node[i];
    struct rfs_stat st = {.mode = (uint16_t)below(m, 4096), .uid = below(m, 1000)};
    int got;

    DID(m, "chmod and chown %u", n->id);
    got = rfs_setattr(m->fs, n->id, &st, RFS_SET_MODE | RFS_SET_UID);
    if (!agree(m, got, 0))
        return false;
    if (!got) {
        n->mode = (uint16_t)((n->mode & RFS_TYPE) | st.mode);
        n->uid = st.uid;
    }
    return true;
}

static bool do_hold(struct model *m)
{
    uint32_t i = pick_node(m, 0);
    struct model_node *n = &m->node[i];

    if (n->holds && below(m, 2)) {
        DID(m, "release %u", n->id);
        if (!agree(m, rfs_release(m->fs, n->id), 0))
            return false;
        n->holds--;
        forget(m, i);
        return true;
    }
    DID(m, "hold %u", n->id);
    if (!agree(m, LOOK(rfs_hold(m->fs, n->id)), 0))
        return false;
    n->holds++;
    return true;
}

static bool do_read(struct model *m)
{
    uint32_t i = pick_node(m, RFS_FILE);
    struct model_node *n = i == NONE ? NULL : &m->node[i];
    uint64_t offset, len, wanted;
    uint8_t *buf;
    int64_t got;
    bool same;

    if (!n)
        return true;
    offset = below(m, n->size + 100);
    len = 1 + below(m, 300000);
    wanted = offset >= n->size ? 0 : len < n->size - offset ? len : n->size - offset;
    buf = malloc(len);
    DID(m, "read %llu bytes at %llu of %u", (unsigned long long)len, (unsigned long long)offset,
        n->id);
    got = LOOK(rfs_read(m->fs, n->id, offset, buf, len));
    same = got == (int64_t)wanted && (!got || !memcmp(buf, n->data + offset, wanted));
    free(buf);
    return agree(m, got, (int64_t)wanted) && same;
}

bool model_step(struct model *m)
{
    uint32_t what = below(m, 100);

    m->did[0] = 0;
    if (what < 14)
        return do_create(m, false);
    if (what < 18)
        return do_create(m, true);
    if (what < 24)
        return do_link(m);
    if (what < 38)
        return do_unlink(m);
    if (what < 48)
        return do_rename(m);
    if (what < 72)
        return do_write(m);
    if (what < 80)
        return do_resize(m);
    if (what < 83)
        return do_punch(m);
    if (what < 88)
        return do_attr(m);
    if (what < 92)
        return do_hold(m);
    return do_read(m);
}

bool model_release_all(struct model *m)
{
    bool good = true;

    for (uint32_t i = 0; i < MODEL_NODES; i++) {
        while (good && m->node[i].holds) {
            DID(m, "last release of %u", m->node[i].id);
            good = agree(m, rfs_release(m->fs, m->node[i].id), 0);
            m->node[i].holds--;
        }
        if (m->node[i].id)
            forget(m, i);
    }
    return good;
}
