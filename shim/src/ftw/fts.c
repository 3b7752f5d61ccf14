/*
 * fts: a walk over file trees that gives each file to the caller. The working directory is never
 * changed, so every path leads to its file from where the program stands.
 *
 * A directory's entries hang below it as a list from the moment it is entered to its second visit;
 * what was given to the caller stays valid until the next fts_read.
 */
#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "shim/src/internal/result.h"

struct __umk_fts {
    FTSENT *current;  /* given last; NULL before the first */
    FTSENT *pending;  /* roots yet to come */
    FTSENT *children; /* what fts_children has read of current; the walk reads again */
    FTSENT root_parent;
    int options;
    bool done;
    dev_t device; /* of the root, for FTS_XDEV */
    int (*compare)(const FTSENT **, const FTSENT **);
};

/* An entry with room for its path, record and name in one allocation. */
static FTSENT *new_entry(FTSENT *parent, const char *dir, const char *name, size_t name_len)
{
    size_t dir_len = strlen(dir), slash = dir_len && dir[dir_len - 1] != '/';
    size_t path_len = dir_len + slash + name_len;
    struct block {
        FTSENT e;
        struct stat st;
        char text[];
    } * b;

    if (path_len > UINT16_MAX || !(b = calloc(1, sizeof *b + path_len + 1))) {
        errno = path_len > UINT16_MAX ? ENAMETOOLONG : ENOMEM;
        return NULL;
    }
    memcpy(b->text, dir, dir_len);
    if (slash)
        b->text[dir_len] = '/';
    memcpy(b->text + dir_len + slash, name, name_len);
    b->e.fts_path = b->e.fts_accpath = b->text;
    b->e.fts_name = b->text + dir_len + slash;
    b->e.fts_namelen = (unsigned short)name_len;
    b->e.fts_pathlen = (unsigned short)path_len;
    b->e.fts_parent = parent;
    b->e.fts_level = (short)(parent->fts_level + 1);
    b->e.fts_instr = FTS_NOINSTR;
    b->e.fts_statp = &b->st;
    return &b->e;
}

static void free_list(FTSENT *e)
{
    while (e) {
        FTSENT *next = e->fts_link;
        free(e);
        e = next;
    }
}

