/* Opening and making files, and what belongs to one file; see fs.h. */
#include "servers/ramfs/fs.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

#include <stdlib.h>
#include <string.h>

static i64 create(struct fs *fs, const struct cred *who, struct place *at, u32 flags,
                  struct inode **out)
{
    u32 type = flags & RX_O_DIRECTORY ? MODE_DIR : flags & RX_O_SYMLINK ? MODE_SYMLINK : MODE_FILE;
    u32 asked = flags & MODE_TYPE;
    if (asked != 0 && asked != type && asked != MODE_FILE)
        return -EOPNOTSUPP;
    if (at->must_be_dir && type != MODE_DIR)
        return type == MODE_FILE ? -EISDIR : -ENOENT;
    if (at->dir->nlink == 0)
        return -ENOENT;
    if (!fs_permits(at->dir, who, WANT_WRITE | WANT_EXEC))
        return -EACCES;
    i64 result = inode_new(fs, type | (flags & MODE_PERM), who->uid, who->gid, out);
    if (result < 0)
        return result;
    result = dir_add(fs, at->dir, at->name, at->name_len, *out);
    if (result < 0)
        inode_put(fs, *out);
    return result;
}

/* Type, permissions and truncation of a file that is there already. */
static i64 open_existing(struct fs *fs, const struct cred *who, struct place *at, u32 flags)
{
    struct inode *n = at->inode;
    bool is_dir = inode_is(n, MODE_DIR), is_link = inode_is(n, MODE_SYMLINK);
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
    if (!is_link && !(flags & RX_O_STAT) && !fs_permits(n, who, want))
        return -EACCES;
    if ((flags & RX_O_TRUNC) && inode_is(n, MODE_FILE) && !(flags & RX_O_STAT)) {
        data_truncate(&n->data, &fs->space, 0);
        inode_touch(fs, n, true);
    }
    return 0;
}

i64 fs_open(struct fs *fs, const struct cred *who, struct inode *dir, const char *path, size_t len,
            u32 flags, struct inode **out, u64 *entry, struct place *where)
{
    bool exclusive = (flags & RX_O_CREAT) && (flags & RX_O_EXCL);
    bool follow = !(flags & (RX_O_SYMLINK | RX_O_NOFOLLOW)) && !exclusive;
    i64 result = fs_find(fs, who, dir, path, len, follow, where);
    if (result < 0)
        return result;
    if (!where->inode) {
        if (!(flags & RX_O_CREAT))
            return -ENOENT;
        result = create(fs, who, where, flags, out);
        if (result < 0)
            return result;
        *entry = (*out)->links->id;
        return 0;
    }
    result = open_existing(fs, who, where, flags);
    if (result < 0)
        return result;
    *out = where->inode;
    *entry = where->entry ? where->entry->id : where->inode->links ? where->inode->links->id : 0;
    inode_get(*out);
    return 0;
}

i64 fs_chmod(struct fs *fs, const struct cred *who, struct inode *n, u32 mode)
{
    if (!fs_owns(n, who))
        return -EPERM;
    n->mode = (n->mode & MODE_TYPE) | (mode & MODE_PERM);
    inode_touch(fs, n, false);
    return 0;
}

/* An owner may only give the file to its own group; only uid 0 changes owners. */
i64 fs_chown(struct fs *fs, const struct cred *who, struct inode *n, u32 uid, u32 gid)
{
    bool owner_stays = uid == UINT32_MAX || uid == n->uid;
    bool group_is_own = gid == UINT32_MAX || gid == n->gid || gid == who->gid;
    if (who->uid != 0 && !(who->uid == n->uid && owner_stays && group_is_own))
        return -EPERM;
    if (uid != UINT32_MAX)
        n->uid = uid;
    if (gid != UINT32_MAX)
        n->gid = gid;
    if (who->uid != 0)
        n->mode &= ~06000u;
    inode_touch(fs, n, false);
    return 0;
}

static void set_time(struct rx_timespec *to, const struct rx_timespec *from,
                     const struct rx_timespec *now)
{
    if (from->nsec == RX_UTIME_NOW)
        *to = *now;
    else if (from->nsec != RX_UTIME_OMIT)
        *to = *from;
}

static bool valid_time(const struct rx_timespec *t)
{
    return t->nsec == RX_UTIME_NOW || t->nsec == RX_UTIME_OMIT ||
           (t->nsec >= 0 && t->nsec < 1000000000);
}

