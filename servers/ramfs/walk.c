/*
 * From a path to a file. Links are resolved by rewriting the path: the target replaces the
 * link, what came after it is kept, and the walk goes on.
 */
#include "servers/ramfs/fs.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

#include <string.h>

struct walk {
    struct fs *fs;
    const struct cred *who;
    struct inode *here;
    struct place *at;
    size_t pos; /* in at->path */
    unsigned links;
    bool follow;
};

bool fs_permits(const struct inode *n, const struct cred *who, u32 want)
{
    if (who->uid == 0)
        return true;
    u32 shift = who->uid == n->uid ? 6 : who->gid == n->gid ? 3 : 0;
    return (n->mode >> shift & want) == want;
}

bool fs_owns(const struct inode *n, const struct cred *who)
{
    return who->uid == 0 || who->uid == n->uid;
}

/* The path of a link's target as this file system sees it: its length and start; false: it leads
 * elsewhere. Relative targets and plain "/" paths stay as they are. */
static bool is_ours(const struct fs *fs, const char **target, size_t *len)
{
    static const char prefix[] = "/scheme/";
    size_t head = sizeof prefix - 1, name = strlen(fs->scheme);
    if ((*target)[0] != '/')
        return true;
    bool scheme_path = (*len >= head && memcmp(*target, prefix, head) == 0) ||
                       (*len == head - 1 && memcmp(*target, prefix, head - 1) == 0);
    if (!scheme_path)
        return strcmp(fs->scheme, "file") == 0;
    if (*len < head + name || memcmp(*target + head, fs->scheme, name) != 0)
        return false;
    if (*len > head + name && (*target)[head + name] != '/')
        return false;
    *target += head + name;
    *len -= head + name;
    return true;
}

/* Puts the target of a link in place of what was walked so far. */
static i64 follow_link(struct walk *w, const struct inode *link)
{
    struct place *at = w->at;
    const char *target = link->target.text;
    size_t len = link->target.len;
    if (len == 0)
        return -ENOENT;
    if (++w->links > RX_SYMLOOP_MAX)
        return -ELOOP;
    bool absolute = target[0] == '/';
    bool ours = is_ours(w->fs, &target, &len);
    size_t rest = at->path_len - w->pos;
    if (len + rest + 1 > sizeof at->path)
        return -ENAMETOOLONG;
    memmove(at->path + len, at->path + w->pos, rest);
    if (len)
        memcpy(at->path, target, len);
    at->path_len = len + rest;
    w->pos = 0;
    if (!ours)
        return -EXDEV;
    if (absolute)
        w->here = w->fs->root;
    return 0;
}

static void skip_slashes(struct walk *w)
{
    while (w->pos < w->at->path_len && w->at->path[w->pos] == '/')
        w->pos++;
}

static struct inode *parent_of(const struct fs *fs, struct inode *dir)
{
    return dir == fs->root || !dir->links ? dir : dir->links->dir;
}

static void arrive(struct walk *w, struct inode *inode)
{
    w->here = inode;
    w->at->dir = NULL;
    w->at->entry = NULL;
    w->at->inode = inode;
}

/* One name of the path. */
static i64 step(struct walk *w, const char *name, size_t len, bool last)
{
    struct place *at = w->at;
    if (!inode_is(w->here, MODE_DIR))
        return -ENOTDIR;
    if (!fs_permits(w->here, w->who, WANT_EXEC))
        return -EACCES;
    if (len == 1 && name[0] == '.') {
        arrive(w, w->here);
        return 0;
    }
    if (len == 2 && name[0] == '.' && name[1] == '.') {
        arrive(w, parent_of(w->fs, w->here));
        return 0;
    }
    if (len > NAME_LEN_MAX)
        return -ENAMETOOLONG;
    struct entry *e = dir_find(w->here, name, len);
    bool follow = e && inode_is(e->inode, MODE_SYMLINK) && (!last || w->follow || at->must_be_dir);
    if (follow)
        return follow_link(w, e->inode);
    if (!e && !last)
        return -ENOENT;
    at->dir = w->here;
    at->entry = e;
    at->inode = e ? e->inode : NULL;
    at->name = name;
    at->name_len = len;
    if (e)
        w->here = e->inode;
    return 0;
}

i64 fs_find(struct fs *fs, const struct cred *who, struct inode *dir, const char *path, size_t len,
            bool follow, struct place *out)
{
    struct walk w = {.fs = fs, .who = who, .at = out, .follow = follow};
    if (len >= RX_PATH_MAX)
        return -ENAMETOOLONG;
    memcpy(out->path, path, len);
    out->path_len = len;
    out->must_be_dir = false;
    arrive(&w, len && path[0] == '/' ? fs->root : dir);
    if (!inode_is(w.here, MODE_DIR))
        return -ENOTDIR;
    for (;;) {
        skip_slashes(&w);
        if (w.pos == out->path_len)
            return 0;
        const char *name = out->path + w.pos;
        const char *slash = memchr(name, '/', out->path_len - w.pos);
        size_t name_len = slash ? (size_t)(slash - name) : out->path_len - w.pos;
        w.pos += name_len;
        size_t after = w.pos;
        while (after < out->path_len && out->path[after] == '/')
            after++;
        bool last = after == out->path_len;
        out->must_be_dir = last && after > w.pos;
        i64 result = step(&w, name, name_len, last);
        if (result < 0)
            return result;
    }
}
