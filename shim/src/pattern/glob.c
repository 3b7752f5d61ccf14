/*
 * glob: the names in the file system that match a pattern, one path component after the other.
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "shim/src/internal/thread.h"

struct search {
    glob_t *out;
    int flags;
    int (*on_error)(const char *path, int error);
    size_t room;         /* of gl_pathv, in pointers */
    char path[PATH_MAX]; /* the part found so far */
};

static int add(struct search *s, const char *path, bool mark)
{
    glob_t *g = s->out;
    size_t used = g->gl_offs + g->gl_pathc, len = strlen(path);

    if (used + 2 > s->room) {
        size_t room = used * 2 + 16;
        char **moved = reallocarray(g->gl_pathv, room, sizeof *moved);
        if (!moved)
            return GLOB_NOSPACE;
        g->gl_pathv = moved;
        s->room = room;
    }
    char *copy = malloc(len + 2);
    if (!copy)
        return GLOB_NOSPACE;
    memcpy(copy, path, len + 1);
    if (mark && len && copy[len - 1] != '/')
        memcpy(copy + len, "/", 2);
    g->gl_pathv[used] = copy;
    g->gl_pathv[used + 1] = NULL;
    g->gl_pathc++;
    return 0;
}

/* Whether p[0..len) has a character with a meaning, and what it says without escapes. */
static bool has_magic(const char *p, size_t len, int flags, char *plain, size_t room)
{
    bool magic = false;
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        if (p[i] == '\\' && !(flags & GLOB_NOESCAPE) && i + 1 < len)
            i++;
        else if (p[i] == '*' || p[i] == '?' || (p[i] == '[' && memchr(p + i, ']', len - i)))
            magic = true;
        if (n + 1 < room)
            plain[n++] = p[i];
    }
    plain[n] = 0;
    return magic;
}

static int walk(struct search *s, size_t len, const char *pattern);

/* The path's end has been reached: keep it if it exists. */
static int keep(struct search *s, size_t len)
{
    struct stat st;

    s->path[len] = 0;
    if (lstat(s->path, &st) != 0)
        return 0;
    bool directory = S_ISDIR(st.st_mode);
    if (S_ISLNK(st.st_mode) && (s->flags & (GLOB_MARK | GLOB_ONLYDIR)))
        directory = stat(s->path, &st) == 0 && S_ISDIR(st.st_mode);
    if ((s->flags & GLOB_ONLYDIR) && !directory)
        return 0;
    return add(s, s->path, (s->flags & GLOB_MARK) && directory);
}

static int append(struct search *s, size_t *len, const char *name)
{
    size_t n = strlen(name);

    if (*len + n + 2 > sizeof s->path)
        return -1;
    memcpy(s->path + *len, name, n + 1);
    *len += n;
    return 0;
}

static int match_entries(struct search *s, size_t len, const char *component, const char *rest)
{
    int flags =
        (s->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0) | (s->flags & GLOB_PERIOD ? 0 : FNM_PERIOD);
    int result = 0;
    struct dirent *e;

    s->path[len] = 0;
    DIR *d = opendir(len ? s->path : ".");
    if (!d) {
        if (errno == ENOTDIR || errno == ENOENT)
            return 0;
        if ((s->on_error && s->on_error(s->path, errno)) || (s->flags & GLOB_ERR))
            return GLOB_ABORTED;
        return 0;
    }
    while (!result && (e = readdir(d))) {
        size_t at = len;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            if (component[0] != '.')
                continue;
        }
        if (fnmatch(component, e->d_name, flags) != 0 || append(s, &at, e->d_name))
            continue;
        result = walk(s, at, rest);
    }
    closedir(d);
    return result;
}

/* path[0..len) is found; pattern is what remains, beginning with slashes unless at the start. */
static int walk(struct search *s, size_t len, const char *pattern)
{
    char component[NAME_MAX + 1], plain[NAME_MAX + 1];

    while (*pattern == '/') {
        if (len + 2 > sizeof s->path)
            return 0;
        s->path[len++] = '/';
        pattern++;
    }
    if (!*pattern)
        return keep(s, len);
    size_t n = strcspn(pattern, "/");
    if (n >= sizeof component)
        return 0;
    if (has_magic(pattern, n, s->flags, plain, sizeof plain)) {
        memcpy(component, pattern, n);
        component[n] = 0;
        return match_entries(s, len, component, pattern + n);
    }
    return append(s, &len, plain) ? 0 : walk(s, len, pattern + n);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int glob(const char *restrict pattern, int flags, int (*on_error)(const char *, int),
         glob_t *restrict out)
{
    struct search s = {.out = out, .flags = flags, .on_error = on_error};

    if (!(flags & GLOB_APPEND)) {
        out->gl_pathc = 0;
        out->gl_pathv = NULL;
        if (!(flags & GLOB_DOOFFS))
            out->gl_offs = 0;
        s.room = out->gl_offs + 16;
        out->gl_pathv = calloc(s.room, sizeof *out->gl_pathv);
        if (!out->gl_pathv)
            return GLOB_NOSPACE;
    } else {
        s.room = out->gl_offs + out->gl_pathc + 1;
    }
    size_t first = out->gl_offs + out->gl_pathc, before = out->gl_pathc;
    int result = walk(&s, 0, pattern);
    if (result)
        return result;
    if (out->gl_pathc == before)
        return flags & GLOB_NOCHECK ? add(&s, pattern, false) : GLOB_NOMATCH;
    if (!(flags & GLOB_NOSORT))
        qsort(out->gl_pathv + first, out->gl_pathc - before, sizeof *out->gl_pathv, by_name);
    return 0;
}

void globfree(glob_t *g)
{
    for (size_t i = 0; i < g->gl_pathc; i++)
        free(g->gl_pathv[g->gl_offs + i]);
    free(g->gl_pathv);
    g->gl_pathv = NULL;
    g->gl_pathc = 0;
}
