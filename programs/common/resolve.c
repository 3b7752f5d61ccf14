/* Resolving paths, see resolve.h. */
#include "resolve.h"

#include "io.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40

struct resolver {
    struct bytes done; /* "" or "/a/b": absolute, no trailing slash */
    char *rest;        /* what is still to be walked */
    enum resolve_mode mode;
    int follow;
    int links;
};

char *link_target(const char *path)
{
    char text[4096];
    ssize_t n = readlink(path, text, sizeof text - 1);
    if (n < 0)
        return NULL;
    text[n] = '\0';
    return xstrdup(text);
}

static void drop_last(struct bytes *path)
{
    while (path->len > 0 && path->data[path->len - 1] != '/')
        path->len--;
    if (path->len > 0)
        path->len--;
}

/* The link's target followed by `rest` becomes what is to be walked. */
static bool enter_link(struct resolver *r, const char *link, const char *rest)
{
    char target[4096];
    ssize_t n = readlink(link, target, sizeof target - 1);
    if (n < 0)
        return false;
    if (++r->links > LINKS_MAX) {
        errno = ELOOP;
        return false;
    }
    struct bytes next = {0};
    bytes_add(&next, target, (size_t)n);
    bytes_put(&next, '/');
    bytes_add(&next, rest, strlen(rest) + 1);
    free(r->rest);
    r->rest = next.data;
    if (target[0] == '/')
        r->done.len = 0;
    else
        drop_last(&r->done);
    return true;
}

/* One component; *p is moved behind it, or starts anew behind a link. */
static bool step(struct resolver *r, const char **p)
{
    size_t n = strcspn(*p, "/");
    const char *rest = *p + n;
    if (n == 2 && memcmp(*p, "..", 2) == 0) {
        drop_last(&r->done);
        *p = rest;
        return true;
    }
    bytes_put(&r->done, '/');
    bytes_add(&r->done, *p, n);
    bytes_put(&r->done, '\0');
    r->done.len--;
    struct stat st;
    bool last = rest[strspn(rest, "/")] == '\0';
    if (lstat(r->done.data, &st) < 0) {
        bool allowed =
            errno == ENOENT && (r->mode == RESOLVE_ANY || (r->mode == RESOLVE_BUT_LAST && last));
        *p = rest;
        return allowed || (r->mode == RESOLVE_ANY && errno == ENOTDIR);
    }
    if (S_ISLNK(st.st_mode) && r->follow) {
        if (!enter_link(r, r->done.data, rest))
            return false;
        *p = r->rest;
        return true;
    }
    if (!last && !S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode) && r->mode != RESOLVE_ANY) {
        errno = ENOTDIR;
        return false;
    }
    *p = rest;
    return true;
}

char *resolve(const char *path, enum resolve_mode mode, int follow)
{
    struct resolver r = {.mode = mode, .follow = follow, .rest = xstrdup(path)};
    const char *p = r.rest;
    bool ok = true;
    if (!*path) {
        errno = ENOENT;
        ok = false;
    } else if (*path != '/') {
        char *here = getcwd(NULL, 0);
        ok = here != NULL;
        if (here && here[1])
            bytes_add(&r.done, here, strlen(here));
        free(here);
    }
    while (ok) {
        p += strspn(p, "/");
        if (!*p)
            break;
        if (p[0] == '.' && (p[1] == '/' || !p[1])) {
            p++;
            continue;
        }
        ok = step(&r, &p);
    }
    int err = errno;
    free(r.rest);
    if (!ok) {
        free(r.done.data);
        errno = err;
        return NULL;
    }
    if (r.done.len == 0)
        bytes_put(&r.done, '/');
    bytes_put(&r.done, '\0');
    return r.done.data;
}
