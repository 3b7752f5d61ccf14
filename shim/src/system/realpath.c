/* realpath: the path without symbolic links, dots and doubled slashes. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "shim/src/internal/thread.h"

#define LINKS_MAX 64

struct resolver {
    char out[PATH_MAX]; /* the result so far, absolute, without a slash at the end ("" is /) */
    size_t len;
    char rest[PATH_MAX]; /* what remains to be walked */
    int links;
};

/* Puts a link's target in front of what remains. */
static int follow(struct resolver *r, const char *target, size_t target_len, const char *rest)
{
    size_t rest_len = strlen(rest);

    if (++r->links > LINKS_MAX) {
        errno = ELOOP;
        return -1;
    }
    if (target_len + 1 + rest_len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memmove(r->rest + target_len + 1, rest, rest_len + 1);
    memcpy(r->rest, target, target_len);
    r->rest[target_len] = '/';
    if (target[0] == '/')
        r->len = 0;
    return 0;
}

static void drop_last(struct resolver *r)
{
    while (r->len > 0 && r->out[--r->len] != '/')
        ;
}

/* One name; rest is what comes after it. */
static int step(struct resolver *r, const char *name, size_t len, const char *rest)
{
    char target[PATH_MAX];
    size_t before = r->len;

    if (len == 0 || (len == 1 && name[0] == '.'))
        return 1;
    if (len == 2 && name[0] == '.' && name[1] == '.') {
        drop_last(r);
        return 1;
    }
    if (r->len + 1 + len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    r->out[r->len++] = '/';
    memcpy(r->out + r->len, name, len);
    r->len += len;
    r->out[r->len] = 0;
    ssize_t n = readlink(r->out, target, sizeof target);
    if (n < 0) {
        /* EINVAL: it is no link; where the scheme knows no links, the file must exist */
        if (errno == EINVAL)
            return 1;
        if (errno == ENOENT || errno == ELOOP || errno == EACCES || errno == ENOTDIR)
            return -1;
        return access(r->out, F_OK) == 0 ? 1 : -1;
    }
    r->len = before;
    return follow(r, target, (size_t)n, rest);
}

static int walk(struct resolver *r)
{
    const char *p = r->rest;

    while (*p) {
        size_t len = strcspn(p, "/");
        const char *next = p + len + (p[len] == '/');
        char name[NAME_MAX + 1];
        if (len > NAME_MAX) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(name, p, len);
        int result = step(r, name, len, next);
        if (result < 0)
            return -1;
        p = result ? next : r->rest;
    }
    return 0;
}

char *realpath(const char *restrict path, char *restrict out)
{
    struct resolver r = {.len = 0};
    size_t len;

    if (!path || !*path) {
        errno = path ? ENOENT : EINVAL;
        return NULL;
    }
    len = strlen(path);
    if (len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    if (*path != '/') {
        if (!getcwd(r.out, sizeof r.out))
            return NULL;
        r.len = strlen(r.out);
        while (r.len > 0 && r.out[r.len - 1] == '/')
            r.len--;
    }
    memcpy(r.rest, path, len + 1);
    if (walk(&r) < 0)
        return NULL;
    if (r.len == 0)
        r.out[r.len++] = '/';
    r.out[r.len] = 0;
    if (!out)
        return strdup(r.out);
    return memcpy(out, r.out, r.len + 1);
}