i64 fs_utimens(struct fs *fs, const struct cred *who, struct inode *n,
               const struct rx_timespec times[2])
{
    if (!valid_time(&times[0]) || !valid_time(&times[1]))
        return -EINVAL;
    bool both_now = times[0].nsec == RX_UTIME_NOW && times[1].nsec == RX_UTIME_NOW;
    if (!fs_owns(n, who) && !(both_now && fs_permits(n, who, WANT_WRITE)))
        return both_now ? -EACCES : -EPERM;
    inode_touch(fs, n, false);
    set_time(&n->atime, &times[0], &n->ctime);
    set_time(&n->mtime, &times[1], &n->ctime);
    return 0;
}

i64 fs_write_target(struct fs *fs, struct inode *link, const char *text, size_t len)
{
    if (len > TARGET_LEN_MAX - link->target.len)
        return -ENAMETOOLONG;
    if (len && memchr(text, 0, len))
        return -EINVAL;
    i64 result = space_take(&fs->space, len);
    if (result < 0)
        return result;
    char *all = realloc(link->target.text, link->target.len + len + 1);
    if (!all) {
        space_give(&fs->space, len);
        return -ENOMEM;
    }
    memcpy(all + link->target.len, text, len);
    link->target.text = all;
    link->target.len += len;
    inode_touch(fs, link, true);
    return (i64)len;
}

struct entry *fs_entry(const struct inode *n, u64 id)
{
    struct entry *e = n->links;
    while (e && e->id != id)
        e = e->next_link;
    return e;
}

i64 fs_path(const struct inode *n, u64 id, char *buf, size_t size)
{
    struct entry *e = fs_entry(n, id);
    if (!e)
        e = n->links;
    if (!e)
        return n->nlink ? 0 : -ENOENT; /* the root, or gone */
    size_t at = size;
    for (; e; e = e->dir->links) {
        if (at < (size_t)e->name_len + 1)
            return -ERANGE;
        at -= e->name_len;
        memcpy(buf + at, e->name, e->name_len);
        if (e->dir->links)
            buf[--at] = '/';
    }
    memmove(buf, buf + at, size - at);
    return (i64)(size - at);
}

/* Length of the directories that both paths begin with, including the slash; a ends in one. */
static size_t common_part(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t common = 0, i = 0;
    for (; i < a_len && i < b_len && a[i] == b[i]; i++) {
        if (a[i] == '/')
            common = i + 1;
    }
    return common;
}

i64 fs_relative_path(const struct inode *dir, const struct inode *n, u64 entry, char *buf,
                     size_t size)
{
    static char from[RX_PATH_MAX + 1], to[RX_PATH_MAX];
    i64 from_len = fs_path(dir, 0, from, RX_PATH_MAX);
    i64 to_len = fs_path(n, entry, to, sizeof to);
    if (from_len < 0 || to_len < 0)
        return from_len < 0 ? from_len : to_len;
    if (from_len)
        from[from_len++] = '/';
    size_t common = common_part(from, (size_t)from_len, to, (size_t)to_len);
    if (to_len + 1 == from_len && memcmp(from, to, (size_t)to_len) == 0)
        common = (size_t)from_len; /* the directory itself */
    size_t used = 0, rest = common < (size_t)to_len ? (size_t)to_len - common : 0;
    for (size_t i = common; i < (size_t)from_len; i++) {
        if (from[i] != '/')
            continue;
        if (used + 3 > size)
            return -ERANGE;
        memcpy(buf + used, "../", 3);
        used += 3;
    }
    if (used && rest == 0)
        used--; /* no slash at the end */
    if (used + rest > size)
        return -ERANGE;
    memcpy(buf + used, to + common, rest);
    return (i64)(used + rest);
}

void fs_stat(const struct inode *n, struct rx_stat *st)
{
    u64 size = 0, footprint = 0;
    if (inode_is(n, MODE_FILE)) {
        size = n->data.size;
        footprint = data_footprint(&n->data);
    } else if (inode_is(n, MODE_SYMLINK)) {
        size = n->target.len;
    }
    *st = (struct rx_stat){.ino = n->ino,
                           .mode = (u16)n->mode,
                           .nlink = n->nlink,
                           .uid = n->uid,
                           .gid = n->gid,
                           .size = size,
                           .blksize = 4096,
                           .blocks = (footprint + 511) / 512,
                           .mtime = (u64)n->mtime.sec,
                           .mtime_nsec = (u32)n->mtime.nsec,
                           .atime = (u64)n->atime.sec,
                           .atime_nsec = (u32)n->atime.nsec,
                           .ctime = (u64)n->ctime.sec,
                           .ctime_nsec = (u32)n->ctime.nsec};
}
