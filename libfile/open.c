/* Opening and making, and what belongs to one node; see tree.h. */
#include "libfile/tree.h"

#include <string.h>

/* The type that an open makes. Of those that a mode can name besides it makes none: a socket comes
 * by its descriptor, pipes and devices have no place in these file systems. */
static i64 type_to_make(u32 flags)
{
    u32 type = flags & RX_O_DIRECTORY ? MODE_DIR : flags & RX_O_SYMLINK ? MODE_SYMLINK : MODE_FILE;
    u32 asked = flags & MODE_TYPE;

    return asked == 0 || asked == type || asked == MODE_FILE ? (i64)type : -EOPNOTSUPP;
}

static i64 create(struct tree *t, const struct cred *who, struct place *at, u32 flags)
{
    i64 type = type_to_make(flags);
    u64 node;

    if (type < 0)
        return type;
    if (at->must_be_dir && type != MODE_DIR)
        return type == MODE_FILE ? -EISDIR : -ENOENT;
    i64 r = t->ops->create ? place_may_add(at, who) : -EROFS;
    if (r < 0)
        return r;
    r = t->ops->create(t, at->dir->node, at->name, at->name_len, (u32)type | (flags & MODE_PERM),
                       who, &node);
    if (r < 0)
        return r;
    at->entry = entry_get(t, at->dir, at->name, at->name_len, node);
    r = at->entry ? t->ops->hold(t, node) : -ENOMEM;
    return r < 0 ? r : 0;
}

/* Type, permissions and truncation of what is there already. */
static i64 open_existing(struct tree *t, const struct cred *who, struct place *at, u32 flags)
{
    const struct rights *st = &at->st;
    bool is_dir = mode_is(st->mode, MODE_DIR), is_link = mode_is(st->mode, MODE_SYMLINK);

    if ((flags & RX_O_CREAT) && (flags & RX_O_EXCL))
        return -EEXIST;
    if ((flags & RX_O_DIRECTORY || at->must_be_dir) && !is_dir)
        return -ENOTDIR;
    if ((flags & RX_O_SYMLINK) && !is_link)
        return flags & RX_O_CREAT ? -EEXIST : -EINVAL;
    if (is_link && (flags & RX_O_NOFOLLOW) && !(flags & (RX_O_STAT | RX_O_SYMLINK)))
        return -ELOOP;
    if (is_dir && (flags & (RX_O_WRONLY | RX_O_TRUNC)))
        return -EISDIR;
    if (is_link && (flags & RX_O_WRONLY))
        return -EACCES;
    u32 want = (flags & RX_O_RDONLY ? WANT_READ : 0) |
               (flags & (RX_O_WRONLY | RX_O_TRUNC) ? WANT_WRITE : 0);
    if (!is_link && !(flags & RX_O_STAT) && !tree_permits(st, who, want))
        return -EACCES;
    if ((flags & (RX_O_WRONLY | RX_O_TRUNC)) && !(flags & RX_O_STAT) && !t->ops->write)
        return -EROFS;
    i64 r = t->ops->hold(t, at->entry->node);
    if (r >= 0 && (flags & RX_O_TRUNC) && mode_is(st->mode, MODE_FILE) && !(flags & RX_O_STAT)) {
        const struct rx_stat empty = {.size = 0};
        r = t->ops->setattr(t, at->entry->node, &empty, TREE_SET_SIZE);
        if (r < 0)
            t->ops->release(t, at->entry->node);
    }
    return r < 0 ? r : 0;
}

i64 tree_open(struct tree *t, const struct cred *who, struct entry *dir, const char *path,
              size_t len, u32 flags, bool *made, struct place *where)
{
    bool exclusive = (flags & RX_O_CREAT) && (flags & RX_O_EXCL);
    bool follow = !(flags & (RX_O_SYMLINK | RX_O_NOFOLLOW)) && !exclusive;
    i64 r = tree_walk(t, who, dir, path, len, follow, where);

    *made = r >= 0 && !where->entry;
    if (r < 0)
        return r;
    if (where->entry)
        return open_existing(t, who, where, flags);
    return flags & RX_O_CREAT ? create(t, who, where, flags) : -ENOENT;
}

static i64 rights_to_change(struct tree *t, u64 node, struct rights *r)
{
    return t->ops->setattr ? tree_rights(t, node, r) : -EROFS;
}

i64 tree_chmod(struct tree *t, const struct cred *who, u64 node, u32 mode)
{
    const struct rx_stat value = {.mode = (u16)mode};
    struct rights now;
    i64 r = rights_to_change(t, node, &now);

    if (r < 0)
        return r;
    return tree_owns(&now, who) ? t->ops->setattr(t, node, &value, TREE_SET_MODE) : -EPERM;
}

/* An owner may only give the file to its own group; only uid 0 changes owners. */
i64 tree_chown(struct tree *t, const struct cred *who, u64 node, u32 uid, u32 gid)
{
    struct rights now;
    u32 mask = (uid != UINT32_MAX ? TREE_SET_UID : 0) | (gid != UINT32_MAX ? TREE_SET_GID : 0);
    i64 r = rights_to_change(t, node, &now);

    if (r < 0)
        return r;
    bool owner_stays = uid == UINT32_MAX || uid == now.uid;
    bool group_is_own = gid == UINT32_MAX || gid == now.gid || gid == who->gid;
    if (who->uid != 0 && !(who->uid == now.uid && owner_stays && group_is_own))
        return -EPERM;
    if (who->uid != 0)
        mask |= TREE_SET_MODE;
    const struct rx_stat value = {.mode = (u16)(now.mode & ~06000u), .uid = uid, .gid = gid};
    return t->ops->setattr(t, node, &value, mask);
}

/* The time of times[i]; false: it is to stay. */
static bool new_time(const struct rx_timespec *from, const struct rx_timespec *now, u64 *sec,
                     u32 *nsec)
{
    const struct rx_timespec *t = from->nsec == RX_UTIME_NOW ? now : from;

    *sec = (u64)t->sec;
    *nsec = (u32)t->nsec;
    return from->nsec != RX_UTIME_OMIT;
}

static bool valid_time(const struct rx_timespec *t)
{
    return t->nsec == RX_UTIME_NOW || t->nsec == RX_UTIME_OMIT ||
           (t->nsec >= 0 && t->nsec < 1000000000);
}

i64 tree_utimens(struct tree *t, const struct cred *who, u64 node,
                 const struct rx_timespec times[2])
{
    struct rights rights;
    struct rx_stat st;
    struct rx_timespec now;

    if (!valid_time(&times[0]) || !valid_time(&times[1]))
        return -EINVAL;
    i64 r = rights_to_change(t, node, &rights);
    if (r < 0)
        return r;
    bool both_now = times[0].nsec == RX_UTIME_NOW && times[1].nsec == RX_UTIME_NOW;
    if (!tree_owns(&rights, who) && !(both_now && tree_permits(&rights, who, WANT_WRITE)))
        return both_now ? -EACCES : -EPERM;
    t->now(&now);
    u32 mask = (new_time(&times[0], &now, &st.atime, &st.atime_nsec) ? TREE_SET_ATIME : 0) |
               (new_time(&times[1], &now, &st.mtime, &st.mtime_nsec) ? TREE_SET_MTIME : 0);
    return mask ? t->ops->setattr(t, node, &st, mask) : 0;
}
