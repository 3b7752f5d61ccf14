/*
 * Removing, renaming and linking: what changes the names of what is there. All checks come before
 * the first change.
 */
#include "libfile/tree.h"

#define STICKY 01000u

/* Where the call at hand leads; large, and there is one thread. */
static struct place to;

/* May a name be taken out of its directory? */
static i64 may_remove(const struct cred *who, const struct rights *dir, const struct rights *st)
{
    if (!tree_permits(dir, who, WANT_WRITE | WANT_EXEC))
        return -EACCES;
    if ((dir->mode & STICKY) && !tree_owns(dir, who) && !tree_owns(st, who))
        return -EPERM;
    return 0;
}

/* What `to` found has lost that name. */
static void name_lost(struct tree *t)
{
    if (mode_is(to.st.mode, MODE_SOCK) && to.st.nlink <= 1)
        socket_unnamed(t, to.entry->node);
}

static i64 unlink_found(struct tree *t, const struct cred *who, u32 flags)
{
    if (!to.entry)
        return -ENOENT;
    if (!to.dir)
        return to.entry == t->root_entry ? -EBUSY : -EINVAL;
    bool is_dir = mode_is(to.st.mode, MODE_DIR);
    if (flags & RX_AT_REMOVEDIR) {
        if (!is_dir)
            return -ENOTDIR;
    } else if (is_dir) {
        return -EISDIR;
    } else if (to.must_be_dir) {
        return -ENOTDIR;
    }
    i64 r = t->ops->unlink ? may_remove(who, &to.dir_st, &to.st) : -EROFS;
    if (r >= 0)
        r = t->ops->unlink(t, to.dir->node, to.name, to.name_len, is_dir);
    if (r >= 0) {
        name_lost(t);
        entry_gone(to.entry);
    }
    return r < 0 ? r : 0;
}

i64 tree_unlink(struct tree *t, const struct cred *who, struct entry *dir, const char *path,
                size_t len, u32 flags)
{
    i64 r = tree_walk(t, who, dir, path, len, false, &to);

    if (r >= 0)
        r = unlink_found(t, who, flags);
    place_done(&to);
    return r;
}

/* Is the directory `dir` the node `top`, or below it? */
static bool is_below(const struct entry *dir, u64 top)
{
    while (dir && dir->node != top)
        dir = dir->parent;
    return dir != NULL;
}

/* May what st describes go to where `to` is, in the place of what may be there? */
static i64 may_replace(const struct cred *who, u64 node, const struct rights *st)
{
    bool from_dir = mode_is(st->mode, MODE_DIR);

    if (to.must_be_dir && !from_dir)
        return -ENOTDIR;
    if (!to.dir)
        return -EBUSY; /* the root, "." or ".." */
    i64 r = place_may_add(&to, who);
    if (r < 0)
        return r;
    if (from_dir && is_below(to.dir, node))
        return -EINVAL;
    if (!to.entry)
        return 0;
    bool to_dir = mode_is(to.st.mode, MODE_DIR);
    if (to_dir && !from_dir)
        return -EISDIR;
    if (!to_dir && from_dir)
        return -ENOTDIR;
    return may_remove(who, &to.dir_st, &to.st);
}

static i64 rename_found(struct tree *t, const struct cred *who, struct entry *e)
{
    struct rights dir_st, st;
    u64 there;

    if (to.entry && to.dir && to.entry->node == e->node)
        return 0; /* two names of one file: POSIX does nothing */
    i64 r = tree_rights(t, e->parent->node, &dir_st);
    if (r >= 0)
        r = tree_rights(t, e->node, &st);
    if (r >= 0)
        r = t->ops->lookup(t, e->parent->node, e->name, e->len, &there);
    if (r >= 0 && there != e->node)
        r = -ENOENT;
    if (r >= 0)
        r = may_remove(who, &dir_st, &st);
    if (r >= 0)
        r = may_replace(who, e->node, &st);
    if (r >= 0)
        r = t->ops->rename(t, e->parent->node, e->name, e->len, to.dir->node, to.name, to.name_len);
    if (r >= 0 && to.entry)
        name_lost(t);
    if (r >= 0)
        entry_moved(e, to.dir, to.name, to.name_len);
    return r < 0 ? r : 0;
}

i64 tree_rename(struct tree *t, const struct cred *who, struct entry *e, const char *path,
                size_t len)
{
    if (!t->ops->rename)
        return -EROFS;
    if (e == t->root_entry)
        return -EBUSY;
    if (!e->parent)
        return -ENOENT;
    i64 r = tree_walk(t, who, t->root_entry, path, len, false, &to);
    if (r >= 0)
        r = rename_found(t, who, e);
    place_done(&to);
    return r;
}

static i64 link_found(struct tree *t, const struct cred *who, u64 node)
{
    if (to.entry)
        return -EEXIST;
    i64 r = to.must_be_dir ? -ENOENT : place_may_add(&to, who);
    return r < 0 ? r : t->ops->link(t, node, to.dir->node, to.name, to.name_len);
}

i64 tree_link(struct tree *t, const struct cred *who, u64 node, const char *path, size_t len)
{
    struct rights st;

    if (!t->ops->link)
        return -EROFS;
    i64 r = tree_rights(t, node, &st);
    if (r < 0)
        return r;
    if (mode_is(st.mode, MODE_DIR))
        return -EPERM;
    if (st.nlink == 0)
        return -ENOENT;
    r = tree_walk(t, who, t->root_entry, path, len, false, &to);
    if (r >= 0)
        r = link_found(t, who, node);
    place_done(&to);
    return r < 0 ? r : 0;
}