static bool is_dot(const char *name)
{
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* Finds out what an entry is; `follow` symbolic links. */
static int look(FTSENT *e, bool follow)
{
    struct stat *st = e->fts_statp;
    bool lost = false;

    if (follow ? stat(e->fts_accpath, st) < 0 : lstat(e->fts_accpath, st) < 0) {
        int error = errno;
        lost = follow && lstat(e->fts_accpath, st) == 0;
        if (!lost) {
            e->fts_errno = error;
            memset(st, 0, sizeof *st);
            return FTS_NS;
        }
    }
    e->fts_dev = st->st_dev;
    e->fts_ino = st->st_ino;
    e->fts_nlink = st->st_nlink;
    if (lost)
        return FTS_SLNONE;
    if (S_ISDIR(st->st_mode)) {
        if (e->fts_level > FTS_ROOTLEVEL && is_dot(e->fts_name))
            return FTS_DOT;
        for (FTSENT *up = e->fts_parent; up->fts_level >= FTS_ROOTLEVEL; up = up->fts_parent) {
            if (up->fts_ino == e->fts_ino && up->fts_dev == e->fts_dev) {
                e->fts_cycle = up;
                return FTS_DC;
            }
        }
        return FTS_D;
    }
    return S_ISLNK(st->st_mode) ? FTS_SL : S_ISREG(st->st_mode) ? FTS_F : FTS_DEFAULT;
}

static FTSENT *sorted(const FTS *f, FTSENT *list, size_t n)
{
    FTSENT **all, *head = NULL;

    if (!f->compare || n < 2 || !(all = reallocarray(NULL, n, sizeof *all)))
        return list;
    for (size_t i = 0; i < n; i++, list = list->fts_link)
        all[i] = list;
    qsort(all, n, sizeof *all, (int (*)(const void *, const void *))(void (*)(void))f->compare);
    while (n) {
        all[--n]->fts_link = head;
        head = all[n];
    }
    free(all);
    return head;
}

FTS *fts_open(char *const *paths, int options, int (*compare)(const FTSENT **, const FTSENT **))
{
    FTS *f = calloc(1, sizeof *f);
    FTSENT **tail;
    size_t n = 0;

    if (!f)
        return NULL;
    f->options = options;
    f->compare = compare;
    f->root_parent.fts_level = FTS_ROOTPARENTLEVEL;
    tail = &f->pending;
    for (; *paths; paths++, n++) {
        size_t len = strlen(*paths);
        FTSENT *e = len ? new_entry(&f->root_parent, "", *paths, len) : NULL;
        if (!e) {
            errno = len ? errno : ENOENT;
            free_list(f->pending);
            free(f);
            return NULL;
        }
        const char *slash = strrchr(e->fts_path, '/');
        if (slash && slash[1] && slash != e->fts_path) {
            e->fts_name = e->fts_path + (slash + 1 - e->fts_path);
            e->fts_namelen = (unsigned short)strlen(e->fts_name);
        }
        e->fts_info = (unsigned short)look(e, (options & FTS_LOGICAL) || (options & FTS_COMFOLLOW));
        *tail = e;
        tail = &e->fts_link;
    }
    f->pending = sorted(f, f->pending, n);
    return f;
}

/* The entries of a directory; NULL with fts_errno set when it cannot be read. */
static FTSENT *read_directory(FTS *f, FTSENT *dir, bool names_only)
{
    DIR *d = opendir(dir->fts_accpath);
    const struct dirent *entry;
    FTSENT *list = NULL, **tail = &list;
    size_t n = 0;

    if (!d) {
        dir->fts_errno = errno;
        return NULL;
    }
    while ((errno = 0, entry = readdir(d))) {
        if (is_dot(entry->d_name) && !(f->options & FTS_SEEDOT))
            continue;
        FTSENT *e = new_entry(dir, dir->fts_path, entry->d_name, strlen(entry->d_name));
        if (!e)
            break;
        bool maybe_directory =
            entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK;
        if (names_only || ((f->options & FTS_NOSTAT) && !maybe_directory))
            e->fts_info = FTS_NSOK;
        else
            e->fts_info = (unsigned short)look(e, f->options & FTS_LOGICAL);
        *tail = e;
        tail = &e->fts_link;
        n++;
    }
    dir->fts_errno = errno;
    closedir(d);
    return sorted(f, list, n);
}

/* Gives an entry to the caller. */
static FTSENT *give(FTS *f, FTSENT *e)
{
    f->current = e;
    if (e->fts_level == FTS_ROOTLEVEL)
        f->device = e->fts_dev;
    return e;
}

/* Down into the directory that was given last, or its second visit at once. */
static FTSENT *descend(FTS *f, FTSENT *dir)
{
    if (dir->fts_instr == FTS_SKIP ||
        ((f->options & FTS_XDEV) && dir->fts_level > FTS_ROOTLEVEL && dir->fts_dev != f->device)) {
        dir->fts_info = FTS_DP;
        return dir;
    }
    dir->fts_errno = 0;
    FTSENT *first = read_directory(f, dir, false);
    if (first)
        return give(f, first);
    dir->fts_info = dir->fts_errno ? FTS_DNR : FTS_DP;
    return dir;
}

/* From an entry that is done to the next one, or up to its directory's second visit. */
static FTSENT *advance(FTS *f, FTSENT *e)
{
    FTSENT *next = e->fts_link, *parent = e->fts_parent;

    free(e);
    if (next)
        return give(f, next);
    f->current = NULL;
    if (parent->fts_level == FTS_ROOTPARENTLEVEL) {
        f->done = true;
        errno = 0;
        return NULL;
    }
    parent->fts_info = parent->fts_errno ? FTS_ERR : FTS_DP;
    f->current = parent;
    return parent;
}

FTSENT *fts_read(FTS *f)
{
    FTSENT *e = f->current;
    int instruction;

    if (f->done)
        return NULL;
    free_list(f->children);
    f->children = NULL;
    if (!e) {
        e = f->pending;
        f->pending = NULL;
        if (e)
            return give(f, e);
        f->done = true;
        errno = 0;
        return NULL;
    }
    instruction = e->fts_instr;
    if (instruction != FTS_SKIP)
        e->fts_instr = FTS_NOINSTR;
    if (instruction == FTS_AGAIN ||
        (instruction == FTS_FOLLOW && (e->fts_info == FTS_SL || e->fts_info == FTS_SLNONE))) {
        e->fts_info = (unsigned short)look(e, instruction == FTS_FOLLOW);
        return e;
    }
    if (e->fts_info == FTS_D)
        return descend(f, e);
    return advance(f, e);
}

FTSENT *fts_children(FTS *f, int options)
{
    FTSENT *e = f->current;

    if (options && options != FTS_NAMEONLY) {
        errno = EINVAL;
        return NULL;
    }
    errno = 0;
    if (!e)
        return f->done ? NULL : f->pending;
    if (e->fts_info != FTS_D)
        return NULL;
    free_list(f->children);
    e->fts_errno = 0;
    f->children = read_directory(f, e, options == FTS_NAMEONLY);
    FTSENT *list = f->children;
    errno = list ? 0 : e->fts_errno;
    return list;
}

int fts_set(FTS *f, FTSENT *e, int instruction)
{
    (void)f;
    if (instruction && (instruction < FTS_AGAIN || instruction > FTS_SKIP))
        return (int)__umk_fail(EINVAL);
    e->fts_instr = (unsigned short)(instruction ? instruction : FTS_NOINSTR);
    return 0;
}

int fts_close(FTS *f)
{
    FTSENT *e = f->current;

    free_list(f->children);
    free_list(f->pending);
    /* what is left on the level of the current entry, and so on upwards */
    while (e && e->fts_level >= FTS_ROOTLEVEL) {
        FTSENT *parent = e->fts_parent;
        free_list(e);
        e = parent;
    }
    free(f);
    return 0;
}
