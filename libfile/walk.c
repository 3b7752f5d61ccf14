/*
 * From a path to a node. Links are resolved by rewriting the path: the target replaces the link,
 * what came after it is kept, and the walk goes on.
 */
#include "libfile/tree.h"

#include <string.h>

struct walk {
    struct tree *t;
    const struct cred *who;
    struct place *at;
    struct entry *here; /* held */
    struct rx_stat st;  /* of here */
    size_t pos;         /* in at->path */
    unsigned links;
    bool follow;
};

bool tree_permits(const struct rx_stat *st, const struct cred *who, u32 want)
{
    if (who->uid == 0)
        return true;
    u32 shift = who->uid == st->uid ? 6 : who->gid == st->gid ? 3 : 0;
    return (st->mode >> shift & want) == want;
}

bool tree_owns(const struct rx_stat *st, const struct cred *who)
{
    return who->uid == 0 || who->uid == st->uid;
}

i64 place_may_add(const struct place *at, const struct cred *who)
{
    if (at->dir_st.nlink == 0)
        return -ENOENT;
    return tree_permits(&at->dir_st, who, WANT_WRITE | WANT_EXEC) ? 0 : -EACCES;
}

void place_done(struct place *p)
{
    entry_put(p->dir);
    entry_put(p->entry);
    p->dir = p->entry = NULL;
}

/* The path of a link's target as this file system sees it: its length and start; false: it leads
 * elsewhere. Relative targets and plain "/" paths stay as they are. */
static bool is_ours(const struct tree *t, const char **target, size_t *len)
{
    static const char prefix[] = "/scheme/";
    size_t head = sizeof prefix - 1, name = strlen(t->scheme);

    if ((*target)[0] != '/')
        return true;
    bool scheme_path = (*len >= head && memcmp(*target, prefix, head) == 0) ||
                       (*len == head - 1 && memcmp(*target, prefix, head - 1) == 0);
    if (!scheme_path)
        return strcmp(t->scheme, "file") == 0;
    if (*len < head + name || memcmp(*target + head, t->scheme, name) != 0)
        return false;
    if (*len > head + name && (*target)[head + name] != '/')
        return false;
    *target += head + name;
    *len -= head + name;
    return true;
}

/* Goes to an entry that is held for us; the hold of the one before ends. */
static i64 go(struct walk *w, struct entry *e)
{
    entry_put(w->here);
    w->here = e;
    return w->t->ops->stat(w->t, e->node, &w->st);
}

/* Puts the target of a link in place of what was walked so far. */
static i64 follow_link(struct walk *w, u64 link)
{
    static char text[TREE_TARGET_MAX + 1]; /* large, and there is one thread */
    struct place *at = w->at;
    const char *target = text;
    i64 n = w->t->ops->read(w->t, link, text, TREE_TARGET_MAX, 0);

    if (n <= 0)
        return n < 0 ? n : -ENOENT;
    if (memchr(text, 0, (size_t)n))
        return -EIO;
    if (++w->links > RX_SYMLOOP_MAX)
        return -ELOOP;
    size_t len = (size_t)n, rest = at->path_len - w->pos;
    bool absolute = target[0] == '/';
    bool ours = is_ours(w->t, &target, &len);
    if (len + rest + 1 > sizeof at->path)
        return -ENAMETOOLONG;
    memmove(at->path + len, at->path + w->pos, rest);
    memcpy(at->path, target, len);
    at->path_len = len + rest;
    w->pos = 0;
    if (!ours)
        return -EXDEV;
    if (!absolute)
        return 0;
    entry_hold(w->t->root_entry);
    return go(w, w->t->root_entry);
}

/* The walk is at a place that has no name of its own: the root, "." or "..". */
static void arrive(struct walk *w)
{
    place_done(w->at);
    w->at->entry = w->here;
    w->at->st = w->st;
    entry_hold(w->here);
}

static i64 step_up(struct walk *w)
{
    struct entry *up = w->here->parent ? w->here->parent : w->here;

    entry_hold(up);
    i64 r = go(w, up);
    if (r >= 0)
        arrive(w);
    return r;
}

/* The last name, or one that leads on: what is there becomes the place. */
static i64 settle(struct walk *w, const char *name, size_t len, struct entry *e)
{
    struct place *at = w->at;

    place_done(at);
    at->dir = w->here;
    entry_hold(w->here);
    at->dir_st = w->st;
    at->name = name;
    at->name_len = len;
    at->entry = e;
    if (!e)
        return 0;
    entry_hold(e); /* one hold for the place, one for the walk */
    i64 r = go(w, e);
    at->st = w->st;
    return r;
}

/* A name of the directory we are in. */
static i64 step_down(struct walk *w, const char *name, size_t len, bool last)
{
    struct tree *t = w->t;
    struct rx_stat st;
    u64 node;
    i64 r = t->ops->lookup(t, w->here->node, name, len, &node);

    if (r == -ENOENT && last)
        return settle(w, name, len, NULL);
    if (r >= 0)
        r = t->ops->stat(t, node, &st);
    if (r < 0)
        return r;
    if (mode_is(st.mode, MODE_SYMLINK) && (!last || w->follow || w->at->must_be_dir))
        return follow_link(w, node);
    struct entry *e = entry_get(t, w->here, name, len, node);
    return e ? settle(w, name, len, e) : -ENOMEM;
}

/* One name of the path. */
static i64 step(struct walk *w, const char *name, size_t len, bool last)
{
    if (!mode_is(w->st.mode, MODE_DIR))
        return -ENOTDIR;
    if (!tree_permits(&w->st, w->who, WANT_EXEC))
        return -EACCES;
    if (len == 1 && name[0] == '.') {
        arrive(w);
        return 0;
    }
    if (len == 2 && name[0] == '.' && name[1] == '.')
        return step_up(w);
    if (len > TREE_NAME_MAX)
        return -ENAMETOOLONG;
    return step_down(w, name, len, last);
}

static i64 run(struct walk *w)
{
    struct place *at = w->at;

    for (;;) {
        while (w->pos < at->path_len && at->path[w->pos] == '/')
            w->pos++;
        if (w->pos == at->path_len)
            return 0;
        const char *name = at->path + w->pos;
        const char *slash = memchr(name, '/', at->path_len - w->pos);
        size_t len = slash ? (size_t)(slash - name) : at->path_len - w->pos;
        w->pos += len;
        size_t after = w->pos;
        while (after < at->path_len && at->path[after] == '/')
            after++;
        bool last = after == at->path_len;
        at->must_be_dir = last && after > w->pos;
        i64 r = step(w, name, len, last);
        if (r < 0)
            return r;
    }
}

i64 tree_walk(struct tree *t, const struct cred *who, struct entry *dir, const char *path,
              size_t len, bool follow, struct place *out)
{
    struct walk w = {.t = t, .who = who, .at = out, .follow = follow};

    out->dir = out->entry = NULL;
    out->must_be_dir = false;
    if (len >= RX_PATH_MAX)
        return -ENAMETOOLONG;
    memcpy(out->path, path, len);
    out->path_len = len;
    struct entry *from = len && path[0] == '/' ? t->root_entry : dir;
    entry_hold(from);
    i64 r = go(&w, from);
    if (r >= 0 && !mode_is(w.st.mode, MODE_DIR))
        r = -ENOTDIR;
    if (r >= 0) {
        arrive(&w);
        r = run(&w);
    }
    entry_put(w.here);
    return r;
}
