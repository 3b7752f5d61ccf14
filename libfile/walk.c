/*
 * From a path to a node. Links are resolved by rewriting the path: the target replaces the link,
 * what came after it is kept, and the walk goes on. The place that is to be found is at all times
 * the one that the walk has come to, so that nothing has to be copied at its end.
 */
#include "libfile/tree.h"

#include <string.h>

struct walk {
    struct tree *t;
    const struct cred *who;
    struct place *at; /* its entry is where we are */
    size_t pos;       /* in at->path */
    unsigned links;
    bool follow;
};

i64 tree_rights(struct tree *t, u64 node, struct rights *r)
{
    struct rx_stat st;

    if (t->ops->rights)
        return t->ops->rights(t, node, r);
    i64 result = t->ops->stat(t, node, &st);
    if (result >= 0)
        *r = rights_of(&st);
    return result;
}

bool tree_permits(const struct rights *r, const struct cred *who, u32 want)
{
    if (who->uid == 0)
        return true;
    u32 shift = who->uid == r->uid ? 6 : who->gid == r->gid ? 3 : 0;
    return (r->mode >> shift & want) == want;
}

bool tree_owns(const struct rights *r, const struct cred *who)
{
    return who->uid == 0 || who->uid == r->uid;
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

/* Goes to a place that has no name of its own: the root, "." or "..". e is held for us. */
static i64 go(struct walk *w, struct entry *e)
{
    place_done(w->at);
    w->at->entry = e;
    return tree_rights(w->t, e->node, &w->at->st);
}

static i64 go_up(struct walk *w)
{
    struct entry *here = w->at->entry, *up = here->parent ? here->parent : here;

    entry_hold(up);
    return go(w, up);
}

static void stay(struct walk *w)
{
    entry_put(w->at->dir);
    w->at->dir = NULL;
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

/* Goes on to a name of the directory we are in, and to what is there: e, held for us, or NULL. Its
 * status is not known yet. */
static void go_down(struct walk *w, const char *name, size_t len, struct entry *e)
{
    struct place *at = w->at;

    entry_put(at->dir);
    at->dir = at->entry; /* whose hold goes along */
    at->dir_st = at->st;
    at->entry = e;
    at->name = name;
    at->name_len = len;
}

/* A name of the directory we are in. */
static i64 step_down(struct walk *w, const char *name, size_t len, bool last)
{
    struct tree *t = w->t;
    struct place *at = w->at;
    struct entry *e = t->names_are_ours ? entry_find(at->entry, name, len) : NULL;
    u64 node = e ? e->node : 0;
    i64 r = e ? 0 : t->ops->lookup(t, at->entry->node, name, len, &node);

    if (r == -ENOENT && last) {
        go_down(w, name, len, NULL);
        return 0;
    }
    struct rights st;
    if (r >= 0)
        r = tree_rights(t, node, &st);
    if (r >= 0 && mode_is(st.mode, MODE_SYMLINK) && (!last || w->follow || at->must_be_dir)) {
        entry_put(e);
        return follow_link(w, node);
    }
    if (r >= 0 && !e && !(e = entry_get(t, at->entry, name, len, node)))
        r = -ENOMEM;
    if (r < 0) {
        entry_put(e);
        return r;
    }
    go_down(w, name, len, e);
    at->st = st;
    return 0;
}

/* One name of the path. */
static i64 step(struct walk *w, const char *name, size_t len, bool last)
{
    if (!mode_is(w->at->st.mode, MODE_DIR))
        return -ENOTDIR;
    if (!tree_permits(&w->at->st, w->who, WANT_EXEC))
        return -EACCES;
    if (len == 1 && name[0] == '.') {
        stay(w);
        return 0;
    }
    if (len == 2 && name[0] == '.' && name[1] == '.')
        return go_up(w);
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
        if (w->pos == at->path_len || !at->entry)
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
    if (r >= 0 && !mode_is(out->st.mode, MODE_DIR))
        r = -ENOTDIR;
    return r < 0 ? r : run(&w);
}
