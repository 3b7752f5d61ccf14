/* Names: finding nodes by them, and operations that give and take them. */
#include "redoxfs/internal.h"

#include <errno.h>
#include <stdlib.h>

/* Length of the UTF-8 sequence at p, of at most len bytes; 0: it is none. */
static size_t sequence(const uint8_t *p, size_t len)
{
    size_t n = p[0] < 0x80   ? 1
               : p[0] < 0xC2 ? 0
               : p[0] < 0xE0 ? 2
               : p[0] < 0xF0 ? 3
               : p[0] < 0xF5 ? 4
                             : 0;

    if (n > len)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    /* Longer than need be, surrogates, and beyond the last code point. */
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
        (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
        return 0;
    return n;
}

static int check_name(const char *name, size_t len)
{
    const uint8_t *p = (const uint8_t *)name;

    if (len > RFS_NAME_MAX)
        return -ENAMETOOLONG;
    if (!len || (p[0] == '.' && (len == 1 || (len == 2 && p[1] == '.'))))
        return -EINVAL;
    for (size_t i = 0, n; i < len; i += n) {
        n = sequence(p + i, len - i);
        if (!n || p[i] == '/' || p[i] == ':' || !p[i])
            return -EINVAL;
    }
    return 0;
}

bool rfs_name_valid(const char *name, size_t len)
{
    return !check_name(name, len);
}

static int load_dir(struct rfs *fs, uint32_t id, struct node **dir)
{
    int err = node_load(fs, id, dir);

    return !err && node_type(*dir) != RFS_DIR ? -ENOTDIR : err;
}

int rfs_lookup(struct rfs *fs, uint32_t dir, const char *name, size_t len, uint32_t *id)
{
    struct dir_path path;
    struct item *child;
    struct node *d;
    int err = op_begin(fs, false);

    if (!err)
        err = load_dir(fs, dir, &d);
    if (!err && len > RFS_NAME_MAX)
        err = -ENAMETOOLONG;
    if (!err)
        err = dir_find(fs, d, name, len, &path);
    if (err)
        return err;
    *id = path_id(&path);
    child = cache_find(&fs->cache, ITEM_NODE, *id, 0);
    if (child)
        ((struct node *)child)->parent = dir;
    return 0;
}

/* Makes sure that name is free in a directory that has a name itself. */
static int check_free(struct rfs *fs, struct node *dir, const char *name, size_t len)
{
    struct dir_path path;
    int err = check_name(name, len);

    if (!err && dir->orphan)
        err = -ENOENT;
    if (!err)
        err = dir_find(fs, dir, name, len, &path);
    return err == -ENOENT && !dir->orphan ? 0 : err ? err : -EEXIST;
}

/* A new node under a new name; the operation has begun. Space for cost more blocks is reserved. */
static int create(struct rfs *fs, uint32_t dir, const char *name, size_t len,
                  const struct rfs_new *attr, unsigned cost, struct node **n)
{
    struct node *d;
    int err = load_dir(fs, dir, &d);

    if (!err)
        err = check_free(fs, d, name, len);
    if (!err)
        err = space_reserve(fs, TREE_COST(2) + DIR_COST + cost, 0, true);
    if (!err)
        err = node_new(fs, attr, n);
    if (err)
        return err;
    err = dir_insert(fs, d, node_id(*n), name, len);
    if (err) {
        node_destroy(fs, *n);
        return err;
    }
    put32((*n)->item.data + NODE_LINKS, 1);
    (*n)->parent = dir;
    return 0;
}

int rfs_create(struct rfs *fs, uint32_t dir, const char *name, size_t len,
               const struct rfs_new *attr, uint32_t *id)
{
    struct node *n;
    int err = op_begin(fs, true);

    if (!err)
        err = create(fs, dir, name, len, attr, 0, &n);
    if (!err)
        *id = node_id(n);
    return err;
}

int rfs_symlink(struct rfs *fs, uint32_t dir, const char *name, size_t len, const char *target,
                size_t target_len, const struct rfs_new *attr, uint32_t *id)
{
    struct rfs_new link = {(uint16_t)((attr->mode & 0xFFFu) | RFS_LINK), attr->uid, attr->gid};
    struct node *n;
    int64_t put = 0;
    int err = op_begin(fs, true);

    if (!err && !target_len)
        err = -ENOENT;
    if (!err && target_len > RFS_BLOCK)
        err = -ENAMETOOLONG;
    if (!err)
        err = create(fs, dir, name, len, &link, 64, &n);
    /* Two parts at most, of a space that was reserved: nothing is committed in between. */
    for (size_t done = 0; !err && done < target_len; done += (size_t)put) {
        put = content_write(fs, n, done, target + done, target_len - done);
        if (put <= 0)
            err = op_broken(fs, put ? (int)put : -EIO);
    }
    if (!err)
        *id = node_id(n);
    return err;
}

int rfs_link(struct rfs *fs, uint32_t id, uint32_t dir, const char *name, size_t len)
{
    struct node *n, *d;
    int err = op_begin(fs, true);

    if (!err)
        err = load_dir(fs, dir, &d);
    if (!err)
        err = node_load(fs, id, &n);
    if (!err && node_type(n) == RFS_DIR)
        err = -EPERM;
    if (!err && n->orphan)
        err = -ENOENT;
    if (!err && get32(n->item.data + NODE_LINKS) == UINT32_MAX)
        err = -EMLINK;
    if (!err)
        err = check_free(fs, d, name, len);
    if (!err)
        err = space_reserve(fs, TREE_COST(2) + DIR_COST, 0, true);
    if (!err)
        err = node_own(fs, n);
    if (!err)
        err = dir_insert(fs, d, id, name, len);
    if (!err)
        put32(n->item.data + NODE_LINKS, get32(n->item.data + NODE_LINKS) + 1);
    return err;
}

/* Whether a node may go from under its last name for the sake of one of that kind. */
static int check_removable(const struct node *n, bool dir)
{
    unsigned depth;

    if (node_type(n) != RFS_DIR)
        return dir ? -ENOTDIR : 0;
    if (!dir)
        return -EISDIR;
    return dir_depth(n, &depth) == -ENOENT ? 0 : -ENOTEMPTY;
}

int rfs_unlink(struct rfs *fs, uint32_t dir, const char *name, size_t len, enum rfs_unlink what)
{
    struct dir_path path;
    struct node *d, *n;
    int err = op_begin(fs, true);

    if (!err)
        err = load_dir(fs, dir, &d);
    if (!err)
        err = dir_find(fs, d, name, len, &path);
    if (!err)
        err = node_load(fs, path_id(&path), &n);
    if (!err && n == d)
        err = -EIO;
    if (!err)
        err = check_removable(n, what == RFS_UNLINK_DIR);
    if (!err)
        err = space_reserve(fs, TREE_COST(2) + HTREE_DEPTH_MAX + MAP_COST, 0, false);
    if (!err)
        err = node_own(fs, n);
    if (!err)
        err = dir_remove(fs, d, &path);
    if (!err)
        node_unlinked(fs, n);
    return err;
}

/* ---- Renaming ---- */

struct find_below {
    struct rfs *fs;
    uint32_t wanted;
    uint32_t *todo; /* directories that were not looked into */
    uint32_t count, room;
    int err;
};

static int note_directory(void *ctx, const struct rfs_entry *e)
{
    struct find_below *f = ctx;

    if ((e->mode & RFS_TYPE) != RFS_DIR)
        return 0;
    if (e->id == f->wanted)
        return 1;
    if (f->count == f->room) {
        uint32_t room = f->room ? f->room * 2 : 64;
        uint32_t *todo = room < f->fs->blocks + 64 ? realloc(f->todo, room * sizeof(*todo)) : NULL;

        if (!todo)
            return -ENOMEM;
        f->todo = todo;
        f->room = room;
    }
    f->todo[f->count++] = e->id;
    return 0;
}

/* 1 when dir lies below top, looking for it from there. */
static int search_below(struct rfs *fs, uint32_t top, uint32_t dir)
{
    struct find_below f = {.fs = fs, .wanted = dir};
    struct rfs_entry start = {.id = top, .mode = RFS_DIR};
    uint64_t budget = fs->blocks;
    int got = note_directory(&f, &start);

    while (!got && f.count)
        got = budget-- ? dir_list(fs, f.todo[--f.count], 0, note_directory, &f) : -EIO;
    free(f.todo);
    return got;
}

/* 1 when dir is top or lies below it. Where directories were last seen tells mostly. */
static int is_below(struct rfs *fs, uint32_t top, uint32_t dir)
{
    uint32_t at = dir;

    for (unsigned steps = 0; steps < 4096; steps++) {
        struct item *i;

        if (at == top)
            return 1;
        if (at == RFS_ROOT)
            return 0;
        i = cache_find(&fs->cache, ITEM_NODE, at, 0);
        if (!i || !((struct node *)i)->parent)
            break;
        at = ((struct node *)i)->parent;
    }
    return search_below(fs, top, dir);
}

struct rename {
    struct node *from_dir, *to_dir, *source;
    struct dir_path from, to;
    bool replaces;
};

static int find_both(struct rfs *fs, struct rename *r, uint32_t from_dir, const char *from,
                     size_t from_len, uint32_t to_dir, const char *to, size_t to_len)
{
    int err = load_dir(fs, from_dir, &r->from_dir);

    if (!err)
        err = load_dir(fs, to_dir, &r->to_dir);
    if (!err)
        err = check_name(to, to_len);
    if (!err && r->to_dir->orphan)
        err = -ENOENT;
    if (!err)
        err = dir_find(fs, r->from_dir, from, from_len, &r->from);
    if (!err)
        err = node_load(fs, path_id(&r->from), &r->source);
    if (err)
        return err;
    err = dir_find(fs, r->to_dir, to, to_len, &r->to);
    r->replaces = !err;
    return err == -ENOENT ? 0 : err;
}

/* The new name's node gives way: its entry is made to name the source. */
static int replace(struct rfs *fs, struct rename *r, const char *from, size_t from_len)
{
    bool dir = node_type(r->source) == RFS_DIR;
    struct node *target;
    int err = node_load(fs, path_id(&r->to), &target);

    if (!err && (target == r->from_dir || target == r->to_dir))
        err = -ENOTEMPTY;
    if (!err)
        err = check_removable(target, dir);
    if (!err)
        err = space_reserve(fs, TREE_COST(3) + 2 * HTREE_DEPTH_MAX + MAP_COST + 2, 0, false);
    if (!err)
        err = node_own(fs, target);
    if (!err)
        err = dir_retarget(fs, r->to_dir, &r->to, node_id(r->source));
    if (!err)
        err = dir_find(fs, r->from_dir, from, from_len, &r->from);
    if (!err)
        err = dir_remove(fs, r->from_dir, &r->from);
    if (!err)
        node_unlinked(fs, target);
    return err;
}

static int move(struct rfs *fs, struct rename *r, const char *from, size_t from_len, const char *to,
                size_t to_len)
{
    int err = space_reserve(fs, TREE_COST(3) + DIR_COST + HTREE_DEPTH_MAX, 0, false);

    if (!err)
        err = dir_insert(fs, r->to_dir, node_id(r->source), to, to_len);
    if (err)
        return err;
    err = dir_find(fs, r->from_dir, from, from_len, &r->from);
    if (!err)
        err = dir_remove(fs, r->from_dir, &r->from);
    return op_broken(fs, err);
}

int rfs_rename(struct rfs *fs, uint32_t from_dir, const char *from, size_t from_len,
               uint32_t to_dir, const char *to, size_t to_len, unsigned flags)
{
    struct rename r = {0};
    int err = op_begin(fs, true);

    if (!err)
        err = find_both(fs, &r, from_dir, from, from_len, to_dir, to, to_len);
    if (!err && r.replaces && (flags & RFS_NOREPLACE))
        err = -EEXIST;
    if (!err && node_type(r.source) == RFS_DIR && from_dir != to_dir) {
        err = is_below(fs, node_id(r.source), to_dir);
        if (err > 0)
            err = -EINVAL;
    }
    if (err)
        return err;
    if (r.replaces && path_id(&r.to) == node_id(r.source))
        return 0;
    err = r.replaces ? replace(fs, &r, from, from_len) : move(fs, &r, from, from_len, to, to_len);
    if (!err)
        r.source->parent = to_dir;
    return err;
}
