/*
 * Walking a directory tree. A directory is open only while it is read into a list of names, so
 * the depth of the tree costs memory and no descriptors.
 */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "shim/src/internal/thread.h"

typedef int visit_fn(const char *, const struct stat *, int, struct FTW *);

struct walk {
    visit_fn *visit;
    int flags;
    dev_t device;
    char path[PATH_MAX];
};

/* Ancestors, so that links do not lead round in circles. */
struct level {
    const struct level *up;
    dev_t dev;
    ino_t ino;
};

struct names {
    char *text; /* one after the other, each with its zero */
    size_t len, room;
};

static bool add_name(struct names *n, const char *name)
{
    size_t len = strlen(name) + 1;

    if (n->len + len > n->room) {
        size_t room = (n->len + len) * 2;
        char *moved = realloc(n->text, room);
        if (!moved)
            return false;
        n->text = moved;
        n->room = room;
    }
    memcpy(n->text + n->len, name, len);
    n->len += len;
    return true;
}

/* 0, or -1 and errno; FTW_DNR's case is EACCES from opendir. */
static int read_names(const char *path, struct names *n)
{
    DIR *d = opendir(path);
    struct dirent *e;
    int result = 0;

    if (!d)
        return -1;
    while (!result && (errno = 0, e = readdir(d))) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && !add_name(n, e->d_name))
            result = -1;
    }
    if (!e && errno)
        result = -1;
    int saved = errno;
    closedir(d);
    errno = saved;
    return result;
}

static int visit(struct walk *w, size_t len, int depth, const struct level *up);

static int visit_children(struct walk *w, size_t len, int depth, const struct level *here,
                          const struct names *n)
{
    size_t start = len;
    int result = 0;

    if (len == 0 || w->path[len - 1] != '/')
        w->path[start++] = '/';
    for (size_t at = 0; at < n->len && !result;) {
        size_t name_len = strlen(n->text + at);
        if (start + name_len >= sizeof w->path) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(w->path + start, n->text + at, name_len + 1);
        result = visit(w, start + name_len, depth + 1, here);
        at += name_len + 1;
    }
    w->path[len] = 0;
    return result;
}

/* What the path is: FTW_* for the visit; -1 and errno when the walk must end. */
static int classify(const struct walk *w, struct stat *st)
{
    if ((w->flags & FTW_PHYS ? lstat : stat)(w->path, st) == 0) {
        if (S_ISDIR(st->st_mode))
            return w->flags & FTW_DEPTH ? FTW_DP : FTW_D;
        return S_ISLNK(st->st_mode) ? FTW_SL : FTW_F;
    }
    if (!(w->flags & FTW_PHYS) && errno == ENOENT && lstat(w->path, st) == 0)
        return FTW_SLN;
    return errno == EACCES ? FTW_NS : -1;
}

static int visit_directory(struct walk *w, size_t len, int depth, const struct level *up,
                           const struct stat *st, struct FTW *f)
{
    const struct level here = {up, st->st_dev, st->st_ino};
    struct names n = {NULL, 0, 0};
    int result = 0;

    for (const struct level *l = up; l; l = l->up)
        if (l->dev == here.dev && l->ino == here.ino)
            return 0;
    if (read_names(w->path, &n) != 0) {
        free(n.text);
        return errno == EACCES ? w->visit(w->path, st, FTW_DNR, f) : -1;
    }
    if (!(w->flags & FTW_DEPTH))
        result = w->visit(w->path, st, FTW_D, f);
    if (!result)
        result = visit_children(w, len, depth, &here, &n);
    if (!result && (w->flags & FTW_DEPTH))
        result = w->visit(w->path, st, FTW_DP, f);
    free(n.text);
    return result;
}

static int visit(struct walk *w, size_t len, int depth, const struct level *up)
{
    const char *slash = strrchr(w->path, '/');
    struct FTW f = {slash && slash[1] ? (int)(slash + 1 - w->path) : 0, depth};
    struct stat st;
    int type = classify(w, &st);

    if (type < 0)
        return -1;
    if (depth == 0)
        w->device = st.st_dev;
    if ((w->flags & FTW_MOUNT) && type != FTW_NS && st.st_dev != w->device)
        return 0;
    if (type == FTW_D || type == FTW_DP)
        return visit_directory(w, len, depth, up, &st, &f);
    return w->visit(w->path, &st, type, &f);
}

int nftw(const char *path, visit_fn *fn, int descriptors, int flags)
{
    struct walk w = {.visit = fn, .flags = flags};
    size_t len = strlen(path);

    (void)descriptors;
    if (flags & FTW_CHDIR) {
        errno = ENOSYS;
        return -1;
    }
    if (len == 0 || len >= sizeof w.path) {
        errno = len ? ENAMETOOLONG : ENOENT;
        return -1;
    }
    memcpy(w.path, path, len + 1);
    return visit(&w, len, 0, NULL);
}

int ftw(const char *path, int (*fn)(const char *, const struct stat *, int), int descriptors)
{
    visit_fn *visit_it;

    /* the same calling convention, with an argument more than fn looks at */
    memcpy(&visit_it, &fn, sizeof visit_it);
    return nftw(path, visit_it, descriptors, 0);
}
