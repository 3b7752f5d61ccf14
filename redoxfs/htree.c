/* Directories: a tree by hashes of names, of H-tree blocks over lists of entries.
 *
 * The entry of an H-tree block that leads to a child holds the largest hash below it. Equal hashes
 * may be in neighbouring children, so a search visits all children that may hold its hash. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

int htree_load(struct rfs *fs, struct ptr p, struct item **out)
{
    return meta_load(fs, p, out);
}

int dirlist_load(struct rfs *fs, struct ptr p, struct item **out)
{
    int err = meta_load(fs, p, out);

    if (err || (*out)->checked)
        return err;
    if (!dirlist_valid((*out)->data))
        return -EIO;
    (*out)->checked = true;
    return 0;
}

static uint8_t *hentry(uint8_t *block, unsigned i)
{
    return block + (size_t)i * HENTRY_SIZE;
}

static uint32_t hentry_hash(const uint8_t *block, unsigned i)
{
    return get32(block + (size_t)i * HENTRY_SIZE);
}

static struct ptr hentry_ptr(const uint8_t *block, unsigned i)
{
    return get_ptr(block + (size_t)i * HENTRY_SIZE + 4);
}

static void clear_entries(uint8_t *block, unsigned from)
{
    for (unsigned i = from; i < HTREE_ENTRIES; i++) {
        put32(hentry(block, i), NO_HASH);
        put_ptr(hentry(block, i) + 4, (struct ptr){0});
    }
}

unsigned htree_used(const uint8_t *block)
{
    unsigned n = 0;

    while (n < HTREE_ENTRIES && !is_null(hentry_ptr(block, n)))
        n++;
    return n;
}

int dir_depth(const struct node *dir, unsigned *depth)
{
    struct ptr marker = get_ptr(dir->item.data + DIR_MARKER);

    if (node_type(dir) != RFS_DIR)
        return -ENOTDIR;
    if (node_inline(dir))
        return -EIO;
    if (is_null(marker))
        return -ENOENT;
    if ((marker.addr | 15) != UINT64_MAX || marker.hash != MARKER_HASH)
        return -EIO;
    *depth = marker.addr & 15;
    return 0;
}

/* What a search carries with it. */
struct search {
    struct rfs *fs;
    const char *name;
    size_t len;
    uint32_t hash;
    uint64_t budget; /* blocks that may be visited: damage must not make a search endless */
    struct dir_path *path;
};

/* A block may be on a path once only, or it is damage. */
static bool repeated(const struct dir_path *path, const struct item *b, unsigned level)
{
    for (unsigned i = 0; i < level; i++)
        if (path->block[i] == b)
            return true;
    return false;
}

/* The first entry whose hash is at least that; those not used have the largest there is. */
static unsigned first_reaching(const uint8_t *block, uint32_t hash)
{
    unsigned low = 0, high = HTREE_ENTRIES;

    while (low < high) {
        unsigned middle = (low + high) / 2;

        if (hentry_hash(block, middle) < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int search_block(struct search *s, struct ptr p, unsigned level)
{
    struct item *b;
    int err;

    if (!s->budget--)
        return -EIO;
    if (level == s->path->depth) {
        err = dirlist_load(s->fs, p, &s->path->list);
        if (!err && repeated(s->path, s->path->list, level))
            err = -EIO;
        if (err)
            return err;
        return dirlist_find(s->path->list->data, s->name, s->len, &s->path->at) ? 0 : -ENOENT;
    }
    err = htree_load(s->fs, p, &b);
    if (!err && repeated(s->path, b, level))
        err = -EIO;
    if (err)
        return err;
    s->path->block[level] = b;
    for (unsigned i = first_reaching(b->data, s->hash); i < HTREE_ENTRIES; i++) {
        uint32_t hash = hentry_hash(b->data, i);

        if (is_null(hentry_ptr(b->data, i)))
            break;
        s->path->entry[level] = i;
        err = search_block(s, hentry_ptr(b->data, i), level + 1);
        if (err != -ENOENT || hash > s->hash)
            return err;
    }
    return -ENOENT;
}

int dir_find(struct rfs *fs, struct node *dir, const char *name, size_t len, struct dir_path *path)
{
    struct search s = {fs, name, len, name_hash(name, len), fs->blocks, path};
    int err = dir_depth(dir, &path->depth);

    return err ? err : search_block(&s, get_ptr(dir->item.data + DIR_TOP), 0);
}

/* The slot of the pointer to what is at that level of the path. */
static uint8_t *path_slot(struct node *dir, struct dir_path *path, unsigned level)
{
    return level ? hentry(path->block[level - 1]->data, path->entry[level - 1]) + 4
                 : dir->item.data + DIR_TOP;
}

int dir_own_path(struct rfs *fs, struct node *dir, struct dir_path *path)
{
    int err = node_own(fs, dir);

    for (unsigned level = 0; !err && level < path->depth; level++)
        err = meta_own(fs, path->block[level], path_slot(dir, path, level));
    if (!err)
        err = meta_own(fs, path->list, path_slot(dir, path, path->depth));
    return err;
}

/* The directory has that many more blocks. */
static void count_blocks(struct node *dir, int blocks)
{
    uint64_t size = node_size(dir), change = (uint64_t)abs(blocks) * RFS_BLOCK;

    if (blocks < 0 && size < change)
        change = size;
    put64(dir->item.data + NODE_SIZE, blocks < 0 ? size - change : size + change);
    node_add_blocks(dir, blocks);
}

static void set_depth(struct node *dir, unsigned depth)
{
    put_ptr(dir->item.data + DIR_MARKER, (struct ptr){MARKER_ADDR | depth, MARKER_HASH});
}

/* Where a new name goes: the first child that reaches its hash, or the last. */
static int insert_path(struct rfs *fs, struct node *dir, uint32_t hash, struct dir_path *path)
{
    struct ptr p = get_ptr(dir->item.data + DIR_TOP);
    int err;

    for (unsigned level = 0; level < path->depth; level++) {
        const uint8_t *data;
        unsigned used, i = 0;

        err = htree_load(fs, p, &path->block[level]);
        if (!err && repeated(path, path->block[level], level))
            err = -EIO;
        if (err)
            return err;
        data = path->block[level]->data;
        used = htree_used(data);
        if (!used)
            return -EIO;
        while (i < used - 1 && hentry_hash(data, i) < hash)
            i++;
        path->entry[level] = i;
        p = hentry_ptr(data, i);
    }
    err = dirlist_load(fs, p, &path->list);
    return !err && repeated(path, path->list, path->depth) ? -EIO : err;
}

/* An entry to be put into an H-tree block. */
struct hentry {
    uint32_t hash;
    struct ptr p;
};

static void place(uint8_t *block, unsigned used, struct hentry e)
{
    unsigned i = used;

    for (; i > 0 && hentry_hash(block, i - 1) > e.hash; i--)
        memcpy(hentry(block, i), hentry(block, i - 1), HENTRY_SIZE);
    put32(hentry(block, i), e.hash);
    put_ptr(hentry(block, i) + 4, e.p);
}

/* Where 205 sorted entries are split: at half, but rather not between equal hashes. */
static unsigned split_at(const struct hentry *e, unsigned n)
{
    unsigned half = n / 2, first = half, last = half, position;

    while (first > 0 && e[first - 1].hash == e[half].hash)
        first--;
    while (last + 1 < n && e[last + 1].hash == e[half].hash)
        last++;
    position = half - first < last - half ? first : last;
    return position ? position : half;
}

/* A full block and one more entry become two blocks; *e is the entry for the second. */
static int split_block(struct rfs *fs, struct item *b, struct hentry *e)
{
    struct hentry all[HTREE_ENTRIES + 1];
    uint8_t slot[PTR_SIZE];
    struct item *other;
    unsigned n = 0, position;
    int err = meta_new(fs, slot, &other);

    if (err)
        return err;
    for (bool placed = false; n <= HTREE_ENTRIES; n++) {
        unsigned i = placed ? n - 1 : n;

        if (!placed && (i == HTREE_ENTRIES || hentry_hash(b->data, i) > e->hash)) {
            all[n] = *e;
            placed = true;
        } else {
            all[n] = (struct hentry){hentry_hash(b->data, i), hentry_ptr(b->data, i)};
        }
    }
    position = split_at(all, n);
    clear_entries(b->data, 0);
    clear_entries(other->data, 0);
    for (unsigned i = 0; i < n; i++)
        place(i < position ? b->data : other->data, i < position ? i : i - position, all[i]);
    e->hash = all[n - 1].hash;
    e->p = get_ptr(slot);
    return 0;
}

static uint32_t max_hash(const uint8_t *block)
{
    unsigned used = htree_used(block);

    return used ? hentry_hash(block, used - 1) : NO_HASH;
}

/* Gives the child at that level its new largest hash in its parent, keeping the order there. */
static void set_hash(struct dir_path *path, unsigned level, uint32_t hash)
{
    uint8_t *block = path->block[level]->data;
    unsigned i = path->entry[level], used = htree_used(block);
    struct hentry e = {hash, hentry_ptr(block, i)};

    if (hentry_hash(block, i) == hash)
        return;
    memmove(hentry(block, i), hentry(block, i + 1), (size_t)(used - i - 1) * HENTRY_SIZE);
    place(block, used - 1, e);
}

/* A new root over the old one, whose largest hash is hash, and the entry e. */
static int grow_root(struct rfs *fs, struct node *dir, unsigned depth, uint32_t hash,
                     struct hentry e)
{
    struct ptr old = get_ptr(dir->item.data + DIR_TOP);
    struct item *root;
    int err;

    if (depth == HTREE_DEPTH_MAX)
        return -ENOSPC;
    err = meta_new(fs, dir->item.data + DIR_TOP, &root);
    if (err)
        return err;
    clear_entries(root->data, 0);
    place(root->data, 0, (struct hentry){hash, old});
    place(root->data, 1, e);
    set_depth(dir, depth + 1);
    count_blocks(dir, 1);
    return 0;
}

/* The child at the bottom of the path was split: its first half reaches to hash, e is the rest. */
static int insert_up(struct rfs *fs, struct node *dir, struct dir_path *path, uint32_t hash,
                     struct hentry e)
{
    for (unsigned level = path->depth; level-- > 0;) {
        struct item *b = path->block[level];
        unsigned used = htree_used(b->data);
        int err;

        set_hash(path, level, hash);
        if (used < HTREE_ENTRIES) {
            place(b->data, used, e);
            for (; level > 0; level--)
                set_hash(path, level - 1, max_hash(path->block[level]->data));
            return 0;
        }
        err = split_block(fs, b, &e);
        if (err)
            return err;
        count_blocks(dir, 1);
        hash = max_hash(b->data);
    }
    return grow_root(fs, dir, path->depth, hash, e);
}

static int split_list(struct rfs *fs, struct node *dir, struct dir_path *path, uint32_t id,
                      const char *name, size_t len)
{
    uint8_t slot[PTR_SIZE];
    struct item *other;
    int err = meta_new(fs, slot, &other);

    if (err)
        return err;
    other->checked = true;
    err = dirlist_split(path->list->data, other->data, id, name, len);
    if (err)
        return err;
    count_blocks(dir, 1);
    return insert_up(fs, dir, path, dirlist_max_hash(path->list->data),
                     (struct hentry){dirlist_max_hash(other->data), get_ptr(slot)});
}

static int first_list(struct rfs *fs, struct node *dir, struct dir_path *path)
{
    int err = node_own(fs, dir);

    if (!err)
        err = meta_new(fs, dir->item.data + DIR_TOP, &path->list);
    if (err)
        return err;
    path->list->checked = true;
    path->depth = 0;
    set_depth(dir, 0);
    count_blocks(dir, 1);
    return 0;
}

int dir_insert(struct rfs *fs, struct node *dir, uint32_t id, const char *name, size_t len)
{
    uint32_t hash = name_hash(name, len);
    struct dir_path path;
    int err = dir_depth(dir, &path.depth);

    if (err == -ENOENT) {
        err = first_list(fs, dir, &path);
    } else if (!err) {
        err = insert_path(fs, dir, hash, &path);
        if (err)
            return err;
        err = dir_own_path(fs, dir, &path);
    }
    if (err)
        return op_broken(fs, err);
    if (dirlist_append(path.list->data, id, name, len)) {
        for (unsigned level = path.depth; level-- > 0;)
            if (hentry_hash(path.block[level]->data, path.entry[level]) < hash)
                set_hash(&path, level, hash);
    } else {
        err = split_list(fs, dir, &path, id, name, len);
    }
    node_touch(fs, dir);
    return op_broken(fs, err);
}

/* Takes the entry out of the block at that level; whether it is empty now. */
static bool take_entry(struct dir_path *path, unsigned level)
{
    uint8_t *block = path->block[level]->data;
    unsigned i = path->entry[level], used = htree_used(block);

    memmove(hentry(block, i), hentry(block, i + 1), (size_t)(used - i - 1) * HENTRY_SIZE);
    clear_entries(block, used - 1);
    return used == 1;
}

/* Brings the hashes above the child at that level up to date. */
static void refresh(struct dir_path *path, unsigned level)
{
    while (level-- > 0) {
        uint32_t hash = level + 1 == path->depth ? dirlist_max_hash(path->list->data)
                                                 : max_hash(path->block[level + 1]->data);

        set_hash(path, level, hash);
    }
}

int dir_remove(struct rfs *fs, struct node *dir, struct dir_path *path)
{
    struct entry_ref e;
    uint32_t at = path->at;
    unsigned level = path->depth;
    int err = dir_own_path(fs, dir, path);

    if (err)
        return op_broken(fs, err);
    node_touch(fs, dir);
    dirlist_next(path->list->data, &at, &e, true);
    dirlist_cut(path->list->data, path->at);
    if (get16(path->list->data + DIRLIST_COUNT)) {
        /* Only the largest hash is known above. */
        if (level && hentry_hash(path->block[level - 1]->data, path->entry[level - 1]) == e.hash)
            refresh(path, level);
        return 0;
    }
    meta_discard(fs, path->list);
    count_blocks(dir, -1);
    while (level > 0 && take_entry(path, level - 1)) {
        level--;
        meta_discard(fs, path->block[level]);
        count_blocks(dir, -1);
    }
    if (!level) {
        put_ptr(dir->item.data + DIR_MARKER, (struct ptr){0});
        put_ptr(dir->item.data + DIR_TOP, (struct ptr){0});
    } else {
        refresh(path, level - 1);
    }
    return 0;
}

int dir_retarget(struct rfs *fs, struct node *dir, struct dir_path *path, uint32_t id)
{
    int err = dir_own_path(fs, dir, path);

    if (err)
        return op_broken(fs, err);
    put32(path->list->data + path->at, id);
    node_touch(fs, dir);
    return 0;
}

static int seal_below(struct rfs *fs, uint8_t *slot, unsigned depth)
{
    struct item *b = seal_child(fs, slot);
    int err = 0;

    if (!b)
        return 0;
    for (unsigned i = 0; !err && depth && i < htree_used(b->data); i++)
        err = seal_below(fs, hentry(b->data, i) + 4, depth - 1);
    if (!err)
        put64(slot + 8, seal_item(fs, b));
    return err;
}

int dir_seal(struct rfs *fs, struct node *dir)
{
    unsigned depth;
    int err = dir_depth(dir, &depth);

    if (err == -ENOENT)
        return 0;
    return err ? err : seal_below(fs, dir->item.data + DIR_TOP, depth);
}
